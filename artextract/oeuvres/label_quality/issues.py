"""The works of a task whose label is doubtful, the most doubtful first, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.oeuvres.label_quality.confident_learning import (
    ConfidentLearning,
    confident_learning,
)

NEAREST = 10  # works that are named, and whose labels are counted
MANY = 3  # of the nearest works with the label suggested, from which that is worth saying
COLUMNS = {
    "task": "str",
    "work_id": "int32",
    "label": "str",
    "suggested": "str",
    "label_probability": "float32",
    "suggested_probability": "float32",
    "log_odds": "float32",
    "p_value": "float32",
    "suspected": "bool",
    "reasons": "object",
    "nearest": "object",
}


@dataclass(frozen=True)
class LabelledWorks:
    """The n labelled works of a task.

    Attributes
    ----------
    task
        Its name.
    classes
        Names, in the order of the columns of probabilities.
    work_ids
        int64 (n,).
    labels
        Class numbers (n,).
    pictures
        int (n,): works of one number show the same picture.
    nearest
        int64 (n, k): work_ids of the nearest works of other pictures, nearest first; -1 where there
        are no more.
    """

    task: str
    classes: list[str]
    work_ids: np.ndarray
    labels: np.ndarray
    pictures: np.ndarray
    nearest: np.ndarray


def label_issues(probabilities: np.ndarray, works: LabelledWorks) -> pd.DataFrame:
    """List the works for which another label is more probable, or whose picture has two labels.

    Parameters
    ----------
    probabilities
        float (n, n_classes), by whatever has not seen the works; NaN rows are not judged.
    works
        In the order of the rows.

    Returns
    -------
    DataFrame, most doubtful first, with :data:`COLUMNS`: see
    :class:`artextract.oeuvres.label_quality.confident_learning.ConfidentLearning`; reasons is a
    list of codes with numbers (:mod:`artextract.oeuvres.label_quality.reasons`), nearest a list of
    work_ids.
    """
    rows = np.flatnonzero(np.isfinite(probabilities).all(axis=1))
    if not len(rows):
        return _empty()
    found = confident_learning(probabilities[rows], works.labels[rows])
    twice = _labelled_twice(works)
    listed = (found.log_odds > 0) | np.isin(rows, list(twice))
    order = np.lexsort((works.work_ids[rows], -found.log_odds))
    places = [place for place in order if listed[place]]
    label_of = dict(zip(works.work_ids.tolist(), works.labels.tolist(), strict=True))
    table = [_entry(works, found, place, rows[place], twice, label_of) for place in places]
    return pd.DataFrame(table, columns=list(COLUMNS)).astype(COLUMNS) if table else _empty()


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})


def _labelled_twice(works: LabelledWorks) -> dict[int, int]:
    """Row of each work whose picture has another label too: the row of that other one."""
    order = np.lexsort((works.work_ids, works.pictures))
    found: dict[int, int] = {}
    pictures = works.pictures[order]
    for stretch in np.split(order, np.flatnonzero(np.diff(pictures)) + 1):
        if len(stretch) < 2:
            continue
        for row in stretch:
            others = stretch[works.labels[stretch] != works.labels[row]]
            if len(others):
                found[int(row)] = int(others[0])
    return found


def _entry(
    works: LabelledWorks,
    found: ConfidentLearning,
    place: int,
    row: int,
    twice: dict[int, int],
    label_of: dict[int, int],
) -> dict[str, Any]:
    label = works.classes[works.labels[row]]
    suggested = works.classes[found.suggested[place]]
    shares = {
        "label_probability": float(found.label_probability[place]),
        "suggested_probability": float(found.suggested_probability[place]),
    }
    named = {"label": label, "suggested": suggested}
    nearest = [int(work) for work in works.nearest[row][:NEAREST] if work >= 0]
    near = [label_of[work] for work in nearest if work in label_of]
    reasons: list[dict[str, Any]] = []
    if (other := twice.get(int(row))) is not None:
        there = {"work_id": int(works.work_ids[other]), "label": works.classes[works.labels[other]]}
        reasons.append({"code": "same_picture"} | there)
    if found.log_odds[place] > 0:
        reasons.append({"code": "predicted_other"} | named | shares)
    counts = {
        "suggested_count": near.count(int(found.suggested[place])),
        "label_count": near.count(int(works.labels[row])),
        "of": len(near),
    }
    if counts["suggested_count"] >= max(MANY, counts["label_count"] + 1):
        reasons.append({"code": "neighbours"} | named | counts)
    return (
        {"task": works.task, "work_id": int(works.work_ids[row])}
        | named
        | shares
        | {
            "log_odds": found.log_odds[place],
            "p_value": found.p_value[place],
            "suspected": bool(found.suspected[place]),
            "reasons": reasons,
            "nearest": nearest,
        }
    )
