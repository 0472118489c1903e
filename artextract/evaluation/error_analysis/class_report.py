"""All that there is to know of one class: how often it is found, what it is confused with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.evaluation.intervals import share_interval


@dataclass(frozen=True)
class Share:
    """A share of works with its 95 % interval."""

    part: int
    whole: int
    low: float  # 0..1; NaN where there are no works
    high: float

    @property
    def value(self) -> float:
        """0..1; NaN where there are no works."""
        return self.part / self.whole if self.whole else float("nan")


@dataclass(frozen=True)
class ClassReport:
    """What a model makes of one class.

    Attributes
    ----------
    recall
        Share of its works that are predicted as this class.
    precision
        Share of the works predicted as this class that have the label.
    top3
        Share of its works whose true label is among the three most probable.
    f1
        Harmonic mean of recall and precision, 0..1.
    goes_to, comes_from
        label, works and share (0..1): as what its works are predicted, and of which classes the
        works are that are predicted as it; most works first, without the class itself.
    missed, wrong
        Its works that are predicted as another class, and works of other classes that are predicted
        as it, surest first.
    typical
        Its works that are predicted correctly, surest first.
    """

    name: str
    recall: Share
    precision: Share
    top3: Share
    f1: float
    goes_to: pd.DataFrame
    comes_from: pd.DataFrame
    missed: pd.DataFrame
    wrong: pd.DataFrame
    typical: pd.DataFrame


def class_report(
    predictions: pd.DataFrame, name: str, *, creators: Mapping[Any, Any] | None = None
) -> ClassReport:
    """Report on one class.

    Parameters
    ----------
    predictions
        As :func:`artextract.evaluation.confusion.predictions` returns them.
    name
        The class.
    creators
        Who made each work, by work_id, where works by one artist are no independent evidence, as on
        genre and style: intervals are wider then. See
        :func:`artextract.evaluation.intervals.share_interval`.
    """
    surest = predictions.sort_values(["probability", "work_id"], ascending=[False, True])
    own, given = surest[surest["true"] == name], surest[surest["predicted"] == name]
    found = (own["predicted"] == name).to_numpy()
    right = (given["true"] == name).to_numpy()
    hits = int(found.sum())
    return ClassReport(
        name=name,
        recall=_share(found, own, creators),
        precision=_share(right, given, creators),
        top3=_share((own["rank"] <= 3).to_numpy(), own, creators),
        f1=2 * hits / (len(own) + len(given)) if len(own) + len(given) else float("nan"),
        goes_to=_counts(own["predicted"][~found], len(own)),
        comes_from=_counts(given["true"][~right], len(given)),
        missed=own[~found],
        wrong=given[~right],
        typical=own[found],
    )


def _share(right: np.ndarray, rows: pd.DataFrame, creators: Mapping[Any, Any] | None) -> Share:
    clusters = None
    if creators is not None:
        made = [(i, creators.get(i)) for i in rows["work_id"].tolist()]
        clusters = [who if isinstance(who, str) and who else f"\0{i}" for i, who in made]
    return Share(int(right.sum()), len(right), *share_interval(right, clusters))


def _counts(labels: pd.Series, of: int) -> pd.DataFrame:
    counts = labels.value_counts()
    table = pd.DataFrame({"label": counts.index.astype(object), "works": counts.to_numpy()})
    table = table.sort_values(["works", "label"], ascending=[False, True], ignore_index=True)
    return table.assign(share=table["works"] / max(of, 1))
