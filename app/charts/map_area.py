"""Parts of a map as text for an address: a box, or what a lasso went around."""

from __future__ import annotations

import re

import numpy as np

CORNERS = 64  # of a lasso at most; the browser leaves out the least important ones
_DIGITS = 4  # of a coordinate, base 36: 65535 is "1ekf"
_TEXT = re.compile(rf"(?:[0-9a-z]{{{2 * _DIGITS}}}){{2,{CORNERS}}}")


def read_area(text: str) -> np.ndarray | None:
    """Corners of an area in units of a map, int64 (n, 2), x before y; None where it is none.

    Two corners are the opposite ones of a box. The text comes from anybody.

    >>> read_area("000000000a000b00")
    array([[    0,     0],
           [12960, 14256]])
    """
    if not isinstance(text, str) or not _TEXT.fullmatch(text):
        return None
    numbers = [int(text[i : i + _DIGITS], 36) for i in range(0, len(text), _DIGITS)]
    corners = np.array(numbers, np.int64).reshape(-1, 2)
    return corners if corners.max() <= 65_535 else None


def area_text(*values: int) -> str:
    """Coordinates (x, y, x, y, ...), 0..65535, as :func:`read_area` reads them.

    >>> area_text(0, 65535)
    '00001ekf'
    """
    return "".join(np.base_repr(value, 36).lower().zfill(_DIGITS) for value in values)


def inside(corners: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which points lie in an area: in a box with its edge, or in a polygon by the even-odd rule.

    Whole numbers only, so that the browser finds the same points.

    Parameters
    ----------
    corners
        As :func:`read_area` returns them.
    x, y
        Whole numbers, (n,).

    Returns
    -------
    bool (n,).
    """
    x, y = x.astype(np.int64), y.astype(np.int64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    box = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    if len(corners) == 2:
        return box
    rows = np.flatnonzero(box)
    px, py = x[rows], y[rows]
    odd = np.zeros(len(rows), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, 1, axis=0), strict=True):
        if ay == by:
            continue
        crosses = (ay > py) != (by > py)
        # Left of the edge, multiplied out: no division, nothing rounded.
        side = (px - ax) * (by - ay) - (bx - ax) * (py - ay)
        odd ^= crosses & ((side < 0) if by > ay else (side > 0))
    box[rows] = odd
    return box
