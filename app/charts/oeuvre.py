"""One artist's works: outlier scores, map and timeline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from labels import escape_plotly, truncate
from model_display import ACCENT

_GRID = "rgba(128, 120, 108, 0.22)"  # visible on a light page and on a dark one
_MUTED = "rgba(140, 130, 116, 0.6)"
_ACCENT = ACCENT
_MARK = "#2f7ed8"  # as what is marked on the large map
THIS_WORK = "This work"


def score_histogram(
    scores: np.ndarray, threshold: float, *, chosen: float | None = None
) -> go.Figure:
    """Draw how the scores of an oeuvre are spread, those from `threshold` on in another colour.

    Parameters
    ----------
    chosen
        The score of a work that is marked with a line.
    """
    edges = np.histogram_bin_edges(scores, bins=min(40, max(10, len(scores) // 4)))
    figure = go.Figure()
    for name, among, colour in (
        ("Not shown", scores < threshold, _MUTED),
        ("Shown", scores >= threshold, _ACCENT),
    ):
        counts, _ = np.histogram(scores[among], edges)
        figure.add_bar(
            x=((edges[1:] + edges[:-1]) / 2).tolist(),
            y=counts.tolist(),
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="score %{x:.3g}: %{y} works<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.05)
    if chosen is not None:
        x, line = float(chosen), {"color": _MARK, "width": 3}
        figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line=line)
        figure.add_annotation(
            x=x, y=1, yref="paper", text=THIS_WORK, showarrow=False,
            xanchor="right", xshift=-5, yanchor="top",
        )  # fmt: skip
    return _with_layout(figure, "Score (higher is more unusual)", "Works", height=210)


def oeuvre_map(table: pd.DataFrame, *, chosen: int | None = None) -> go.Figure:
    """Draw the works of an artist as UMAP lays them out, outliers ringed.

    Parameters
    ----------
    table
        work_id, x, y, title (text), shown (bool: among the outliers).
    chosen
        A work_id that is marked with a cross.
    """
    figure = go.Figure()
    for name, rows, marker in (
        ("Other works", table[~table["shown"]], _dot()),
        ("Outliers shown", table[table["shown"]], _ring()),
        (THIS_WORK, table[table["work_id"] == chosen], _cross()),
    ):
        if len(rows) or name != THIS_WORK:
            _points(figure, name, rows, "x", "y", marker)
    return _without_axes(_with_layout(figure, "", "", height=360))


def timeline_figure(table: pd.DataFrame, *, chosen: int | None = None) -> go.Figure:
    """Draw the year of each work against the year predicted from its features.

    Parameters
    ----------
    table
        work_id, year, predicted_year (years), title (text), shown (bool). Undated works are left
        out.
    chosen
        A work_id that is marked with a cross, where it is dated.
    """
    dated = table[np.isfinite(table["year"].astype(float)) & np.isfinite(table["predicted_year"])]
    figure = go.Figure()
    if len(dated):
        ends = [float(dated["year"].min()), float(dated["year"].max())]
        figure.add_scatter(
            x=ends,
            y=ends,
            mode="lines",
            name="Predicted = true",
            line={"color": _MUTED, "dash": "dot", "width": 1.5},
            hoverinfo="skip",
        )
    for name, rows, marker in (
        ("Other works", dated[~dated["shown"]], _dot()),
        ("Outliers shown", dated[dated["shown"]], _ring()),
        (THIS_WORK, dated[dated["work_id"] == chosen], _cross()),
    ):
        if len(rows) or name != THIS_WORK:
            _points(figure, name, rows, "year", "predicted_year", marker)
    figure.update_xaxes(tickformat="d")
    figure.update_yaxes(tickformat="d")
    return _with_layout(figure, "Year", "Predicted year", height=340)


def clicked_work(event: Any, offered: set[int]) -> int | None:
    """work_id of the point that was clicked; None for anything that was not offered."""
    try:
        data = event["selection"]["points"][0]["customdata"]
        number = int(data[0] if isinstance(data, (list, tuple)) else data)
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return number if number in offered else None


def _points(
    figure: go.Figure, name: str, rows: pd.DataFrame, x: str, y: str, marker: dict[str, Any]
) -> None:
    figure.add_scatter(
        x=rows[x].to_numpy(np.float32),  # Plotly looks at every item of a list
        y=rows[y].to_numpy(np.float32),
        mode="markers",
        name=name,
        marker=marker,
        customdata=rows["work_id"].to_numpy(np.int32),
        hovertext=np.array([escape_plotly(truncate(t, 60)) for t in rows["title"]], dtype=object),
        hoverinfo="text",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _dot() -> dict[str, Any]:
    return {"size": 7, "color": _MUTED, "line": {"width": 0}}


def _ring() -> dict[str, Any]:
    return {"size": 12, "color": _ACCENT, "symbol": "circle-open", "line": {"width": 2.4}}


def _cross() -> dict[str, Any]:
    return {
        "size": 15,
        "color": _MARK,
        "symbol": "x-thin",
        "line": {"width": 3, "color": _MARK},
    }


def _with_layout(figure: go.Figure, x: str, y: str, *, height: int) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 8, "t": 30, "b": 0},
        legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        dragmode=False,
        hovermode="closest",
    )
    shared = {"gridcolor": _GRID, "zeroline": False, "fixedrange": True, "automargin": True}
    figure.update_xaxes(title=x, **shared)
    figure.update_yaxes(title=y, **shared)
    return figure


def _without_axes(figure: go.Figure) -> go.Figure:
    """Without axes: only nearness means something on a map."""
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure
