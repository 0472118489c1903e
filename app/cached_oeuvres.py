"""What an explored store tells of a picture, shared by all visitors; torch comes lazily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.store import Store, StoreError

if TYPE_CHECKING:
    from artextract.neighbours import Neighbours
    from artextract.scoring import Oeuvres

_RUN = "run: artextract explore"


@dataclass(frozen=True)
class Explored:
    """An explored embedding. Shared: read it, never write into it."""

    name: str
    network: str  # the backbone that embeds
    digest: str  # of that network
    neighbours: Neighbours
    map: pd.DataFrame | None  # x, y by work_id
    threshold: float  # nearness below which a picture is like nothing here


def explored_version(store: Store) -> str:
    """Changes when the collection is explored anew; empty where it never was."""
    stamps = [path.stat().st_mtime_ns for path in store.root.glob("explored/*/summary.json")]
    return str(max(stamps, default=""))


@st.cache_resource(max_entries=1, show_spinner="Unrolling the collection, once for all visitors …")
def explored(root: str, version: str, explored_version: str) -> Explored:
    """The embedding that was explored last.

    Raises
    ------
    StoreError
        If none was, it is of another index, or its network alone does not make it.
    """
    from artextract.exploring import read_embedding
    from artextract.neighbours import Neighbours
    from artextract.novelty import threshold
    from artextract.scoring import explored_last

    store = Store(root)
    name = explored_last(store)
    made_from = store.embedding_record(name.split("+")[0])["made_from"]
    painters = store.works()["creator"].fillna("").to_numpy(dtype=object)
    neighbours = Neighbours(read_embedding(store, name), painters)
    try:
        duplicates = pd.read_parquet(store.explored(name, "duplicates.parquet"))
        drawn = store.explored(name, "map.parquet")
        coordinates = pd.read_parquet(drawn).set_index("work_id") if drawn.is_file() else None
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"the exploration of {name} is incomplete; {_RUN}") from error
    own = "+" not in name and made_from["pretrained"] is None
    return Explored(
        name,
        made_from["backbone"] if own else "",
        made_from["digest"] if own else "",
        neighbours,
        coordinates,
        threshold(neighbours, duplicates),
    )


@st.cache_resource(max_entries=1, show_spinner="Learning what is typical of whom …")
def oeuvres(root: str, version: str, explored_version: str, name: str) -> Oeuvres:
    """The judged painters.

    Raises
    ------
    StoreError
        If there are none.
    """
    from artextract.scoring import Oeuvres

    return Oeuvres(Store(root), name)


@st.cache_data(max_entries=256, show_spinner="Holding it against the oeuvre …")
def typicality(
    features: bytes, artist: str, root: str, version: str, explored_version: str, name: str
) -> dict[str, Any]:
    """:meth:`artextract.scoring.Oeuvres.score` of float16 features.

    Raises
    ------
    StoreError
        If there is no such painter, or too few of the works.
    """
    judged = oeuvres(root, version, explored_version, name)
    return judged.score(np.frombuffer(features, np.float16), artist, three=False)
