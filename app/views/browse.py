"""Browse: every work of the collection, filtered, sorted, selected and exported."""

from functools import partial

import streamlit as st

from cache import browse, collection
from cache.snapshot import rerun_if_changed, take_snapshot
from model_display import ModelDisplay
from widgets.browse.browse_filter import choose_filter
from widgets.browse.browse_selection import browse_selection
from widgets.browse.browse_subset import among_subset
from widgets.browse.work_grid import GridTiles, work_grid
from widgets.frame.missing import page_needs

with page_needs():
    snapshot = take_snapshot()
    works = collection.works(snapshot)
    display = ModelDisplay.read(snapshot.store)
    filter = choose_filter(browse.browse_options(snapshot), display)
    ids = among_subset(browse.browsed(snapshot, filter))
    predictions = None
    if filter.model and (filter.asks_predictions or "sure" in filter.order.lower()):
        predictions = collection.predictions(snapshot, filter.task, filter.model)
        predictions = predictions.set_index("work_id")
    unusual = browse.percentiles(snapshot) if "unusual" in filter.order else None

tiles = GridTiles(works, partial(collection.thumbnail_source, snapshot), predictions, unusual)


@st.fragment
def explorer() -> None:
    """The grid with what is done with its works: scrolling must not run the page."""
    rerun_if_changed(snapshot)
    browse_selection(snapshot, ids, len(works))
    if len(ids):
        work_grid(ids, tiles, label="Works found", key="browse")
    else:
        st.info("No work is like this. Clear a filter to see more.", icon=":material/search_off:")


explorer()
