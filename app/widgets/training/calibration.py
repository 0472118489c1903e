"""Whether the models' probabilities are calibrated, and how they vote."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from artextract.evaluation.decision import render_decision
from artextract.inference.prediction_sets import PredictionSets
from artextract.inference.voting import Vote
from artextract.store import Snapshot, StoreError
from cache import collection
from charts.config import config
from charts.learning_curves import reliability_diagram
from labels import display_label, escape_markdown, percent, works_count
from model_display import ModelDisplay


def calibration(snapshot: Snapshot, task: str, display: ModelDisplay) -> None:
    """Show the reliability diagram, weights, temperatures and calibration errors.

    Raises
    ------
    StoreError
        If the task was not evaluated.
    """
    store = snapshot.store
    fitted = store.ensemble()["tasks"]
    if task not in fitted:
        raise StoreError(f"no network knows {task}", command="artextract train")
    vote = Vote.read(fitted[task])
    settings = vote.settings()
    tables = {model: collection.calibration(snapshot, task, model) for model in settings}
    metrics = store.metrics()[task]
    left, right = st.columns([11, 9], gap="large")
    with left:
        st.plotly_chart(
            reliability_diagram(tables, display),
            key="reliability",
            config=config(f"reliability-{task}"),
            alt=f"Reliability diagram on {display_label(task)}: confidence against accuracy",
        )
    with right:
        st.write(
            "Probabilities are calibrated if, of all predictions with 60 %, about 60 in 100 are "
            "right: then the points lie on the dotted diagonal. Below it a model is overconfident, "
            "above it underconfident. Larger points stand for more works; the bars are 95 % "
            "intervals. Click on a name to show or hide it."
        )
        st.write(escape_markdown(render_decision(fitted[task], name=display.name)))
        table = pd.DataFrame(
            {
                "Model": [display.name(model) for model in settings],
                "Weight": ["" if w is None else _weight(w, vote) for w, _ in settings.values()],
                "Temperature": ["" if t is None else f"{t:.2f}" for _, t in settings.values()],
                "Calibration error": [
                    percent(metrics[model]["ece"]) if metrics.get(model) else ""
                    for model in settings
                ],
            }
        )
        st.dataframe(
            table,
            hide_index=True,
            alt=f"Weights, temperatures and calibration errors on {display_label(task)}",
        )
        sets = PredictionSets.read(fitted[task])
        figures = metrics["ensemble"].get("sets")
        if sets and figures:
            st.write(_sets(sets, figures))
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(
                f"Temperatures and weights are fitted on {fitted[task]['n_validation']:,} "
                f"validation works{_beside(fitted[task])} by log-loss, never on test works. A "
                "network's logits are divided by its temperature, which is above 1 where it was "
                "overconfident. A linear vote is the weighted mean of the probabilities; such a "
                "mean is underconfident, so it has a temperature of its own. A log-linear vote is "
                "their weighted geometric mean, and its weights are exponents, each fitted by "
                "itself or one for the best few members. A vote is kept only where works that it "
                "was not fitted on are predicted better by more than one standard error; else the "
                "best member votes alone. The "
                "calibration error is the mean gap between confidence and accuracy over 15 bins, "
                "weighted by their works (ECE)."
            )
            st.write(
                "A set holds the labels that cannot be ruled out: the most probable one and those "
                "below it, as long as the probability above them is no larger than it is for the "
                "true label of 90 % of validation works, or of whatever share was asked for. Each "
                "of these works is predicted by a vote fitted without it. The promise holds over "
                "all works like the collection's, not for each class or artist by itself. No set "
                "is empty: where the first label alone is right more often than promised, so are "
                "the sets."
            )


def _sets(sets: PredictionSets, figures: dict[str, Any]) -> str:
    name = f"**{100 * sets.level:g} % sets**"
    if math.isinf(sets.quantile):
        return f"{name}: too few validation works to rule out any label."
    text = (
        f"{name}, the labels that cannot be ruled out: {100 * figures['coverage']:.1f} % of them "
        f"contain the true label of a test work; {figures['size']:.2f} labels on average, "
        f"{percent(figures['singletons'])} of the sets have one."
    )
    worst = [
        f"{escape_markdown(display_label(group['name']))} ({percent(group['coverage'])} of "
        f"{works_count(group['n'])})"
        for group in (figures["worst_class"], figures["worst_creator"])
        if group
    ]
    return f"{text} Least often: {', '.join(dict.fromkeys(worst))}." if worst else text


def _weight(weight: float, vote: Vote) -> str:
    return percent(weight) if vote.pooling == "linear" else f"{weight:.2f}"


def _beside(fitted: Mapping[str, Any]) -> str:
    n = fitted.get("n_out_of_fold", 0)
    return f" and {works_count(n)} of training, by networks that had not seen them," if n else ""
