"""Works as a PyTorch dataset: pictures with the numbers of their classes.

The picture that a network sees is a pure function of (seed, epoch, work): a training that was
killed goes on with the batches it would have had, in whatever process a picture is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from artextract.collection.images import PictureError, open_picture
from artextract.collection.labels import UNLABELLED
from artextract.collection.sources import Source
from artextract.models.preprocessing import preprocess
from artextract.store import StoreError

KEPT_BYTES = 2**28  # of decoded pictures that a training set keeps, in each loading process


def resized(size: int) -> int:
    """Side to which a picture is squeezed before a crop of `size` pixels: 256 for 224."""
    return round(size * 8 / 7)


class PaintingDataset(Dataset[dict[str, Tensor]]):
    """Pictures with their labels.

    A training set that takes no more than :data:`KEPT_BYTES` once its pictures are squeezed keeps
    them after the first epoch, since decoding is most of what loading a small picture takes.

    Parameters
    ----------
    source
        Opens the pictures.
    keys
        Of the pictures: the works' ``path``.
    labels
        int64 (n_works, n_tasks), -1 where unlabelled.
    size
        Side of the square that a network sees, in pixels.
    transform
        From a picture squeezed to the side :func:`resized` to a float32 (3, size, size) tensor,
        with PyTorch's random numbers; None: the whole picture, the same each time.
    seed
        Of the random numbers of `transform`.
    """

    def __init__(
        self,
        source: Source,
        keys: Sequence[str],
        labels: np.ndarray,
        *,
        size: int,
        transform: Callable[[Image.Image], Tensor] | None = None,
        seed: int = 0,
    ) -> None:
        self.source = source
        self.keys = list(keys)
        self.labels = torch.from_numpy(labels)
        self.size = size
        self.seed = seed
        self.transform = transform
        self._keeps = 3 * resized(size) ** 2 * len(self.keys) <= KEPT_BYTES
        self._kept: dict[int, Image.Image] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, key: int | tuple[int, int, bool]) -> dict[str, Tensor]:
        """One item: image float32 (3, size, size), labels int64 (n_tasks,), index int64 ().

        `key` is an index, or what :class:`artextract.training.loaders.EpochSampler`
        yields.

        Raises
        ------
        StoreError
            If the picture cannot be read any longer.
        """
        index, epoch, counted = key if isinstance(key, tuple) else (key, 0, True)
        if self.transform:
            picture = self._squeezed(index)
            with torch.random.fork_rng(devices=[]):
                # torch.manual_seed() also seeds devices that no transform uses, which takes longer
                # than to crop a small picture.
                torch.default_generator.manual_seed(mix_seed(self.seed, epoch, index))
                image = self.transform(picture)
        else:
            picture = self._open(index, self.size)
            image = preprocess(picture, self.size)
        labels = self.labels[index] if counted else torch.full_like(self.labels[index], UNLABELLED)
        return {
            "image": image,
            "labels": labels,
            "index": torch.tensor(index if counted else UNLABELLED),
        }

    def __getitems__(
        self, keys: Sequence[int | tuple[int, int, bool]]
    ) -> Sequence[dict[str, Tensor] | StoreError]:
        """Items as :func:`artextract.inference.loaders.collate` takes them."""
        try:
            return [self[key] for key in keys]
        except StoreError as error:
            return [error]

    def _open(self, index: int, min_side: int) -> Image.Image:
        key = self.keys[index]
        try:
            with self.source.open(key) as stream:
                return open_picture(stream, min_side=min_side)
        except PictureError as error:  # it could be read when it was indexed
            raise StoreError(
                f"{key} in {self.source}: {str(error).rstrip('.')}; to go on without it, index "
                "again",
                command="artextract index SOURCE",
            ) from error

    def _squeezed(self, index: int) -> Image.Image:
        """The picture from which training crops."""
        if index in self._kept:
            return self._kept[index]
        room = resized(self.size)
        picture = self._open(index, room)
        picture = picture.resize((room, room), Image.Resampling.BICUBIC)
        if self._keeps:
            self._kept[index] = picture
        return picture


def mix_seed(*numbers: int) -> int:
    """One 63-bit seed from several numbers, well mixed."""
    return int(
        np.random.SeedSequence([n & 0xFFFFFFFF for n in numbers]).generate_state(1, np.uint64)[0]
        >> 1
    )
