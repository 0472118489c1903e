"""What lies beside the map: the work that was clicked, or the works selected, or those in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.store import Snapshot
from cache import collection
from charts.embedding_map import MapPoints
from labels import escape_markdown, works_count
from widgets.map.map_controls import MapChoice
from widgets.map.map_link import MapState, set_map_state, shown_points, works_inside
from widgets.map.map_work import map_work
from widgets.map.uploaded_mark import remove_mark
from widgets.map.works_list import works_list


def map_panel(
    snapshot: Snapshot,
    works: pd.DataFrame,
    points: MapPoints,
    state: MapState,
    *,
    choice: MapChoice,
    tasks: Sequence[str],
    mark: Mapping[str, Any] | None,
) -> None:
    """Show the works of the map that matter now.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    state
        What is chosen on the map.
    tasks
        Whose labels are counted.
    mark
        As :func:`widgets.map.uploaded_mark.read_mark` returns it.
    """
    if mark:
        with st.container(horizontal=True, vertical_alignment="center"):
            name = escape_markdown(str(mark["name"]))
            st.markdown(f"**{name}** lies in the blue ring", width="stretch")
            st.button("Remove", type="tertiary", icon=":material/close:", on_click=remove_mark)
    if state.work is not None:
        map_work(
            snapshot,
            state.work,
            works,
            embedding=choice.view.embedding,
            clear=partial(set_map_state, replace(state, work=None)),
        )
        return
    shown = shown_points(points, choice.years, state.hidden)
    clear: partial[None] | None = None
    if state.area:
        ids = works_inside(points, shown, state.area)
        title = f"{works_count(len(ids))} selected"
        words, clear = "selected on the map", partial(set_map_state, replace(state, area=""))
    elif choice.selection is not None:
        ids = choice.selection[np.isin(choice.selection, points.work_ids[shown])]
        name = str(st.session_state.get("selection", ""))
        title, words = f"{escape_markdown(name)}: {works_count(len(ids))}", f"of “{name}”"
    else:
        ids = works_inside(points, shown, state.window)
        title, words = f"{works_count(len(ids))} in view", "in view on the map"
    source = partial(collection.thumbnail_source, snapshot)
    works_list(snapshot, ids, works, source, title=title, words=words, tasks=tasks, clear=clear)
