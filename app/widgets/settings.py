"""The settings of a training as a table for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from artextract.store import Store, StoreError
from artextract.training.history import run_status
from labels import MODELS, spoken

_SPOKEN = {
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


def settings(store: Store, networks: Iterable[str]) -> pd.DataFrame:
    """Settings of each network that was trained or is being trained: a row each, as text."""
    columns = {}
    for network in networks:
        try:
            config = store.model_config(network)
        except StoreError:
            now = run_status(store, network)
            if now is None:
                continue
            config = {"training": now.configuration}
        flat = _flat(config["training"])
        for key, name in (("best_epoch", "Best epoch"), ("epochs", "Epochs done")):
            if key in config:
                flat[name] = config[key]
        flat.pop("Backbone", None)
        columns[MODELS.get(network, network)] = {k: _said(v) for k, v in flat.items()}
    return pd.DataFrame(columns).rename_axis("Setting").fillna("")


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = prefix + _SPOKEN.get(key, spoken(key))
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}: ")
        else:
            flat[name] = "random" if key == "pretrained" and value is None else value
    return flat


def _said(value: Any) -> str:
    if value is None:
        return "default"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
