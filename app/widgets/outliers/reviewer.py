"""Who annotates: a name that the browser keeps."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from artextract.oeuvres.reviews.annotations import LONGEST_NAME

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_HTML = """
<label>Your name <input type="text" autocomplete="name" spellcheck="false" maxlength="80"
  placeholder="optional"></label>
"""
_KEPT = "reviewer-name"

_component = st.components.v2.component("artextract_reviewer", html=_HTML, css=_CSS, js=_JS)


def reviewer() -> None:
    """Ask for the name under which one annotates; it may stay empty."""
    _component(
        key="reviewer",
        data={"name": reviewer_name(), "longest": LONGEST_NAME},
        default={"name": reviewer_name()},
        on_name_change=lambda: None,
    )


def reviewer_name() -> str:
    """The name that was given, empty where none was.

    Read from the field itself: a name and what is annotated right after it may come to the server
    together, and then nobody says which is heard first.
    """
    name = getattr(st.session_state.get("reviewer"), "name", None)
    if isinstance(name, str):
        st.session_state[_KEPT] = name[:LONGEST_NAME]  # for pages without the field
    return st.session_state.get(_KEPT, "")
