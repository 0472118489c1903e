"""What the pages read of an exploration, shared by all visitors: read it, never write into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from artextract.oeuvres import results as findings
from artextract.oeuvres.annotations import history
from artextract.oeuvres.outliers.reasons import render
from artextract.store import Store
from cache.store import works
from labels import titled
from widgets.oeuvre_choice import Choice

if TYPE_CHECKING:
    from artextract.oeuvres.results import Neighbourhood


@st.cache_resource(max_entries=16, show_spinner=False)
def part(root: str, version: str, name: str, which: str) -> pd.DataFrame:
    """A part of what was explored.

    Raises
    ------
    StoreError
        As :func:`artextract.oeuvres.results.read_table`.
    """
    table = findings.read_table(Store(root), name, which)
    sentences = {
        column: table[column].map(lambda codes: [render(code) for code in codes])
        for column in ("reasons", "faults")
        if column in table
    }
    return table.assign(**sentences)


@st.cache_resource(max_entries=3, show_spinner="Finding out who is near whom …")
def neighbourhood(root: str, version: str, name: str) -> Neighbourhood:
    """Who is near whom.

    Raises
    ------
    StoreError
        As :meth:`artextract.oeuvres.results.Neighbourhood.read`.
    """
    return findings.Neighbourhood.read(Store(root), name)


def annotations_length(store: Store) -> int:
    """Bytes of the annotations: nothing is ever rewritten, so the length tells what is there."""
    try:
        return store.annotations_path.stat().st_size
    except OSError:
        return 0


@st.cache_resource(max_entries=2, show_spinner=False)
def said(root: str, version: str, length: int) -> pd.DataFrame:
    """All annotations, `length` bytes of them; see :mod:`artextract.oeuvres.annotations`."""
    return history(Store(root))


@st.cache_resource(max_entries=64, show_spinner="Judging the oeuvre …")
def judged(root: str, version: str, name: str, creator: str, detector: str) -> pd.DataFrame:
    """The works of a painter, most unusual first, by any detector; never write into it.

    The stored scores are taken as they are; another detector judges the stored evidence.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    store = Store(root)
    table = part(root, version, name, "outliers")
    own = table[table["creator"] == creator]
    stored = findings.part_record(store, name, "outliers")["configuration"]["detector"]
    if detector != stored:
        own = findings.rescored(own, neighbourhood(root, version, name), detector)
    return own.sort_values(["percentile", "score", "work_id"], ascending=[False, False, True])


@st.cache_resource(max_entries=64, show_spinner=False)
def ranked(root: str, version: str, choice: Choice) -> pd.DataFrame:
    """:func:`judged` works with title, year and path, and whether they are `shown`."""
    table = judged(root, version, choice.name, choice.creator, choice.detector)
    theirs = works(root, version).loc[table["work_id"]]
    return table.assign(
        title=[titled(t, y) for t, y in zip(theirs["title"], theirs["year"], strict=True)],
        year=theirs["year"].array,
        path=theirs["path"].array,
        shown=table["percentile"] >= 100 * (1 - choice.share),
    )
