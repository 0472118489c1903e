"""A confusion matrix whose cells can be clicked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from labels import display_label, escape_plotly, percent, truncate, works_count

_EMPTY = "rgba(128, 120, 108, 0.07)"  # behind empty cells, on a light page and on a dark one
_NUMBERS_UP_TO = 12  # classes; beyond it numbers do not fit into the cells
_NAME = 20  # characters of a class name at an axis


def matrix_figure(
    values: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    logarithmic: bool = False,
    diagonal: bool = True,
) -> go.Figure:
    """Draw a confusion matrix; empty cells stay blank.

    Plotly says nothing of a click on a heatmap, so an unseen marker lies on every cell: the
    selection's point number is ``row * n_classes + column``, see :func:`clicked_cell`.

    Parameters
    ----------
    values
        (n_classes, n_classes) what is coloured: works (integers) or shares (floats); NaN where
        there is none. Negative numbers make it a difference with a scale of two colours.
    counts
        As `values`, in works, for the text that appears over a cell.
    logarithmic
        Colours follow the order of magnitude, so that rare confusions are seen beside the common.
    diagonal
        Whether the diagonal, the right answers, is drawn.
    """
    n, shown = len(values), values.to_numpy(dtype=float, copy=True)
    names = [display_label(name) for name in values.index]
    is_share = not all(pd.api.types.is_integer_dtype(kind) for kind in values.dtypes)
    is_difference = bool((np.nan_to_num(shown) < 0).any()) or bool((counts < 0).any().any())
    shown[shown == 0] = np.nan
    if not diagonal:
        np.fill_diagonal(shown, np.nan)
    unit = 100.0 if is_share else 1.0
    z = np.sign(shown) * np.log10(1 + np.abs(shown) * unit) if logarithmic else shown * unit
    top = float(np.nanmax(np.abs(z))) if np.isfinite(z).any() else 1.0

    figure = go.Figure()
    figure.add_heatmap(
        z=z,
        zmin=-top if is_difference else 0,
        zmax=top,
        autocolorscale=True,  # of the theme: sequential, or diverging for a difference
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        text=_numbers(shown, is_share, is_difference) if n <= _NUMBERS_UP_TO else None,
        texttemplate="%{text}" if n <= _NUMBERS_UP_TO else None,
        showscale=n > _NUMBERS_UP_TO,  # numbers say it better, and a phone has no room for both
        colorbar={
            "thickness": 8,
            "len": 0.6,
            "x": 1.01,
            "outlinewidth": 0,
            **_ticks(top, logarithmic, is_share, is_difference),
        },
    )
    rows, columns = np.divmod(np.arange(n * n), n)
    figure.add_scatter(
        x=columns,
        y=rows,
        mode="markers",
        marker={"opacity": 0, "size": 6},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        showlegend=False,
        hoverinfo="text",
        hovertext=_sentences(names, counts.to_numpy(), is_difference),
    )
    axis: dict[str, Any] = {
        "tickvals": list(range(n)),
        "ticktext": [escape_plotly(truncate(name, _NAME)) for name in names],
        "tickfont": {"size": 12 if n <= _NUMBERS_UP_TO else 11},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "ticks": "",
    }
    figure.update_layout(
        height=round(n * max(20, min(46, 560 / max(n, 1)))) + 170,
        margin={"l": 0, "r": 0, "t": 8, "b": 0, "pad": 0},
        xaxis=axis | {"range": [-0.5, n - 0.5], "tickangle": -45, "title": "Predicted label"},
        yaxis=axis | {"range": [n - 0.5, -0.5], "title": "True label"},
        plot_bgcolor=_EMPTY,
        dragmode=False,
        hovermode="closest",
        hoverdistance=-1,  # the nearest marker is the cell under the pointer, however large
        clickmode="event+select",
    )
    return figure


def clicked_cell(event: Mapping[str, Any], names: list[str]) -> tuple[str, str] | None:
    """True and predicted class of the cell clicked in :func:`matrix_figure`, None without one.

    Parameters
    ----------
    event
        Streamlit's selection of the chart. It comes from a browser, so nothing in it is trusted.
    names
        Classes in the order of the matrix.
    """
    points = event.get("selection", {}).get("points", [])
    index = points[0].get("point_index") if points else None
    if not isinstance(index, int) or not 0 <= index < len(names) ** 2:
        return None
    row, column = divmod(index, len(names))
    return names[row], names[column]


def _numbers(shown: np.ndarray, is_share: bool, is_difference: bool) -> list[list[str]]:
    def number(value: float) -> str:
        if np.isnan(value):
            return ""
        sign = "+" if is_difference and value > 0 else "−" if value < 0 else ""
        return sign + (percent(abs(value)) if is_share else f"{abs(value):,.0f}")

    return [[number(value) for value in row] for row in shown]


def _sentences(names: list[str], counts: np.ndarray, is_difference: bool) -> list[str]:
    names = [escape_plotly(truncate(name, 40)) for name in names]
    texts = []
    for row, true in enumerate(names):
        for column, predicted in enumerate(names):
            n = int(counts[row, column])
            works = works_count(abs(n))
            if is_difference:
                works = f"{'more' if n > 0 else 'fewer'}: {works}" if n else "no difference"
            texts.append(f"True: {true}<br>Predicted: {predicted}<br>{works}")
    return texts


def _ticks(
    top: float, logarithmic: bool, is_share: bool, is_difference: bool
) -> dict[str, list[Any]]:
    if logarithmic:
        values = [0.0, *(float(10**k) for k in range(8) if np.log10(1 + 10**k) <= top * 1.001)]
        places = [float(np.log10(1 + value)) for value in values]
    else:
        step = next(s * 10.0**k for k in range(-1, 8) for s in (1, 2, 5) if top / (s * 10**k) <= 5)
        values = places = [i * step for i in range(int(top / step) + 1)]
    if is_difference:
        values = [-v for v in values[:0:-1]] + values
        places = [-p for p in places[:0:-1]] + places
    texts = [f"{v:+,g}" if is_difference and v else f"{v:,g}" for v in values]
    return {
        "tickvals": places,
        "ticktext": [text + " %" * is_share for text in texts],
    }
