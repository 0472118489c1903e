"""What an explored store tells of a new picture, shared by all visitors; torch is imported late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.store import StoreError
from cache.collection import works
from cache.snapshot import Snapshot

if TYPE_CHECKING:
    from artextract.oeuvres.similarity.neighbours import Neighbours
    from artextract.oeuvres.typicality import TypicalityModel


@dataclass(frozen=True)
class SimilarityIndex:
    """The embedding that new pictures are compared in. Shared: read it, never write into it."""

    embedding: str
    networks: tuple[str, ...]  # whose features, joined in this order, it is made of
    neighbours: Neighbours
    map: pd.DataFrame | None  # x, y by work_id
    threshold: float  # mean similarity to the nearest works, below which it is out of distribution

    def features(self, of: dict[str, np.ndarray]) -> np.ndarray:
        """The features (n_features,) of a picture in this embedding, from those of each network.

        Raises
        ------
        StoreError
            If a network that made the embedding is not among those that predict.
        """
        from artextract.oeuvres.similarity.pca import unit

        missing = [network for network in self.networks if network not in of]
        if missing or not self.networks:
            raise StoreError(
                f"{self.embedding} was not made by the networks that predict here",
                command="artextract explore",
            )
        parts = [np.asarray(of[network])[None] for network in self.networks]
        if len(parts) > 1:
            parts = [unit(part).astype(np.float16) for part in parts]
        return np.concatenate(parts, axis=1)[0]


def exploration_stamp(snapshot: Snapshot) -> str:
    """Changes with every file that :func:`similarity_index` reads; empty where there is none."""
    root = snapshot.store.root
    explored = sorted(root.glob("explored/*/summary.json"))
    embedded = sorted(root.glob("embeddings/*.json")) if explored else []
    return " ".join(
        f"{path.relative_to(root)}:{path.stat().st_mtime_ns}" for path in (*explored, *embedded)
    )


@st.cache_resource(max_entries=1, show_spinner="Reading the embedding, once for all visitors …")
def similarity_index(snapshot: Snapshot, stamp: str, embedding: str) -> SimilarityIndex:
    """The index of an explored embedding.

    Raises
    ------
    StoreError
        If it was not explored, or has changed since.
    """
    from artextract.oeuvres.explore import read_embedding
    from artextract.oeuvres.similarity.neighbours import Neighbours
    from artextract.oeuvres.similarity.out_of_distribution import threshold

    store = snapshot.store
    networks = []
    for name in embedding.split("+"):
        made_from = store.embedding_record(name)["made_from"]
        network = made_from["backbone"]
        if made_from["pretrained"] is None:
            if store.model_config(network)["digest"] != made_from["digest"]:
                raise StoreError(f"{network} has changed since", command="artextract explore")
            networks.append(network)
    if len(networks) < len(embedding.split("+")):  # of a network that was not trained here
        networks = []
    creators = works(snapshot)["creator"].fillna("").to_numpy(dtype=object)
    neighbours = Neighbours(read_embedding(store, embedding), creators)
    try:
        duplicates = pd.read_parquet(store.explored(embedding, "duplicates.parquet"))
        drawn = store.explored(embedding, "map.parquet")
        points = pd.read_parquet(drawn).set_index("work_id") if drawn.is_file() else None
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(
            f"the exploration of {embedding} is incomplete", command="artextract explore"
        ) from error
    return SimilarityIndex(
        embedding, tuple(networks), neighbours, points, threshold(neighbours, duplicates)
    )


@st.cache_resource(max_entries=1, show_spinner="Learning what is typical of each artist …")
def typicality_model(snapshot: Snapshot, stamp: str, embedding: str) -> TypicalityModel:
    """The scored artists.

    Raises
    ------
    StoreError
        If there are none.
    """
    from artextract.oeuvres.typicality import TypicalityModel

    return TypicalityModel(snapshot.store, embedding)


@st.cache_data(max_entries=256, show_spinner="Comparing it with the oeuvre …")
def typicality(
    features: bytes, artist: str, snapshot: Snapshot, stamp: str, embedding: str
) -> dict[str, Any]:
    """:meth:`artextract.oeuvres.typicality.TypicalityModel.score` of float16 features.

    Raises
    ------
    StoreError
        If there is no such artist, or too few of the works.
    """
    model = typicality_model(snapshot, stamp, embedding)
    return model.score(np.frombuffer(features, np.float16), artist, three=False)
