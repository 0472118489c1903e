"""The code that draws charts, fetched before there is a chart."""

from __future__ import annotations

import streamlit as st

from widgets.frame.hidden import hidden


def preload_charts() -> None:
    """Let the browser load what draws charts while a visitor is still choosing.

    It takes seconds on a slow machine, and a page whose first chart comes with an answer would
    make the visitor wait for them.
    """
    with hidden("chart_preload"):
        st.plotly_chart([{"type": "scatter"}], key="chart-preload", alt="Nothing")
