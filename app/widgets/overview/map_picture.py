"""The map of the collection as a picture, which leads to the map itself."""

from __future__ import annotations

import base64
from pathlib import Path

import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.results import read_table
from artextract.store import Snapshot
from cache import collection
from charts.map_thumbnail import SIZE, map_thumbnail
from labels import display_label, truncate, works_count

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_HTML = """
<a href="map">
  <img alt="Map of the collection" decoding="async">
  <span class="names" aria-hidden="true"></span>
</a>
"""

_component = st.components.v2.component("artextract_map_picture", html=_HTML, css=_CSS, js=_JS)


def map_picture(snapshot: Snapshot) -> None:
    """Show the map; a click on it opens the Map page.

    Raises
    ------
    StoreError
        If no map was drawn of the works as they are now.
    """
    source, names, works = _drawn(snapshot, explored_embeddings(snapshot.store, "map")[0])
    answer = _component(
        key="map-picture",
        data={
            "source": source,
            "names": names,
            "size": SIZE,
            "label": f"Map of {works_count(works)}: what looks alike lies close together. Open it.",
        },
        on_opened_change=lambda: None,
    )
    if answer.opened:
        st.switch_page("views/map.py")


@st.cache_resource(max_entries=2, show_spinner=False)
def _drawn(snapshot: Snapshot, embedding: str) -> tuple[str, list[dict[str, object]], int]:
    """The picture as the ``src`` of an image, the names on it, and the number of works."""
    points = read_table(snapshot.store, embedding, "map")
    content, found = map_thumbnail(points, collection.works(snapshot)["creator"])
    names: list[dict[str, object]] = [
        {"name": truncate(display_label(place.name), 28), "x": place.x, "y": place.y}
        for place in found
    ]
    return "data:image/webp;base64," + base64.b64encode(content).decode(), names, len(points)
