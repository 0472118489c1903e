"""The settings of a training as a table for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

import pandas as pd

from artextract.store import Store, StoreError
from artextract.training.config import TrainingConfig
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
    """Settings of each network that was trained or is being trained.

    Heads that were fitted on features of a network have had no epochs and are left out.

    Returns
    -------
    DataFrame with a row per setting, a column per network with its value as text, and changed:
    whether any of them is not at its default, or they differ. No path is among the values: where a
    server keeps its weights is nobody else's business.
    """
    columns, changed = {}, set()
    for network in networks:
        try:
            config = store.model_config(network)
        except StoreError:
            run = run_status(store, network)
            if run is None:
                continue
            config = {"training": run.configuration}
        if "strengths" in config:
            continue
        values = dict(config["training"])
        backbone = values.pop("backbone", network)
        if values.get("tasks") and set(values["tasks"]) == set(store.tasks()):
            values["tasks"] = None  # all that there are
        flat = _flat(values)
        usual = _flat(asdict(TrainingConfig()) | {"tasks": None})
        changed |= {name for name, value in flat.items() if value != usual.get(name)}
        if backbone != network:
            flat["Backbone"] = backbone
        for key, name in (("best_epoch", "Best epoch"), ("epochs", "Epochs done")):
            if key in config:
                flat[name] = config[key]
                changed.add(name)
        columns[display.name(network)] = {k: _text(v) for k, v in flat.items()}
    table = pd.DataFrame(columns).rename_axis("Setting").fillna("")
    differs = table.ne(table.iloc[:, 0], axis=0).any(axis=1) if len(columns) else False
    table["changed"] = table.index.isin(changed) | differs
    return table


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = prefix + _NAMES.get(key, display_label(key))
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}: ")
        elif key == "pretrained":
            flat[name] = "random" if value is None else PurePath(value).name
        else:
            flat[name] = value
    return flat


def _text(value: Any) -> str:
    if value is None:
        return "default"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
