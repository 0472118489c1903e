"""The labels of a work, and what the models predicted for it when they were evaluated."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from artextract.collection.images import PictureError
from artextract.evaluation.confusion import evaluated
from artextract.store import Snapshot, Store, StoreError
from cache import collection, networks
from cache.snapshot import rerun_if_changed
from charts.config import config
from charts.probability_bars import probability_bars
from labels import SPLITS, display_label, escape_markdown, predicted_markdown, true_markdown
from messages import error_markdown
from model_display import ENSEMBLE, ModelDisplay
from widgets.frame.missing import explain_missing, section_needs
from widgets.works.attention import attention
from widgets.works.prediction_members import bars_description


def stored_predictions(store: Store, work_id: int) -> dict[str, dict[str, np.ndarray]]:
    """Probabilities that the evaluation kept: ``{task: {model: (n_classes,)}}``.

    Raises
    ------
    StoreError
        If there is no network or no evaluation.
    """
    if not store.metrics_path.exists():
        store.require_networks()
    found: dict[str, dict[str, np.ndarray]] = {}
    for task, models in evaluated(store).items():
        for model in models:
            ids, probabilities = store.probabilities(task, model)
            row = np.flatnonzero(ids == work_id)
            if len(row):
                values = np.asarray(probabilities[row[0]], dtype=float)
                found.setdefault(task, {})[model] = values
    return found


def work_labels(store: Store, work: dict[str, Any], display: ModelDisplay) -> None:
    """Show true and predicted labels, the probabilities, and a way to predict the work anew.

    Parameters
    ----------
    work
        A row of the works table.
    """
    missing: StoreError | None = None
    predictions: dict[str, dict[str, np.ndarray]] = {}
    try:
        predictions = stored_predictions(store, work["work_id"])
    except StoreError as error:
        missing = error
    tasks = store.tasks()
    st.markdown(label_table(store, work, predictions))
    st.caption(SPLITS.get(work["split"], ""))
    if missing:
        explain_missing(missing)
    elif not predictions:
        st.caption(
            "Predictions of works that the networks were trained on are not kept: they would only "
            "show how well the networks remember."
        )
    if told := [task for task in tasks if predictions.get(task)]:
        for task, tab in zip(told, st.tabs([display_label(task) for task in told]), strict=True):
            with tab:
                _probabilities(store, work, task, predictions[task], display)

    def choose() -> None:
        st.session_state.picker_choice = work["work_id"]

    if st.button("Predict it now", icon=":material/image_search:", on_click=choose):
        st.switch_page("views/predict.py")


def label_table(
    store: Store, work: dict[str, Any], predictions: dict[str, dict[str, np.ndarray]]
) -> str:
    """A table in Markdown with a row per task: the true label, and what the ensemble predicts.

    Parameters
    ----------
    predictions
        As :func:`stored_predictions` returns them; without any the table has no such column.
    """
    head = ["Task", "True", *["Predicted by the ensemble"] * bool(predictions)]
    lines = [head, ["---"] * len(head)]
    for task in store.tasks():
        label = work[task] if isinstance(work[task], str) else None
        row = [f"**{escape_markdown(display_label(task))}**"]
        row.append(true_markdown(label) if label else ":gray[not labelled]")
        if predictions:
            values = predictions.get(task, {}).get(ENSEMBLE)
            row.append("" if values is None else _predicted(values, store.classes()[task], label))
        lines.append(row)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _predicted(values: np.ndarray, classes: list[str], true: str | None) -> str:
    best = int(values.argmax())
    text = predicted_markdown(classes[best], float(values[best]))
    if true is None:
        return text
    mark = ":green[:material/check: right]" if classes[best] == true else ""
    return f"{text} {mark or ':red[:material/close: wrong]'}"


def _probabilities(
    store: Store,
    work: dict[str, Any],
    task: str,
    probabilities: dict[str, np.ndarray],
    display: ModelDisplay,
) -> None:
    label = work[task] if isinstance(work[task], str) else None
    name, classes = display_label(task), store.classes()[task]
    st.plotly_chart(
        probability_bars(probabilities, classes, display, top=3, true=label),
        key=f"bars-{task}",
        config=config(f"work-{work['work_id']}-{task}"),
        alt=bars_description(task, probabilities, classes, display),
    )
    if label and work[f"{task}_split"] == "test":
        predicted = classes[int(probabilities[ENSEMBLE].argmax())]
        st.page_link(
            "views/confusion.py",
            label="Works with the same true and predicted label",
            icon=":material/grid_on:",
            query_params={"task": name, "true": display_label(label)}
            | {"predicted": display_label(predicted)},
        )


@st.fragment
def work_attention(work: dict[str, Any], snapshot: Snapshot, display: ModelDisplay) -> None:
    """Grad-CAM, once somebody asks for it: browsing must not load the networks."""
    number = work["work_id"]
    st.header("What the networks look at", anchor=False, divider="gray")
    wanted = st.session_state.get("attention_of") == number
    if not wanted and not st.button("Show it on the picture", icon=":material/highlight:"):
        st.caption("It takes a second or two, and longer where the networks are not loaded yet.")
        return
    st.session_state.attention_of = number
    rerun_if_changed(snapshot)  # not before: the click on the button would be lost
    with section_needs():
        try:
            with st.spinner("Predicting …"):
                content = collection.original(snapshot, work["path"])
                prediction = networks.predict(content, networks.answering(snapshot))
        except PictureError as error:
            st.caption(error_markdown(error))
        else:
            attention(prediction, snapshot, display, key=f"work-{number}")
