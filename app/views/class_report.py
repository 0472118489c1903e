"""Class: how often one class is found, what it is confused with, and all its errors."""

from functools import partial

import streamlit as st

from artextract.evaluation import confusion
from artextract.evaluation.error_analysis.class_report import Share, class_report
from cache import collection
from cache.snapshot import take_snapshot
from labels import display_label, escape_markdown, truncate, works_count
from model_display import ENSEMBLE, ModelDisplay
from widgets.confusion.cell_works import WorkList, work_lists
from widgets.confusion.class_groups import read_groups
from widgets.confusion.class_link import back_to_confusion, open_cell
from widgets.confusion.confused_with import confused_with
from widgets.frame.choices import choose_model, choose_task, drop_unknown
from widgets.frame.missing import page_needs
from widgets.works.work_filter import choose_filter

TYPICAL = 8  # works that are predicted correctly
PER_PAGE = 24

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    works = collection.works(snapshot)
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")
    evaluated = confusion.evaluated(store)

back_to_confusion()
heading = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    task = choose_task(list(evaluated))
    model = choose_model(evaluated[task], display)
    grouping = read_groups(task, store.classes()[task])
    names = grouping.names(store.classes()[task])
    drop_unknown("class", [*names, None])
    # None by default, so that the address names the class, also where it is the first.
    asked = st.selectbox(
        "Class",
        names,
        index=None,
        format_func=display_label,
        key="class",
        bind="query-params",
        width=240,
    )
    name = asked or names[0]
    with st.popover("Filter", icon=":material/filter_alt:"):
        chosen = choose_filter(snapshot, works, task, [t for t in store.tasks() if t != task])

with page_needs():
    predictions = {m: collection.predictions(snapshot, task, m, grouping) for m in evaluated[task]}
own = chosen.subset.of(predictions[model], works)
creators = None if task == "artist" else works["creator"].to_dict()
report = class_report(own, name, creators=creators)
title = display_label(name)
who = "the ensemble" if model == ENSEMBLE else display.name(model)
with heading:
    st.title(escape_markdown(truncate(title, 80)), anchor=False)
members = next((inside for group, inside in grouping.groups if group == name), ())
words = [
    f"A group of {', '.join(display_label(m) for m in members)}." if members else "",
    f"Only works that count: {'; '.join(chosen.words)}." if chosen.words else "",
]
if any(words):
    st.caption(escape_markdown(" ".join(words).strip()))


def metric(label: str, share: Share, help: str) -> None:
    """A share with its interval."""
    with st.container(border=True):
        value = f"{100 * share.value:.0f} %" if share.whole else "–"
        st.metric(label, value, help=help)
        if share.whole:
            st.caption(
                f"{share.part:,} of {works_count(share.whole)}, 95 % interval "
                f"{100 * share.low:.0f} to {100 * share.high:.0f}"
            )


with st.grid("auto", min_column_width=200, gap="medium") as grid:
    with grid.cell():
        metric("Recall", report.recall, "Share of its works that are predicted as this class.")
    with grid.cell():
        metric(
            "Precision",
            report.precision,
            "Share of the works predicted as this class that have the label.",
        )
    with grid.cell():
        metric(
            "Top-3 accuracy",
            report.top3,
            "Share of its works whose true label is among the three most probable.",
        )
    with grid.cell(), st.container(border=True):
        f1 = "–" if report.f1 != report.f1 else f"{100 * report.f1:.0f} %"
        st.metric("F1", f1, help="Harmonic mean of recall and precision.")
        st.caption("of recall and precision")

left, right = st.columns(2, gap="large")
label = truncate(title, 40)
with left:
    st.header("Where it goes", anchor=False)
    st.caption(f"As what {who} predicts its works, where not as {escape_markdown(label)}.")
    to = confused_with(report.goes_to, key="to")
with right:
    st.header("What comes in", anchor=False)
    st.caption(f"Whose works {who} predicts as {escape_markdown(label)}.")
    out_of = confused_with(report.comes_from, key="from")
if to is not None:
    open_cell(title, display_label(to))
if out_of is not None:
    open_cell(display_label(out_of), title)

show = partial(
    work_lists,
    predictions=predictions,
    works=works,
    source=partial(collection.thumbnail_source, snapshot),
    display=display,
)
st.header("All errors, surest first", anchor=False, divider="gray")
show(
    [
        WorkList(f"{label}, missed: {works_count(len(report.missed))}", ids, model)
        if which == "missed"
        else WorkList(f"Wrongly predicted as {label}: {works_count(len(report.wrong))}", ids, model)
        for which, ids in (
            ("missed", report.missed["work_id"].tolist()),
            ("wrong", report.wrong["work_id"].tolist()),
        )
    ],
    key=f"errors {task} {model} {name}",
    per_page=PER_PAGE,
)
st.header("Most typical correct predictions", anchor=False, divider="gray")
show(
    [
        WorkList(
            f"{label}, predicted correctly with the highest probability",
            report.typical["work_id"].tolist()[:TYPICAL],
            model,
        )
    ],
    key=f"typical {task} {model} {name}",
)
