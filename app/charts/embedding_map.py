"""The map of a collection: a point per work, coloured by what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.config import CATEGORIES
from labels import display_label, escape_plotly, truncate
from model_display import ACCENT

GREY = "rgba(140, 130, 116, 0.38)"
OTHERS = "Others"
UNKNOWN = "Not known"
_RIGHT = {"Right": "#5b9160", "Wrong": "#c9553c"}
_SCALE = [[0, "#3d5f94"], [0.35, "#3a9aa0"], [0.65, "#d0a437"], [1, "#c9412c"]]


def categories(values: pd.Series, *, n: int = len(CATEGORIES)) -> pd.Series:
    """The `n` most frequent values for people; the rest are others, the missing unknown."""
    known = values[values.notna() & (values != "")]
    largest = known.value_counts().index[:n]
    kept = known.isin(largest)
    display = {label: display_label(str(label)) for label in largest}
    names = known.astype(object).map(display).where(kept, OTHERS)
    return names.reindex(values.index).fillna(UNKNOWN)


def map_figure(
    table: pd.DataFrame,
    *,
    by: str,
    continuous: bool = False,
    height: int = 640,
    rings: Iterable[int] = (),
    rings_are: str = "Outliers",
    view: str = "",
) -> go.Figure:
    """Draw works as points of a map.

    Parameters
    ----------
    table
        work_id, x, y and value: a category (text), or a number where `continuous`, NaN where
        nothing is known; those stay grey.
    by
        What the colours mean.
    rings
        work_ids that are ringed.
    rings_are
        What they are, for the legend.
    view
        What decides the extent: as long as it stays, zooming and panning are kept.
    """
    figure = go.Figure()
    size = 4 if len(table) > 20_000 else 6 if len(table) > 3000 else 9
    if continuous:
        known = table["value"].notna()
        _points(figure, table[~known], UNKNOWN, {"size": size, "color": GREY})
        shown = table[known]
        bar = {"title": {"text": by}, "thickness": 12, "len": 0.7, "tickformat": "d"}
        colours = {
            "color": shown["value"].to_numpy(np.float32),
            "colorscale": _SCALE,
            "colorbar": bar,
            "size": size,
        }
        _points(figure, shown, by, colours, legend=False)
    else:
        for name, colour in _colours(table["value"]):
            marker = {"size": size, "color": colour}
            _points(figure, table[table["value"] == name], name, marker)
    ringed = table[table["work_id"].isin(set(rings))]
    if len(ringed):
        ring = {"size": size + 7, "symbol": "circle-open", "color": ACCENT}
        _points(figure, ringed, rings_are, ring | {"line": {"width": 2}})
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        hovermode="closest",
        dragmode="pan",
        legend={"orientation": "h", "y": 0, "x": 0, "yanchor": "top", "itemsizing": "constant"},
        uirevision=view or "map",
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure


def _colours(values: pd.Series) -> list[tuple[str, str]]:
    """Categories in the order in which they are drawn: grey ones first, below the others."""
    counts = values.value_counts()
    if set(counts.index) <= {*_RIGHT, UNKNOWN, OTHERS}:
        coloured = [(name, colour) for name, colour in _RIGHT.items() if name in counts]
    else:
        names = [str(name) for name in counts.index if name not in (OTHERS, UNKNOWN)]
        # A colour belongs to a name and not to its rank, which a filter would change.
        coloured = list(zip(sorted(names), CATEGORIES, strict=False))
    return [(name, GREY) for name in (UNKNOWN, OTHERS) if name in counts] + coloured


def _points(
    figure: go.Figure,
    rows: pd.DataFrame,
    name: str,
    marker: Mapping[str, Any],
    *,
    legend: bool = True,
) -> None:
    figure.add_scattergl(
        x=rows["x"].to_numpy(np.float32),
        y=rows["y"].to_numpy(np.float32),
        customdata=rows["work_id"].to_numpy(np.int32),
        mode="markers",
        name=escape_plotly(truncate(name, 28)),
        marker=marker,
        showlegend=legend,
        hoverinfo="none",  # the thumbnail beside the pointer says it
        # Those that are not selected stay to be seen, in grey.
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.25, "color": "#8c8274"}},
    )


def selected_works(event: Any, offered: Sequence[int] | np.ndarray) -> list[int]:
    """work_ids of the points that were clicked, boxed or lassoed, each once, as they came.

    Parameters
    ----------
    event
        What ``st.plotly_chart`` returned; it comes from a browser.
    offered
        work_ids on the map: no other is taken.
    """
    try:
        points = event["selection"]["points"]
    except (KeyError, TypeError):
        return []
    known = set(np.asarray(offered).tolist()) if points else set()
    found: dict[int, None] = {}
    for point in points:
        data = point.get("customdata") if isinstance(point, Mapping) else None
        number = data[0] if isinstance(data, (list, tuple)) and data else data
        if isinstance(number, int) and number in known:
            found[number] = None
    return list(found)
