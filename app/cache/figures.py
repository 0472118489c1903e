"""Figures of an exploration that take long to draw, shared by all visitors: never change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from artextract.store import Snapshot
from cache.collection import predictions, works
from cache.exploration import part, ranked
from charts.embedding_map import UNITS, UNKNOWN, MapPoints, map_points
from charts.map_regions import map_regions
from charts.oeuvre import oeuvre_map, timeline_figure
from widgets.map.map_controls import (
    CORRECT,
    MISSING,
    OTHER_ARTISTS,
    OUTLIER_SCORE,
    MapView,
    colour_values,
    others_than,
)
from widgets.outliers.oeuvre_controls import OeuvreView


@st.cache_resource(max_entries=8, show_spinner="Drawing the map …")
def embedding_map(snapshot: Snapshot, view: MapView) -> tuple[MapPoints, bytes]:
    """The map that a visitor chose, and the same as the browser gets it.

    Raises
    ------
    StoreError
        As :func:`cache.exploration.part`, or if there is no evaluation where the colours need one.
    """
    points = part(snapshot, view.embedding, "oeuvre_maps" if view.own_map else "map")
    if view.own_map:
        points = points[points["creator"] == view.creator]
    table = works(snapshot)
    scores, predicted = None, None
    if view.colour == OUTLIER_SCORE:
        scores = part(snapshot, view.embedding, "outliers")
    if view.colour == CORRECT:
        predicted = predictions(snapshot, view.task, view.model)
    values, continuous = colour_values(view, table, scores, predicted)
    ids = points["work_id"]
    drawn = points[["work_id", "x", "y"]].assign(
        value=values.reindex(ids).to_numpy(),
        year=pd.to_numeric(table["year"]).astype("float64").reindex(ids).to_numpy(),
        other=others_than(view, table).reindex(ids).to_numpy(),
    )
    made = map_points(
        drawn,
        by=view.colour,
        continuous=continuous,
        missing=MISSING.get(view.colour, UNKNOWN),
        others=OTHER_ARTISTS,
    )
    if view.regions:
        names = table[view.regions].reindex(made.work_ids).to_numpy(dtype=object)
        made = replace(made, regions=map_regions(made.x, made.y, names, units=UNITS))
    return made, made.packed(view.map)


def outliers_shown(snapshot: Snapshot, embedding: str, creator: str) -> np.ndarray:
    """work_ids of the outliers of an artist, int64 (n,).

    Raises
    ------
    StoreError
        As :func:`cache.exploration.part`.
    """
    scores = part(snapshot, embedding, "outliers")
    own = (scores["creator"] == creator) & scores["shown"]
    return scores.loc[own, "work_id"].to_numpy(np.int64)


@st.cache_resource(max_entries=64, show_spinner=False)
def outlier_map(snapshot: Snapshot, view: OeuvreView, chosen: int | None) -> go.Figure:
    """The map of an oeuvre with its outliers ringed, and the `chosen` work marked.

    Raises
    ------
    StoreError
        As :func:`cache.exploration.part`.
    """
    points = part(snapshot, view.embedding, "oeuvre_maps")
    table = ranked(snapshot, view)[["work_id", "title", "shown"]]
    own = points[points["creator"] == view.creator].merge(table, on="work_id")
    return oeuvre_map(own, chosen=chosen)


@st.cache_resource(max_entries=64, show_spinner=False)
def timeline(snapshot: Snapshot, view: OeuvreView, chosen: int | None) -> go.Figure | None:
    """The timeline of an oeuvre, the `chosen` work marked; None where no year can be predicted.

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
    dated = times.assign(year=pd.to_numeric(times["year"]).astype(float))
    return timeline_figure(dated, chosen=chosen)
