"""Works of a map as a list: counts of their labels, thumbnails, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from artextract.files import as_csv
from artextract.store import Snapshot
from cache import browse
from labels import display_label, escape_markdown
from widgets.browse.browse_subset import open_in_browse
from widgets.frame.keep_selection import keep_form, selection_problem
from widgets.works.thumbnail_grid import thumbnail_grid, tiles_of

PER_PAGE = 12
COUNTED = 3  # classes that are named per task


def works_list(
    snapshot: Snapshot,
    ids: np.ndarray,
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    title: str,
    words: str,
    tasks: Sequence[str],
    clear: Callable[[], None] | None = None,
) -> None:
    """Show works with counts of their labels.

    Parameters
    ----------
    ids
        work_ids, int64 (n,), in their order.
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    title
        Of the list, Markdown.
    words
        Where the works are from: "in view on the map".
    tasks
        Whose labels are counted.
    clear
        Forgets the selection; None where there is none to forget.
    """
    st.header(title, anchor=False)
    selection_problem()
    if not len(ids):
        st.write("No work is here. Zoom out, or widen the years.")
        if clear:
            st.button("Clear", icon=":material/close:", type="tertiary", on_click=clear)
        return
    rows = works.loc[ids]
    _actions(snapshot, ids, words=words, clear=clear)
    if len(rows) > 1:
        _counts(rows, tasks)
    pages = -(-len(rows) // PER_PAGE)
    # Another selection has pages of its own, perhaps fewer.
    page = (
        st.pagination(pages, key=f"map-page-{len(rows)}-{ids[0]}", persist_state="session")
        if pages > 1
        else 1
    )
    thumbnail_grid(
        tiles_of(rows.iloc[(page - 1) * PER_PAGE : page * PER_PAGE], source, creators=True),
        label=f"Works {words}",
        key="map-selection",
        size=88,
        among=ids,
    )


def _actions(
    snapshot: Snapshot,
    ids: np.ndarray,
    *,
    words: str,
    clear: Callable[[], None] | None,
) -> None:
    with st.container(horizontal=True, key="map_actions"):
        if st.button("Browse", icon=":material/grid_view:", type="tertiary", help="Open in Browse"):
            open_in_browse(ids, words)
        with st.popover("Keep", icon=":material/bookmark_add:", type="tertiary"):
            keep_form(snapshot, ids)
        st.download_button(
            "CSV",
            lambda: as_csv(browse.export_table(snapshot, ids)),
            "selection.csv",
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="csv-map",
        )
        if clear:
            st.button("Clear", icon=":material/close:", type="tertiary", on_click=clear)


def _counts(rows: pd.DataFrame, tasks: Sequence[str]) -> None:
    lines = []
    # Who made a work is known of more works than those whose artist is a class.
    for column in ("creator", *(task for task in tasks if task != "artist")):
        counts = rows[column].dropna().value_counts()
        counts = counts[counts.index != ""]
        if not len(counts):
            continue
        named = ", ".join(
            f"{escape_markdown(display_label(str(label)))} {n:,}"
            for label, n in counts.iloc[:COUNTED].items()
        )
        more = len(counts) - COUNTED
        name = "Artist" if column == "creator" else escape_markdown(display_label(column))
        lines.append(f"**{name}**: {named}" + f" and {more:,} more" * (more > 0))
    st.markdown("  \n".join(lines))
