"""Whether a picture looks like nothing in the collection: a photograph of a page of text, say.

Its nearest works are compared with how near to each other the collection's own works are. A linear
head gives every picture to some class, often with much confidence; the features'
mean_knn_similarity tells
more of whether it is a painting at all (Sun et al. 2022, "Out-of-Distribution Detection with Deep
Nearest Neighbors").
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from artextract.oeuvres.similarity.neighbours import Neighbours

K = 5  # nearest works whose mean similarity counts: one alone may be an oddity itself
SAMPLE = 500  # works of the collection that are asked; the 1st percentile stands on five of them
SHARE = 0.01  # of the collection's own works that lie as far from their nearest or farther


def mean_knn_similarity(similarities: np.ndarray) -> float:
    """Mean of the `K` largest cosines (n,), of those known: at most 1, higher = more alike."""
    known = similarities[np.isfinite(similarities)]
    return float(np.sort(known)[-K:].mean()) if len(known) else float("nan")


def threshold(
    neighbours: Neighbours, duplicates: pd.DataFrame, *, share: float = SHARE, seed: int = 0
) -> float:
    """Nearness below which a picture is farther from all works than nearly all works are.

    Parameters
    ----------
    neighbours
        Of the collection.
    duplicates
        With work_id and other: pairs that show the same picture, which count for nothing.
    share
        Of the collection's works that are below it, 0..1.
    seed
        Of the sample of works that are asked, where there are more than `SAMPLE`.

    Returns
    -------
    A cosine; NaN with fewer than two works.
    """
    n = len(neighbours.embedding)
    rng = np.random.default_rng(seed)
    asked = rng.choice(n, SAMPLE, replace=False) if n > SAMPLE else np.arange(n)
    copies: dict[int, set[int]] = {}
    for a, b in duplicates[["work_id", "other"]].to_numpy().tolist():
        copies.setdefault(a, set()).add(b)
        copies.setdefault(b, set()).add(a)
    found = []
    for row in asked.tolist():
        similarities = neighbours.similarities(np.asarray(neighbours.embedding[row]))
        similarities[[row, *copies.get(row, ())]] = np.nan
        found.append(mean_knn_similarity(similarities))
    known = np.array(found)[np.isfinite(found)]
    return float(np.quantile(known, share)) if len(known) > 1 else float("nan")
