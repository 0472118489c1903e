"""A button that builds the built-in collection, and how far it is."""

from __future__ import annotations

from threading import Lock

import streamlit as st

from artextract.pipeline.background import Building
from artextract.store import Store
from labels import escape_markdown

_LOCK = Lock()


@st.cache_resource(show_spinner=False)
def _buildings() -> dict[str, Building]:
    """What is being built, one per store and shared by all visitors: two would disturb it."""
    return {}


def offer_builtin(store: Store, *, begun: bool) -> None:
    """Offer to build the collection into `store`; show how far it is where it is being built.

    Parameters
    ----------
    begun
        Whether some of it is there.
    """
    st.write(
        "**The built-in collection is incomplete.** What is there is kept; the rest takes some "
        "minutes."
        if begun
        else "**There is no collection here yet.** To look around at once, let a program paint "
        "one: eight invented painters, some 600 pictures, and networks trained on them. It needs "
        "no download and takes some minutes. Or bring paintings of your own: a folder with one "
        "sub-folder per artist will do."
    )
    root = str(store.root.absolute())

    def start() -> None:
        with _LOCK:
            known = _buildings().get(root)
            if known is None or known.progress().finished:
                _buildings()[root] = Building.start(store)

    building = _buildings().get(root)
    last = building.progress() if building else None
    if last is None or last.finished:
        if last is not None and last.error:
            st.error(f"It failed: {escape_markdown(last.error)}", icon=":material/error:")
        st.button(
            "Build the built-in collection",
            icon=":material/palette:",
            type="primary",
            on_click=start,
        )
    else:
        _follow(root)
    st.divider()


@st.fragment(run_every=2)
def _follow(root: str) -> None:
    now = _buildings()[root].progress()
    if now.finished:
        st.rerun()  # the whole page: there is a collection to show, or an error
    st.progress(now.share, f"Building: {escape_markdown(now.note)}")
    st.caption(
        f"{now.seconds:.0f} s so far. You may leave this page; the work goes on, and the gallery "
        "opens by itself when it is done."
    )
