"""A small collection and the smallest training, for tests and the processes that they start."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import torchvision
from PIL import Image
from torch import nn

from artextract.inference.hardware import Hardware
from artextract.models.backbones import Backbone
from artextract.oeuvres.explore import ExploreConfig
from artextract.oeuvres.open_set.detector import OpenSetConfig
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.oeuvres.projection import MapConfig
from artextract.store import Store
from artextract.training.augmentation import Augmentation
from artextract.training.config import TrainingConfig

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


def _link_weights(source: str, target: str) -> None:
    (os.link if source.endswith(".safetensors") else shutil.copy2)(source, target)


def copy_tree(source: Path, target: Path) -> Path:
    """Copy a folder, all but weights: they are linked, since no stage writes into what is there.

    With its weights every copy of the small store took 300 MB, and one run of the tests 6 GB.
    """
    return shutil.copytree(source, target, copy_function=_link_weights)


def _shallow() -> nn.Module:
    resnet = torchvision.models.resnet
    return resnet.ResNet(resnet.BasicBlock, [1, 1, 1, 1])


# To be put among BACKBONES, where it does not matter which network it is: a fifth of ResNet-50.
SHALLOW = Backbone(
    name="shallow",
    display_name="Shallow",
    build=_shallow,
    classifier="fc",
    cam_layer="layer4",
    weights="ResNet18_Weights.IMAGENET1K_V1",
    min_image_size=32,
)


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


MIXED = Augmentation(mixup=0.8, cutmix=1.0)
SMALL_EXPLORATION = ExploreConfig(
    OutlierConfig(trees=20, min_works=15),
    MapConfig(method="pca", min_works=15),
    OpenSetConfig(alpha_picture=0.05, alpha_artist=0.05),  # 24 works are held out
)
LOCAL = Hardware(accelerator="cpu", devices=1, workers=0, resumable=False)


def change_index(store: Store, part: str = "details") -> None:
    """Let the store look as if other works had been indexed since."""
    dataset = store.dataset()
    other = dict.fromkeys(dataset["labels"], "another") if part == "labels" else "another"
    store.record_dataset(dataset | {part: other})


def give_embedding(store: Store, features: np.ndarray, name: str = "resnet50-pretrained") -> None:
    """Put an embedding into a store that no network made."""
    path = store.embedding_path(name)
    path.parent.mkdir(exist_ok=True)
    np.save(path, features.astype(np.float16))
    backbone, _, pretrained = name.partition("-")
    weights = name
    if not pretrained and backbone in store.networks():
        weights = store.model_config(backbone)["digest"]
    unreadable = np.flatnonzero(np.isnan(features[:, 0])).tolist()
    store.record_stage(
        f"embed-{name}",
        key=hashlib.sha256(path.read_bytes()).hexdigest()[:16],
        inputs=store.input_keys("pictures") | {"network": weights},
        configuration={},
        seconds=0,
        result={
            "backbone": backbone,
            "pretrained": "a file" if pretrained else None,
            "network": weights,
            "image_size": 64,
            "unreadable": unreadable,
        },
    )


def exit_codes(work: Callable[[int], object], processes: int = 1) -> list[int | None]:
    """Run ``work(rank)`` in processes that torchrun might have started; minus the signal if killed.

    They are forks of this one, which has imported everything already. A test that starts Python
    anew waits four times as long for imports as for what it tests.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = multiprocessing.get_context("fork")
    group = [
        started.Process(target=_ranked, args=(work, rank, processes, port))
        for rank in range(processes)
    ]
    for process in group:
        process.start()
    for process in group:
        process.join(600)
        process.kill()
    return [process.exitcode for process in group]


def _ranked(work: Callable[[int], object], rank: int, processes: int, port: int) -> None:
    torch.set_num_threads(1)  # the threads of the process that was forked are not here
    if processes > 1:
        os.environ |= {
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
            "WORLD_SIZE": str(processes),
            "RANK": str(rank),
            "LOCAL_RANK": str(rank),
            "GROUP_RANK": "0",
            "LOCAL_WORLD_SIZE": str(processes),
            "TORCHELASTIC_RUN_ID": "test",
        }
    work(rank)


def copy_exploration(store: Store, name: str, *, of: str = "resnet50") -> None:
    """Let an embedding and what was explored in it be in the store a second time, as `name`."""
    shutil.copytree(store.explored(of), store.explored(name))
    shutil.copy(store.embedding_path(of), store.embedding_path(name))
    stages = store.root / "stages"
    for path in (stages / f"embed-{of}.json", *stages.glob(f"explore-{of}-*.json")):
        shutil.copy(path, stages / path.name.replace(of, name, 1))
