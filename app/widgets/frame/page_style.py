"""What Streamlit's theme cannot say about the look of all pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")


def page_style() -> None:
    """Apply the style to this page; to be called once, by the router."""
    st.html(f"<style>{_CSS}</style>")
