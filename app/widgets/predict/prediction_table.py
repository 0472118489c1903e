"""Predictions as a table: one row per picture."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from artextract.oeuvres.open_set.status import is_doubtful, name_of
from labels import display_label
from model_display import ENSEMBLE, ModelDisplay
from widgets.predict.prediction_results import Result


def prediction_frame(results: Iterable[Result], display: ModelDisplay) -> pd.DataFrame:
    """One row per result.

    Returns
    -------
    DataFrame with Picture, Status and, for each task, the predicted label of the ensemble
    (``Artist``), its probability (``Artist probability``, 0..1), the labels that are not ruled out
    (``Artist, 90 % confidence``), the label of each network (``Artist, AlexNet``) and, where known,
    the true one (``Artist, true``); then Error. Where the status says that the label is no answer,
    probability and labels that are not ruled out are missing.
    """
    frame = pd.DataFrame(
        [
            {"Picture": result.request.name} | _row(result, display) | {"Error": result.error}
            for result in results
        ]
    )
    texts = [column for column in map(str, frame) if not column.endswith("probability")]
    frame[texts] = frame[texts].fillna("")
    return frame[[column for column in frame if column != "Error"] + ["Error"]]


def _row(result: Result, display: ModelDisplay) -> dict[str, object]:
    if result.prediction is None:
        return {}
    status = result.prediction.status
    row: dict[str, object] = {"Status": display_label(name_of(status))}
    for task, models in result.prediction.probabilities.items():
        classes, title = result.prediction.classes[task], display_label(task)
        row[title] = display_label(classes[int(models[ENSEMBLE].argmax())])
        doubtful = is_doubtful(status, task)
        row[f"{title} probability"] = None if doubtful else float(models[ENSEMBLE].max())
        if task in result.prediction.sets:
            made = result.prediction.sets[task]
            names = "; ".join(map(display_label, made.labels))
            row[f"{title}, {100 * made.level:g} % confidence"] = "" if doubtful else names
        for model, values in models.items():
            if model != ENSEMBLE:
                label = display_label(classes[int(values.argmax())])
                row[f"{title}, {display.name(model)}"] = label
        if task in result.request.labels:
            row[f"{title}, true"] = display_label(result.request.labels[task])
    return row
