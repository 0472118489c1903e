"""Everything about a predicted picture beyond its bars."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.store import Snapshot, StoreError
from cache import similarity
from cache.networks import Prediction
from cache.snapshot import rerun_if_changed
from model_display import ENSEMBLE, ModelDisplay
from widgets.attention import attention
from widgets.missing import explain_missing
from widgets.prediction_card import Result
from widgets.similarity import (
    map_location,
    similar_works,
    typicality,
    warn_if_out_of_distribution,
)


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
    """Show what speaks for the prediction, what the picture is like, and how typical it is."""
    rerun_if_changed(snapshot)
    prediction = result.prediction
    if prediction is None or result.snapshot != snapshot:
        st.info("The collection was evaluated anew since. Upload the picture again for the rest.")
        return
    st.subheader("What the networks look at", anchor=False)
    attention(prediction, snapshot, display, key=key)
    try:
        embedding = explored_embeddings(snapshot.store)[0]
        index = similarity.similarity_index(snapshot, embedding)
        features = index.features(prediction.features)
    except StoreError as error:
        explain_missing(error, builtin=False)
        return
    with st.spinner("Looking for similar works …"):
        similarities = index.neighbours.similarities(features)
    warn_if_out_of_distribution(index, similarities)
    creator = predicted_creator(prediction, works)
    st.subheader("Similar works", anchor=False)
    similar_works(index, features, works, source, creator=creator, key=key)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("On the map", anchor=False)
        map_location(index, similarities, works, creator=creator, key=key)
    with right:
        typicality(index, features, snapshot, creator=creator, key=key)


def predicted_creator(prediction: Prediction, works: pd.DataFrame) -> str:
    """The ensemble's predicted artist, as the works' creators are spelt; empty without artists."""
    if "artist" not in prediction.probabilities:
        return ""
    best = int(prediction.probabilities["artist"][ENSEMBLE].argmax())
    label = prediction.classes["artist"][best]
    creators = works.loc[works["artist"] == label, "creator"].dropna()
    return str(creators.mode().iloc[0]) if len(creators) else ""
