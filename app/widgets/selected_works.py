"""The works that were selected on a map: what they are, on a wall, and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from labels import for_markdown, spoken, titled
from widgets.csv_button import csv_button
from widgets.thumbnail_grid import Painting, paintings

PER_PAGE = 12
COUNTED = 4  # classes that are named per task


def selection_wall(
    chosen: Sequence[int],
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    tasks: Sequence[str],
) -> None:
    """Show the works `chosen` with counts of their classes.

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
            "Nothing is selected. The works that you click, box or lasso on the map hang here.",
            icon=":material/touch_app:",
        )
        return
    rows = works.loc[list(chosen)]
    st.subheader(
        "The work selected" if len(rows) == 1 else f"{len(rows):,} works selected", anchor=False
    )
    if len(rows) > 1:
        for task in ("creator", *(t for t in tasks if t != "artist")):
            counts = rows[task].dropna().value_counts()
            counts = counts[counts.index != ""]
            if not len(counts):
                continue
            named = ", ".join(
                f"{for_markdown(spoken(str(label)))} {n:,}"
                for label, n in counts.iloc[:COUNTED].items()
            )
            more = len(counts) - COUNTED
            st.markdown(
                f"**{'Artist' if task == 'creator' else task.capitalize()}**: {named}"
                + (f" and {more:,} more" if more > 0 else "")
            )
    pages = -(-len(rows) // PER_PAGE)
    # Another selection has pages of its own, perhaps fewer.
    page = st.pagination(pages, key=f"map-page-{len(rows)}-{rows.index[0]}") if pages > 1 else 1
    shown = rows.iloc[(page - 1) * PER_PAGE : page * PER_PAGE]
    paintings(
        [
            Painting(
                int(i),
                source(int(i)),
                titled(title, year),
                [hand if isinstance(hand, str) and hand else "Unknown hand"],
            )
            for i, title, year, hand in zip(
                shown.index, shown["title"], shown["year"], shown["creator"], strict=True
            )
        ],
        label="Works selected on the map",
        key="map-wall",
        tile=320 if len(rows) == 1 else 112,
    )
    columns = ["work_id", "path", "title", "year", "creator", *tasks]
    csv_button(f"These {len(rows):,} as CSV", rows[columns], "selection.csv")
