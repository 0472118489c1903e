"""What the pages share between visitors and runs: the only caches around artextract.

Arguments are small and honest (bytes, names, the store's version), never pictures or tables:
Streamlit hashes only a sample of those, so two of them may share one entry.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from artextract.collection.images import open_picture, thumbnail
from artextract.collection.statistics import CollectionStatistics, collection_statistics
from artextract.evaluation.calibration import reliability
from artextract.evaluation.confusion import predictions as read_predictions
from artextract.inference.voting import Vote
from artextract.store import Store
from widgets.contents import contents
from widgets.selection import a_choice

if TYPE_CHECKING:
    from artextract.inference.predictor import Predictor

_DISPLAY_SIDE = 840  # pixels of the longer side: shown at half of it, sharp on dense screens too
_LARGE_SIDE = 1600
# Two predictions at once would only share the same cores and need the memory twice.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Prediction:
    """What the networks say of one picture, with all that a page needs to show it."""

    probabilities: dict[str, dict[str, np.ndarray]]  # {task: {model: (n_classes,)}}
    classes: dict[str, list[str]]
    votes: dict[str, Vote]  # {task: how the networks vote}
    display: bytes  # JPEG
    display_size: tuple[int, int]  # width, height in pixels
    features: dict[str, np.ndarray]  # {network: float16 (n_features,)}
    maps: dict[str, np.ndarray]  # {network: float16 (channels, h, w)}, for Grad-CAM
    decoding_seconds: float
    predicting_seconds: float


def store() -> Store:
    """The store that the gallery shows: ``ARTEXTRACT_STORE``, or ./store."""
    return Store(os.environ.get("ARTEXTRACT_STORE") or "store")


def version(store: Store) -> str:
    """A digest that changes when the collection was indexed or evaluated anew."""
    return store.snapshot().version


def keep_up(store: Store, seen: str) -> None:
    """Run the whole page again where the store is no longer of the version `seen`.

    For the top of a fragment: run by itself it holds what the page read, perhaps long ago, and
    would put beside it, under that version's name, what is in the store now.
    """
    if version(store) != seen:
        st.rerun()


@st.cache_resource(max_entries=2, show_spinner=False)
def works(root: str, version: str) -> pd.DataFrame:
    """The works table, shared by all visitors: read it, never write into it.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    return Store(root).works()


# cache_data would copy what cannot be changed anyway, with every look at it.
@st.cache_resource(max_entries=2048, show_spinner=False)
def thumbnail_source(root: str, version: str, work_id: int) -> str:
    """The thumbnail of a work as the ``src`` of an image; empty where there is none."""
    known = works(root, version)
    if work_id not in known.index:
        return ""
    path = Store(root).thumbnail(str(known.loc[work_id, "digest"]))
    if not path.is_file():
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()


@st.cache_resource(max_entries=18, show_spinner=False)
def predictions(root: str, version: str, task: str, model: str) -> pd.DataFrame:
    """What a model says of the test works, shared by all visitors: read it, never write into it.

    Raises
    ------
    StoreError
        As :func:`artextract.evaluation.confusion.predictions`.
    """
    return read_predictions(Store(root), task, model)


@st.cache_resource(max_entries=18, show_spinner=False)
def calibration(root: str, version: str, task: str, model: str) -> pd.DataFrame:
    """How sure a model is and how often it is right, shared by all visitors.

    As :func:`artextract.evaluation.calibration.reliability` returns it.

    Raises
    ------
    StoreError
        As :func:`predictions`.
    """
    return reliability(predictions(root, version, task, model))


@st.cache_resource(max_entries=32, show_spinner=False)
def wall(root: str, version: str, n: int, seed: int) -> list[int]:
    """work_ids for a wall of `n` works, as :func:`widgets.selection.a_choice` takes them."""
    return a_choice(works(root, version), n, seed=seed)


@st.cache_resource(max_entries=2, show_spinner=False)
def counted(root: str, version: str) -> CollectionStatistics:
    """See :func:`artextract.collection.statistics.collection_statistics`."""
    return collection_statistics(works(root, version), Store(root).tasks())


@st.cache_data(max_entries=32, show_spinner=False)
def large_picture(root: str, version: str, work_id: int, path: str) -> tuple[bytes, int, int]:
    """A work as large as a screen shows it: JPEG, width and height in pixels.

    Raises
    ------
    PictureError
        If the original is not where it was indexed, or is a picture no longer.
    """
    content = contents(Store(root).picture(path), limit=0)
    picture = open_picture(content, min_side=_LARGE_SIDE)
    picture.thumbnail((_LARGE_SIDE, _LARGE_SIDE))
    return thumbnail(picture, side=_LARGE_SIDE), *picture.size


@st.cache_resource(max_entries=1, show_spinner="Waking the networks, once for all visitors …")
def predictor(root: str, version: str) -> Predictor:
    """The networks of the store; importing torch is left until somebody wants a prediction.

    Raises
    ------
    StoreError
        If there is no network, no evaluation, or one that is not of these networks.
    """
    from artextract.inference.predictor import Predictor

    return Predictor.load(Store(root))


@st.cache_data(max_entries=64, show_spinner=False)
def read(content: bytes, root: str, version: str) -> Prediction:
    """What the networks of the store say of a picture file.

    Raises
    ------
    PictureError
        If the content is no picture that can be used.
    StoreError
        As :func:`predictor`.
    """
    networks = predictor(root, version)
    with _ONE_AT_A_TIME:
        start = perf_counter()
        picture = networks.open(content)
        decoded = perf_counter()
        look = networks.look([picture])
        end = perf_counter()
        # Decoded again, larger: the networks must get the very picture that `predict` gives them.
        shown = open_picture(content, min_side=_DISPLAY_SIDE // 2)
    shown.thumbnail((_DISPLAY_SIDE, _DISPLAY_SIDE))
    return Prediction(
        probabilities={
            task: {model: rows[0] for model, rows in models.items()}
            for task, models in look.probabilities.items()
        },
        classes={task: list(networks.classes[task]) for task in look.probabilities},
        votes=networks.votes,
        display=thumbnail(shown, side=_DISPLAY_SIDE),
        display_size=shown.size,
        features={network: rows[0] for network, rows in look.features.items()},
        maps={network: rows[0] for network, rows in look.maps.items()},
        decoding_seconds=decoded - start,
        predicting_seconds=end - decoded,
    )
