"""All artists with their outliers, the strongest first: where to begin."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from artextract.oeuvres.outliers.overview import is_shown
from artextract.oeuvres.outliers.reasons import in_order
from artextract.store import Snapshot
from cache import collection, exploration
from labels import percent, title_with_year
from widgets.frame.csv_button import csv_button
from widgets.outliers.oeuvre_controls import ONE
from widgets.outliers.outlier_card import reason_text


def artist_table(snapshot: Snapshot, embedding: str, share: float) -> None:
    """Show a row per artist, with a button in it that leads to the artist's outliers.

    No key presses a button of a table: above it the artists are in a list as well.

    Parameters
    ----------
    share
        Of each oeuvre that is shown, 0..1.
    """
    scored = exploration.part(snapshot, embedding, "outliers")
    found = exploration.oeuvres(snapshot, embedding, share)
    shown, faulty = int(found["shown"].sum()), int(found["faulty"].sum())
    only = int(found["only_faulty"].sum())
    st.write(
        f"**{shown:,}** outliers of **{len(found):,}** artists are shown. Of "
        f"**{percent(faulty / shown) if shown else 'none'}** a fault of the reproduction is "
        "named, "
        f"of {percent(only / shown) if shown else 'none'} nothing else. The artists whose "
        "strongest outlier stands out most come first."
    )
    table = artist_rows(snapshot, scored, found, share)
    # A click is on what is on the screen.
    creators = found["creator"].tolist()

    def open_(creator: str | None) -> None:
        if creator is not None:
            st.session_state["artist"] = creator
            st.session_state["outliers_of"] = ONE
            st.query_params.pop("work", None)

    def pressed() -> None:
        state: Any = st.session_state.get("artist-opened")
        if state and 0 <= state["row"] < len(creators):
            open_(creators[state["row"]])

    st.selectbox(
        "Open an artist",
        creators,
        index=None,
        placeholder="Open an artist",
        key="artist-chosen",
        on_change=lambda: open_(st.session_state.get("artist-chosen")),
        width=280,
        label_visibility="collapsed",
    )

    source = partial(collection.small_source, snapshot)
    st.dataframe(
        table.assign(Work=[source(work) for work in found["strongest"]], Open="Open")[
            ["Work", "Open", *table.columns]
        ],
        hide_index=True,
        row_height=62,
        height="content" if len(table) < 12 else 780,
        column_config={
            "Work": st.column_config.ImageColumn(width=70),
            # Not by selection of a cell: the first arrow key would leave the page.
            "Open": st.column_config.ButtonColumn(
                "Oeuvre", width=80, on_click=pressed, key="artist-opened"
            ),
            "Artist": st.column_config.TextColumn(width=160),
            "Strongest outlier": st.column_config.TextColumn(width=190),
            "First reason": st.column_config.TextColumn(width=330),
            "Stands out by": st.column_config.NumberColumn(
                format="%.1f",
                help="How far the strongest outlier's score lies above the artist's median, in "
                "standard deviations (by the median absolute deviation). Scores themselves cannot "
                "be compared between artists.",
            ),
            "Reproduction fault": st.column_config.NumberColumn(
                format="%.0f %%",
                help="Share, in per cent, of the outliers shown of which one is named",
            ),
            "Judged": st.column_config.ProgressColumn(
                format="%.0f %%", min_value=0, max_value=100, width=90
            ),
        },
        key="artist-table",
        alt="Artists with their outliers, the one whose strongest stands out most first",
    )
    csv_button("Table as CSV", table, "oeuvres.csv")


def artist_rows(
    snapshot: Snapshot, scored: pd.DataFrame, found: pd.DataFrame, share: float
) -> pd.DataFrame:
    """What the table shows of each artist, in the order of `found`.

    Parameters
    ----------
    scored
        The part "outliers" of the exploration.
    found
        As :func:`artextract.oeuvres.outliers.overview.overview` returns it.
    share
        Of each oeuvre that is shown, 0..1.
    """
    works = collection.works(snapshot)
    judged = {work for work, a in exploration.current_annotations(snapshot).items() if a.annotation}
    listed = scored[is_shown(scored["percentile"], share)]
    done = listed["work_id"].isin(judged).groupby(listed["creator"]).mean()
    by_work = scored.set_index("work_id")
    first = [
        next(map(reason_text, [*in_order(row["reasons"]), *row["faults"]]), "")
        for row in by_work.loc[found["strongest"]].to_dict("records")
    ]
    strongest = works.loc[found["strongest"]]
    return pd.DataFrame(
        {
            "Artist": found["creator"],
            "Strongest outlier": [
                title_with_year(title, year)
                for title, year in zip(strongest["title"], strongest["year"], strict=True)
            ],
            "First reason": first,
            "Stands out by": found["stands_out"],
            "Works": found["works"],
            "Outliers shown": found["shown"],
            "Reproduction fault": (100 * found["faulty"] / found["shown"].clip(lower=1)).to_numpy(),
            "Judged": (100 * done.reindex(found["creator"]).fillna(0.0)).to_numpy(),
        }
    )
