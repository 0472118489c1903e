"""The nearest works of every work, those of its own painter and those of others apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from artextract.progress import Advance, ignore

if TYPE_CHECKING:
    import torch

BLOCK = 512  # works whose distances to all others are in memory at a time


@dataclass(frozen=True)
class NearestNeighbours:
    """Rows and Euclidean distances of nearest works, nearest first, each (n, k).

    Where there are no more, the row is -1 and the distance inf. A work itself is in no list.
    """

    own: np.ndarray  # int32
    own_distances: np.ndarray  # float32
    other: np.ndarray  # int32
    other_distances: np.ndarray  # float32

    def reordered(self, order: np.ndarray) -> NearestNeighbours:
        """Lists of rows that stood in `order`: row i of this was row ``order[i]``."""
        back = np.argsort(order)

        def renamed(rows: np.ndarray) -> np.ndarray:
            return np.where(rows >= 0, order[rows], -1).astype(np.int32)[back]

        return NearestNeighbours(
            renamed(self.own),
            self.own_distances[back],
            renamed(self.other),
            self.other_distances[back],
        )

    def without_duplicates(self, groups: np.ndarray, k: int) -> NearestNeighbours:
        """The first `k` of each list that show another picture; `groups` (n,) numbers pictures."""

        def kept(rows: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            copies = (groups[rows] == groups[:, None]) & (rows >= 0)
            distances = np.where(copies, np.inf, distances)
            place = np.argsort(distances, axis=1, kind="stable")[:, :k]
            distances = np.take_along_axis(distances, place, axis=1)
            rows = np.take_along_axis(rows, place, axis=1)
            return np.where(np.isfinite(distances), rows, -1), distances

        return NearestNeighbours(
            *kept(self.own, self.own_distances), *kept(self.other, self.other_distances)
        )

    def combined(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows and distances of the `k` nearest works by anybody, (n, k) each."""
        distances = np.concatenate([self.own_distances, self.other_distances], axis=1)
        rows = np.concatenate([self.own, self.other], axis=1)
        place = np.argsort(distances, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(rows, place, axis=1), np.take_along_axis(distances, place, axis=1)


def nearest(
    X: np.ndarray,
    creators: np.ndarray,
    *,
    k: int,
    reference: np.ndarray | None = None,
    advance: Advance = ignore,
) -> NearestNeighbours:
    """Exact nearest works of all works, by comparing each with each.

    Parameters
    ----------
    X
        float32 (n, d).
    painters
        int (n,); a work of nobody (-1) has only others.
    k
        How many of each kind.
    reference
        bool (n,); None where all are. The others are nobody's own works, and to works of the same
        creator no works of others either.
    """
    import torch  # the gallery reads what is stored here and must not wait for it

    order = np.argsort(creators, kind="stable")  # own works stand together
    values = torch.from_numpy(np.ascontiguousarray(X[order], dtype=np.float32))
    painter = torch.from_numpy(np.asarray(creators)[order].astype(np.int64))
    held = torch.zeros(len(X), dtype=torch.bool)
    if reference is not None:
        held = torch.from_numpy(~np.asarray(reference, bool)[order])
    squares = values.square().sum(dim=1)
    n = len(values)
    blocks = []
    for start in range(0, n, BLOCK):
        block = slice(start, min(start + BLOCK, n))
        distances = torch.addmm(squares, values[block], values.T, alpha=-2)  # (block, n)
        distances += squares[block, None]
        # Own works of the block's painters lie in one stretch of columns.
        first = int(torch.searchsorted(painter, painter[block.start]))
        last = int(torch.searchsorted(painter, painter[block.stop - 1], right=True))
        same = painter[block, None] == painter[None, first:last]
        same &= painter[block, None] >= 0
        itself = torch.arange(first, last) == torch.arange(block.start, block.stop)[:, None]
        stretch = distances[:, first:last]
        own = _smallest(stretch.masked_fill(~same | itself | held[first:last], torch.inf), k, first)
        stretch.masked_fill_(same | itself, torch.inf)
        blocks.append((*own, *_smallest(distances, k, 0)))
        advance(block.stop - block.start, total=n, note="nearest works")
    found = NearestNeighbours(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))
    return found.reordered(order)


def _smallest(squared: torch.Tensor, k: int, shift: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns (plus `shift`) and distances of the `k` smallest of each row, ascending."""
    rows, width = squared.shape
    columns = np.full((rows, k), -1, np.int32)
    distances = np.full((rows, k), np.inf, np.float32)
    found, places = squared.topk(min(k, width), dim=1, largest=False)
    distances[:, : found.shape[1]] = found.clamp(min=0).sqrt().numpy()
    columns[:, : found.shape[1]] = (places + shift).numpy()
    columns[~np.isfinite(distances)] = -1
    return columns, distances
