"""Map: all works, or those of one artist, laid out so that what looks alike lies close together."""

from contextlib import suppress
from functools import partial

import numpy as np
import streamlit as st

from artextract.evaluation.confusion import evaluated
from artextract.oeuvres import results
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.store import StoreError
from cache import collection, exploration, figures
from cache.snapshot import rerun_if_changed, take_snapshot
from charts.config import config
from charts.embedding_map import selected_works
from labels import (
    creator_name,
    display_label,
    escape_markdown,
    percent,
    title_with_year,
    truncate,
)
from model_display import ModelDisplay
from widgets.frame.choices import asked_work, choose_selection
from widgets.frame.missing import page_needs
from widgets.map.map_controls import CORRECT, choose_map
from widgets.works.hover_thumbnail import hover_thumbnail
from widgets.works.selected_works import selection_panel

METHOD = """
UMAP (McInnes, Healy and Melville 2018) on the 64 strongest components of the network's penultimate
features, by cosine. Directions and distances between far groups mean nothing; being near does.
*Trustworthiness* (Venna and Kaski 2001) is 1 where no work lies among the 15 nearest that does not
belong there. Outliers were found without the map: by the evidence told on the Outliers page.
"""
BUTTONS = ["zoomIn2d", "zoomOut2d", "resetScale2d", "pan2d", "select2d", "lasso2d"]

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    embeddings = explored_embeddings(store)
    works = collection.works(snapshot)
    models: dict[str, list[str]] = {}
    with suppress(StoreError):  # a map needs no evaluation, nor a network that knows the task
        models = evaluated(store)
    tasks = {task: models.get(task, []) for task in store.tasks()}
    display = ModelDisplay.read(store)
    view = choose_map(embeddings, partial(exploration.part, snapshot), tasks, display)
    kept = choose_selection(snapshot)
    ringed = None if kept is None else kept.tobytes()
    figure, shown = figures.embedding_map(snapshot, view, ringed)
    made = results.part_record(store, view.embedding, "map")["result"]
    quality = made["oeuvres"].get(view.creator) if view.own_map else made["quality"]

measured = bool(quality and quality["neighbour_recall"] is not None)
st.write(
    f"**{len(shown):,}** works"
    + f" by {escape_markdown(view.creator)}" * view.own_map
    + ", each a point; works whose features are similar lie close together. "
    + (
        f"The map keeps **{percent(quality['neighbour_recall'])}** of the 15 nearest works "
        f"(trustworthiness {quality['trustworthiness']:.3f}). "
        if measured
        else ""
    )
    + "**Click** on a point, or draw a **box** or a **lasso** around many."
)


def describe(work_id: int) -> tuple[str, str, str] | None:
    """What is shown of a work beside the pointer."""
    if work_id not in works.index:
        return None
    work = works.loc[work_id]
    title = truncate(title_with_year(work["title"], work["year"]), 80)
    return collection.thumbnail_source(snapshot, work_id), title, creator_name(work["creator"])


@st.fragment
def explorer() -> None:
    """The map with the works that were selected on it."""
    rerun_if_changed(snapshot)
    chart, beside = st.columns([13, 7], gap="large")
    with chart:
        event = st.plotly_chart(
            figure,
            key="map",
            on_select="rerun",
            selection_mode=("points", "box", "lasso"),
            config=config("map") | {"scrollZoom": True, "modeBarButtons": [BUTTONS, ["toImage"]]},
            alt=f"Map of {len(shown):,} works, coloured by {view.colour.lower()}. Whatever is "
            "selected on it is listed beside it.",
        )
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(METHOD)
        if view.colour == CORRECT:
            st.caption(
                f"Test works, by whether {escape_markdown(display.name(view.model))} predicts the "
                f"true {escape_markdown(display_label(view.task).lower())}; works on which the "
                "networks were trained stay grey."
            )
    chosen = selected_works(event, shown)
    if len(chosen) == 1:
        st.query_params["work"] = str(chosen[0])
    elif chosen:
        st.query_params.pop("work", None)
    asked = asked_work(works)
    if not chosen and asked is not None:
        chosen = [asked]
    elif not chosen and kept is not None:
        chosen = kept[np.isin(kept, shown)].tolist()
    with beside:
        source = partial(collection.thumbnail_source, snapshot)
        selection_panel(chosen, works, source, tasks=list(tasks))


explorer()
hover_thumbnail("map", describe, key="map-hover")
