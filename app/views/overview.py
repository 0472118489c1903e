"""Overview: drop a painting and see; what the collection holds, and how accurate the models are."""

from functools import partial

import streamlit as st

from cache import collection
from cache.snapshot import take_snapshot
from model_display import ModelDisplay
from widgets.frame.builtin import offer_builtin
from widgets.frame.missing import page_needs, section_needs
from widgets.overview.accuracy import accuracy
from widgets.overview.class_distribution import class_distribution
from widgets.overview.first_look import first_look
from widgets.overview.headline_numbers import headline_numbers
from widgets.overview.map_picture import map_picture
from widgets.overview.reproduction_bias import reproduction_bias
from widgets.works.thumbnail_grid import thumbnail_grid, tiles_of

SHOWN = 30  # works
NEXT = {
    "views/predict.py": "Upload a painting and see who might have painted it.",
    "views/browse.py": "Look through all works, by artist, year, label or prediction.",
    "views/confusion.py": "See what is predicted for what, down to the single painting.",
    "views/map.py": "Explore a map on which works that look alike lie close together.",
    "views/outliers.py": "Find the works that stand out in an artist's oeuvre, with reasons.",
    "views/labels.py": "Check the labels that are probably wrong.",
    "views/training.py": "See how the networks were trained, and whether they are calibrated.",
}

with page_needs(builtin=False):
    snapshot = take_snapshot()
    store = snapshot.store
    manifest = store.manifest()
    procedural = bool(manifest.get("dataset", {}).get("procedural"))
    if not manifest or (procedural and not store.metrics_path.exists()):
        offer_builtin(store, begun=bool(manifest))
    works = collection.works(snapshot)
    classes = {task: store.classes()[task] for task in store.tasks()}
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")

statistics = collection.statistics(snapshot)
source = partial(collection.thumbnail_source, snapshot)
if procedural:
    st.write("The painters are invented: a program painted every work.")

left, right = st.columns([9, 11], gap="large")
with left, section_needs():
    store.require_networks()
    store.ensemble()
    first_look(works, source)
with right:
    headline_numbers(store, statistics)
    with section_needs():
        map_picture(snapshot)
        st.caption("Each dot is a work, coloured by artist; what looks alike lies close together.")


def shuffle() -> None:
    """Show other works."""
    st.session_state.sample = st.session_state.get("sample", 0) + 1


with st.container(horizontal=True, vertical_alignment="center"):
    st.header("Works of the collection", anchor=False, width="stretch")
    st.button(
        "Shuffle", icon=":material/shuffle:", type="tertiary", on_click=shuffle, key="shuffle-works"
    )
sample = collection.sample(snapshot, SHOWN, st.session_state.get("sample", 0))
thumbnail_grid(
    tiles_of(works.loc[sample], source),
    label="Works of the collection",
    key="overview-works",
    size=104,
    titles=False,
    on_phones=12,
)

left, right = st.columns(2, gap="large")
with left:
    st.header("Accuracy on test works", anchor=False, divider="gray")
    with section_needs():
        accuracy(store, display)
with right:
    st.header("Class distribution", anchor=False, divider="gray")
    class_distribution(works, classes, statistics.labelled)

st.header("Painter or scan?", anchor=False, divider="gray")
with section_needs():
    reproduction_bias(store, st.session_state.get("task") or next(iter(classes), ""))

st.header("Where to go next", anchor=False, divider="gray")
with st.grid("auto", min_column_width=220, gap="medium") as grid:
    for path, sentence in NEXT.items():
        with grid.cell(), st.container(border=True):
            st.page_link(path, icon=":material/arrow_forward:")
            st.caption(sentence)
