"""Metrics on a part of the test works: one genre, some decades, a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.evaluation.confusion import matrix, per_class
from artextract.evaluation.intervals import share_interval


@dataclass(frozen=True)
class Subset:
    """Which works count. Hashable, so that caches can go by it; all conditions hold together.

    Attributes
    ----------
    labels
        Of a column of the works table, such as a task or "creator", the values that count.
    years
        First and last year; works without a year do not count then.
    confidence
        Least and greatest probability of the predicted class, 0..1.
    works
        work_ids of a selection.
    """

    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    years: tuple[int, int] | None = None
    confidence: tuple[float, float] | None = None
    works: tuple[int, ...] | None = None

    def __bool__(self) -> bool:
        return self != Subset()

    def of(self, predictions: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
        """The rows of `predictions` whose works count.

        Parameters
        ----------
        predictions
            As :func:`artextract.evaluation.confusion.predictions` returns them.
        works
            As :meth:`artextract.store.Store.works` returns them.
        """
        rows = works.loc[predictions["work_id"]]
        inside = np.ones(len(predictions), bool)
        for column, wanted in self.labels:
            inside &= rows[column].isin(wanted).to_numpy()
        if self.years:
            between = rows["year"].between(*self.years).fillna(False)
            inside &= between.to_numpy(dtype=bool)
        if self.confidence:
            inside &= predictions["probability"].between(*self.confidence).to_numpy()
        if self.works is not None:
            inside &= predictions["work_id"].isin(self.works).to_numpy()
        return predictions[inside].reset_index(drop=True)


def figures(
    predictions: pd.DataFrame, names: Sequence[str], *, creators: Mapping[Any, Any] | None = None
) -> dict[str, Any]:
    """What metrics.json says of all test works, of those in `predictions`.

    Parameters
    ----------
    predictions
        As :func:`artextract.evaluation.confusion.predictions` returns them.
    names
        All classes.
    creators
        Who made each work, by work_id, where works by one artist are no independent evidence.

    Returns
    -------
    top1, top3, macro_f1, balanced_accuracy (0..1, the last two over the classes that occur),
    top1_ci95 (low, high) and n; NaN where there are no works.
    """
    right = (predictions["true"] == predictions["predicted"]).to_numpy()
    clusters = None
    if creators is not None:
        # A work by nobody known is evidence by itself.
        made = [(i, creators.get(i)) for i in predictions["work_id"].tolist()]
        clusters = [who if isinstance(who, str) and who else f"\0{i}" for i, who in made]
    table = per_class(predictions, names)
    counts = matrix(predictions, names)
    n = int(counts.to_numpy().sum())
    return {
        "top1": float(right.mean()) if n else float("nan"),
        "top1_ci95": share_interval(right, clusters),
        "top3": float((predictions["rank"] <= 3).mean()),
        "macro_f1": float(table["f1"].mean()),
        "balanced_accuracy": float(table["recall"].mean()),
        "n": n,
    }
