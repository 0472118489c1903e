"""What the exploration found about a work: its neighbours, how unusual it is, its place."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.store import Snapshot
from cache import collection, exploration
from charts.config import config
from charts.location import location_figure
from labels import escape_markdown
from widgets.frame.missing import section_needs
from widgets.outliers.annotation_form import annotation_form, annotation_outcome
from widgets.outliers.outlier_card import evidence_list, nearest_works
from widgets.outliers.reviewer import reviewer

SIMILAR = 5  # nearest works of its artist, and as many of others


def work_exploration(work: dict[str, Any], works: pd.DataFrame, snapshot: Snapshot) -> None:
    """Show what was found, by the default embedding.

    Parameters
    ----------
    work
        A row of `works`.
    works
        As :meth:`artextract.store.Store.works` returns them.
    """
    st.header("Similar works, and how unusual it is", anchor=False, divider="gray")
    with section_needs():
        embedding = explored_embeddings(snapshot.store)[0]
        near = exploration.neighbourhood(snapshot, embedding)
        creator = work["creator"] if isinstance(work["creator"], str) else ""
        nearest_works(
            near.nearest(work["work_id"], k=SIMILAR),
            works,
            partial(collection.thumbnail_source, snapshot),
            creator=creator or "the same artist",
            key="work",
            size=96,
        )
        left, right = st.columns(2, gap="large")
        with left, section_needs():
            _outlier_score(work, creator, snapshot)
        with right, section_needs():
            _map_location(work, works, creator, snapshot)


def _outlier_score(work: dict[str, Any], creator: str, snapshot: Snapshot) -> None:
    number = work["work_id"]
    embedding = explored_embeddings(snapshot.store, "outliers")[0]
    table = exploration.part(snapshot, embedding, "outliers")
    scored = table[table["work_id"] == number]
    if not len(scored):
        st.caption("Too few works by this artist are known to say how unusual this one is.")
        return
    evidence_list(scored.to_dict("records")[0])
    annotation_form(snapshot, number, path=work["path"], key="work")
    reviewer()
    annotation_outcome()
    st.page_link(
        "views/outliers.py",
        label=f"All outliers of {escape_markdown(creator)}",
        icon=":material/crisis_alert:",
        query_params={"artist": creator, "work": str(number)},
    )


def _map_location(
    work: dict[str, Any], works: pd.DataFrame, creator: str, snapshot: Snapshot
) -> None:
    number = work["work_id"]
    embedding = explored_embeddings(snapshot.store, "map")[0]
    points = exploration.part(snapshot, embedding, "map").set_index("work_id")
    if number not in points.index:
        st.caption("The picture could not be read when the collection was embedded.")
        return
    own = works["creator"].reindex(points.index).eq(creator).to_numpy() if creator else None
    x, y = points.loc[number, ["x", "y"]].to_numpy(float)
    st.plotly_chart(
        location_figure(points, (float(x), float(y)), own=own, name=creator),
        key="location",
        config=config(f"work-{number}-map"),
        alt="Map of the collection; the work is ringed" + ", its artist coloured" * bool(creator),
    )
    st.page_link(
        "views/map.py",
        label="On the large map",
        icon=":material/scatter_plot:",
        query_params={"work": str(number)},
    )
