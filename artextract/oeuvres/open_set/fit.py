"""Which works the detector of outside pictures is fitted on, and which it is calibrated on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.images import PictureError, open_picture
from artextract.oeuvres.open_set.detector import OpenSetConfig, OpenSetDetector, spaced
from artextract.oeuvres.open_set.image_statistics import SIDE, STATISTICS, image_statistics
from artextract.progress import Advance, ignore
from artextract.store import Store

MIN_TRAIN = 20  # works; with fewer there is nothing to compare with


def fit_open_set(
    store: Store,
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
    works
        Rows of the works table, in the order of `features` (n, n_features) and `artists` (n,).

    Returns
    -------
    The detector, and ``{"fitted", "held_out", "splits"}``; where works are too few the detector is
    empty and `fitted` is false.
    """
    split = works["split"].to_numpy()
    needed = int(np.ceil(1 / min(config.alpha_picture, config.alpha_artist))) - 1
    splits = ["val"] if (split == "val").sum() >= needed else ["val", "test"]
    train, held = np.flatnonzero(split == "train"), np.flatnonzero(np.isin(split, splits))
    measured = np.union1d(train[spaced(len(train), config.measured)] if len(train) else [], held)
    measured = measured.astype(int)
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
            advance(1, total=len(measured), note="low-level statistics")
    held = held[np.isfinite(statistics[held]).all(axis=1)]
    result = {"fitted": True, "held_out": len(held), "splits": splits}
    if len(held) < needed or np.isfinite(statistics[train]).all(axis=1).sum() < MIN_TRAIN:
        return OpenSetDetector.empty(), result | {"fitted": False}
    detector = OpenSetDetector.fit(
        features, artists, statistics, train=train, held_out=held, config=config
    )
    return detector, result
