"""Embeddings as works are compared by them: one, or several joined by "+"."""

from __future__ import annotations

import numpy as np

from artextract.oeuvres.similarity.pca import unit
from artextract.store import Store, digest


def read_embedding(store: Store, name: str) -> np.ndarray:
    """An embedding, or several joined by "+", each scaled to unit length: (n_works, n_features).

    One alone is memory-mapped, as :meth:`artextract.store.Store.embedding` gives it.

    Raises
    ------
    StoreError
        As :meth:`artextract.store.Store.embedding`, of any part.
    """
    parts = [store.embedding(part) for part in name.split("+")]
    if len(parts) == 1:
        return parts[0]
    return join([np.asarray(part) for part in parts])


def join(parts: list[np.ndarray]) -> np.ndarray:
    """Features (n, n_features) of several networks side by side, each at unit length, float16."""
    return np.concatenate([unit(part).astype(np.float16) for part in parts], axis=1)


def readable_rows(store: Store, name: str) -> np.ndarray:
    """work_ids of the works that every part of an embedding has features of, ascending, int64."""
    readable: np.ndarray | None = None
    for part in name.split("+"):
        finite = np.isfinite(store.embedding(part)[:, ::64]).all(axis=1)
        readable = finite if readable is None else readable & finite
    assert readable is not None
    return np.flatnonzero(readable)


def embedding_key(store: Store, name: str) -> str:
    """Key of an embedding, of all its parts where it is joined.

    Raises
    ------
    StoreError
        If a part is missing, or of another index.
    """
    return digest([store.embedding_record(part)["key"] for part in name.split("+")])
