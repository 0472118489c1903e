"""The works that were selected on a map: counts of their labels, thumbnails, and a CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from labels import display_label, escape_markdown
from widgets.frame.csv_button import csv_button, with_kept_columns
from widgets.works.thumbnail_grid import thumbnail_grid, tiles_of

PER_PAGE = 12
COUNTED = 4  # classes that are named per task


def selection_panel(
    chosen: Sequence[int],
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    tasks: Sequence[str],
) -> None:
    """Show the works `chosen` with counts of their labels.

    Parameters
    ----------
    chosen
        work_ids; none says how to select some.
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    tasks
        Whose labels are counted.
    """
    if not len(chosen):
        st.info(
            "Nothing is selected. The works that you click, box or lasso on the map appear here.",
            icon=":material/touch_app:",
        )
        return
    rows = works.loc[list(chosen)]
    st.header(
        "The work selected" if len(rows) == 1 else f"{len(rows):,} works selected", anchor=False
    )
    if len(rows) > 1:
        _counts(rows, tasks)
    pages = -(-len(rows) // PER_PAGE)
    # Another selection has pages of its own, perhaps fewer.
    page = (
        st.pagination(pages, key=f"map-page-{len(rows)}-{rows.index[0]}", persist_state="session")
        if pages > 1
        else 1
    )
    thumbnail_grid(
        tiles_of(rows.iloc[(page - 1) * PER_PAGE : page * PER_PAGE], source, creators=True),
        label="Works selected on the map",
        key="map-selection",
        size=320 if len(rows) == 1 else 112,
        among=rows.index.to_numpy(),
    )
    columns = ["work_id", "path", "title", "year", "creator", *tasks]
    csv_button(
        f"These {len(rows):,} as CSV", with_kept_columns(rows[columns], works), "selection.csv"
    )


def _counts(rows: pd.DataFrame, tasks: Sequence[str]) -> None:
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
        st.markdown(f"**{name}**: {named}" + f" and {more:,} more" * (more > 0))
