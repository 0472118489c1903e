"""Features of many pictures, a file a batch, so that a killed run goes on and several share it.

Every process of Lightning's predict loop takes every n-th missing batch and writes it under the
number of its first row. Which batch holds which work is the same for any number of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from artextract.collection.images import PictureError, open_picture
from artextract.collection.sources import Source
from artextract.inference.hardware import Hardware, make_trainer, quiet_lightning
from artextract.inference.loaders import loading_arguments
from artextract.inference.memory import keep_freed_memory
from artextract.models.network import PaintingNetwork
from artextract.models.preprocessing import preprocess
from artextract.progress import Advance
from artextract.store import StoreError, replacing
from artextract.store.reading import read_array


def write_chunks(
    network: PaintingNetwork,
    source: Source,
    keys: Sequence[str],
    folder: Path,
    *,
    size: int,
    batch_size: int,
    precision: str,
    hardware: Hardware,
    advance: Advance,
) -> lightning.Trainer:
    """Write the penultimate features of pictures to ``folder/<first row>.npy``, float16.

    Batches whose file is there already are left out. A picture that cannot be read gets a row of
    NaN.

    Parameters
    ----------
    network
        From :func:`artextract.inference.runtime.for_inference`.
    source
        Opens the pictures.
    keys
        Of the pictures, row by row: the works' ``path``.
    size
        Side in pixels that the network sees.
    precision
        "auto", "32" or "bf16".

    Returns
    -------
    The trainer, for its barrier: other processes may still be writing.
    """
    starts = list(range(0, len(keys), batch_size))
    done = {s for s in starts if _is_whole(folder / f"{s}.npy", min(batch_size, len(keys) - s))}
    starts = [start for start in starts if start not in done]
    keep_freed_memory(hardware.device)
    trainer = make_trainer(
        hardware,
        precision=precision,
        folder=folder,
        callbacks=[_Writer(folder, len(keys), batch_size * len(done), advance)],
        enable_checkpointing=False,
    )
    pictures = _Pictures(source, keys, starts, batch_size=batch_size, size=size, hardware=hardware)
    with quiet_lightning():
        trainer.predict(_Features(network), pictures, return_predictions=False)
    return trainer


def _is_whole(path: Path, rows: int) -> bool:
    """Whether a batch of so many rows has been written; what is damaged is made again."""
    missing = StoreError(f"no {path}")
    try:
        read_array(path, "float n features", {"n": rows}, command=None, missing=missing)
    except StoreError:
        return False
    return True


class _Batches(Dataset[dict[str, Any]]):
    """Whole batches, so that no loader need put them together."""

    def __init__(
        self, source: Source, keys: Sequence[str], starts: Sequence[int], n: int, size: int
    ) -> None:
        self.source, self.keys, self.starts = source, keys, starts
        self.n, self.size = n, size

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> dict[str, Any]:
        start = self.starts[number]
        images = [self._image(key) for key in self.keys[start : start + self.n]]
        return {"first": start, "images": torch.stack(images)}

    def _image(self, key: str) -> Tensor:
        try:
            with self.source.open(key) as stream:
                return preprocess(open_picture(stream, min_side=self.size), self.size)
        except PictureError:
            return torch.full((3, self.size, self.size), torch.nan)


class _Pictures(lightning.LightningDataModule):
    """The batches of this process, whose rank the Trainer decides."""

    def __init__(
        self,
        source: Source,
        keys: Sequence[str],
        starts: Sequence[int],
        *,
        batch_size: int,
        size: int,
        hardware: Hardware,
    ) -> None:
        super().__init__()
        self.source, self.keys, self.starts = source, keys, starts
        self.batch_size, self.size, self.hardware = batch_size, size, hardware

    def predict_dataloader(self) -> DataLoader:
        assert self.trainer is not None
        mine = self.starts[self.trainer.global_rank :: self.trainer.world_size]
        return DataLoader(
            _Batches(self.source, self.keys, mine, self.batch_size, self.size),
            batch_size=None,
            **loading_arguments(self.hardware.device, self.hardware.workers),
        )


class _Features(lightning.LightningModule):
    def __init__(self, network: PaintingNetwork) -> None:
        super().__init__()
        self.network = network

    def predict_step(self, batch: dict[str, Any], batch_idx: int) -> Tensor:
        images = batch["images"]
        unreadable = images.isnan().flatten(1).any(dim=1)
        images = images.nan_to_num(0).contiguous(memory_format=torch.channels_last)
        features = self.network.forward_features(images).half()
        features[unreadable] = torch.nan
        return features


class _Writer(Callback):
    def __init__(self, folder: Path, n: int, done: int, advance: Advance) -> None:
        self.folder, self.n, self.advance = folder, n, advance
        self.done = min(done, n)

    def on_predict_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        if trainer.is_global_zero and self.done:
            self.advance(self.done, total=self.n)

    def on_predict_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: dict[str, Any],
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        path = self.folder / f"{int(batch['first'])}.npy"
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, outputs.cpu().numpy(), allow_pickle=False)
        if trainer.is_global_zero:  # the other processes are about as far
            steps = min(len(outputs) * trainer.world_size, self.n - self.done)
            self.done += steps
            self.advance(steps, total=self.n)


def join_chunks(
    folder: Path, path: Path, n: int, *, missing: Callable[[int], Exception]
) -> list[int]:
    """Join the files of :func:`write_chunks` into one memory-mappable array (n, n_features).

    Returns
    -------
    Rows of NaN: the pictures that could not be read.

    Raises
    ------
    Exception
        ``missing(row)``, where a row is in no file or in two.
    """
    unreadable: list[int] = []
    # Not by a memory map: where the disk is full, writing into one ends the process.
    with replacing(path) as temporary, temporary.open("wb") as file:
        row, width = 0, 0
        for start in sorted(int(part.stem) for part in folder.glob("[0-9]*.npy")):
            chunk = np.load(folder / f"{start}.npy", allow_pickle=False)
            if start != row or (row and chunk.shape[1] != width):
                raise missing(row)
            if not row:
                width = chunk.shape[1]
                header = {"descr": "<f2", "fortran_order": False, "shape": (n, width)}
                np.lib.format.write_array_header_1_0(file, header)
            file.write(np.ascontiguousarray(chunk, "<f2").tobytes())
            unreadable += (row + np.flatnonzero(np.isnan(chunk[:, 0]))).tolist()
            row += len(chunk)
        if row != n:
            raise missing(row)
    return unreadable
