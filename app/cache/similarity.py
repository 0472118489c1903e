"""What an explored store tells of a new picture, shared by all visitors; torch is imported late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import network_of
from artextract.oeuvres.stages import record_name
from artextract.store import Snapshot, StoreError

if TYPE_CHECKING:
    from artextract.oeuvres.similarity.neighbours import Neighbours
    from artextract.oeuvres.typicality import TypicalityModel


@dataclass(frozen=True)
class SimilarityIndex:
    """The embedding that new pictures are compared in. Shared: read it, never write into it."""

    embedding: str
    parts: tuple[str, ...]  # the embeddings, joined in this order, that networks here can make
    neighbours: Neighbours
    map: pd.DataFrame | None  # x, y by work_id

    def features(self, of: dict[str, np.ndarray]) -> np.ndarray:
        """The features (n_features,) of a picture in this embedding, from those of its parts.

        Raises
        ------
        StoreError
            If a network that made the embedding is not among those that predict.
        """
        from artextract.oeuvres.similarity.embedding import join

        missing = [part for part in self.parts if part not in of]
        if missing or not self.parts:
            raise StoreError(
                f"{self.embedding} was not made by the networks that predict here",
                command="artextract explore",
            )
        parts = [np.asarray(of[part])[None] for part in self.parts]
        return (parts[0] if len(parts) == 1 else join(parts))[0]


def similarity_index(snapshot: Snapshot, embedding: str) -> SimilarityIndex:
    """The index of an explored embedding.

    Raises
    ------
    StoreError
        If it was not explored, or has changed since.
    """
    return _similarity_index(_of_parts(snapshot, embedding, "neighbours", "map"), embedding)


def _of_parts(snapshot: Snapshot, embedding: str, *parts: str) -> Snapshot:
    """The embedding and parts of its exploration, whatever other stages do."""
    records = [record_name(embedding, part) for part in parts]
    return snapshot.of_stages([*records, *(f"embed-{part}" for part in embedding.split("+"))])


@st.cache_resource(max_entries=2, show_spinner="Reading the embedding, once for all visitors …")
def _similarity_index(snapshot: Snapshot, embedding: str) -> SimilarityIndex:
    from artextract.oeuvres.results import open_table
    from artextract.oeuvres.similarity.embedding import read_embedding
    from artextract.oeuvres.similarity.neighbours import Neighbours

    store = snapshot.store
    parts = tuple(embedding.split("+"))
    for part in parts:
        record = store.embedding_record(part)
        network = record["backbone"]
        trained_here = record["pretrained"] is None and network in store.networks()
        if trained_here and store.model_config(network)["digest"] != record["network"]:
            raise StoreError(f"{network} has changed since", command="artextract explore")
    if any(network_of(store, part) is None for part in parts):
        parts = ()  # of weights that predict nothing here
    creators = store.works()["creator"].fillna("").to_numpy(dtype=object)
    neighbours = Neighbours(read_embedding(store, embedding), creators)
    drawn = store.explored(embedding, "map.parquet").is_file()
    points = open_table(store, embedding, "map").set_index("work_id") if drawn else None
    return SimilarityIndex(embedding, parts, neighbours, points)


def typicality_model(snapshot: Snapshot, embedding: str) -> TypicalityModel:
    """The scored artists.

    Raises
    ------
    StoreError
        If there are none.
    """
    return _typicality_model(_of_parts(snapshot, embedding, "neighbours", "outliers"), embedding)


@st.cache_resource(max_entries=1, show_spinner="Learning what is typical of each artist …")
def _typicality_model(snapshot: Snapshot, embedding: str) -> TypicalityModel:
    from artextract.oeuvres.typicality import TypicalityModel

    return TypicalityModel(snapshot.store, embedding)


def typicality(features: bytes, artist: str, snapshot: Snapshot, embedding: str) -> dict[str, Any]:
    """:meth:`artextract.oeuvres.typicality.TypicalityModel.score` of float16 features.

    Raises
    ------
    StoreError
        If there is no such artist, or too few of the works.
    """
    scored = _of_parts(snapshot, embedding, "neighbours", "outliers")
    return _typicality(features, artist, scored, embedding)


@st.cache_data(max_entries=256, show_spinner="Comparing it with the oeuvre …")
def _typicality(features: bytes, artist: str, snapshot: Snapshot, embedding: str) -> dict[str, Any]:
    model = _typicality_model(snapshot, embedding)
    return model.score(np.frombuffer(features, np.float16), artist, three=False)
