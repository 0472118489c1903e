"""Evidence that a work stands apart in its painter's oeuvre: five numbers a work, larger = more so.

They, and not the coordinates of an embedding, are what the detectors of
:mod:`artextract.outliers` see: an isolation forest on raw embeddings finds planted impostors
worse than the distance to the mean does (``python -m benchmarks.outliers``).

No work shapes its own evidence: it is left out of its neighbours together with its near-duplicates,
and the painter's mean and covariance and the discriminant are fitted on folds that hold neither.
(The principal components and the spread of all works, in which it is one of many, are not.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from artextract.nearest import Nearest
from artextract.space import K_NEAR, NEAR_COMPONENTS, Space

# own_distance: mean distance to the 10 nearest of the painter's own works.
# ratio: log of that over the mean distance to the 10 nearest works of others.
# foreign_share: share of others among the 30 nearest works, 0..1.
# relative_mahalanobis: squared, from the painter's works less that from all works (Ren et al. 2021,
#   "A simple fix to Mahalanobis distance for improving near-OOD detection").
# surprise: -log p(painter | work), of a shrunk linear discriminant (nats).
EVIDENCE = ("own_distance", "ratio", "foreign_share", "relative_mahalanobis", "surprise")

FOLDS = 10  # nine tenths of an oeuvre to learn from; twice the time of five, and a little better
K = 10  # neighbours of a mean distance


@dataclass(frozen=True)
class Evidence:
    """What :func:`gather` finds.

    Attributes
    ----------
    pieces
        float64 (n, 5), columns as :data:`EVIDENCE`; NaN where nothing can be said.
    predicted
        int32 (n,): the painter to whom a discriminant that has not seen the work gives it.
    confidence
        float32 (n,): the probability of that, 0..1.
    near
        Nearest own works and nearest works of others, without copies.
    """

    pieces: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    near: Nearest


@dataclass(frozen=True)
class Discriminant:
    """Linear discriminant with one shrunk covariance and equal priors (Ledoit and Wolf 2004)."""

    classes: np.ndarray  # int (n_classes,)
    weights: np.ndarray  # float64 (n_classes, n_components)
    offsets: np.ndarray  # float64 (n_classes,)

    @classmethod
    def fit(cls, X: np.ndarray, y: np.ndarray) -> Discriminant:
        """Fit on X (n, n_components) and classes y (n,)."""
        classes, codes = np.unique(y, return_inverse=True)
        counts = np.bincount(codes)
        sums = [np.bincount(codes, column) for column in X.T.astype(np.float64)]
        means = np.stack(sums, axis=1) / counts[:, None]  # (n_classes, n_components)
        from sklearn.covariance import ledoit_wolf  # pages import this module early

        covariance, _ = ledoit_wolf(X - means[codes], assume_centered=True)
        weights = np.linalg.solve(covariance + 1e-9 * np.eye(len(covariance)), means.T).T
        return cls(classes, weights, -0.5 * (weights * means).sum(axis=1))

    def log_proba(self, X: np.ndarray) -> np.ndarray:
        """Log-probabilities (n, n_classes) of X (n, n_components)."""
        logits = X @ self.weights.T + self.offsets
        logits -= logits.max(axis=1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def gather(space: Space, groups: np.ndarray | None = None) -> Evidence:
    """Evidence of every work against its painter.

    Parameters
    ----------
    space
        Of n works. Those of nobody count as works of others to all.
    groups
        int (n,): works of one number show the same picture; None where all differ.

    Returns
    -------
    The same values for every work, bit by bit, whatever the order of the rows.
    """
    groups = np.arange(len(space.X)) if groups is None else groups
    near = space.near.without_copies(groups, K_NEAR)
    order, back = space.order, np.argsort(space.order)
    X, painters = space.X[order], space.painters[order]
    fold = _folds(painters, groups[order])
    values = np.full((len(X), len(EVIDENCE)), np.nan)
    values[:, :3] = neighbourhood(near.own_distances, near.other_distances)[order]
    values[:, 3] = _relative_mahalanobis(X[:, :NEAR_COMPONENTS], painters, fold)
    values[:, 4], predicted, confidence = _surprise(X, painters, fold)
    values[painters < 0] = np.nan
    return Evidence(values[back], predicted[back], confidence[back], near)


def neighbourhood(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The first three columns of the evidence, (n, 3), from distances to the nearest works.

    Parameters
    ----------
    own, others
        (n, K_NEAR) distances to the nearest own works and the nearest of others, ascending; inf
        where there are no more.
    """
    own_mean, other_mean = _mean_of_first(own, K), _mean_of_first(others, K)
    both = np.concatenate([own, others], axis=1)
    nearest_of_both = np.argsort(both, axis=1, kind="stable")[:, : own.shape[1]]
    found = np.isfinite(np.take_along_axis(both, nearest_of_both, axis=1))
    foreign = (nearest_of_both >= own.shape[1]) & found
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(np.maximum(own_mean, 1e-9)) - np.log(np.maximum(other_mean, 1e-9))
        share = foreign.sum(axis=1) / found.sum(axis=1)
    return np.stack([own_mean, ratio, share], axis=1)


def _mean_of_first(distances: np.ndarray, k: int) -> np.ndarray:
    """Mean of the first `k` distances (n, more), of those there are; NaN where there is none."""
    first = distances[:, :k].astype(np.float64)
    there = np.isfinite(first)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there, first, 0).sum(axis=1) / there.sum(axis=1)


def _folds(painters: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Fold of each work: every painter's pictures dealt out in turn, the same picture to one."""
    fold = np.empty(len(painters), np.int64)
    for members in rows_by_painter(painters).values():
        _, first, picture = np.unique(groups[members], return_index=True, return_inverse=True)
        place = np.argsort(np.argsort(first))  # in the order in which the pictures come
        fold[members] = place[picture] % FOLDS
    fold[painters < 0] = 0
    return fold


def rows_by_painter(painters: np.ndarray) -> dict[int, np.ndarray]:
    """Rows of every painter, ascending; without the works of nobody (-1)."""
    order = np.argsort(painters, kind="stable")
    numbers, starts = np.unique(painters[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(p): rows for p, rows in zip(numbers, parts, strict=True) if p >= 0}


def _surprise(
    X: np.ndarray, painters: np.ndarray, fold: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    surprise = np.full(len(X), np.nan)
    predicted = np.full(len(X), -1, np.int32)
    confidence = np.full(len(X), np.nan, np.float32)
    for k in range(FOLDS):
        seen, unseen = np.flatnonzero((fold != k) & (painters >= 0)), np.flatnonzero(fold == k)
        if not len(seen) or not len(unseen):
            continue
        model = Discriminant.fit(X[seen], painters[seen])
        for start in range(0, len(unseen), 4096):
            rows = unseen[start : start + 4096]
            log_p = model.log_proba(X[rows])
            column = np.searchsorted(model.classes, painters[rows])
            column = np.minimum(column, len(model.classes) - 1)
            known = model.classes[column] == painters[rows]
            surprise[rows[known]] = -log_p[known, column[known]]
            best = log_p.argmax(axis=1)
            predicted[rows] = model.classes[best]
            confidence[rows] = np.exp(log_p[np.arange(len(rows)), best])
    return surprise, predicted, confidence


def _relative_mahalanobis(X: np.ndarray, painters: np.ndarray, fold: np.ndarray) -> np.ndarray:
    to_all = mahalanobis(X, X)
    relative = np.full(len(X), np.nan)
    for members in rows_by_painter(painters).values():
        for k in np.unique(fold[members]):
            seen, unseen = members[fold[members] != k], members[fold[members] == k]
            if len(seen) > 1:
                relative[unseen] = mahalanobis(X[seen], X[unseen]) - to_all[unseen]
    return relative


def mahalanobis(seen: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Squared distances (n,) of X (n, d) from the works `seen`, by their shrunk covariance."""
    mean = seen.mean(axis=0, dtype=np.float64)
    from sklearn.covariance import ledoit_wolf  # pages import this module early

    covariance, _ = ledoit_wolf(seen - mean, assume_centered=True)
    away = X - mean
    solved = np.linalg.solve(covariance + 1e-9 * np.eye(len(covariance)), away.T)
    return np.einsum("nd,dn->n", away, solved)
