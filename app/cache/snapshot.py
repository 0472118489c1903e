"""The store as it was when a page began to read it; every cache is keyed by it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

import streamlit as st

from artextract.store import Store


@dataclass(frozen=True)
class Snapshot:
    """A store's folder and a digest that changes when it was indexed or evaluated anew."""

    root: str
    version: str

    @property
    def store(self) -> Store:
        return Store(self.root)


def gallery_store() -> Store:
    """The store that the gallery shows: ``ARTEXTRACT_STORE``, or ./store."""
    return Store(os.environ.get("ARTEXTRACT_STORE") or "store")


def take_snapshot() -> Snapshot:
    """The store as it is now."""
    store = gallery_store()
    digest = hashlib.sha256()
    for path in (store.root / "manifest.json", store.ensemble_path):
        digest.update(path.read_bytes() if path.is_file() else b"-")
        digest.update(b"\0")
    return Snapshot(str(store.root.absolute()), digest.hexdigest())


def rerun_if_changed(snapshot: Snapshot) -> None:
    """Run the whole page again where the store has changed since `snapshot` was taken.

    For the top of a fragment: run by itself it holds what the page read, perhaps long ago, and
    would put beside it what is in the store now.
    """
    if take_snapshot() != snapshot:
        st.rerun()
