"""Figures of an exploration that take long to draw, shared by all visitors: never change them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from artextract.store import Snapshot
from cache.collection import predictions, works
from cache.exploration import part, ranked
from charts.embedding_map import map_figure
from charts.oeuvre import oeuvre_map, timeline_figure
from widgets.map.map_controls import CORRECT, OUTLIER_SCORE, MapView, colour_values
from widgets.outliers.oeuvre_controls import OeuvreView


@st.cache_resource(max_entries=8, show_spinner="Drawing the map …")
def embedding_map(
    snapshot: Snapshot, view: MapView, ringed: bytes | None = None
) -> tuple[go.Figure, np.ndarray]:
    """The map that a visitor chose, and the work_ids on it, int (n,).

    Parameters
    ----------
    ringed
        work_ids, int64, of works that are ringed instead of the outliers of an artist.

    Raises
    ------
    StoreError
        As :func:`cache.exploration.part`, or if there is no evaluation where the colours need one.
    """
    points = part(snapshot, view.embedding, "oeuvre_maps" if view.own_map else "map")
    if view.own_map:
        points = points[points["creator"] == view.creator]
    scores, predicted = None, None
    if view.colour == OUTLIER_SCORE or view.creator:
        scores = part(snapshot, view.embedding, "outliers")
    if view.colour == CORRECT:
        predicted = predictions(snapshot, view.task, view.model)
    values, continuous = colour_values(view, works(snapshot), scores, predicted)
    table = points[["work_id", "x", "y"]].assign(value=points["work_id"].map(values))
    rings: list[int] = []
    if view.creator and scores is not None:
        own = scores["creator"] == view.creator
        rings = scores.loc[own & scores["shown"], "work_id"].tolist()
    if ringed is not None:
        rings = np.frombuffer(ringed, np.int64).tolist()
    figure = map_figure(
        table,
        by=view.colour,
        continuous=continuous,
        rings=rings,
        rings_are="Outliers" if ringed is None else "Selection",
        view=f"{view.embedding} {view.creator if view.own_map else ''}",
    )
    return figure, table["work_id"].to_numpy()


@st.cache_resource(max_entries=64, show_spinner=False)
def outlier_map(snapshot: Snapshot, view: OeuvreView) -> go.Figure:
    """The map of an oeuvre with its outliers ringed.

    Raises
    ------
    StoreError
        As :func:`cache.exploration.part`.
    """
    points = part(snapshot, view.embedding, "oeuvre_maps")
    table = ranked(snapshot, view)[["work_id", "title", "shown"]]
    return oeuvre_map(points[points["creator"] == view.creator].merge(table, on="work_id"))


@st.cache_resource(max_entries=64, show_spinner=False)
def timeline(snapshot: Snapshot, view: OeuvreView) -> go.Figure | None:
    """The timeline of an oeuvre; None where no year can be predicted for its works.

    Raises
    ------
    StoreError
        As :func:`cache.exploration.part`.
    """
    times = part(snapshot, view.embedding, "timeline")
    times = times[times["creator"] == view.creator].drop(columns=["year"])
    if not np.isfinite(times["predicted_year"].astype(float)).any():
        return None
    table = ranked(snapshot, view)[["work_id", "title", "shown", "year"]]
    times = times.merge(table, on="work_id")
    return timeline_figure(times.assign(year=pd.to_numeric(times["year"]).astype(float)))
