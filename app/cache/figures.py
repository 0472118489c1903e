"""Figures of an exploration that take long to draw, shared by all visitors: never change them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cache.exploration import part, ranked
from cache.store import predictions, works
from charts.embedding_map import map_figure
from charts.oeuvre import oeuvre_map, timeline_figure
from widgets.map_choice import MapChoice, values_of
from widgets.oeuvre_choice import Choice


@st.cache_resource(max_entries=8, show_spinner="Drawing the map …")
def drawn_map(root: str, version: str, choice: MapChoice) -> tuple[go.Figure, np.ndarray]:
    """The map that a visitor chose, and the work_ids on it, int (n,).

    Raises
    ------
    StoreError
        As :func:`part`, or if there is no evaluation where the colours need one.
    """
    everybody = works(root, version)
    points = part(root, version, choice.name, "oeuvre_maps" if choice.own else "map")
    if choice.own:
        points = points[points["creator"] == choice.creator]
    judged, said = None, None
    if choice.colour == "Outlier score" or choice.creator:
        judged = part(root, version, choice.name, "outliers")
    if choice.colour == "Right or wrong":
        said = predictions(root, version, choice.task, choice.model)
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
def drawn_oeuvre(root: str, version: str, choice: Choice) -> go.Figure:
    """The map of an oeuvre with its outliers ringed.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    places = part(root, version, choice.name, "oeuvre_maps")
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
    if not np.isfinite(times["predicted_year"].astype(float)).any():
        return None
    table = ranked(root, version, choice)[["work_id", "title", "shown", "year"]]
    times = times.merge(table, on="work_id")
    return timeline_figure(times.assign(year=pd.to_numeric(times["year"]).astype(float)))
