"""Everything about a predicted picture beyond the answer, as tabs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.store import Snapshot, StoreError
from cache import similarity
from cache.networks import Prediction, answering
from cache.snapshot import rerun_if_changed
from model_display import ModelDisplay
from widgets.frame.missing import explain_missing
from widgets.predict.prediction_results import Result
from widgets.predict.prediction_sentence import top
from widgets.works.attention import attention
from widgets.works.prediction_members import members
from widgets.works.similarity import map_location, similar_works, typicality

ATTENTION, SIMILAR = "What it looks at", "Similar works"
TYPICALITY, MEMBERS = "Typicality", "Members and their vote"


@st.fragment
def prediction_details(
    result: Result,
    works: pd.DataFrame,
    snapshot: Snapshot,
    source: Callable[[int], str],
    display: ModelDisplay,
    *,
    key: str,
) -> None:
    """Show what speaks for the prediction, what is similar, how typical it is, and who voted how.

    Only the tab that is open is made; it stays open from one picture to the next.
    """
    rerun_if_changed(snapshot)
    prediction = result.prediction
    if prediction is None or result.snapshot != answering(snapshot):
        st.info("The collection was evaluated anew since. Upload the picture again for the rest.")
        return
    # First where it lands and what it is like: these say most about the answer.
    names = [SIMILAR, ATTENTION, TYPICALITY, MEMBERS]
    similar, looks, typical, votes = st.tabs(names, key="detail_tab", on_change="rerun")
    if similar.open:
        with similar:
            _similar(result, works, snapshot, source, key=key)
    if looks.open:
        with looks:
            attention(prediction, snapshot, display, key=key)
    if typical.open:
        with typical:
            _typicality(prediction, works, snapshot, key=key)
    if votes.open:
        with votes:
            members(result, display, key=key)


def _similar(
    result: Result,
    works: pd.DataFrame,
    snapshot: Snapshot,
    source: Callable[[int], str],
    *,
    key: str,
) -> None:
    prediction = result.prediction
    if prediction is None or (found := _place(prediction, snapshot, "neighbours")) is None:
        return
    index, features = found
    creator = next(iter(predicted_creators(prediction, works)), "")
    left, right = st.columns([3, 2], gap="large")
    with left:
        similar_works(index, features, works, source, creator=creator, key=key)
    with right:
        st.subheader("On the map", anchor=False)
        similarities = index.neighbours.similarities(features)
        map_location(index, similarities, works, creator=creator, name=result.request.name, key=key)


def _typicality(
    prediction: Prediction, works: pd.DataFrame, snapshot: Snapshot, *, key: str
) -> None:
    if (found := _place(prediction, snapshot, "outliers")) is None:
        return
    index, features = found
    likely = predicted_creators(prediction, works)
    typicality(index, features, snapshot, likely=likely, status=prediction.status, key=key)


def _place(
    prediction: Prediction, snapshot: Snapshot, part: str
) -> tuple[similarity.SimilarityIndex, np.ndarray] | None:
    """The embedding that the page compares in, and the picture's features in it; None: said why."""
    try:
        embedding = explored_embeddings(snapshot.store, part)[0]
        index = similarity.similarity_index(snapshot, embedding)
        return index, index.features(prediction.features)
    except StoreError as error:
        explain_missing(error, builtin=False)
        return None


def predicted_creators(prediction: Prediction, works: pd.DataFrame) -> list[str]:
    """The ensemble's most probable artists, as the works' creators are spelt.

    Most probable first; empty without artists.
    """
    if "artist" not in prediction.probabilities:
        return []
    spelt = []
    for label, _ in top(prediction, "artist"):
        creators = works.loc[works["artist"] == label, "creator"].dropna()
        spelt += [str(creators.mode().iloc[0])] if len(creators) else []
    return list(dict.fromkeys(spelt))
