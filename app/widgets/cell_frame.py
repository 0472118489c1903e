"""A frame around a cell of a matrix, laid over the chart: the chart need not be drawn again."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from widgets.hidden import hidden

_COLOUR = "#1d8a93"  # far from every colour of the scale, in the light and in the dark
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

_component = st.components.v2.component(
    "artextract_cell_frame", html="<span hidden></span>", js=_JS
)


def cell_frame(chart: str, cell: tuple[int, int] | None) -> None:
    """Frame a cell of a matrix, and its mirror with dots.

    Parameters
    ----------
    chart
        Key of the chart, whose cells lie at whole numbers.
    cell
        (row, column), None for no frame.
    """
    with hidden(f"{chart}_frames"):
        _component(key=f"{chart}-frames", data={"chart": chart, "cell": cell, "colour": _COLOUR})
