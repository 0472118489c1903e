"""The map itself: points that can be walked over, selected, and looked at as pictures.

Three components make it. This one holds the points, which go to the browser once; the link
(:mod:`widgets.map.map_link`) carries what is chosen, the pictures (:mod:`widgets.map.map_pictures`)
what is shown of single works. So no click sends the points again, and no selection, of however many
works, is more than its outline.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_PARTS = ("map_raster", "map_layout", "map_gestures", "map_tools", "map_canvas")
_HTML = """
<div class="map">
  <canvas class="points" tabindex="0" role="application"></canvas>
  <canvas class="over" aria-hidden="true"></canvas>
  <div class="layer" aria-hidden="true"></div>
  <div class="tools" role="toolbar" aria-label="Tools of the map" aria-orientation="vertical"></div>
  <details class="legend"><summary>Legend</summary><div class="entries"></div></details>
  <div class="card" aria-hidden="true" hidden></div>
  <div class="said" aria-live="polite"></div>
</div>
"""

_component = st.components.v2.component(
    "artextract_map",
    html=_HTML,
    css=(_HERE / "map_canvas.css").read_text("utf-8"),
    js="\n".join((_HERE / f"{part}.js").read_text("utf-8") for part in _PARTS),
)


def map_canvas(points: bytes, *, key: str) -> None:
    """Show a map.

    Parameters
    ----------
    points
        As :meth:`charts.embedding_map.MapPoints.packed` returns them.
    key
        The link and the pictures take it too.
    """
    _component(key=key, data=points)
