"""Names of parts of a map: where the works of one label lie close together and outnumber others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labels import display_label

_CELLS = 48  # of the longer side: fine enough for islands, coarse enough for their outlines
_SHARE = 0.5  # of the works around a cell that must have the label
_LEAST = 8  # works of a region


@dataclass(frozen=True)
class Region:
    """A part of a map: its name, where that stands in units of the map, and its works."""

    name: str
    x: int
    y: int
    n: int


def map_regions(
    x: np.ndarray, y: np.ndarray, names: np.ndarray, *, units: int, least: int = _LEAST
) -> tuple[Region, ...]:
    """Find the regions, largest first.

    Works are counted on a grid, label by label; a cell and its neighbours have the label that at
    least half of their works have. Cells of one label that touch each other are a region, whose
    name stands at the cell with most of its works.

    Parameters
    ----------
    x, y
        uint16 (n,), up to `units`.
    names
        object (n,): labels; works without any, "" or missing, belong to no region.
    least
        Works of the label that a region needs.
    """
    across = x.astype(np.int64) * _CELLS // (units + 1)
    down = y.astype(np.int64) * _CELLS // (units + 1)
    everything = _around(_counted(across, down))
    found: list[Region] = []
    codes, labels = pd.factorize(names)
    order = np.argsort(codes, kind="stable")  # works without a label, -1, come first
    ends = np.searchsorted(codes[order], np.arange(len(labels) + 1))
    for name, start, end in zip(labels, ends, ends[1:], strict=False):
        own = order[start:end]
        if not name or len(own) < least:
            continue
        counts = _counted(across[own], down[own])
        smooth = _around(counts)
        inside = (smooth >= _SHARE * everything) & (smooth >= 2)
        for cells in _components(inside):
            rows, columns = np.array(sorted(cells)).T
            n = int(counts[rows, columns].sum())
            if n < least:
                continue
            # Among its densest cells the middle one: the name stands amid the works.
            best = int(smooth[rows, columns].argmax())
            here = (abs(down[own] - rows[best]) <= 1) & (abs(across[own] - columns[best]) <= 1)
            at = int(np.median(x[own][here])), int(np.median(y[own][here]))
            found.append(Region(display_label(str(name)), *at, n))
    return tuple(sorted(found, key=lambda region: (-region.n, region.name)))


def _counted(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    counts = np.bincount(down * _CELLS + across, minlength=_CELLS**2)
    return counts.reshape(_CELLS, _CELLS).astype(np.float64)


def _around(counts: np.ndarray) -> np.ndarray:
    """Counts of each cell and its eight neighbours, the nearer ones more."""
    padded = np.pad(counts, 1)
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4


def _components(inside: np.ndarray) -> list[set[tuple[int, int]]]:
    """Groups of cells that touch each other, also at a corner."""
    left = {(int(row), int(column)) for row, column in np.argwhere(inside)}
    found = []
    while left:
        group, edge = set(), [left.pop()]
        while edge:
            row, column = edge.pop()
            group.add((row, column))
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            edge.extend(near)
        found.append(group)
    return found
