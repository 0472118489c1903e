"""Which works the detector of outside pictures is fitted on, and which it is calibrated on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.images import PictureError, open_picture
from artextract.oeuvres.open_set.description import Describer
from artextract.oeuvres.open_set.detector import OpenSetConfig, OpenSetDetector, spaced
from artextract.oeuvres.open_set.image_statistics import SIDE, STATISTICS, image_statistics
from artextract.progress import Advance, ignore
from artextract.store import Store, StoreError

MIN_TRAIN = 20  # works; with fewer there is nothing to compare with


def fit_open_set(
    store: Store,
    name: str,
    works: pd.DataFrame,
    features: np.ndarray,
    artists: np.ndarray,
    *,
    config: OpenSetConfig,
    advance: Advance = ignore,
) -> tuple[OpenSetDetector, dict[str, Any]]:
    """Fit on training works; calibrate on validation works, on test works too where they are few.

    Nothing is chosen by the works that it is calibrated on, so test works serve as well as others
    where validation works alone could never give a p-value as low as what raises an alarm.

    Parameters
    ----------
    name
        Of the embedding, whose networks describe the works; where they are no longer there, the
        features are the description.
    works
        Rows of the works table, in the order of `features` (n, n_features) and `artists` (n,).

    Returns
    -------
    The detector, and ``{"fitted", "held_out", "splits", "described"}``; where works are too few the
    detector is empty and `fitted` is false. `described` is whether the networks did it.
    """
    split = works["split"].to_numpy()
    needed = int(np.ceil(1 / min(config.alpha_picture, config.alpha_artist))) - 1
    splits = ["val"] if (split == "val").sum() >= needed else ["val", "test"]
    train, held = np.flatnonzero(split == "train"), np.flatnonzero(np.isin(split, splits))
    measured = np.union1d(train[spaced(len(train), config.measured)] if len(train) else [], held)
    measured = measured.astype(int)
    described = np.union1d(train[spaced(len(train), config.described)] if len(train) else [], held)
    described, describer = described.astype(int), Describer(store, name)
    total = len(measured) + len(described)
    statistics = np.full((len(works), len(STATISTICS)), np.nan)

    def one(digest: str) -> np.ndarray:
        try:
            return image_statistics(open_picture(store.thumbnail(digest), min_side=SIDE))
        except PictureError:
            return np.full(len(STATISTICS), np.nan)

    with ThreadPoolExecutor(2) as pool:
        found = pool.map(one, works["digest"].iloc[measured])
        for row, values in zip(measured, found, strict=True):
            statistics[row] = values
            advance(1, total=total, note="low-level statistics")
    held = held[np.isfinite(statistics[held]).all(axis=1)]
    result = {"fitted": True, "held_out": len(held), "splits": splits, "described": False}
    if len(held) < needed or np.isfinite(statistics[train]).all(axis=1).sum() < MIN_TRAIN:
        return OpenSetDetector.empty(), result | {"fitted": False}
    descriptions, widths = _describe(
        describer,
        works["digest"].to_numpy(),
        described,
        lambda n: advance(n, total=total, note="how the artists paint"),
    )
    detector = OpenSetDetector.fit(
        features,
        artists,
        statistics,
        train=train,
        held_out=held,
        descriptions=descriptions,
        widths=widths,
        config=config,
    )
    return detector, result | {"described": descriptions is not None}


def _describe(
    describer: Describer,
    digests: np.ndarray,
    rows: np.ndarray,
    on_batch: Callable[[int], object],
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Descriptions (n, sum(widths)) of some works, NaN for the others, and the widths."""
    try:
        widths = describer.widths()
    except StoreError:
        return None, None
    descriptions = np.full((len(digests), int(widths.sum())), np.nan, np.float32)
    descriptions[rows] = describer(
        [describer.store.thumbnail(digest) for digest in digests[rows]],
        on_batch=on_batch,
    )
    return descriptions, widths
