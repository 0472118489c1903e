"""Works, pictures and evaluation of a store, shared by all visitors: read them, never change them.

Arguments are small and honest (bytes, names, the snapshot), never pictures or tables: Streamlit
hashes only a sample of those, so two of them may share one entry.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pandas as pd
import streamlit as st

from artextract.collection.images import (
    PictureError,
    open_picture,
    read_content,
    shrink,
    thumbnail,
)
from artextract.collection.sources import open_source
from artextract.collection.statistics import CollectionStatistics, collection_statistics
from artextract.evaluation import confusion
from artextract.evaluation.calibration import reliability
from artextract.evaluation.error_analysis.comparison import predictions_elsewhere
from artextract.evaluation.error_analysis.grouping import Grouping
from artextract.store import Snapshot, Store
from widgets.frame.sampling import sample_by_creator

_LARGE_SIDE = 1600  # pixels
_SMALL_SIDE = 112


@st.cache_resource(max_entries=2, show_spinner=False)
def works(snapshot: Snapshot) -> pd.DataFrame:
    """The works table, as :meth:`artextract.store.Store.works` returns it.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    return snapshot.store.works()


@st.cache_resource(max_entries=2, show_spinner=False)
def statistics(snapshot: Snapshot) -> CollectionStatistics:
    """See :func:`artextract.collection.statistics.collection_statistics`."""
    return collection_statistics(works(snapshot), snapshot.store.tasks())


def collection_name(root: Path) -> str:
    """What the collection in a store is called: as the folder or table that it was indexed from.

    No more of a path than its last part: the rest is nobody's business but the server's.
    """
    dataset = Store(root).manifest().get("dataset", {})
    if dataset.get("procedural"):
        return "the built-in collection of invented painters"
    source = dataset.get("source", {})
    place = str(source.get("table") or source.get("images") or "")
    name = Path(place.rstrip("/")).stem if source.get("table") else Path(place).name
    return name or "this collection"


@st.cache_resource(max_entries=32, show_spinner=False)
def sample(snapshot: Snapshot, n: int, seed: int) -> list[int]:
    """work_ids of `n` works, as :func:`widgets.frame.sampling.sample_by_creator` takes them."""
    return sample_by_creator(works(snapshot), n, seed=seed)


# cache_data would copy what cannot be changed anyway, each time that it is asked for.
@st.cache_resource(max_entries=2048, show_spinner=False)
def thumbnail_source(snapshot: Snapshot, work_id: int) -> str:
    """The thumbnail of a work as the ``src`` of an image; empty where there is none."""
    path = snapshot.store.thumbnail(str(works(snapshot).loc[work_id, "digest"]))
    if not path.is_file():
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()


def original(snapshot: Snapshot, path: str) -> bytes:
    """The bytes of a work's picture, by the work's ``path``. Not cached: they may be many.

    Raises
    ------
    PictureError
        If it is not where it was indexed, or larger than any picture that is read.
    """
    with open_source(snapshot.store).open(path) as file:
        return read_content(file)


@st.cache_resource(max_entries=4096, show_spinner=False)
def small_source(snapshot: Snapshot, work_id: int) -> str:
    """As :func:`thumbnail_source`, some 5 KB: for strips and maps of many works."""
    path = snapshot.store.thumbnail(str(works(snapshot).loc[work_id, "digest"]))
    try:
        content = thumbnail(open_picture(path, min_side=_SMALL_SIDE), side=_SMALL_SIDE)
    except PictureError:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(content).decode()


@st.cache_data(max_entries=32, show_spinner=False)
def large_picture(
    snapshot: Snapshot, path: str, *, side: int = _LARGE_SIDE
) -> tuple[bytes, int, int]:
    """A work as large as a screen shows it: JPEG, width and height in pixels.

    Parameters
    ----------
    side
        Of the longer side at most, in pixels.

    Raises
    ------
    PictureError
        If the original is not where it was indexed, or is a picture no longer.
    """
    with open_source(snapshot.store).open(path) as file:
        picture = shrink(open_picture(file, min_side=side), side=side)
    return thumbnail(picture, side=side), *picture.size


@st.cache_resource(max_entries=18, show_spinner=False)
def predictions(
    snapshot: Snapshot, task: str, model: str, grouping: Grouping | None = None
) -> pd.DataFrame:
    """A model's predictions of the test works.

    As :func:`artextract.evaluation.confusion.predictions` returns them.

    Raises
    ------
    StoreError
        As :func:`artextract.evaluation.confusion.predictions`.
    """
    return confusion.predictions(snapshot.store, task, model, grouping=grouping)


@st.cache_resource(max_entries=8, show_spinner=False)
def other_predictions(
    snapshot: Snapshot, other: Snapshot, task: str, model: str, grouping: Grouping | None = None
) -> pd.DataFrame:
    """Another store's predictions of the works of this one.

    As :func:`artextract.evaluation.error_analysis.comparison.predictions_elsewhere` returns them.

    Raises
    ------
    StoreError
        As :func:`artextract.evaluation.error_analysis.comparison.predictions_elsewhere`.
    """
    return predictions_elsewhere(snapshot.store, other.store, task, model, grouping=grouping)


@st.cache_resource(max_entries=18, show_spinner=False)
def calibration(snapshot: Snapshot, task: str, model: str) -> pd.DataFrame:
    """As :func:`artextract.evaluation.calibration.reliability` returns it.

    Raises
    ------
    StoreError
        As :func:`predictions`.
    """
    return reliability(predictions(snapshot, task, model))
