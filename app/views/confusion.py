"""Confusion: true labels against predicted labels, and the works in every cell."""

from functools import partial

import streamlit as st

from artextract.evaluation import confusion
from cache import collection
from cache.snapshot import take_snapshot
from charts.config import config
from charts.confusion_matrix import clicked_cell, matrix_figure
from labels import display_label
from model_display import ENSEMBLE, ModelDisplay
from widgets.cell_frame import cell_frame
from widgets.cell_works import Cell, cell_grids
from widgets.class_table import class_table
from widgets.csv_button import csv_button
from widgets.matrix_controls import choose_matrix
from widgets.missing import page_needs
from widgets.worst_confusions import worst_confusions

METHOD = f"""
Every test work counts once, with its most probable class as its predicted label. Test works took no
part in training, nor in fitting the weights of the vote. *Share of true label* divides a row by its
works, *share of predicted label* a column by its works. *Similarity* puts classes that are confused
with each other side by side (average-linkage clustering of the shares, optimal leaf order). The
dotted frame is the mirror of the chosen cell: the same two classes the other way round. With a
choice of classes, {confusion.REST} holds the rest; a work on its diagonal need not be predicted
correctly.
"""

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    works = collection.works(snapshot)
    if not store.metrics_path.exists():
        store.require_networks()
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")
    view = choose_matrix(store, display)
    predictions = {m: collection.predictions(snapshot, view.task, m) for m in view.models}
    classes = store.classes()[view.task]

ungrouped = predictions[view.model]
names = view.names(ungrouped, classes)
if view.classes:
    predictions = {m: confusion.group_other(p, view.classes) for m, p in predictions.items()}
counts = confusion.matrix(predictions[view.model], names)
baseline = confusion.matrix(predictions[view.baseline], names) if view.baseline else None
difference = counts if baseline is None else counts - baseline
values = view.values(counts, baseline)


def choose(true: str | None, predicted: str | None) -> None:
    """Open a cell."""
    st.session_state.true, st.session_state.predicted = true, predicted


def click() -> None:
    """Open the cell that was clicked in the chart."""
    if cell := clicked_cell(st.session_state.matrix, names):
        choose(*cell)


for side in ("true", "predicted"):  # of another task, or not among the chosen classes
    if st.session_state.get(side) not in (None, *names):
        st.session_state[side] = None

model = "The ensemble" if view.model == ENSEMBLE else display.name(view.model)
right = int((ungrouped["true"] == ungrouped["predicted"]).sum())
st.write(
    f"{model} predicts the true {display_label(view.task).lower()} of **{right:,}** of "
    f"**{len(ungrouped):,}** test works. "
    + "The colours show where a prediction is more or less frequent than with "
    f"{display.name(view.baseline or '')}. "
    * bool(view.baseline)
    + "**Click on a cell** to see the works in it."
)
left, beside = st.columns([11, 9], gap="large")
# Before the matrix, though it stands beside it: the browser draws in this order, and whoever
# clicked on a cell waits for the works in it.
with beside:
    with st.container(horizontal=True):
        true, predicted = (
            st.selectbox(
                label, names, index=None, format_func=display_label, key=key, bind="query-params"
            )
            for label, key in (("True label", "true"), ("Predicted label", "predicted"))
        )
    if true and predicted:
        st.button("All confusions", icon=":material/arrow_back:", on_click=choose, args=(None,) * 2)
        cells = [Cell(view.model, true, predicted)]
        if view.baseline:
            cells.append(Cell(view.baseline, true, predicted))
        elif true != predicted:
            cells.append(Cell(view.model, predicted, true))
        source = partial(collection.thumbnail_source, snapshot)
        cell_grids(cells, predictions, works, source, display, key=view.task)
    elif view.baseline:
        st.header(f"Errors that {model} makes more often", anchor=False)
        worst_confusions(confusion.worst(difference.clip(lower=0)), choose, shares=False)
    else:
        st.header("The worst confusions", anchor=False)
        worst_confusions(confusion.worst(counts), choose)

with left:
    with st.container(key="matrix_frame"):
        narrowest = 130 + 20 * len(names)  # pixels; a narrow screen scrolls
        st.html(f"<style>.st-key-matrix {{ min-width: {narrowest}px; }}</style>")
        st.plotly_chart(
            matrix_figure(values, difference, logarithmic=view.logarithmic, diagonal=view.diagonal),
            key="matrix",
            on_select=click,
            selection_mode="points",
            config=config(f"confusion-{view.task}-{view.model}"),
            alt=f"Confusion matrix of {model} on {view.task}, {len(names)} rows and columns. The "
            "same cells can be chosen with the two lists beside it.",
        )
    cell_frame(
        "matrix", (names.index(true), names.index(predicted)) if true and predicted else None
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        csv_button("Matrix as CSV", values, f"confusion-{view.task}-{view.model}.csv", index=True)
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(METHOD)

st.header("Metrics per class", anchor=False, divider="gray")
class_table(confusion.per_class(ungrouped, classes), view.task, display.name(view.model))
