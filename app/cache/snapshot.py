"""The store as it was when a page began to read it; every cache is keyed by it."""

from __future__ import annotations

import os
from contextlib import suppress

import streamlit as st

from artextract.store import Snapshot, Store, StoreError


def shown_store() -> Store:
    """The store that the gallery shows: ``ARTEXTRACT_STORE`` or ./store."""
    return Store(os.environ.get("ARTEXTRACT_STORE") or "store")


def take_snapshot() -> Snapshot:
    """The store that the gallery shows, as it is now.

    Raises
    ------
    StoreError
        If it is of a format that cannot be read.
    """
    return shown_store().snapshot()


def compared_stores() -> list[Store]:
    """The stores that ``artextract app --compare`` named."""
    paths = os.environ.get("ARTEXTRACT_COMPARE", "").split(os.pathsep)
    return [Store(path) for path in paths if path]


def other_snapshots() -> dict[str, Snapshot]:
    """The stores that ``artextract app --compare`` named, as they are now, by their names.

    A name is as much of the end of a path as tells it from the others; what lies above is nobody's
    business but the server's. A store that cannot be read is left out.
    """
    roots = [store.root for store in compared_stores()]
    found = {}
    for root in dict.fromkeys(roots):
        names = [
            "/".join(other.absolute().parts[-2:]) for other in roots if other.name == root.name
        ]
        name = root.absolute().name if len(names) == 1 else "/".join(root.absolute().parts[-2:])
        with suppress(StoreError):
            found[name] = Store(root).snapshot()
    return found


def rerun_if_changed(snapshot: Snapshot) -> None:
    """Run the whole page again where the store has changed since `snapshot` was taken.

    For the top of a fragment: run by itself it holds what the page read, perhaps long ago, and
    would put beside it what is in the store now.
    """
    if take_snapshot() != snapshot:
        st.rerun()
