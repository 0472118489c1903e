"""Conformal p-values: what share of the collection's own held-out works look at least as strange.

Vovk et al. 2005, "Algorithmic learning in a random world"; as a test for outliers, Bates et al.
2023, "Testing for outliers with conformal p-values".
"""

from __future__ import annotations

import numpy as np


def conformal_p_values(held_out: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Share of held-out scores that are at least as high, the picture itself counted in.

    Parameters
    ----------
    held_out
        (n,) scores, higher = stranger, of works that had no part in what makes the scores.
    scores
        (m,) of new pictures.

    Returns
    -------
    float64 (m,), 1 / (n + 1) to 1, never rising as the score rises. Of pictures that come from
    where the held-out works come from, at most a share a has a p-value of a or less.
    """
    ordered = np.sort(np.asarray(held_out, np.float64))
    at_least = len(ordered) - np.searchsorted(ordered, np.asarray(scores, np.float64), side="left")
    return (1 + at_least) / (len(ordered) + 1)
