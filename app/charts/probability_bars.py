"""Bars of the most probable classes, one panel per model, the classes on common rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labels import display_label, escape_plotly, percent, truncate
from model_display import ENSEMBLE, ModelDisplay

_ROW = 38  # pixels: a line for the name, a line for the bars
_HEADER = 30  # pixels
_TRACK = "rgba(128, 120, 108, 0.17)"  # visible on a light page and on a dark one
_AXIS = 1.52  # length of an axis in units of 100 %: what is beyond 1 holds the printed figure
_GAP = 0.03  # between panels, of the chart's width
_SIDE_BY_SIDE = 4  # panels; more stand in bands of three below each other
_LONG = 16  # characters; of four panels side by side none has room for a longer name
_WORTH_A_ROW = 0.01

_LEFT = {
    "xanchor": "left",
    "yanchor": "bottom",
    "align": "left",
    "showarrow": False,
    "borderpad": 0,
}


def shown_classes(
    probabilities: Mapping[str, np.ndarray], *, top: int = 5, true: int | None = None
) -> list[int]:
    """Class numbers that deserve a row, most probable to the ensemble first.

    They are the ensemble's `top`, whatever else a network has among its own `top` with at least
    one per cent, and the `true` class.

    Parameters
    ----------
    probabilities
        (n_classes,) of each model, "ensemble" among them.
    """
    rows: set[int] = set() if true is None else {true}
    for model, values in probabilities.items():
        best = np.argsort(-values, kind="stable")[:top]
        rows.update(int(c) for c in best if model == ENSEMBLE or values[c] >= _WORTH_A_ROW)
    return sorted(rows, key=lambda c: (-probabilities[ENSEMBLE][c], c))


def probability_bars(
    probabilities: Mapping[str, np.ndarray],
    classes: Sequence[str],
    display: ModelDisplay,
    *,
    top: int = 5,
    true: str | None = None,
) -> go.Figure:
    """Draw the most probable classes of one task for every model side by side.

    All panels have the same scale, 0 to 100 %; a model's first choice is drawn in full colour,
    the ensemble in bold.

    Parameters
    ----------
    probabilities
        (n_classes,) of each model, "ensemble" among them; each sums to 1.
    classes
        Class names, in the order of the probabilities.
    display
        Names and colours of the models.
    true
        The true label, where it is known; its row is marked.
    """
    truth = classes.index(true) if true in classes else None
    rows = shown_classes(probabilities, top=top, true=truth)
    names = [display_label(classes[c]) for c in rows]
    models = sorted(probabilities, key=lambda model: model == ENSEMBLE)  # the ensemble last
    across = len(models) if len(models) <= _SIDE_BY_SIDE else 3
    if across == _SIDE_BY_SIDE and max(len(display.name(model)) for model in models) > _LONG:
        across = 2
    bands = -(-len(models) // across)
    band = len(rows) + 0.1 + _HEADER / _ROW  # height of a band in rows
    figure = go.Figure()
    # Gathered and set at once: Plotly copies all that is there with each one that is added.
    annotations: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    axes: dict[str, dict[str, Any]] = {}
    for place, model in enumerate(models):
        panel, top_row = place % across, place // across * band
        values, name = probabilities[model], escape_plotly(display.name(model))
        best = int(values.argmax())
        x, bold = f"x{panel + 1}", model == ENSEMBLE
        figure.add_bar(
            x=[float(values[c]) for c in rows],
            y=[top_row + row for row in range(len(rows))],
            orientation="h",
            width=0.36,
            name=name,
            xaxis=x,
            marker={
                "color": display.colour(model),
                "opacity": [1.0 if c == best else 0.5 for c in rows],
                "line": {"width": 0},
            },
            hoverinfo="text",
            hovertext=[
                f"{escape_plotly(label)}<br>{name}: {percent(float(values[c]))}"
                for label, c in zip(names, rows, strict=True)
            ],
        )
        above = {"x": 0, "xref": x, "y": top_row - 0.72, "yref": "y", "yshift": 6}
        annotations.append(_LEFT | {"text": _bold(name, bold)} | above)
        for row, c in enumerate(rows):
            shapes.append(_track(top_row + row, x))
            figure_text = _bold(percent(float(values[c])), bold)
            beside = {"x": 1.05, "xref": x, "y": top_row + row, "yref": "y", "yanchor": "middle"}
            annotations.append(_LEFT | {"text": figure_text} | beside)
        width = (1 - _GAP * (across - 1)) / across
        start = panel * (width + _GAP)
        axes[f"xaxis{panel + 1}"] = {
            "domain": [start, start + width],
            "range": [0, _AXIS],
            "visible": False,
            "fixedrange": True,
            "anchor": "y",
        }
    for row, (label, c) in enumerate(zip(names, rows, strict=True)):
        text = _bold(escape_plotly(truncate(label, 38)), c == truth) + " ✓ true label" * (
            c == truth
        )
        annotations += [
            _LEFT | {"text": text, "x": 0, "xref": "paper", "y": i * band + row - 0.2, "yref": "y"}
            for i in range(bands)
        ]
    bottom = (bands - 1) * band + len(rows)
    figure.update_layout(
        axes,
        annotations=annotations,
        shapes=shapes,
        height=round(_HEADER + _ROW * bottom + 4),
        margin={"l": 0, "r": 0, "t": _HEADER, "b": 4},
        yaxis={
            "range": [bottom - 0.62, -0.72],
            "visible": False,
            "fixedrange": True,
        },
        barmode="overlay",
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        font={"size": 13},
    )
    return figure


def _bold(text: str, bold: bool) -> str:
    return f"<b>{text}</b>" if bold else text


def _track(row: float, x: str) -> dict[str, Any]:
    """The grey from 0 to 100 % behind a bar."""
    return {
        "type": "rect",
        "x0": 0,
        "x1": 1,
        "y0": row - 0.18,
        "y1": row + 0.18,
        "xref": x,
        "yref": "y",
        "line": {"width": 0},
        "fillcolor": _TRACK,
        "layer": "below",
    }
