"""The mark of a picture that is not in the collection, on the map where it would lie."""

from __future__ import annotations

from typing import Any

import streamlit as st

from charts.embedding_map import Extent
from charts.map_area import area_text, read_area
from labels import truncate

_NAMES = "map-mark-names"
_AROUND = 3200  # units of the map around the mark that are in view at first


def show_on_map(embedding: str, extent: Extent, at: tuple[float, float], name: str) -> None:
    """Go to the map of all works, with a mark and its surroundings in view.

    Parameters
    ----------
    embedding
        Whose map it is.
    extent
        Of that map.
    at
        Where the picture lies, in the map's own coordinates.
    name
        What the picture is called.
    """
    x, y = (int(value) for value in extent.units(*at))
    mark = area_text(x, y)
    st.session_state.setdefault(_NAMES, {})[mark] = truncate(name, 60)
    st.session_state.pop("map-of", None)  # the window is of this map
    low, high = (max(0, v - _AROUND) for v in (x, y)), (min(65_535, v + _AROUND) for v in (x, y))
    window = area_text(*low) + area_text(*high)
    params = {"embedding": embedding, "mark": mark, "window": window}
    st.switch_page("views/map.py", query_params=params)


def read_mark() -> dict[str, Any] | None:
    """The mark that the address names: x and y in units of the map, and its name."""
    text = st.query_params.get("mark", "")
    corners = read_area(2 * text)
    if corners is None or len(text) != 8:
        return None
    name = st.session_state.get(_NAMES, {}).get(text, "Uploaded picture")
    return {"x": int(corners[0, 0]), "y": int(corners[0, 1]), "name": name}


def remove_mark() -> None:
    """Forget the mark."""
    st.query_params.pop("mark", None)
