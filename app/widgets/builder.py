"""A button that builds the built-in collection, and how far it is."""

from __future__ import annotations

from threading import Lock

import streamlit as st

from artextract.pipeline.background import Building
from artextract.store import Store
from labels import for_markdown

_LOCK = Lock()


@st.cache_resource(show_spinner=False)
def _buildings() -> dict[str, Building]:
    """What is being built, one per store and shared by all visitors: two would disturb it."""
    return {}


def build_here(store: Store) -> None:
    """Offer to build the collection into `store`; show how far it is where it is being built."""
    where = str(store.root.absolute())

    def start() -> None:
        with _LOCK:
            known = _buildings().get(where)
            if known is None or known.progress().finished:
                _buildings()[where] = Building.start(store)

    building = _buildings().get(where)
    last = building.progress() if building else None
    if last is None or last.finished:
        if last is not None and last.error:
            st.error(f"It failed: {for_markdown(last.error)}", icon=":material/error:")
        st.button(
            "Build the built-in collection",
            icon=":material/palette:",
            type="primary",
            on_click=start,
        )
        return
    _follow(where)


@st.fragment(run_every=2)
def _follow(where: str) -> None:
    now = _buildings()[where].progress()
    if now.finished:
        st.rerun()  # the whole page: there is a collection to show, or an error
    st.progress(now.share, f"Building: {for_markdown(now.note)}")
    st.caption(
        f"{now.seconds:.0f} s so far. You may leave this page; the work goes on, and the gallery "
        "opens by itself when it is done."
    )
