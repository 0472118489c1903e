"""Maps: works in two dimensions, and how far each map can be trusted."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

K_RECALL = 15  # nearest works, of which a map should keep as many as it can
SAMPLE = 4000  # works on which the quality of a large map is measured


@dataclass(frozen=True)
class MapConfig:
    """How a map is made."""

    method: str = "umap"  # or "pca", which takes no time and shows less
    n_neighbors: int = 15  # fewer break the map into islands, more hide the small groups
    min_dist: float = 0.1  # points closer than this would lie on each other
    min_works: int = 20  # of a painter, for a map of one oeuvre
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in ("umap", "pca"):
            raise ValueError(f"no map {self.method!r}; there are umap, pca")


def project(
    X: np.ndarray,
    *,
    config: MapConfig | None = None,
    near: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, dict[str, Any]]:
    """Lay works out in two dimensions.

    UMAP (McInnes, Healy and Melville 2018) by cosine on the principal components, seeded, from the
    first two components: the same works give the same map.

    Parameters
    ----------
    X
        float32 (n, n_components), strongest component first.
    near
        Rows and distances of the nearest works, (n, k) each with k >= ``n_neighbors``, where they
        are known already; they are compared by their distances then.

    Returns
    -------
    coordinates
        float32 (n, 2).
    quality
        ``{"method", "n", "trustworthiness", "neighbour_recall"}``: trustworthiness (Venna and
        Kaski 2001),
        0..1, where 1 means that no work lies among the 15 nearest that does not belong there;
        neighbour_recall: share of the 15 nearest works that are nearest on the map too, 0..1. Both
        against
        the cosine in `X`; over :data:`SAMPLE` works where there are more. None for fewer than
        four works.
    """
    config = config or MapConfig()
    n = len(X)
    flat = X[:, :2] if X.shape[1] >= 2 else np.pad(X, ((0, 0), (0, 2 - X.shape[1])))
    method = config.method
    # Too few works, or all alike: there is nothing to unfold.
    if n <= config.n_neighbors or len(np.unique(flat, axis=0)) <= config.n_neighbors:
        method = "pca"
    if method == "pca":
        coordinates = np.array(flat, dtype=np.float32)
    else:
        coordinates = _umap(X, flat, config, near)
    return coordinates, {"method": method, "n": n} | map_quality(X, coordinates)


def _umap(
    X: np.ndarray,
    flat: np.ndarray,
    config: MapConfig,
    near: tuple[np.ndarray, np.ndarray] | None,
) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        # UMAP would compile a search for the nearest works, which takes longer than the map.
        rows, distances = _nearest_by_cosine(X, config.n_neighbors - 1) if near is None else near
        itself = np.arange(len(X), dtype=np.int32)[:, None]
        known = np.concatenate([itself, rows[:, : config.n_neighbors - 1]], axis=1)
        apart = np.concatenate([np.zeros((len(X), 1)), distances[:, : config.n_neighbors - 1]], 1)
        scaled = flat / max(float(np.abs(flat).max()), 1e-12) * 10
        return UMAP(
            n_neighbors=config.n_neighbors,
            min_dist=config.min_dist,
            init=scaled.astype(np.float32),
            random_state=config.seed,
            precomputed_knn=(known.astype(np.int32), apart.astype(np.float32), None),
            n_jobs=1,
        ).fit_transform(X)


def _nearest_by_cosine(X: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and cosine distances (0..2) of the `k` nearest others, (n, k) each."""
    from sklearn.neighbors import NearestNeighbors

    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    units = X / np.maximum(lengths, 1e-12)  # nearest by distance = nearest by cosine
    distances, rows = NearestNeighbors(n_neighbors=k).fit(units).kneighbors()
    return rows, distances**2 / 2


def map_quality(X: np.ndarray, coordinates: np.ndarray) -> dict[str, float | None]:
    """``{"trustworthiness", "neighbour_recall"}`` of a map, as :func:`project` describes them."""
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    n = len(X)
    if n < 4:
        return {"trustworthiness": None, "neighbour_recall": None}
    if n > SAMPLE:
        rows = np.random.default_rng(0).choice(n, SAMPLE, replace=False)
        X, coordinates, n = X[rows], coordinates[rows], SAMPLE
    k = min(K_RECALL, (n - 1) // 2)
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    X = X / np.maximum(lengths, 1e-12)  # nearest by cosine = nearest by distance
    trust = trustworthiness(X, coordinates, n_neighbors=k)
    before, after = (
        NearestNeighbors(n_neighbors=k).fit(A).kneighbors(return_distance=False)
        for A in (X, coordinates)
    )
    kept = np.mean([len(np.intersect1d(a, b)) for a, b in zip(before, after, strict=True)]) / k
    return {"trustworthiness": float(trust), "neighbour_recall": float(kept)}


def place(similarities: np.ndarray, coordinates: np.ndarray, *, k: int = 5) -> tuple[float, float]:
    """Where a new picture lies on a map: the mean of its `k` most similar works' coordinates.

    Weighted by similarity above that of the next work, so that a copy lies on its original's
    place as nearly as its other neighbours allow. Nothing is fitted again.

    Parameters
    ----------
    similarities
        Cosine with every work of the map, (n,); NaN where unknown.
    coordinates
        (n, 2).
    """
    known = np.flatnonzero(np.isfinite(similarities) & np.isfinite(coordinates).all(axis=1))
    order = known[np.argsort(-similarities[known], kind="stable")][: k + 1]
    chosen = order[:k]
    if similarities[chosen[0]] > 1 - 1e-3:  # the work itself
        x, y = coordinates[chosen[0]]
        return float(x), float(y)
    floor = similarities[order[-1]] if len(order) > k else similarities[chosen].min() - 1e-3
    weights = np.maximum(similarities[chosen] - floor, 1e-6)
    x, y = (weights[:, None] * coordinates[chosen]).sum(axis=0) / weights.sum()
    return float(x), float(y)


def map_table(work_ids: np.ndarray, coordinates: np.ndarray) -> pd.DataFrame:
    """A map as it is stored: work_id (int32), x, y (float32)."""
    return pd.DataFrame(
        {
            "work_id": np.asarray(work_ids, np.int32),
            "x": coordinates[:, 0].astype(np.float32),
            "y": coordinates[:, 1].astype(np.float32),
        }
    )
