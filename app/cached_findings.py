"""What the pages read of an exploration, shared by all visitors: read it, never write into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from artextract import findings
from artextract.store import Store
from artextract.verdicts import said_so_far
from cached import opinions, works
from components.labels import titled
from components.map_choice import MapChoice, values_of
from components.map_figure import map_figure
from components.oeuvre_choice import Choice
from components.oeuvre_figures import oeuvre_map, timeline_figure

if TYPE_CHECKING:
    from artextract.findings import Neighbourhood


@st.cache_resource(max_entries=16, show_spinner=False)
def part(root: str, version: str, name: str, which: str) -> pd.DataFrame:
    """A part of what was explored.

    Raises
    ------
    StoreError
        As :func:`artextract.findings.read_part`.
    """
    return findings.read_part(Store(root), name, which)


@st.cache_resource(max_entries=3, show_spinner="Finding out who is near whom …")
def neighbourhood(root: str, version: str, name: str) -> Neighbourhood:
    """Who is near whom.

    Raises
    ------
    StoreError
        As :meth:`artextract.findings.Neighbourhood.read`.
    """
    return findings.Neighbourhood.read(Store(root), name)


def verdicts_length(store: Store) -> int:
    """Bytes of the verdicts: nothing is ever rewritten, so the length tells what is there."""
    try:
        return store.verdicts_path.stat().st_size
    except OSError:
        return 0


@st.cache_resource(max_entries=2, show_spinner=False)
def said(root: str, version: str, length: int) -> pd.DataFrame:
    """All verdicts so far, `length` bytes of them, as :func:`artextract.verdicts.said_so_far`."""
    return said_so_far(Store(root))


@st.cache_resource(max_entries=64, show_spinner="Judging the oeuvre …")
def judged(root: str, version: str, name: str, creator: str, detector: str) -> pd.DataFrame:
    """The works of a painter, most unusual first, by any detector; never write into it.

    The stored scores are taken as they are; another detector judges the stored evidence.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    store = Store(root)
    table = part(root, version, name, "outliers")
    own = table[table["creator"] == creator]
    stored = findings.stage(store, name, "outliers")["configuration"]["detector"]
    if detector != stored:
        own = findings.judged_by(own, neighbourhood(root, version, name), detector)
    return own.sort_values(["percentile", "score", "work_id"], ascending=[False, False, True])


@st.cache_resource(max_entries=8, show_spinner="Drawing the map …")
def drawn_map(root: str, version: str, choice: MapChoice) -> tuple[go.Figure, np.ndarray]:
    """The map that a visitor chose, and the work_ids on it, int (n,).

    Raises
    ------
    StoreError
        As :func:`part`, or if there is no evaluation where the colours need one.
    """
    everybody = works(root, version)
    points = part(root, version, choice.name, "oeuvres" if choice.own else "map")
    if choice.own:
        points = points[points["creator"] == choice.creator]
    judged, said = None, None
    if choice.colour == "Outlier score" or choice.creator:
        judged = part(root, version, choice.name, "outliers")
    if choice.colour == "Right or wrong":
        said = opinions(root, version, choice.task, choice.model)
    values, continuous = values_of(choice, everybody, judged, said)
    table = points[["work_id", "x", "y"]].assign(value=points["work_id"].map(values))
    rings: list[int] = []
    if choice.creator and judged is not None:
        own = judged["creator"] == choice.creator
        rings = judged.loc[own & judged["shown"], "work_id"].tolist()
    figure = map_figure(
        table,
        by=choice.colour,
        continuous=continuous,
        rings=rings,
        view=f"{choice.name} {choice.creator if choice.own else ''}",
    )
    return figure, table["work_id"].to_numpy()


@st.cache_resource(max_entries=64, show_spinner=False)
def ranked(root: str, version: str, choice: Choice) -> pd.DataFrame:
    """:func:`judged` works with title, year and path, and whether they are `shown`."""
    table = judged(root, version, choice.name, choice.creator, choice.detector)
    theirs = works(root, version).loc[table["work_id"]]
    return table.assign(
        title=[titled(t, y) for t, y in zip(theirs["title"], theirs["year"], strict=True)],
        year=theirs["year"].array,
        path=theirs["path"].array,
        shown=table["percentile"] >= 100 * (1 - choice.share),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def drawn_oeuvre(root: str, version: str, choice: Choice) -> go.Figure:
    """The map of an oeuvre with its outliers ringed.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    places = part(root, version, choice.name, "oeuvres")
    table = ranked(root, version, choice)[["work_id", "title", "shown"]]
    return oeuvre_map(places[places["creator"] == choice.creator].merge(table, on="work_id"))


@st.cache_resource(max_entries=64, show_spinner=False)
def drawn_years(root: str, version: str, choice: Choice) -> go.Figure | None:
    """The timeline of an oeuvre; None where no year can be read from its works.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    times = part(root, version, choice.name, "timeline")
    times = times[times["creator"] == choice.creator].drop(columns=["year"])
    if not np.isfinite(times["speaks_for"].astype(float)).any():
        return None
    table = ranked(root, version, choice)[["work_id", "title", "shown", "year"]]
    times = times.merge(table, on="work_id")
    return timeline_figure(times.assign(year=pd.to_numeric(times["year"]).astype(float)))
