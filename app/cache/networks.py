"""Predictions of the store's networks, shared by all visitors; torch is imported late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from artextract.collection.images import open_picture, shrink, thumbnail
from artextract.inference.prediction_sets import LabelSet
from artextract.inference.voting import Vote
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.stages import record_name
from artextract.store import Snapshot, StoreError

if TYPE_CHECKING:
    from artextract.inference.predictor import Predictor
    from artextract.oeuvres.open_set.status import StatusAssessor

_DISPLAY_SIDE = 1200  # pixels of the longer side: shown at half of it, sharp on dense screens too
_SMALL_SIDE = 128  # pixels of the longer side, for a row of a list
# Two predictions at once would only share the same cores and need the memory twice.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Prediction:
    """What the networks predict for one picture, with all that a page needs to show it."""

    probabilities: dict[str, dict[str, np.ndarray]]  # {task: {model: (n_classes,)}}
    classes: dict[str, list[str]]
    votes: dict[str, Vote]  # {task: how the networks vote}
    display: bytes  # JPEG
    small: bytes  # JPEG
    display_size: tuple[int, int]  # width, height in pixels
    features: dict[str, np.ndarray]  # {embedding: float16 (n_features,)}
    inputs: dict[str, np.ndarray]  # {network: float32 (3, size, size)}, for Grad-CAM
    decoding_seconds: float
    predicting_seconds: float
    # As StatusAssessor.assess gives it; None where nothing has been explored for it.
    status: dict[str, Any] | None = None
    sets: dict[str, LabelSet] = field(default_factory=dict)  # {task: labels not ruled out}


def answering(snapshot: Snapshot) -> Snapshot:
    """What predictions are made from, as it is now.

    It stays the same while parts of an exploration finish that say nothing of a new picture:
    networks are then not loaded again, and what was predicted stays.
    """
    records = ["probabilities"]
    try:
        name = explored_embeddings(snapshot.store, "open_set")[0]
        records += [record_name(name, "open_set"), *(f"embed-{part}" for part in name.split("+"))]
    except StoreError:
        pass  # nothing tells what is outside the collection
    return snapshot.of_stages(records)


def predictor(snapshot: Snapshot) -> Predictor:
    """The networks of the store.

    Raises
    ------
    StoreError
        If there is no network, no evaluation, or one that is not of these networks.
    """
    return _predictor(snapshot.of_stages(["probabilities"]))


@st.cache_resource(max_entries=1, show_spinner="Loading the networks, once for all visitors …")
def _predictor(evaluated: Snapshot) -> Predictor:
    from artextract.inference.predictor import Predictor

    return Predictor.load(evaluated.store)


@st.cache_resource(max_entries=1, show_spinner=False)
def _assessor(answered_by: Snapshot) -> StatusAssessor | None:
    """What tells pictures from outside the collection; None where it has not been fitted."""
    from artextract.oeuvres.open_set.status import status_assessor

    return status_assessor(answered_by.store)


@st.cache_data(max_entries=64, show_spinner=False)
def predict(content: bytes, answered_by: Snapshot) -> Prediction:
    """What the networks of the store predict for a picture file.

    Parameters
    ----------
    answered_by
        As :func:`answering` takes it.

    Raises
    ------
    PictureError
        If the content is no picture that can be used.
    StoreError
        As :func:`predictor`.
    """
    networks, outside = predictor(answered_by), _assessor(answered_by)
    with _ONE_AT_A_TIME:
        start = perf_counter()
        picture = networks.open(content)
        decoded = perf_counter()
        output = networks.infer([picture])
        features = {embedding: rows[0] for embedding, rows in output.features.items()}
        status = outside.assess(picture, features) if outside else None
        end = perf_counter()
        # Decoded again, larger: the networks must get the very picture that `predict` gives them.
        shown = open_picture(content, min_side=_DISPLAY_SIDE // 2)
    shown = shrink(shown, side=_DISPLAY_SIDE)
    return Prediction(
        probabilities={
            task: {model: rows[0] for model, rows in models.items()}
            for task, models in output.probabilities.items()
        },
        classes={task: list(networks.classes[task]) for task in output.probabilities},
        votes=networks.votes,
        display=thumbnail(shown, side=_DISPLAY_SIDE),
        small=thumbnail(shown, side=_SMALL_SIDE),
        display_size=shown.size,
        features=features,
        inputs={network: rows[0] for network, rows in output.inputs.items()},
        decoding_seconds=decoded - start,
        predicting_seconds=end - decoded,
        status=status,
        sets={task: made[0] for task, made in output.sets.items()},
    )


def attentive(snapshot: Snapshot, members: Iterable[str]) -> list[str]:
    """Those of `members` of which there is a heat map, one for each body.

    Members that share a body look at the same places: they see what the first of them sees.

    Raises
    ------
    StoreError
        As :func:`predictor`.
    """
    found: dict[int, str] = {}
    known = predictor(snapshot).networks
    for member in members:
        network = known.get(member)
        if network is None or network.backbone.cam_layer is None or network.statistics is not None:
            continue
        found.setdefault(id(network.body), member)
    return list(found.values())


def class_evidence(
    prediction: Prediction, network: str, task: str, label: int, snapshot: Snapshot
) -> np.ndarray | None:
    """Grad-CAM of a class over the displayed picture: float32 (height, width), 0..1.

    Zero everywhere where nothing speaks for the class; None where the network's architecture has no
    map of places.

    Raises
    ------
    StoreError
        As :func:`predictor`.
    """
    from artextract.models.gradcam import grad_cam, stretched

    model = predictor(snapshot).networks[network]
    if model.backbone.cam_layer is None or model.statistics is not None:
        return None
    with _ONE_AT_A_TIME:
        cam = grad_cam(model, prediction.inputs[network], task, label)
    return stretched(cam, prediction.display_size)
