"""The one work that was clicked on a map: large, with its labels and the works most like it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from artextract.collection.images import PictureError
from artextract.store import Snapshot, StoreError
from cache import collection, exploration
from labels import creator_name, escape_markdown, title_with_year, truncate
from widgets.frame.missing import section_needs
from widgets.works.thumbnail_grid import open_work, thumbnail_grid, tiles_of
from widgets.works.work_predictions import label_table, stored_predictions

SIMILAR = 6
_SIDE = 640  # pixels of the picture


def map_work(
    snapshot: Snapshot,
    work_id: int,
    works: pd.DataFrame,
    *,
    embedding: str,
    clear: Callable[[], None],
) -> None:
    """Show a work.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    embedding
        Of the map: the similar works are found in it too.
    clear
        Forgets the work.
    """
    work = works.loc[[work_id]].to_dict("records")[0]
    title = title_with_year(work["title"], work["year"])
    st.header(escape_markdown(truncate(title, 90)), anchor=False)
    st.markdown(escape_markdown(creator_name(work["creator"])))
    with st.container(horizontal=True, key="map_work_actions"):
        if st.button("Open", icon=":material/frame_inspect:", type="tertiary", help="Its own page"):
            open_work(work_id)
        st.button("Back to the list", icon=":material/close:", type="tertiary", on_click=clear)
    with st.container(key="map_work"):
        st.image(_picture(snapshot, work_id, str(work["path"])), alt=title, width="stretch")
    predictions: dict[str, dict[str, np.ndarray]] = {}
    with suppress(StoreError):  # a map needs no network
        predictions = stored_predictions(snapshot.store, work_id)
    st.markdown(label_table(snapshot.store, {str(k): v for k, v in work.items()}, predictions))
    if not predictions:
        st.caption("Predictions are kept of the works that no network was trained on.")
    with section_needs():
        near = exploration.neighbourhood(snapshot, embedding)
        own, others = near.nearest(work_id, k=SIMILAR)
        source = partial(collection.thumbnail_source, snapshot)
        by = work["creator"] if isinstance(work["creator"], str) else "the same artist"
        for ids, name in ((own, f"Nearest by {by}"), (others, "Nearest by others")):
            if not ids:
                continue
            st.subheader(escape_markdown(name), anchor=False)
            tiles = tiles_of(works.loc[ids], source, creators=ids is others)
            key = f"map-near-{'others' if ids is others else 'own'}"
            thumbnail_grid(tiles, label=name, key=key, size=88)


def _picture(snapshot: Snapshot, work_id: int, path: str) -> str:
    try:
        content, _, _ = collection.large_picture(snapshot, path, side=_SIDE)
    except PictureError:  # the original is elsewhere now
        return collection.thumbnail_source(snapshot, work_id)
    return "data:image/jpeg;base64," + base64.b64encode(content).decode()
