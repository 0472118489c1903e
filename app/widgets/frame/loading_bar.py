"""A bar at the top edge while the server works: every click is answered at once."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from widgets.frame.hidden import hidden

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

_component = st.components.v2.component(
    "artextract_loading_bar", html="<span hidden></span>", js=_JS
)


def loading_bar() -> None:
    """Show the bar on this page; to be called once, by the router."""
    with hidden("loading_bar"):
        st.html(f"<style>{_CSS}</style>")
        _component(key="loading-bar")
