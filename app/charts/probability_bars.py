"""Bars of the most probable classes, one panel per model, the classes on common rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from labels import MODELS, for_plotly, inked, percent, shortened, spoken

_ROW = 38  # pixels: a line for the name, a line for the bars
_HEADER = 30  # pixels
_TRACK = "rgba(128, 120, 108, 0.17)"  # visible on a light wall and on a dark one
_ROOM = 1.52  # length of an axis in units of 100 %: what is beyond 1 holds the printed figure
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
    """Class numbers that deserve a row, most probable first in the eyes of the ensemble.

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
        rows.update(int(c) for c in best if model == "ensemble" or values[c] >= _WORTH_A_ROW)
    return sorted(rows, key=lambda c: (-probabilities["ensemble"][c], c))


def probability_bars(
    probabilities: Mapping[str, np.ndarray],
    classes: Sequence[str],
    *,
    top: int = 5,
    true: str | None = None,
) -> go.Figure:
    """Draw the most probable classes of one task for every model side by side.

    All panels have the same scale, 0 to 100 %; a model's first choice is drawn in full colour,
    the ensemble in bold. Colours are left to the colorway: AlexNet takes the first, ResNet-50 the
    second, the ensemble the third.

    Parameters
    ----------
    probabilities
        (n_classes,) of each model, "ensemble" among them; each sums to 1.
    classes
        Class names, in the order of the probabilities.
    true
        The label that the picture bears, if it bears one; its row is marked.
    """
    truth = classes.index(true) if true in classes else None
    rows = shown_classes(probabilities, top=top, true=truth)
    y = list(range(len(rows)))
    names = [spoken(classes[c]) for c in rows]
    models = [model for model in MODELS if model in probabilities]
    figure = go.Figure()
    for model in MODELS:  # a missing model leaves its place in the colorway empty
        values = probabilities.get(model)
        best = None if values is None else int(values.argmax())
        panel = models.index(model) + 1 if model in models else 1
        figure.add_bar(
            x=[] if values is None else [float(values[c]) for c in rows],
            y=[] if values is None else y,
            orientation="h",
            width=0.36,
            name=MODELS[model],
            xaxis=f"x{panel}",
            marker={"opacity": [1.0 if c == best else 0.5 for c in rows], "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[]
            if values is None
            else [
                f"{for_plotly(name)}<br>{MODELS[model]}: {100 * values[c]:.1f} %"
                for name, c in zip(names, rows, strict=True)
            ],
        )
    # Gathered and set at once: Plotly copies all that is there with each one that is added.
    annotations: list[dict] = []
    shapes: list[dict] = []
    axes: dict[str, dict] = {}
    for panel, model in enumerate(models, start=1):
        loud = model == "ensemble"
        annotations.append(
            _LEFT
            | {
                "text": inked(MODELS[model], bold=loud),
                "x": 0,
                "xref": f"x{panel}",
                "y": 1,
                "yref": "paper",
                "yshift": 6,
            }
        )
        for row, c in enumerate(rows):
            shapes.append(
                {
                    "type": "rect",
                    "x0": 0,
                    "x1": 1,
                    "y0": row - 0.18,
                    "y1": row + 0.18,
                    "xref": f"x{panel}",
                    "yref": "y",
                    "line": {"width": 0},
                    "fillcolor": _TRACK,
                    "layer": "below",
                }
            )
            text = percent(float(probabilities[model][c]))
            annotations.append(
                _LEFT
                | {
                    "text": inked(text, bold=loud),
                    "x": 1.05,
                    "xref": f"x{panel}",
                    "y": row,
                    "yref": "y",
                    "yanchor": "middle",
                }
            )
        gap = 0.03
        width = (1 - gap * (len(models) - 1)) / len(models)
        start = (panel - 1) * (width + gap)
        axes[f"xaxis{panel}"] = {
            "domain": [start, start + width],
            "range": [0, _ROOM],
            "visible": False,
            "fixedrange": True,
            "anchor": "y",
        }
    for row, (name, c) in enumerate(zip(names, rows, strict=True)):
        annotations.append(
            _LEFT
            | {
                "text": inked(for_plotly(shortened(name, 38)), bold=c == truth)
                + (inked(" ✓ true label") if c == truth else ""),
                "x": 0,
                "xref": "paper",
                "y": row - 0.2,
                "yref": "y",
            }
        )
    figure.update_layout(
        axes,
        annotations=annotations,
        shapes=shapes,
        height=_HEADER + _ROW * len(rows) + 4,
        margin={"l": 0, "r": 0, "t": _HEADER, "b": 4},
        yaxis={"range": [len(rows) - 0.62, -0.72], "visible": False, "fixedrange": True},
        barmode="overlay",
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        font={"size": 13},
    )
    return figure
