"""The ensemble's members, one by one, and how they vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from artextract.evaluation.decision import render_decision
from charts.config import config
from charts.probability_bars import probability_bars
from labels import display_label, escape_markdown, percent
from model_display import ModelDisplay
from widgets.predict.prediction_results import Result

if TYPE_CHECKING:
    import numpy as np


def members(result: Result, display: ModelDisplay, *, key: str) -> None:
    """Show what every member predicts for a picture, task by task, and what decides their vote.

    Parameters
    ----------
    key
        Distinguishes the charts of several results.
    """
    prediction = result.prediction
    assert prediction is not None
    fitted = result.snapshot.store.ensemble()["tasks"]
    for task, models in prediction.probabilities.items():
        classes, true = prediction.classes[task], result.request.labels.get(task)
        st.subheader(escape_markdown(display_label(task)), anchor=False)
        st.plotly_chart(
            probability_bars(models, classes, display, top=3, true=true),
            key=f"bars-{key}-{task}",
            config=config(f"artextract-{task}"),
            alt=bars_description(task, models, classes, display),
        )
        st.caption(escape_markdown(render_decision(fitted[task], name=display.name)))


def bars_description(
    task: str, models: dict[str, np.ndarray], classes: list[str], display: ModelDisplay
) -> str:
    """What the bars of a task show, for who cannot see them."""
    return f"{display_label(task)}: " + "; ".join(
        f"{display.name(model)} {display_label(classes[int(values.argmax())])} "
        f"{percent(float(values.max()))}"
        for model, values in models.items()
    )
