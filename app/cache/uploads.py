"""What an explored store tells of a picture, shared by all visitors; torch comes lazily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.oeuvres.outliers.reasons import render
from artextract.oeuvres.results import explored_embeddings
from artextract.store import Store, StoreError

if TYPE_CHECKING:
    from artextract.oeuvres.similarity.neighbours import Neighbours
    from artextract.oeuvres.typicality import TypicalityModel

_RUN = "run: artextract explore"


@dataclass(frozen=True)
class Explored:
    """An explored embedding. Shared: read it, never write into it."""

    name: str
    network: str  # the backbone that embeds
    digest: str  # of that network
    neighbours: Neighbours
    map: pd.DataFrame | None  # x, y by work_id
    threshold: float  # mean_knn_similarity below which a picture is like nothing here


def explored_version(store: Store) -> str:
    """Changes with all that decides what :func:`explored` reads; empty where nothing was."""
    explored = sorted(store.root.glob("stages/explore-*.json"))
    embedded = sorted(store.root.glob("stages/embed-*.json")) if explored else []
    return " ".join(
        f"{path.relative_to(store.root)}:{path.stat().st_mtime_ns}"
        for path in (*explored, *embedded)
    )


@st.cache_resource(max_entries=1, show_spinner="Unrolling the collection, once for all visitors …")
def explored(root: str, version: str, explored_version: str) -> Explored:
    """The first exploration of a network that was trained here, else the first of all.

    Whatever was explored beside it, by a network that is not asked here, takes nothing away.

    Raises
    ------
    StoreError
        If none was, or it is of another index.
    """
    from artextract.oeuvres.similarity.embedding import read_embedding
    from artextract.oeuvres.similarity.neighbours import Neighbours
    from artextract.oeuvres.similarity.out_of_distribution import threshold

    store = Store(root)
    names = explored_embeddings(store)
    name = next((name for name in names if _trained_here(store, name)), names[0])
    record = store.embedding_record(name.split("+")[0])
    painters = store.works()["creator"].fillna("").to_numpy(dtype=object)
    neighbours = Neighbours(read_embedding(store, name), painters)
    try:
        duplicates = pd.read_parquet(store.explored(name, "duplicates.parquet"))
        drawn = store.explored(name, "map.parquet")
        coordinates = pd.read_parquet(drawn).set_index("work_id") if drawn.is_file() else None
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"the exploration of {name} is incomplete; {_RUN}") from error
    own = _trained_here(store, name)
    return Explored(
        name,
        record["backbone"] if own else "",
        record["network"] if own else "",
        neighbours,
        coordinates,
        threshold(neighbours, duplicates),
    )


def _trained_here(store: Store, name: str) -> bool:
    """Whether one network of this store alone makes the embedding, as it can of any picture."""
    try:
        record = store.embedding_record(name)
    except StoreError:  # of several networks, or its embedding is gone
        return False
    return record["pretrained"] is None and record["backbone"] in store.networks()


@st.cache_resource(max_entries=1, show_spinner="Learning what is typical of whom …")
def oeuvres(root: str, version: str, explored_version: str, name: str) -> TypicalityModel:
    """The judged painters.

    Raises
    ------
    StoreError
        If there are none.
    """
    from artextract.oeuvres.typicality import TypicalityModel

    return TypicalityModel(Store(root), name)


@st.cache_data(max_entries=256, show_spinner="Holding it against the oeuvre …")
def typicality(
    features: bytes, artist: str, root: str, version: str, explored_version: str, name: str
) -> dict[str, Any]:
    """:meth:`artextract.oeuvres.typicality.TypicalityModel.score` of float16 features.

    Raises
    ------
    StoreError
        If there is no such painter, or too few of the works.
    """
    judged = oeuvres(root, version, explored_version, name)
    result = judged.score(np.frombuffer(features, np.float16), artist, three=False)
    return result | {"reasons": [render(reason) for reason in result["reasons"]]}
