"""Selections that were kept under a name, shared by all visitors and pages."""

from __future__ import annotations

import numpy as np
import streamlit as st

from artextract.oeuvres.reviews import selections
from artextract.store import Snapshot


def names(snapshot: Snapshot) -> list[str]:
    """Names of the selections that were kept, sorted."""
    return _names(snapshot, _version(snapshot))


def selection(snapshot: Snapshot, name: str) -> np.ndarray:
    """work_ids of a kept selection, int64 (n,), in its order.

    Raises
    ------
    StoreError
        If no selection of this name was kept.
    """
    return _selection(snapshot, name, _version(snapshot))


def _version(snapshot: Snapshot) -> int:
    """Changes whenever a selection is kept or removed: each takes or gives a file of the folder."""
    try:
        return snapshot.store.selections.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_data(max_entries=4, show_spinner=False)
def _names(snapshot: Snapshot, version: int) -> list[str]:
    return selections.selection_names(snapshot.store)


@st.cache_resource(max_entries=16, show_spinner=False)
def _selection(snapshot: Snapshot, name: str, version: int) -> np.ndarray:
    return selections.selection(snapshot.store, name)
