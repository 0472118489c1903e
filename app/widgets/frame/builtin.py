"""The built-in collection: a button that builds it, and on every page how far it is."""

from __future__ import annotations

from threading import Lock

import streamlit as st

from artextract.pipeline.background import Building
from artextract.store import Store
from labels import escape_markdown
from messages import error_markdown

_LOCK = Lock()


@st.cache_resource(show_spinner=False)
def _buildings() -> dict[str, Building]:
    """What is being built, one per store and shared by all visitors: two would disturb it."""
    return {}


def _root(store: Store) -> str:
    return str(store.root.absolute())


def offer_builtin(store: Store, *, begun: bool) -> None:
    """Offer to build the collection into `store`, unless it is being built.

    Parameters
    ----------
    begun
        Whether some of it is there.
    """
    root = _root(store)
    building = _buildings().get(root)
    last = building.progress() if building else None
    if last is not None and not last.finished:
        return  # the router says so, on every page
    st.write(
        "**The built-in collection is incomplete.** What is there is kept; the rest takes some "
        "minutes."
        if begun
        else "**There is no collection here yet.** To look around at once, let a program paint "
        "one: eight invented painters, some 600 pictures, and networks trained on them. It needs "
        "no download and takes some minutes. Or bring paintings of your own: a folder with one "
        "sub-folder per artist will do."
    )

    def start() -> None:
        with _LOCK:
            known = _buildings().get(root)
            if known is None or known.progress().finished:
                _buildings()[root] = Building.start(store)

    if last is not None and last.error:
        st.error(f"It failed: {error_markdown(last.error)}", icon=":material/error:")
    elif building is not None and building.cancelled:
        st.info("Building was cancelled. It goes on from what is done.", icon=":material/cancel:")
    st.button(
        "Go on building" if begun else "Build the built-in collection",
        icon=":material/palette:",
        type="primary",
        on_click=start,
    )
    st.divider()


def building_progress(store: Store) -> None:
    """Say how far the built-in collection is, and let it be cancelled, while it is being built.

    To be called once on every page, by the router.
    """
    building = _buildings().get(_root(store))
    if building is not None and not building.progress().finished:
        _follow(_root(store))


@st.fragment(run_every=2)
def _follow(root: str) -> None:
    building = _buildings()[root]
    now = building.progress()
    if now.finished:
        st.rerun()  # the whole page: there is a collection to show, or an error
    with st.container(border=True, key="building"):
        st.progress(now.share, f"**Building the built-in collection**: {escape_markdown(now.note)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{now.seconds:.0f} s so far. What is done can be looked at already; the work goes "
                "on whatever page you are on.",
                width="stretch",
            )
            st.button(
                "Cancel",
                icon=":material/cancel:",
                on_click=building.cancel,
                key="cancel-building",
                help="What is done is kept, and building can go on from there.",
            )
