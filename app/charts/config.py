"""How charts behave in the browser."""

from __future__ import annotations

from typing import Any

import streamlit as st

from widgets.hidden import hidden


def config(name: str) -> dict[str, Any]:
    """Plotly's configuration of a chart whose button downloads it as `name`.svg.

    :func:`widgets.picture_formats.picture_formats` sets another beside it, for PNG.
    """
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }


def fetch_charts() -> None:
    """Let the browser load what draws charts while a visitor is still choosing.

    It takes seconds on a slow machine, and a page whose first chart comes with an answer would
    make the visitor wait for them.
    """
    with hidden("charts_ahead"):
        st.plotly_chart([{"type": "scatter"}], key="chart-ahead", alt="Nothing")
