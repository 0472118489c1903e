"""Confusion: what is taken for what, and which paintings they are."""

from functools import partial

import streamlit as st

from artextract.evaluation import confusion
from artextract.store import StoreError
from cache import store as cached
from charts.config import config
from charts.confusion_matrix import clicked_cell, matrix_figure
from labels import MODELS, spoken
from widgets.cell_frame import cell_frame
from widgets.cell_works import Cell, cell_table, cell_walls
from widgets.class_table import class_table
from widgets.csv_button import csv_button
from widgets.matrix_view import choose_view
from widgets.notices import explain_missing
from widgets.worst_confusions import worst_list

METHOD = f"""
Every test work counts once, with the most probable class as its answer. Test works took no part in
training, nor in fitting the weights of the vote. *Share of the class* divides a row by its works,
*share of the answer* a column by its answers. *Likeness* puts classes that are taken for each other
side by side (average-linkage clustering of the shares, optimal leaf order). The dotted frame is the
mirror of the chosen cell: the same two classes the other way round. With a choice of classes,
{confusion.REST} holds the rest; a work on its diagonal need not be recognised.
"""

store = cached.store()
root = str(store.root.absolute())
try:
    version = cached.version(store)
    works = cached.works(root, version)
    if not store.metrics_path.exists():
        store.require_networks()
    view = choose_view(store)
    said = {name: cached.predictions(root, version, view.task, name) for name in view.models}
    classes = store.classes()[view.task]
except StoreError as error:
    explain_missing(error)
    st.stop()

everything = said[view.model]
names = view.names(everything, classes)
if view.kept:
    said = {name: confusion.group_other(rows, view.kept) for name, rows in said.items()}
counts = confusion.matrix(said[view.model], names)
others = confusion.matrix(said[view.minus], names) if view.minus else counts * 0
shown = counts - others
if view.by:
    shown = confusion.shares(counts, view.by).fillna(0) - confusion.shares(others, view.by).fillna(
        0
    )


def choose(true: str | None, pred: str | None) -> None:
    """Open a cell."""
    st.session_state.true, st.session_state.pred = true, pred


def click() -> None:
    """Open the cell that was clicked in the chart."""
    if cell := clicked_cell(st.session_state.matrix, names):
        choose(*cell)


for side in ("true", "pred"):  # of another task, or not among the chosen classes
    if st.session_state.get(side) not in (None, *names):
        st.session_state[side] = None

who, other = MODELS.get(view.model, view.model), MODELS.get(view.minus or "", view.minus)
right = int((everything["true"] == everything["predicted"]).sum())
st.write(
    f"{'The ensemble' if view.model == 'ensemble' else who} finds the right {view.task} for "
    f"**{right:,}** of **{len(everything):,}** works that it never saw. "
    + (f"The colours tell where it gives an answer more or less often than {other}. " * bool(other))
    + "A row is what a work is, a column what it was taken for. **Click on a cell** to see the "
    "paintings in it."
)
left, beside = st.columns([11, 9], gap="large")
with beside, st.container(horizontal=True):
    true, pred = (
        st.selectbox(label, names, index=None, format_func=spoken, key=key, bind="query-params")
        for label, key in (("What it is", "true"), ("Taken for", "pred"))
    )
# Before the matrix, though it stands beside it: the browser draws in this order, and whoever
# clicked on a cell effective_patience for the paintings.
with beside:
    if true and pred:
        st.button(
            "All confusions", icon=":material/arrow_back:", on_click=choose, args=(None, None)
        )
        cells = [(view.model, true, pred)]
        if view.minus:
            cells.append((view.minus, true, pred))
        elif true != pred:
            cells.append((view.model, pred, true))
        cell_walls(
            [Cell(*cell, cell_table(said, *cell, works), said[cell[0]]) for cell in cells],
            partial(cached.thumbnail_source, root, version),
            key=view.task,
        )
    elif view.minus:
        st.subheader(f"Mistakes that {who} makes more often", anchor=False)
        worst_list(confusion.worst((counts - others).clip(lower=0)), choose, shares=False)
    else:
        st.subheader("The worst confusions", anchor=False)
        worst_list(confusion.worst(counts), choose)

with left:
    with st.container(key="matrix_frame"):
        # On a phone many classes are pushed sideways rather than squeezed until nobody can read.
        st.html(
            "<style>.st-key-matrix_frame { overflow-x: auto; }"
            f".st-key-matrix {{ min-width: {130 + 20 * len(names)}px; }}</style>"
        )
        st.plotly_chart(
            matrix_figure(
                shown,
                counts - others,
                logarithmic=view.logarithmic,
                diagonal=view.diagonal,
            ),
            key="matrix",
            on_select=click,
            selection_mode="points",
            config=config(f"confusion-{view.task}-{view.model}"),
            alt=f"Confusion matrix of {who} on {view.task}, {len(names)} rows and columns. The "
            "same cells can be chosen with the two lists beside it.",
        )
    cell_frame("matrix", (names.index(true), names.index(pred)) if true and pred else None)
    with st.container(horizontal=True, vertical_alignment="center"):
        csv_button("Matrix as CSV", shown, f"confusion-{view.task}-{view.model}.csv", index=True)
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(METHOD)

st.header("Class by class", anchor=False, divider="gray")
class_table(confusion.per_class(everything, classes), view.task, who)
