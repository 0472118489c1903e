"""How a map is made and how far it can be trusted, and how its page is laid out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from artextract.oeuvres import results
from artextract.store import Store
from labels import percent
from widgets.map.map_controls import CORRECT, MapView

_CSS = (Path(__file__).parent / "map_page.css").read_text("utf-8")
METHOD = """
UMAP (McInnes, Healy and Melville 2018) on the 64 strongest components of the network's penultimate
features, by cosine. Directions and distances between far groups mean nothing; being near does.
*Trustworthiness* (Venna and Kaski 2001) is 1 where no work lies among the 15 nearest that does not
belong there. A region has the name of the label that at least half of its works have. Outliers were
found without the map: by the evidence told on the Outliers page.
"""
KEYS = """
Drag to move, wheel or two fingers to zoom, Shift and drag for a box. Keys: arrows go from work to
work, Enter opens one, + and - zoom, Shift and arrows move, 0 shows all, Escape selects nothing.
"""


def map_style() -> None:
    """Lay the page out."""
    st.html(f"<style>{_CSS}</style>")


def map_help(store: Store, view: MapView) -> None:
    """Say how the map was made, how good it is, and how it is used.

    Raises
    ------
    StoreError
        If there is no map.
    """
    made = results.part_record(store, view.embedding, "map")["result"]
    quality = made["oeuvres"].get(view.creator) if view.own_map else made["quality"]
    if quality and quality["neighbour_recall"] is not None:
        st.write(
            f"The map keeps **{percent(quality['neighbour_recall'])}** of the 15 nearest works "
            f"(trustworthiness {quality['trustworthiness']:.3f})."
        )
    st.write(METHOD)
    if view.colour == CORRECT:
        st.write("Only test works are right or wrong: the networks were trained on the others.")
    st.write(KEYS)
