"""A small collection and a store made from it by the real stages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import torchvision
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from artextract.evaluation import evaluate
from artextract.finetuning import TrainingConfig
from artextract.indexing import index
from artextract.store import Store
from artextract.training import Hardware, fit

HOSTILE = "<img src=x onerror=alert(1)>"
ARTISTS = {"Ada_Ember": (200, 80, 40), "Bo_Azur": (40, 90, 200), HOSTILE: (60, 160, 70)}
GENRES = ("landscape", "still_life")
STYLES = ("Flat_Planes", "Grain")


def make_collection(folder: Path, n: int = 60) -> Path:
    """Write `n` noisy pictures whose colour tells the artist, and a table of them."""
    rng = np.random.default_rng(7)
    rows = []
    for i in range(n):
        artist, colour = list(ARTISTS.items())[i % len(ARTISTS)]
        shape = (96, 80) if i % 2 else (72, 96)
        noise = rng.normal(0, 12 + 30 * (i % 2), (*shape, 3))
        pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
        path = f"pictures/{i:03d}-study-{1880 + i}.png"
        (folder / "pictures").mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / path)
        split = ("train", "train", "train", "val", "test")[(i // 3) % 5]
        rows.append((path, artist, GENRES[shape[0] > 90], STYLES[i % 2], split))
    table = folder / "works.csv"
    columns = ["path", "artist", "genre", "style", "split"]
    pd.DataFrame(rows, columns=columns).to_csv(table, index=False)
    return table


def tiny(backbone: str = "resnet50", **changes: object) -> TrainingConfig:
    """One epoch at the smallest size, from random weights."""
    options = {
        "epochs": 1,
        "batch_size": 12,
        "image_size": 64,
        "pretrained": None,
        "precision": "32",
    }
    return TrainingConfig(backbone=backbone, **(options | changes))  # type: ignore[arg-type]


LOCAL = Hardware(accelerator="cpu", devices=1, workers=0, resumable=False)


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Table of a collection of 60 small pictures."""
    return make_collection(tmp_path_factory.mktemp("collection"))


@pytest.fixture
def indexed(collection: Path, tmp_path: Path) -> Store:
    """A store of its own with the collection indexed and nothing else."""
    store = Store(tmp_path / "store")
    index(store, collection)
    return store


@pytest.fixture(scope="session")
def small_store(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with both networks trained for an epoch and evaluated; read only."""
    store = Store(tmp_path_factory.mktemp("small") / "store")
    index(store, collection)
    for backbone in ("alexnet", "resnet50"):
        fit(store, tiny(backbone), hardware=LOCAL)
    evaluate(store, precision="32", workers=0)
    return store


@pytest.fixture(scope="session")
def resnet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights in torchvision's key names, batch-norm statistics that are not the default."""
    torch.manual_seed(0)
    network = torchvision.models.resnet50()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
    path = tmp_path_factory.mktemp("weights") / "resnet50.safetensors"
    save_file(network.half().state_dict(), path)
    return path


@pytest.fixture
def picture() -> Callable[..., Image.Image]:
    """A maker of pictures of one colour with some noise."""

    def make(colour: tuple[int, int, int] = (200, 80, 40), size: tuple[int, int] = (120, 90)):
        noise = np.random.default_rng(1).normal(0, 12, (size[1], size[0], 3))
        return Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8))

    return make
