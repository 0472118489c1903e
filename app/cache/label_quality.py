"""Doubtful labels of a store, shared by all visitors: read them, never change them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings, label_issue_embedding
from artextract.oeuvres.results import part_record, read_table
from artextract.store import Snapshot, StoreError


@st.cache_resource(max_entries=4, show_spinner=False)
def embedding_of_issues(snapshot: Snapshot) -> str:
    """The explored embedding whose doubtful labels are shown: one that knows no labels, if any.

    Raises
    ------
    StoreError
        If doubtful labels were looked for in none.
    """
    store = snapshot.store
    found = []
    for name in explored_embeddings(store):
        try:
            part_record(store, name, "label_issues")
        except StoreError:
            continue
        found.append(name)
    if not found:
        raise StoreError("nobody has looked for doubtful labels", "artextract label-issues")
    return label_issue_embedding(store, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def label_issues(snapshot: Snapshot, embedding: str) -> pd.DataFrame:
    """The table "label_issues", see :func:`artextract.oeuvres.results.read_table`.

    Raises
    ------
    StoreError
        As :func:`artextract.oeuvres.results.read_table`.
    """
    return read_table(snapshot.store, embedding, "label_issues")


def found_issues(snapshot: Snapshot, embedding: str) -> dict[str, Any]:
    """What the part found, see :func:`artextract.oeuvres.label_quality.find.find_label_issues`.

    Raises
    ------
    StoreError
        As :func:`artextract.oeuvres.results.part_record`.
    """
    return part_record(snapshot.store, embedding, "label_issues")["result"]
