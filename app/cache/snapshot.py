"""The store as it was when a page began to read it; every cache is keyed by it."""

from __future__ import annotations

import os

import streamlit as st

from artextract.store import Snapshot, Store


def take_snapshot() -> Snapshot:
    """The store that the gallery shows, ``ARTEXTRACT_STORE`` or ./store, as it is now.

    Raises
    ------
    StoreError
        If it is of a format that cannot be read.
    """
    return Store(os.environ.get("ARTEXTRACT_STORE") or "store").snapshot()


def rerun_if_changed(snapshot: Snapshot) -> None:
    """Run the whole page again where the store has changed since `snapshot` was taken.

    For the top of a fragment: run by itself it holds what the page read, perhaps long ago, and
    would put beside it what is in the store now.
    """
    if take_snapshot() != snapshot:
        st.rerun()
