"""From works to batches: transforms, a dataset over the works table, a sampler that can resume.

The picture that a network sees is a pure function of (seed, epoch, work): a training that was
killed goes on with the batches it would have had, in whatever process a picture is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler
from torchvision.transforms import InterpolationMode, v2

from artextract.images import open_picture

# ImageNet's channel statistics: what both backbones were trained with.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

UNLABELLED = -1


@dataclass(frozen=True)
class Augmentation:
    """Strengths of the training transforms: resize, flip, rotation, random resized crop."""

    # Paintings are recognised by their touch: a crop must leave enough of it and of the scene,
    # so it is milder than ImageNet's usual 0.08.
    smallest_crop: float = 0.5  # share of the area, 0..1
    aspect: float = 4 / 3  # the crop's sides differ by this factor at most
    flip: float = 0.5  # probability of a horizontal flip
    rotation: float = 5.0  # degrees to either side; more shows too much of the filled corners


def training_transform(size: int, augmentation: Augmentation) -> v2.Transform:
    """Random transforms of a PIL picture into a float32 (3, size, size) tensor."""
    room = resized(size)
    return v2.Compose(
        [
            v2.Resize((room, room), interpolation=InterpolationMode.BICUBIC, antialias=True),
            v2.RandomHorizontalFlip(augmentation.flip),
            v2.RandomRotation(
                augmentation.rotation,
                interpolation=InterpolationMode.BILINEAR,
                fill=[round(255 * m) for m in MEAN],
            ),
            v2.RandomResizedCrop(
                size,
                scale=(augmentation.smallest_crop, 1.0),
                ratio=(1 / augmentation.aspect, augmentation.aspect),
                antialias=True,
            ),
            *_to_normalised(),
        ]
    )


def resized(size: int) -> int:
    """Side to which a picture is squeezed before a crop of `size` pixels: 256 for 224."""
    return round(size * 8 / 7)


def evaluation_transform(size: int) -> v2.Transform:
    """Deterministic transform of a PIL picture into a float32 (3, size, size) tensor.

    The picture is squeezed into a square, not cropped: the edge of a painting belongs to it.
    """
    return v2.Compose(
        [
            v2.Resize((size, size), interpolation=InterpolationMode.BICUBIC, antialias=True),
            *_to_normalised(),
        ]
    )


def _to_normalised() -> list[v2.Transform]:
    return [v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]


def encode(works: pd.DataFrame, classes: Mapping[str, Sequence[str]], split: str) -> np.ndarray:
    """Class numbers of works, int64 (n_works, n_tasks); -1 where a label does not count.

    A label counts in `split` only where ``<task>_split`` says so: a work that is in one task's
    test may bear another task's training label, which is then neither trained on nor scored.
    """
    columns = []
    for task, names in classes.items():
        numbers = {name: number for number, name in enumerate(names)}
        codes = works[task].map(numbers).fillna(UNLABELLED).to_numpy(np.int64)
        columns.append(np.where(works[f"{task}_split"] == split, codes, UNLABELLED))
    return np.stack(columns, axis=1)


class PaintingDataset(Dataset[dict[str, Tensor]]):
    """Pictures with their labels.

    Parameters
    ----------
    paths
        Absolute paths of the pictures.
    labels
        int64 (n_works, n_tasks), -1 where unlabelled.
    size
        Side of the square that a network sees, in pixels.
    augmentation
        Random transforms, or None for the deterministic one.
    seed
        Seed of the random transforms.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        labels: np.ndarray,
        *,
        size: int,
        augmentation: Augmentation | None = None,
        seed: int = 0,
    ) -> None:
        self.paths = list(paths)
        self.labels = torch.from_numpy(labels)
        self.size = size
        self.seed = seed
        self.augmented = augmentation is not None
        self.transform = (
            training_transform(size, augmentation) if augmentation else evaluation_transform(size)
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, key: int | tuple[int, int, bool]) -> dict[str, Tensor]:
        """One item: image float32 (3, size, size), labels int64 (n_tasks,), index int64 ().

        `key` is an index, or what :class:`EpochSampler` yields.
        """
        index, epoch, counted = key if isinstance(key, tuple) else (key, 0, True)
        room = resized(self.size) if self.augmented else self.size
        picture = open_picture(self.paths[index], min_side=room)
        if self.augmented:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(mix_seed(self.seed, epoch, index))
                image = self.transform(picture)
        else:
            image = self.transform(picture)
        labels = self.labels[index] if counted else torch.full_like(self.labels[index], UNLABELLED)
        return {
            "image": image,
            "labels": labels,
            "index": torch.tensor(index if counted else UNLABELLED),
        }


def mix_seed(*numbers: int) -> int:
    """One 63-bit seed from several numbers, well mixed."""
    return int(
        np.random.SeedSequence([n & 0xFFFFFFFF for n in numbers]).generate_state(1, np.uint64)[0]
        >> 1
    )


class EpochSampler(Sampler[tuple[int, int, bool]]):
    """Every index exactly once per epoch, over all processes together.

    Yields ``(index, epoch, counted)``. Where the indices do not divide by the number of
    processes, the short ones are filled up with pictures that do not count, so that all take the
    same number of steps (``DistributedSampler`` would count some works twice).

    Parameters
    ----------
    n
        Number of works.
    shuffle
        New order each epoch, from `seed` and the epoch alone.
    seed
        Any integer.
    rank, replicas
        Which process of how many.
    """

    def __init__(
        self, n: int, *, shuffle: bool, seed: int = 0, rank: int = 0, replicas: int = 1
    ) -> None:
        self.n = n
        self.shuffle = shuffle
        self.seed = seed
        self.rank = rank
        self.replicas = replicas
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.n // self.replicas)

    def __iter__(self) -> Iterator[tuple[int, int, bool]]:
        order = np.arange(self.n)
        if self.shuffle:
            order = np.random.default_rng(mix_seed(self.seed, self.epoch)).permutation(self.n)
        for start in range(0, len(self) * self.replicas, self.replicas):
            place = start + self.rank
            if place < self.n:
                yield int(order[place]), self.epoch, True
            else:
                yield int(order[place % self.n]), self.epoch, False


def loading_processes(workers: int | None = None) -> dict[str, Any]:
    """DataLoader's keyword arguments for `workers` loading processes per device.

    By default up to 12 with a GPU, by the number of cores, and one without: the cores are then
    busy with the network.
    """
    if workers is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        workers = min(12, (cores or 2) - 1) if torch.cuda.is_available() else 1
    if workers == 0:
        return {"num_workers": 0}
    return {"num_workers": workers, "persistent_workers": True, "prefetch_factor": 4}


def image_batches(
    dataset: PaintingDataset, *, batch_size: int, workers: int | None = None
) -> Iterator[Tensor]:
    """The pictures of a dataset in order, float32 (n, 3, size, size) each."""
    loader = DataLoader(
        dataset,
        batch_size,
        pin_memory=torch.cuda.is_available(),
        **loading_processes(workers),
    )
    for batch in loader:
        yield batch["image"]
