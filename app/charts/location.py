"""A small map of the collection with one picture ringed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from labels import escape_plotly
from model_display import ACCENT

MOST = 2500  # dots: drawn without WebGL, of which a page can hold only some


def location_figure(
    points: pd.DataFrame, at: tuple[float, float], *, own: np.ndarray | None, name: str
) -> go.Figure:
    """Draw the map.

    Parameters
    ----------
    points
        With x and y, a row per work; at most `MOST`, evenly taken, are drawn.
    at
        Where the picture lies.
    own
        bool (n,): works by the artist called `name`, which are coloured; None colours none.
    """
    own = np.zeros(len(points), dtype=bool) if own is None else own
    figure = go.Figure()
    for rows, colour, size, label in (
        (np.flatnonzero(~own), "rgba(140,132,120,.45)", 3, "others"),
        (np.flatnonzero(own), ACCENT, 5, escape_plotly(name)),
    ):
        rows = rows[:: -(-len(rows) // MOST) or 1]
        figure.add_scatter(
            x=points["x"].to_numpy()[rows],
            y=points["y"].to_numpy()[rows],
            mode="markers",
            marker={"color": colour, "size": size, "symbol": "circle"},
            name=label,
            hoverinfo="skip",
        )
    ring = {"size": 22, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": "#2f7ed8"}}
    figure.add_scatter(x=[at[0]], y=[at[1]], mode="markers", marker=ring, hoverinfo="skip")
    figure.add_annotation(x=at[0], y=at[1], text="<b>this one</b>", yshift=22)
    figure.update_annotations(showarrow=False)
    figure.update_layout(height=320, margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure
