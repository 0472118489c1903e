"""A place on the page for what works without being seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def hidden(key: str) -> Iterator[None]:
    """Whatever is written in this block takes no room; `key` distinguishes such places."""
    with st.container(key=key):
        st.html(f"<style>.st-key-{key} {{ display: none; }}</style>")
        yield
