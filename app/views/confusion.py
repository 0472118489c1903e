"""Confusion: what is taken for what, and which paintings they are."""

from functools import partial

import pandas as pd
import streamlit as st

import cached
from artextract import confusion
from artextract.store import StoreError
from components.cell_wall import cell_table, cell_wall
from components.chart import config
from components.confusion_matrix import clicked_cell, matrix_figure
from components.csv_button import csv_button
from components.labels import MODELS, for_markdown, percent, shortened, spoken
from components.notices import explain_missing

ORDERS = ["Name", "Size", "Likeness"]
VALUES = {"Works": "", "Share of the class": "row", "Share of the answer": "column"}

store = cached.store()
root = str(store.root.absolute())
try:
    version = cached.version(store)
    works = cached.works(root, version)
    store.require_networks()
    tasks = list(store.ensemble()["tasks"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        task = st.segmented_control(
            "Task",
            tasks,
            default=tasks[0],
            required=True,
            format_func=str.capitalize,
            key="task",
            bind="query-params",
        )
        models = confusion.models(store, task)
        model = st.segmented_control(
            "Model",
            models,
            default="ensemble",
            required=True,
            format_func=lambda name: MODELS.get(name, name),
            key="model",
            bind="query-params",
        )
        minus = st.selectbox(
            "Compared with",
            [name for name in models if name != model],
            index=None,
            placeholder="No other model",
            format_func=lambda name: MODELS.get(name, name),
            key="minus",
            bind="query-params",
            width=190,
        )
        view = st.popover("Change the view", icon=":material/tune:")
    said = {name: cached.opinions(root, version, task, name) for name in models}
except StoreError as error:
    explain_missing(error)
    st.stop()

classes = store.classes()[task]
with view:
    values = st.segmented_control("Show", list(VALUES), default="Works", required=True, key="show")
    order = st.segmented_control("Order", ORDERS, default="Name", required=True, key="order")
    scale = st.segmented_control("Colours", ["Linear", "Log"], default="Linear", required=True)
    diagonal = not st.toggle("Hide the diagonal", key="mistakes", bind="query-params")
    kept = st.multiselect("Only these classes", classes, format_func=spoken, key=f"only-{task}")

whole = confusion.matrix(said[model], classes)
if order == "Likeness":
    classes = confusion.by_likeness(whole)
elif order == "Size":
    classes = whole.sum(axis=1).sort_values(ascending=False, kind="stable").index.tolist()
names = [name for name in classes if name in kept] + [confusion.REST] if kept else classes
if kept:
    said = {name: confusion.lumped(rows, kept) for name, rows in said.items()}
counts = confusion.matrix(said[model], names)
others = confusion.matrix(said[minus], names) if minus else counts * 0
by = VALUES[values]
shown = (
    confusion.shares(counts, by).fillna(0) - confusion.shares(others, by).fillna(0)
    if by
    else counts - others
)


def choose(true: str | None, pred: str | None) -> None:
    """Open a cell."""
    st.session_state.true, st.session_state.pred = true, pred


def click() -> None:
    """Open the cell that was clicked in the chart."""
    if cell := clicked_cell(st.session_state.matrix, names):
        choose(*cell)


for side in ("true", "pred"):
    if st.session_state.get(side) not in (None, *names):
        st.session_state[side] = None

who = MODELS.get(model, model)
right = int((said[model]["true"] == said[model]["predicted"]).sum())
st.write(
    f"{'The ensemble' if model == 'ensemble' else who} finds the right {task} for **{right:,}** of "
    f"**{len(said[model]):,}** works that it never saw. "
    + (
        f"Coloured is by how much its answers differ from those of {MODELS.get(minus, minus)}."
        if minus
        else "A row is what a work is, a column what it was taken for. **Click on a cell** to see "
        "the paintings in it."
    )
)
left, beside = st.columns([11, 9], gap="large")
with beside, st.container(horizontal=True):
    true = st.selectbox(
        "What it is", names, index=None, format_func=spoken, key="true", bind="query-params"
    )
    pred = st.selectbox(
        "Taken for", names, index=None, format_func=spoken, key="pred", bind="query-params"
    )
with left:
    chosen = (true, pred) if true and pred else None
    st.plotly_chart(
        matrix_figure(
            shown, counts - others, logarithmic=scale == "Log", diagonal=diagonal, chosen=chosen
        ),
        key="matrix",
        on_select=click,
        selection_mode="points",
        config=config(f"confusion-{task}-{model}"),
        alt=f"Confusion matrix of {who} on {task}: {len(names)} rows and columns. The same cells "
        "can be chosen with the two lists beside it.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        csv_button("Matrix as CSV", shown, f"confusion-{task}-{model}.csv", index=True)
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(
                "Every test work counts once, with the most probable class as its answer. Test "
                "works took no part in training, nor in fitting the weights of the vote. *Share "
                "of the class* divides a row by its works, *share of the answer* a column by its "
                "answers. *Likeness* puts classes that are taken for each other side by side "
                "(average-linkage clustering of the shares, optimal leaf order). The dotted frame "
                "is the mirror of the chosen cell: the same two classes the other way round. With "
                f"a choice of classes, {confusion.REST} holds the rest, so that a work on the "
                "diagonal there need not be recognised."
            )

source = partial(cached.thumbnail_source, root, version)
worst = confusion.worst((counts - others).clip(lower=0) if minus else counts)
with beside:
    if chosen:
        st.button("Back to the worst confusions", on_click=choose, args=(None, None))
        sides = [(model, true, pred)]
        if minus:
            sides.append((minus, true, pred))
        elif true != pred:
            sides.append((model, pred, true))
        for column, (name, is_, says) in zip(st.columns(len(sides)), sides, strict=True):
            with column:
                table = cell_table(said, name, is_, says, works)
                total = int((said[name]["true"] == is_).sum())
                what = "recognised" if is_ == says else f"taken for {shortened(spoken(says), 40)}"
                cell_wall(
                    table,
                    source,
                    heading=f"{shortened(spoken(is_), 40)}, {what}"
                    + (f" by {MODELS.get(name, name)}" if minus else "")
                    + f": {len(table):,} of {total:,}",
                    key=f"{task}-{name}-{classes.index(is_) if is_ in classes else 'rest'}-"
                    f"{classes.index(says) if says in classes else 'rest'}",
                )
    elif worst.empty:
        st.write("There is nothing to confess: no work is taken for something else.")
    else:
        st.subheader(
            f"What {who} does more often" if minus else "The worst confusions", anchor=False
        )
        for place, row in enumerate(worst.to_dict("records")):
            share = "" if minus else f", {percent(row['share'])} of them"
            st.button(
                f"**{for_markdown(shortened(spoken(row['true']), 32))}** taken for "
                f"**{for_markdown(shortened(spoken(row['predicted']), 32))}**: "
                f"{row['works']:,} work{'s' * (row['works'] != 1)}{share}",
                key=f"worst-{place}",
                type="tertiary",
                on_click=choose,
                args=(row["true"], row["predicted"]),
            )

st.header("Class by class", anchor=False, divider="gray")
st.caption(
    f"*Recall*: how many of a class's works {who} recognises. *Precision*: how many of the works "
    "given this answer bear the label. *F1*: their harmonic mean. *Among three*: how often the "
    "true label is one of the first three answers."
)
figures = confusion.per_class(cached.opinions(root, version, task, model), store.classes()[task])
figures = figures.rename(index=spoken)[["works", "recall", "precision", "f1", "top3"]]
shares = {"recall": "Recall", "precision": "Precision", "f1": "F1", "top3": "Among three"}
st.dataframe(
    figures,
    height="content",
    column_config={"class": task.capitalize(), "works": st.column_config.NumberColumn("Works")}
    | {
        key: st.column_config.ProgressColumn(label, format="percent", min_value=0, max_value=1)
        for key, label in shares.items()
    },
    alt=f"Recall, precision, F1 and top-3 of {who} for every {task}",
)
csv_button(
    "Class by class as CSV", pd.DataFrame(figures), f"classes-{task}-{model}.csv", index=True
)
