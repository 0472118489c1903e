"""A store that was there and is not any more: unmounted, moved away, or not to be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from artextract.store import Store


@st.cache_resource(show_spinner=False)
def _seen() -> set[str]:
    """The stores that this gallery has shown."""
    return set()


def _is_there(store: Store) -> bool:
    try:
        with (store.root / "manifest.json").open("rb") as file:
            return bool(file.read(1))
    except OSError:  # a stale mount or a disk that fails as well as a missing file
        return False


@contextmanager
def store_stays(store: Store) -> Iterator[None]:
    """Run a page; where the store has vanished, say so instead of what the page makes of that.

    A store that was never there is the page's own affair: it says how to fill it.
    """
    root = str(store.root.absolute())
    if _is_there(store):
        _seen().add(root)
    elif root in _seen():
        _explain()
    try:
        yield
    except OSError:
        if root not in _seen() or _is_there(store):
            raise
        _explain()


def _explain() -> None:
    st.error(
        "The store of this collection was there and is not any more: mount it again, or move it "
        "back to where it was, and this page goes on as before.",
        icon=":material/cloud_off:",
    )
    # A click runs the page once more, and so does every other.
    st.button("Try again", icon=":material/refresh:", key="store-try-again")
    st.stop()
