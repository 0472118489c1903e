"""From a dataset to batches: loading processes, batches in order, errors that arrive whole."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, default_collate

from artextract.inference.dataset import PaintingDataset
from artextract.store import StoreError


def loading_arguments(device: torch.device, workers: int | None = None) -> dict[str, Any]:
    """DataLoader's keyword arguments for pictures bound for `device`.

    `workers` is the number of loading processes per device; by default up to 12 for a GPU, by the
    number of cores, and one for the CPU, whose cores are busy with the network.
    """
    cuda = device.type == "cuda"
    if workers is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        workers = min(12, (cores or 2) - 1) if cuda else 1
    arguments: dict[str, Any] = {"num_workers": workers, "pin_memory": cuda}
    if workers:
        arguments |= {"persistent_workers": True, "prefetch_factor": 4}
    return arguments


def image_batches(
    dataset: PaintingDataset, device: torch.device, *, batch_size: int, workers: int | None = None
) -> Iterator[Tensor]:
    """The pictures of a dataset in order, float32 (n, 3, size, size) each, bound for `device`.

    Raises
    ------
    StoreError
        If one cannot be read.
    """
    loader = DataLoader(
        dataset, batch_size, collate_fn=collate, **loading_arguments(device, workers)
    )
    for batch in loader:
        yield raise_if_error(batch)["image"]


def collate(items: Sequence[dict[str, Tensor] | StoreError]) -> dict[str, Tensor] | StoreError:
    """A batch of items, or the error that came in place of one.

    An exception that a loading process raises arrives as the text of its traceback; handed on as a
    value it arrives whole.
    """
    return next((item for item in items if isinstance(item, StoreError)), None) or default_collate(
        list(items)
    )


def raise_if_error(batch: Any) -> Any:
    """The batch, unless it is an error.

    Raises
    ------
    StoreError
        If a picture of the batch could not be read.
    """
    if isinstance(batch, StoreError):
        raise batch
    return batch
