"""Many pictures at a glance: one row each."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from labels import MODELS, spoken
from widgets.prediction_card import Result


def summary(exhibits: Iterable[Result]) -> pd.DataFrame:
    """One row per exhibit.

    Returns
    -------
    DataFrame with Picture and, for each task, the first choice of the ensemble (``Artist``), its
    probability (``Artist probability``, 0..1), the first choice of each network
    (``Artist, AlexNet``) and, where known, the true label (``Artist, true``); then Error.
    """
    rows = [
        {"Picture": exhibit.name} | _answers(exhibit) | {"Error": exhibit.error}
        for exhibit in exhibits
    ]
    frame = pd.DataFrame(rows)
    texts = [column for column in map(str, frame) if not column.endswith("probability")]
    frame[texts] = frame[texts].fillna("")
    return frame[[column for column in frame if column != "Error"] + ["Error"]]


def _answers(exhibit: Result) -> dict[str, object]:
    if exhibit.reading is None:
        return {}
    row: dict[str, object] = {}
    for task, models in exhibit.reading.probabilities.items():
        classes, title = exhibit.reading.classes[task], task.capitalize()
        row[title] = spoken(classes[int(models["ensemble"].argmax())])
        row[f"{title} probability"] = float(models["ensemble"].max())
        for model, values in models.items():
            if model != "ensemble":
                row[f"{title}, {MODELS[model]}"] = spoken(classes[int(values.argmax())])
        if task in exhibit.truth:
            row[f"{title}, true"] = spoken(exhibit.truth[task])
    return row
