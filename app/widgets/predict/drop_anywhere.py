"""Pictures that are dropped anywhere on the page, or pasted, go into its uploader."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_HTML = """
<div class="over" hidden><div>Drop the picture anywhere</div></div>
<span class="said" role="status"></span>
"""

_component = st.components.v2.component("artextract_drop_anywhere", html=_HTML, css=_CSS, js=_JS)


def drop_anywhere(place: str) -> None:
    """Listen on the whole page; types and sizes are the uploader's to check, as always.

    Parameters
    ----------
    place
        Key of the container that has the uploader.
    """
    with st.container(key="drop_anywhere"):
        _component(key="drop-anywhere", data={"place": place})
