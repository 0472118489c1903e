"""What the pages read of an exploration, shared by all visitors: read it, never write into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from artextract.oeuvres import results
from artextract.oeuvres.outliers.overview import is_shown, overview
from artextract.oeuvres.reviews.annotations import Annotation, by_author, history, standing
from artextract.store import Snapshot
from cache.collection import works
from labels import title_with_year
from widgets.outliers.oeuvre_controls import OeuvreView

if TYPE_CHECKING:
    from artextract.oeuvres.results import Neighbourhood


@st.cache_resource(max_entries=16, show_spinner=False)
def part(snapshot: Snapshot, embedding: str, which: str) -> pd.DataFrame:
    """A part of what was explored.

    Raises
    ------
    StoreError
        As :func:`artextract.oeuvres.results.read_table`.
    """
    return results.read_table(snapshot.store, embedding, which)


@st.cache_resource(max_entries=3, show_spinner="Reading the nearest works …")
def neighbourhood(snapshot: Snapshot, embedding: str) -> Neighbourhood:
    """The nearest works of every work.

    Raises
    ------
    StoreError
        As :meth:`artextract.oeuvres.results.Neighbourhood.read`.
    """
    return results.Neighbourhood.read(snapshot.store, embedding)


@st.cache_resource(max_entries=8, show_spinner=False)
def oeuvres(snapshot: Snapshot, embedding: str, share: float) -> pd.DataFrame:
    """All artists, as :func:`artextract.oeuvres.outliers.overview.overview`.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    return overview(part(snapshot, embedding, "outliers"), share)


def annotation_history(snapshot: Snapshot) -> pd.DataFrame:
    """All annotations, see :func:`artextract.oeuvres.reviews.annotations.history`."""
    try:
        length = snapshot.store.annotations_path.stat().st_size
    except OSError:
        length = 0
    return _history(snapshot, length)


# Nothing in the file is ever rewritten, so its length tells what is in it.
@st.cache_resource(max_entries=2, show_spinner=False)
def _history(snapshot: Snapshot, length: int) -> pd.DataFrame:
    return history(snapshot.store)


def current_annotations(snapshot: Snapshot) -> dict[int, Annotation]:
    """What stands of each work, see :func:`artextract.oeuvres.reviews.annotations.standing`."""
    return _standing(snapshot, len(annotation_history(snapshot)))


def annotations_by_author(snapshot: Snapshot) -> pd.DataFrame:
    """What each person said last of each work, see ``annotations.by_author`` of the package."""
    return _by_author(snapshot, len(annotation_history(snapshot)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _standing(snapshot: Snapshot, n: int) -> dict[int, Annotation]:
    return standing(annotation_history(snapshot))


@st.cache_resource(max_entries=2, show_spinner=False)
def _by_author(snapshot: Snapshot, n: int) -> pd.DataFrame:
    return by_author(annotation_history(snapshot))


@st.cache_resource(max_entries=64, show_spinner="Scoring the oeuvre …")
def scored(snapshot: Snapshot, embedding: str, creator: str, detector: str) -> pd.DataFrame:
    """The works of an artist, most unusual first, by any detector.

    The stored scores are taken as they are; another detector scores the stored evidence.

    Raises
    ------
    StoreError
        As :func:`part`.
    """
    table = part(snapshot, embedding, "outliers")
    own = table[table["creator"] == creator]
    stored = results.part_record(snapshot.store, embedding, "outliers")["configuration"]["detector"]
    if detector != stored:
        own = results.rescored(own, neighbourhood(snapshot, embedding), detector)
    return own.sort_values(["percentile", "score", "work_id"], ascending=[False, False, True])


@st.cache_resource(max_entries=64, show_spinner=False)
def ranked(snapshot: Snapshot, view: OeuvreView) -> pd.DataFrame:
    """:func:`scored` works with title, year and path, and whether they are `shown`."""
    table = scored(snapshot, view.embedding, view.creator, view.detector)
    own = works(snapshot).loc[table["work_id"]]
    return table.assign(
        title=[title_with_year(t, y) for t, y in zip(own["title"], own["year"], strict=True)],
        year=own["year"].array,
        path=own["path"].array,
        qualifier=own["qualifier"].fillna("").array if "qualifier" in own else "",
        shown=is_shown(table["percentile"], view.share),
    )
