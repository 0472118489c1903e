"""Confusion: true labels against predicted labels, the works in every cell, and two models."""

from functools import partial

import pandas as pd
import streamlit as st

from artextract.evaluation import confusion
from artextract.evaluation.error_analysis import comparison
from artextract.evaluation.error_analysis.subset import figures
from cache import collection
from cache.snapshot import take_snapshot
from charts.confusion_matrix import confusion_cells
from labels import display_label, truncate, works_count
from model_display import ENSEMBLE, ModelDisplay
from widgets.confusion.cell_matrix import cell_matrix, clicked_cell
from widgets.confusion.cell_works import WorkList, work_lists
from widgets.confusion.class_link import open_class
from widgets.confusion.class_table import class_table
from widgets.confusion.confusion_summary import (
    NAMES,
    accuracy_sentence,
    choose_outcome,
    comparison_sentence,
)
from widgets.confusion.matrix_controls import choose_matrix
from widgets.confusion.print_export import print_export
from widgets.confusion.worst_confusions import worst_confusions
from widgets.frame.missing import page_needs

METHOD = f"""
Every test work counts once, with its most probable class as its predicted label. Test works took no
part in training, nor in fitting the weights of the vote. *Share of true label* divides a row by its
works, *share of predicted label* a column by its works. *Similarity* puts classes that are confused
with each other side by side (average-linkage clustering of the shares, optimal leaf order). The
dotted frame is the mirror of the chosen cell: the same two classes the other way round. With a
choice of classes, {confusion.REST} holds the rest; a work on its diagonal need not be predicted
correctly. Of *merged classes*, a work's predicted group is the one of its most probable class, and
its probability that of all classes in the group.

Intervals are Wilson's; on all tasks but the artist they allow for works by one artist being no
independent evidence. Two models are compared on the works that both predict: works that only one of
them predicts correctly are a coin's throws if both are equally accurate (McNemar's exact test). The
test takes works as independent. Works of *another store* are the same where the picture is the same
file, a test work there too, and has the same label.
"""
SCALES = {"row": "Share of true label", "column": "Share of predicted label", "": "Works"}

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    works = collection.works(snapshot)
    if not store.metrics_path.exists():
        store.require_networks()
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")
    view = choose_matrix(snapshot, works, display)
    everything = view.predictions(snapshot)
    classes = view.grouping.names(store.classes()[view.task])

ungrouped = {m: view.filter.subset.of(p, works) for m, p in everything.items()}
own = ungrouped[view.model]
# A filter by probability is of this model's; the others are looked at on the same works.
ungrouped = {m: everything[m][everything[m]["work_id"].isin(own["work_id"])] for m in ungrouped} | {
    view.model: own
}
names = view.names(confusion.matrix(own, classes))
shown = ungrouped
if view.classes:
    shown = {m: confusion.group_other(p, view.classes) for m, p in ungrouped.items()}
counts = confusion.matrix(shown[view.model], names)
before, outcomes, compared = None, None, None
if view.baseline:
    both = set(shown[view.baseline]["work_id"]) & set(shown[view.model]["work_id"])
    # Works that another store does not have tell of no change.
    counts, before = (
        confusion.matrix(shown[m][shown[m]["work_id"].isin(both)], names)
        for m in (view.model, view.baseline)
    )
    outcomes = comparison.outcomes(ungrouped[view.model], ungrouped[view.baseline])
    compared = comparison.compare(outcomes)
values = view.values(counts, before)

display = view.display
model = "The ensemble" if view.model == ENSEMBLE else display.name(view.model)
baseline = display.name(view.baseline) if view.baseline else ""
task = display_label(view.task).lower()


def choose(true: str | None, predicted: str | None) -> None:
    """Open a cell."""
    st.session_state.true, st.session_state.predicted = true, predicted


def click() -> None:
    """Open the cell that was clicked in the matrix."""
    if cell := clicked_cell(st.session_state.matrix, names, names):
        choose(*cell)


for side in ("true", "predicted"):  # of another task, or not among the chosen classes
    if st.session_state.get(side) not in (None, *names):
        st.session_state[side] = None

creators = None if view.task == "artist" else works["creator"].to_dict()
st.write(
    accuracy_sentence(
        figures(own, classes, creators=creators),
        model=model,
        task=task,
        of=len(everything[view.model]),
        words=view.filter.words,
    )
)


def cell_lists(true: str, predicted: str) -> list[WorkList]:
    """The works in a cell: by which model, where there are two; else its mirror beside it."""
    label, other = (truncate(display_label(name), 40) for name in (true, predicted))
    what = "predicted correctly" if true == predicted else f"predicted as {other}"
    here = confusion.cell(shown[view.model], true, predicted)["work_id"].tolist()
    total = int((shown[view.model]["true"] == true).sum())
    if not view.baseline:
        who = "the ensemble" if view.model == ENSEMBLE else display.name(view.model)
        heading = f"{label}, {what} by {who}: {len(here):,} of {works_count(total)}"
        lists = [WorkList(heading, here, view.model)]
        if true != predicted:
            there = confusion.cell(shown[view.model], predicted, true)["work_id"].tolist()
            of = works_count(int((shown[view.model]["true"] == predicted).sum()))
            heading = f"{other}, predicted as {label} by {who}: {len(there):,} of {of}"
            lists.append(WorkList(heading, there, view.model))
        return lists
    there = confusion.cell(shown[view.baseline], true, predicted)["work_id"].tolist()
    only_here = [i for i in here if i not in set(there)]
    only_there = [i for i in there if i not in set(here)]
    shared = [i for i in here if i in set(there)]
    return [
        WorkList(f"{label}, {what} by {who}: {works_count(len(ids))}", ids, first)
        for who, ids, first in (
            (f"{display.name(view.model)} only", only_here, view.model),
            (f"{baseline} only", only_there, view.baseline),
            ("both", shared, view.model),
        )
    ]


left, beside = st.columns([11, 9], gap="large")
# Before the matrix, though it stands beside it: the browser draws in this order, and whoever
# clicked on a cell waits for the works in it.
with beside:
    source = partial(collection.thumbnail_source, snapshot)
    show_lists = partial(work_lists, predictions=shown, works=works, source=source, display=display)
    with st.container(horizontal=True):
        true, predicted = (
            st.selectbox(
                label, names, index=None, format_func=display_label, key=key, bind="query-params"
            )
            for label, key in (("True label", "true"), ("Predicted label", "predicted"))
        )
    if true and predicted:
        st.button("All confusions", icon=":material/arrow_back:", on_click=choose, args=(None,) * 2)
        show_lists(cell_lists(true, predicted), key=f"{view.task} {true} {predicted}")
    elif compared is not None and outcomes is not None and view.baseline:
        name = display.name(view.model)
        st.header(f"{name} compared with {baseline}", anchor=False)
        st.write(comparison_sentence(compared, model=name, baseline=baseline))
        opened = choose_outcome(compared, model=name, baseline=baseline)
        if opened:
            rows = outcomes[outcomes["outcome"] == opened]
            ids = rows.sort_values("probability", ascending=False)["work_id"].tolist()
            heading = f"{NAMES[opened]}: {works_count(len(ids))}"
            show_lists(
                [WorkList(heading, ids, view.model)],
                key=f"{view.task} {opened}",
                predictions=ungrouped,
            )
    else:
        st.header("The worst confusions", anchor=False)
        worst_confusions(confusion.worst(counts), choose)

with left:
    asked = cell_matrix(
        confusion_cells(
            values,
            counts if before is None else counts - before,
            label=f"Confusion matrix of {model} on {task}, {len(names)} rows and columns"
            + f", compared with {baseline}" * bool(view.baseline),
            is_change=before is not None,
            logarithmic=view.logarithmic,
            diagonal=view.diagonal,
        ),
        key="matrix",
        on_cell=click,
        chosen=(names.index(true), names.index(predicted)) if true and predicted else None,
        mirror=True,
    )
    st.caption(
        "**Click on a cell** to see its works, on a name to see its class. By keyboard: arrow keys "
        "and Enter."
        + " Blue: better than with the other model, that is more works on the diagonal or fewer "
        "off it; red: worse." * bool(view.baseline)
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        print_export(
            values,
            name=f"confusion-{view.task}-{view.model}",
            title=f"{display_label(view.task)}, {display.name(view.model)}"
            + f" compared with {baseline}" * bool(view.baseline)
            + f", {works_count(int(counts.to_numpy().sum()))}",
            scale="Improvement" * bool(view.baseline) or SCALES[view.normalize],
            is_change=before is not None,
        )
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(METHOD)
if asked is not None and names[asked] != confusion.REST:
    open_class(display_label(names[asked]))

st.header("Metrics per class", anchor=False, divider="gray")
changes: pd.DataFrame | None = None if outcomes is None else comparison.by_class(outcomes)
class_table(confusion.per_class(own, classes), view.task, display.name(view.model), changes=changes)
