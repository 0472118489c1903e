"""Class distribution of a collection, and accuracy on its test works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from labels import display_label, escape_plotly, truncate
from model_display import ACCENT, ENSEMBLE, ModelDisplay

_GRID = "rgba(128, 120, 108, 0.22)"  # visible on a light page and on a dark one
_TRAIN = "rgba(140, 130, 116, 0.55)"
_ROW = 24  # pixels per class


def accuracy_figure(
    metrics: Mapping[str, Mapping[str, Mapping[str, Any]]], display: ModelDisplay
) -> go.Figure:
    """Draw the accuracy with its 95 % interval: a row per task, a dot per model.

    Parameters
    ----------
    metrics
        ``{task: {model: figures}}`` as :func:`artextract.evaluation.evaluate.evaluate` returns
        them; a model without figures is left out.
    display
        Names and colours of the models.
    """
    figure = go.Figure()
    tasks = list(metrics)
    models = list(dict.fromkeys(model for figures in metrics.values() for model in figures))
    models.sort(key=lambda model: model == ENSEMBLE)  # last, the others as they vote
    for place, model in enumerate(models):
        offset = 0.6 * (place + 0.5) / len(models) - 0.3  # of a row
        name = display.name(model)
        rows = [
            (row + offset, metrics[task][model])
            for row, task in enumerate(tasks)
            if metrics[task].get(model)
        ]
        top = [100 * figures["top1"] for _, figures in rows]
        figure.add_scatter(
            x=top,
            y=[y for y, _ in rows],
            error_x={
                "array": [100 * f["top1_ci95"][1] - x for x, (_, f) in zip(top, rows, strict=True)],
                "arrayminus": [
                    x - 100 * f["top1_ci95"][0] for x, (_, f) in zip(top, rows, strict=True)
                ],
                "thickness": 2 if model == ENSEMBLE else 1.2,
                "width": 4,
            },
            mode="markers",
            name=escape_plotly(name),
            marker={
                "size": 12 if model == ENSEMBLE else 8,
                "color": display.colour(model),
                "symbol": "diamond" if model == ENSEMBLE else "circle",
            },
            customdata=[[100 * v for v in f["top1_ci95"]] for _, f in rows],
            hovertemplate=f"{escape_plotly(name)}: %{{x:.1f}} %<br>95 % interval "
            "%{customdata[0]:.1f} to %{customdata[1]:.1f} %<extra></extra>",
        )
    figure.update_layout(
        height=84 + max(76, 22 * len(models)) * max(1, len(tasks)),
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        xaxis={
            "range": [0, 102],
            "title": "Accuracy on test works, %",
            "showgrid": True,
            "gridcolor": _GRID,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={
            "tickvals": list(range(len(tasks))),
            "ticktext": [f"<b>{escape_plotly(display_label(task))}</b>" for task in tasks],
            "range": [len(tasks) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
        },
        legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        dragmode=False,
        hovermode="closest",
    )
    return figure


def distribution_figure(counts: pd.DataFrame) -> go.Figure:
    """Draw how many works of each class train and test the networks, the largest on top.

    Parameters
    ----------
    counts
        As :func:`artextract.collection.statistics.distribution` returns it.
    """
    names = [display_label(str(name)) for name in counts.index]
    figure = go.Figure()
    trained = counts["train"] + counts["val"]
    for name, values, colour in (
        ("Train, with validation", trained, _TRAIN),
        ("Test", counts["test"], ACCENT),
    ):
        figure.add_bar(
            x=values.tolist(),
            y=list(range(len(counts))),
            orientation="h",
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            hovertext=[
                f"{escape_plotly(n)}<br>{name}: {v:,}" for n, v in zip(names, values, strict=True)
            ],
            hoverinfo="text",
        )
    figure.update_layout(
        height=64 + _ROW * max(1, len(counts)),
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        barmode="group",
        bargap=0.25,
        xaxis={
            "title": "Works",
            "showgrid": True,
            "gridcolor": _GRID,
            "zeroline": False,
            "fixedrange": True,
            "tickformat": ",d",
        },
        yaxis={
            "tickvals": list(range(len(counts))),
            "ticktext": [escape_plotly(truncate(name, 26)) for name in names],
            "range": [len(counts) - 0.4, -0.6],
            "showgrid": False,
            "fixedrange": True,
            "automargin": True,
            "ticks": "",
        },
        legend={"orientation": "h", "y": 1.0, "x": 0, "yanchor": "bottom", "traceorder": "normal"},
        dragmode=False,
    )
    return figure
