"""The space in which works are compared: principal components, and the nearest works in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from artextract.oeuvres.similarity.knn import NearestNeighbours, nearest
from artextract.oeuvres.similarity.pca import PCA
from artextract.progress import Advance, ignore
from artextract.store import replacing

COMPONENTS = 256  # for the discriminant: with 64 it tells related painters apart less well
NEAR_COMPONENTS = 64  # for distances
K_NEAR = 30  # nearest works of each kind
COPIES = 5  # more of them are looked up, in case the nearest are copies


@dataclass(frozen=True)
class ReducedEmbedding:
    """Works in the space of an embedding; made by :meth:`fit`.

    Attributes
    ----------
    reduction
        From features to components.
    X
        float32 (n, COMPONENTS), strongest component first.
    creators
        int64 (n,), as :func:`artextract.oeuvres.creators.creator_codes` numbers them; -1 where
        nobody is named.
    reference
        bool (n,), see :func:`artextract.oeuvres.creators.is_reference`: the others are held
        against the works of their creator, and are none of them.
    near
        Nearest works in the first NEAR_COMPONENTS components, copies among them.
    order
        Rows in an order made from what the works are and not from where they stand. What is
        computed in it is the same, bit by bit, for any order of the rows.
    work_ids
        int64 (n,), ascending: the work of each row.
    """

    reduction: PCA
    X: np.ndarray
    creators: np.ndarray
    reference: np.ndarray
    near: NearestNeighbours
    order: np.ndarray
    work_ids: np.ndarray

    @classmethod
    def fit(
        cls,
        embeddings: np.ndarray,
        creators: np.ndarray,
        *,
        reference: np.ndarray | None = None,
        work_ids: np.ndarray | None = None,
        reduction: PCA | None = None,
        advance: Advance = ignore,
    ) -> ReducedEmbedding:
        """From embeddings (n, n_features), finite, and creators (n,); n >= 2.

        `work_ids` are those of the rows; None where row and work_id are the same. `reference` is
        None where all works are.
        """
        creators = np.asarray(creators, np.int64)
        reference = np.ones(len(creators), bool) if reference is None else reference
        order = content_order(embeddings, creators)
        if reduction is None:
            reduction = PCA.fit(embeddings[order], COMPONENTS)
        X = reduction.transform(embeddings[order])
        near = nearest(
            X[:, :NEAR_COMPONENTS],
            creators[order],
            k=K_NEAR + COPIES,
            reference=reference[order],
            advance=advance,
        )
        back = np.argsort(order)
        ids = np.arange(len(X)) if work_ids is None else np.asarray(work_ids, np.int64)
        near = near.reordered(order)
        return cls(reduction, X[back], creators, reference, near, order, ids)

    @property
    def oeuvre_of(self) -> np.ndarray:
        """Whose oeuvre each work is a part of, int64 (n,); -1 where of none."""
        return np.where(self.reference, self.creators, -1)

    def alike(self, k: int) -> np.ndarray:
        """Rows among which the copies of each work are looked for, int (n, k or 2 k); -1: no more.

        Its nearest works, and its nearest among the works that are held against the same oeuvre.
        """
        rows, _ = self.near.combined(k)
        held = np.flatnonzero(~self.reference & (self.creators >= 0))
        if not len(held):
            return rows
        siblings = nearest(self.X[held, :NEAR_COMPONENTS], self.creators[held], k=k).own
        more = np.full((len(rows), k), -1)
        more[held] = np.where(siblings >= 0, held[siblings], -1)
        return np.concatenate([rows, more], axis=1)

    def save(self, path: Path) -> None:
        """Write everything to one safetensors file."""
        arrays = vars(self.reduction) | vars(self.near)
        arrays |= {"X": self.X, "creators": self.creators, "order": self.order}
        arrays["work_ids"] = self.work_ids
        with replacing(path) as temporary:
            temporary.write_bytes(save({k: np.ascontiguousarray(v) for k, v in arrays.items()}))

    @classmethod
    def read(cls, path: Path) -> ReducedEmbedding:
        """Read what :meth:`save` wrote, unchecked, of works that are all reference."""
        return cls.of(load_file(path))

    @classmethod
    def of(
        cls, arrays: dict[str, np.ndarray], reference: np.ndarray | None = None
    ) -> ReducedEmbedding:
        """From the arrays that :meth:`save` writes; which works are reference the index knows."""
        near = {name: arrays[name] for name in NearestNeighbours.__annotations__}
        reduction = {name: arrays[name] for name in PCA.__annotations__}
        own = {k: array for k, array in arrays.items() if k not in near | reduction}
        own["reference"] = np.ones(len(own["X"]), bool) if reference is None else reference
        return cls(reduction=PCA(**reduction), near=NearestNeighbours(**near), **own)


def content_order(embeddings: np.ndarray, creators: np.ndarray) -> np.ndarray:
    """Rows sorted by a digest of their content, then by creator."""
    digests = b"".join(
        hashlib.blake2b(np.ascontiguousarray(row).tobytes(), digest_size=8).digest()
        for row in embeddings
    )
    return np.lexsort((creators, np.frombuffer(digests, np.uint64)))
