"""Map: all works, or those of one artist, laid out so that what looks alike lies close together."""

from contextlib import suppress
from functools import partial

import numpy as np
import streamlit as st

from artextract.evaluation.confusion import evaluated
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.store import StoreError
from cache import collection, exploration, figures
from cache.snapshot import rerun_if_changed, take_snapshot
from model_display import ModelDisplay
from widgets.frame.missing import page_needs
from widgets.map.map_canvas import map_canvas
from widgets.map.map_controls import choose_map
from widgets.map.map_help import map_help, map_style
from widgets.map.map_link import map_link, map_state
from widgets.map.map_panel import map_panel
from widgets.map.map_pictures import map_pictures
from widgets.map.uploaded_mark import read_mark

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    embeddings = explored_embeddings(store, "map")
    works = collection.works(snapshot)
    models: dict[str, list[str]] = {}
    with suppress(StoreError):  # a map needs no evaluation, nor a network that knows the task
        models = evaluated(store)
    tasks = {task: models.get(task, []) for task in store.tasks()}
    display = ModelDisplay.read(store)

map_style()
stage = st.container(key="map_stage")
with stage, page_needs():
    choice = choose_map(
        snapshot,
        embeddings,
        partial(exploration.part, snapshot),
        tasks,
        display,
        years=collection.statistics(snapshot).years,
        explain=partial(map_help, store),
    )
    view = choice.view
    points, packed = figures.embedding_map(snapshot, view)
    rings, rings_are = np.empty(0, np.int64), "Outliers"
    if choice.selection is not None:
        rings, rings_are = choice.selection, "Selection"
    elif view.creator:
        rings = figures.outliers_shown(snapshot, view.embedding, view.creator)
    map_canvas(packed, key="map")


@st.fragment
def explorer() -> None:
    """What is chosen on the map, and the list beside it: a click must not run the page."""
    rerun_if_changed(snapshot)
    state = map_state(points, view.map)
    mark = read_mark()
    map_link(
        points,
        state,
        key="map",
        of=view.map,
        years=choice.years,
        rings=rings,
        rings_are=rings_are,
        mark=mark,
    )
    with st.container(key="map_panel"):
        map_panel(snapshot, works, points, state, choice=choice, tasks=list(tasks), mark=mark)


with stage:
    explorer()
map_pictures(
    works,
    partial(collection.small_source, snapshot),
    partial(collection.thumbnail_source, snapshot),
    key="map",
)
