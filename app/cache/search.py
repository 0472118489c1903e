"""Indices of the words of a collection, shared by all visitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from artextract.collection.search import TextIndex
from artextract.store import Snapshot
from cache.collection import works


@dataclass(frozen=True)
class CreatorIndex:
    """Who made the works: names, sorted, how many works each has, and the words of the names."""

    names: list[str]
    counts: list[int]
    index: TextIndex


@st.cache_resource(max_entries=2, show_spinner=False)
def work_index(snapshot: Snapshot) -> TextIndex:
    """The words of each work's title, artist and year; rows as in the works table.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    table = works(snapshot)
    years = table["year"].astype("string").fillna("")
    parts = (table["title"].fillna(""), table["creator"].fillna(""), years)
    return TextIndex([" ".join(words) for words in zip(*parts, strict=True)])


@st.cache_resource(max_entries=2, show_spinner=False)
def creator_index(snapshot: Snapshot) -> CreatorIndex:
    """The names of those who made the works.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    creators = works(snapshot)["creator"]
    counts = creators[creators.notna() & (creators != "")].value_counts().sort_index()
    names = [str(name) for name in counts.index]
    return CreatorIndex(names, counts.tolist(), TextIndex(names))


@st.cache_data(max_entries=256, show_spinner=False)
def found_works(snapshot: Snapshot, text: str) -> np.ndarray:
    """work_ids of the works with every word of `text`, the closest first: int (n,).

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    rows, _ = work_index(snapshot).search(text)
    return works(snapshot).index.to_numpy()[rows]
