"""Overview: what hangs in this collection, how well it is recognised, and where to go next."""

import streamlit as st

from artextract.collection.statistics import distribution
from artextract.evaluation.confusion import evaluated
from artextract.store import StoreError
from cache import store as cached
from charts.collection import accuracy_figure, distribution_figure
from charts.config import config
from labels import for_markdown, spoken, titled
from widgets.builder import build_here
from widgets.choices import choose_task
from widgets.csv_button import csv_button
from widgets.notices import explain_missing
from widgets.thumbnail_grid import Painting, paintings

ON_THE_WALL = 30
NEXT = {
    "views/predict.py": "Upload a painting and see who might have painted it.",
    "views/confusion.py": "See what is taken for what, down to the single painting.",
    "views/map.py": "Walk over a map on which works that look alike lie close together.",
    "views/outliers.py": "Find the works that stand out in an artist's oeuvre, with reasons.",
    "views/training.py": "See how the networks learnt, and how far to believe them.",
}

store = cached.store()
root = str(store.root.absolute())
try:
    version = cached.version(store)
    manifest = store.manifest()
    unfinished = not manifest or (
        manifest.get("dataset", {}).get("procedural") and not store.metrics_path.exists()
    )
    if unfinished:
        st.write(
            "**The built-in collection is half made.** What is there is kept; the rest takes some "
            "minutes."
            if manifest
            else "**There is no collection here yet.** To look around at once, let a program paint "
            "one: eight invented painters, some 600 pictures, both networks trained on them. It "
            "needs no download and takes some minutes."
        )
        build_here(store)
        st.divider()
    works = cached.works(root, version)
    classes, tasks = store.classes(), store.tasks()
except StoreError as error:
    st.write("Or bring paintings of your own: a folder with one sub-folder per artist will do.")
    explain_missing(error, builtin=False)
    st.stop()

found = cached.counted(root, version)
oldest, youngest = found.years or (0, 0)
st.markdown(
    f"#### {found.works:,} works by {found.artists:,} artists"
    + (f", from {oldest} to {youngest}" if found.years else "")
)
if manifest.get("dataset", {}).get("procedural"):
    st.write("The painters are invented: a program painted every work.")


def rehang() -> None:
    """Hang other works."""
    st.session_state.wall = st.session_state.get("wall", 0) + 1


def what_hangs_here() -> None:
    """How many works each class has."""
    task = choose_task(tasks)
    counts = distribution(works, task, classes[task])
    labelled = found.labelled[task]
    most, least = counts.sum(axis=1).iloc[[0, -1]]
    st.write(
        f"{sum(labelled.values()):,} works bear a label that counts: {labelled['train']:,} train "
        f"the networks, {labelled['val']:,} validate them, {labelled['test']:,} test them. "
        + (
            f"Every class has {most:,}."
            if most == least
            else f"The fullest class, {for_markdown(spoken(str(counts.index[0])))}, has {most:,}; "
            f"the emptiest, {for_markdown(spoken(str(counts.index[-1])))}, has {least:,}."
        )
    )
    st.plotly_chart(
        distribution_figure(counts),
        key="distribution",
        config=config(f"classes-{task}"),
        alt=f"Number of works per {task}, for training and for test",
    )
    csv_button("Counts as CSV", counts, f"counts-{task}.csv", index=True)


chosen = works.loc[cached.wall(root, version, ON_THE_WALL, st.session_state.get("wall", 0))]
paintings(
    [
        Painting(i, cached.thumbnail_source(root, version, i), titled(title, year))
        for i, title, year in zip(
            chosen["work_id"].tolist(), chosen["title"], chosen["year"], strict=True
        )
    ],
    label="Works of the collection",
    key="overview-wall",
    tile=104,
    labelled=False,
    on_phones=12,
)
st.button("Hang others", icon=":material/shuffle:", type="tertiary", on_click=rehang)

left, right = st.columns(2, gap="large")
with left:
    st.header("How well it is recognised", anchor=False, divider="gray")
    try:
        if not store.metrics_path.exists():
            store.require_networks()
        metrics = {task: store.metrics()[task] for task in evaluated(store)}
        for task, of in metrics.items():
            if figures := of.get("ensemble"):
                low, high = figures["top1_ci95"]
                st.markdown(
                    f"**{task.capitalize()}**: the ensemble is right for "
                    f"**{100 * figures['top1']:.3g} %** of {figures['n']:,} works it never saw "
                    f"(95 % interval {100 * low:.3g} to {100 * high:.3g}); the right answer is "
                    f"among its first three for {100 * figures['top3']:.3g} %."
                )
        st.plotly_chart(
            accuracy_figure(metrics),
            key="accuracy",
            config=config("accuracy"),
            alt="Share of right answers with 95 % intervals, per task and model",
        )
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(
                "Test works took no part in training, nor in fitting the vote. The interval comes "
                "from 2,000 bootstrap resamples: of works for the artist, of whole painters for "
                "genre and style, because works of one hand are no independent evidence."
            )
    except StoreError as error:
        explain_missing(error, builtin=False)
with right:
    st.header("What hangs here", anchor=False, divider="gray")
    if tasks:
        what_hangs_here()
    else:
        st.write("No work bears a label yet, neither of an artist nor of a genre or a style.")

st.header("Where to go next", anchor=False, divider="gray")
with st.grid("auto", min_column_width=220, gap="medium") as grid:
    for path, sentence in NEXT.items():
        with grid.cell(), st.container(border=True):
            st.page_link(path, icon=":material/arrow_forward:")
            st.caption(sentence)
