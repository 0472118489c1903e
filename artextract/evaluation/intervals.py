"""Confidence intervals of shares, also where works are no independent evidence of each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_Z = 1.96  # of a 95 % interval


def wilson(share: npt.ArrayLike, n: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a share (Wilson 1927), which stays within 0..1 where that is near an end.

    Parameters
    ----------
    share
        0..1, any shape.
    n
        What it is a share of, as many or one; need not be whole. Of nothing, the interval is NaN.

    Returns
    -------
    Low and high, 0..1, of the shape of `share`.

    Examples
    --------
    >>> low, high = wilson(0.5, 2)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0945, 0.9055)
    """
    p, n = np.asarray(share, float), np.asarray(n, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
        return centre - half, centre + half


def share_interval(
    right: npt.ArrayLike, clusters: npt.ArrayLike | None = None
) -> tuple[float, float]:
    """95 % interval of the share of True in `right`.

    With clusters (works by one artist are not independent evidence on genre or style) the variance
    is that of the clusters' totals, and Wilson's interval is taken for as many independent works as
    would have it: the effective sample size of Korn and Graubard (1998). Closed, so that a page may
    ask for it at every click; it agrees with the bootstrap of whole clusters in metrics.json.

    Parameters
    ----------
    right
        bool (n,).
    clusters
        To which cluster each belongs, (n,). None: all are independent.

    Returns
    -------
    Low and high, 0..1; NaN where there is nothing.
    """
    right = np.asarray(right, bool)
    n, p = len(right), float(right.mean()) if len(right) else np.nan
    size = float(n)
    if clusters is not None and n:
        number = np.unique(np.asarray(clusters), return_inverse=True)[1]
        sizes, sums = np.bincount(number), np.bincount(number, weights=right)
        groups = len(sizes)
        size = float(groups)  # all right, or all wrong: no cluster tells of the others' spread
        if groups > 1 and 0 < p < 1:
            variance = ((sums - p * sizes) ** 2).sum() * groups / (groups - 1) / n**2
            size = min(float(n), p * (1 - p) / variance) if variance > 0 else float(n)
    low, high = wilson(p, size)
    return float(low), float(high)
