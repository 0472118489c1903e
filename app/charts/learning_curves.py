"""Learning curves of a training, and the calibration of its probabilities."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from labels import escape_plotly
from model_display import ENSEMBLE, ModelDisplay

_GRID = "rgba(128, 120, 108, 0.22)"  # visible on a light page and on a dark one
_DIAGONAL = "rgba(128, 120, 108, 0.75)"


def learning_curves(
    histories: dict[str, pd.DataFrame],
    task: str,
    metric: str,
    *,
    display: ModelDisplay,
    epochs: int | None = None,
) -> go.Figure:
    """Draw loss or accuracy of one task against epochs: full lines validation, dotted training.

    Parameters
    ----------
    histories
        Of each network, as :func:`artextract.training.history.history` returns it.
    metric
        "loss" (nats) or "top1" (shares 0..1, drawn as per cent).
    display
        Names and colours of the models.
    epochs
        Where the axis ends, where a training under way is to have more than are done.
    """
    figure = go.Figure()
    unit = 100 if metric == "top1" else 1
    last = epochs or 1
    for model, history in histories.items():
        name = escape_plotly(display.name(model))
        for split, dash in (("val", "solid"), ("train", "dot")):
            rows = history[(history["task"] == task) & (history["split"] == split)]
            last = max(last, int(rows["epoch"].max()) if len(rows) else 1)
            seen = "validation works" if split == "val" else "training works"
            end = " %" if metric == "top1" else ""
            figure.add_scatter(
                x=rows["epoch"].tolist(),
                y=(rows[metric].astype(float) * unit).tolist(),
                mode="lines+markers",
                name=f"{name}, {seen}",
                showlegend=len(rows) > 0,
                line={
                    "dash": dash,
                    "width": 2.5 if split == "val" else 1.5,
                    "color": display.colour(model),
                },
                marker={"size": 6 if split == "val" else 4},
                hovertemplate=f"{name}, {seen}<br>epoch %{{x}}: %{{y:.2f}}{end}<extra></extra>",
            )
    figure.update_layout(
        **_frame(),
        height=300,
        xaxis=_axis("Epoch") | {"range": [0.7, last + 0.3], "tick0": 1, "dtick": -(-last // 9)},
        yaxis=_axis("Accuracy, %" if metric == "top1" else "Loss, nats") | {"rangemode": "tozero"},
    )
    return figure


def reliability_diagram(tables: dict[str, pd.DataFrame], display: ModelDisplay) -> go.Figure:
    """Draw how often answers of a given confidence are right, for each model.

    Parameters
    ----------
    tables
        Of each model, as :func:`artextract.evaluation.calibration.reliability` returns it.
    """
    figure = go.Figure()
    for model, table in tables.items():
        name = escape_plotly(display.name(model))
        right = 100 * table["right"]
        most = max(1, int(table["works"].max())) if len(table) else 1
        figure.add_scatter(
            x=(100 * table["confidence"]).tolist(),
            y=right.tolist(),
            error_y={
                "array": (100 * table["high"] - right).clip(0).tolist(),
                "arrayminus": (right - 100 * table["low"]).clip(0).tolist(),
                "thickness": 1,
                "width": 0,
            },
            mode="markers",
            name=name,
            marker={
                "color": display.colour(model),
                "size": (6 + 12 * (table["works"] / most) ** 0.5).tolist(),
            },
            customdata=table["works"].tolist(),
            hovertemplate=f"{name}<br>confidence %{{x:.0f}} %, accuracy %{{y:.0f}} %"
            "<br>%{customdata:,} works<extra></extra>",
            visible=True if model == ENSEMBLE or len(tables) == 1 else "legendonly",
        )
    figure.add_shape(
        type="line",
        x0=0,
        y0=0,
        x1=100,
        y1=100,
        line={"dash": "dot", "width": 1.5, "color": _DIAGONAL},
        layer="below",
    )
    figure.update_layout(
        **_frame(),
        height=380,
        xaxis=_axis("Confidence, %") | {"range": [0, 104]},
        yaxis=_axis("Accuracy, %") | {"range": [0, 104]},
    )
    return figure


def _frame() -> dict[str, Any]:
    return {
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "legend": {"orientation": "h", "y": -0.32, "x": 0, "yanchor": "top"},
        "hovermode": "closest",
        "dragmode": False,
    }


def _axis(title: str) -> dict[str, Any]:
    return {
        "title": title,
        "fixedrange": True,
        "gridcolor": _GRID,
        "zeroline": False,
        "automargin": True,
    }
