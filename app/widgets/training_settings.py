"""The settings of a training as a table for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from artextract.store import Store, StoreError
from artextract.training.history import run_status
from labels import display_label
from model_display import ModelDisplay

_NAMES = {
    "lr_body": "Learning rate, pre-trained layers",
    "lr_heads": "Learning rate, heads",
    "lr_scratch": "Learning rate, from scratch",
    "clip": "Gradient clipping",
    "mixup": "MixUp, alpha",
    "cutmix": "CutMix, alpha",
    "image_size": "Image size, pixels",
    "train_image_size": "Image size in training, pixels",
    "train_layers": "Last weight layers trained",
    "pretrained": "Starting weights",
    "probe": "Heads fitted first",
    "patience": "Patience, epochs",
    "warmup": "Warm-up, share of the steps",
    "fixed_statistics": "Batch statistics of frozen layers kept",
}


def training_settings(store: Store, networks: Iterable[str], display: ModelDisplay) -> pd.DataFrame:
    """Settings of each network that was trained or is being trained: a column each, as text."""
    columns = {}
    for network in networks:
        try:
            config = store.model_config(network)
        except StoreError:
            run = run_status(store, network)
            if run is None:
                continue
            config = {"training": run.configuration}
        flat = _flat(config["training"])
        for key, name in (("best_epoch", "Best epoch"), ("epochs", "Epochs done")):
            if key in config:
                flat[name] = config[key]
        flat.pop("Backbone", None)
        columns[display.name(network)] = {k: _text(v) for k, v in flat.items()}
    return pd.DataFrame(columns).rename_axis("Setting").fillna("")


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = prefix + _NAMES.get(key, display_label(key))
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}: ")
        else:
            flat[name] = "random" if key == "pretrained" and value is None else value
    return flat


def _text(value: Any) -> str:
    if value is None:
        return "default"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
