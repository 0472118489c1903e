"""Which pictures each training process sees in an epoch, in an order that can be drawn again."""

from __future__ import annotations

from collections.abc import Iterator

import lightning
import numpy as np
from torch.utils.data import DataLoader, Sampler

from artextract.inference.dataset import PaintingDataset, mix_seed
from artextract.inference.hardware import Hardware
from artextract.inference.loaders import collate, loading_arguments
from artextract.training.config import TrainingConfig


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


class PaintingDataModule(lightning.LightningDataModule):
    """Training and validation batches of this process, whose rank the Trainer decides."""

    def __init__(
        self,
        train_set: PaintingDataset,
        val_set: PaintingDataset,
        config: TrainingConfig,
        hardware: Hardware,
    ) -> None:
        super().__init__()
        self.train_set, self.val_set = train_set, val_set
        self.config, self.hardware = config, hardware

    def _loader(self, dataset: PaintingDataset, *, shuffle: bool) -> DataLoader:
        assert self.trainer is not None
        sampler = EpochSampler(
            len(dataset),
            shuffle=shuffle,
            seed=self.config.seed,
            rank=self.trainer.global_rank,
            replicas=self.trainer.world_size,
        )
        return DataLoader(
            dataset,
            self.config.batch_size,
            sampler=sampler,
            collate_fn=collate,
            **loading_arguments(self.hardware.device, self.hardware.workers),
        )

    def train_dataloader(self) -> DataLoader:
        return self._loader(self.train_set, shuffle=True)

    def val_dataloader(self) -> DataLoader:
        return self._loader(self.val_set, shuffle=False)
