"""Evidence that a work stands apart in its painter's oeuvre: numbers, larger = more so.

They, and not the coordinates of an embedding, are what the detectors of
:mod:`artextract.oeuvres.outliers.scores` see: an isolation forest on raw embeddings finds planted
impostors worse than the distance to the mean does (``python -m benchmarks.outliers``).

No work shapes its own evidence: it is left out of its neighbours together with its near-duplicates,
and the painter's mean and covariance and the discriminant are fitted on folds that hold neither.
Works that are no reference, such as those of a workshop, shape no evidence of their artist's works.
(The principal components and the spread of all works, in which it is one of many, are not.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.outliers.lda import ShrunkLDA
from artextract.oeuvres.similarity.knn import NearestNeighbours
from artextract.oeuvres.similarity.reduced_embedding import (
    K_NEAR,
    NEAR_COMPONENTS,
    ReducedEmbedding,
)

FOLDS = 10  # nine tenths of an oeuvre to learn from; twice the time of five, and a little better
K = 10  # neighbours of a mean distance
CALIBRATED_ON = 4096  # works at most, taken evenly: one number is learnt from them


@dataclass(frozen=True)
class Measurements:
    """What evidence is made of, for n works against an artist each.

    Attributes
    ----------
    own_distances, other_distances
        float32 (n, K_NEAR): distances to the nearest works of the artist and of others, ascending;
        inf where there are no more.
    own_mahalanobis, all_mahalanobis
        float64 (n,): squared distance from the artist's works, and from all works.
    log_likelihood
        float64 (n,): log p(artist | work) of a discriminant that has not seen the work, nats.
    """

    own_distances: np.ndarray
    other_distances: np.ndarray
    own_mahalanobis: np.ndarray
    all_mahalanobis: np.ndarray
    log_likelihood: np.ndarray


def _ratio(m: Measurements) -> np.ndarray:
    own, other = _mean_of_first(m.own_distances, K), _mean_of_first(m.other_distances, K)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.maximum(own, 1e-9)) - np.log(np.maximum(other, 1e-9))


def _foreign_share(m: Measurements) -> np.ndarray:
    width = m.own_distances.shape[1]
    both = np.concatenate([m.own_distances, m.other_distances], axis=1)
    nearest = np.argsort(both, axis=1, kind="stable")[:, :width]
    found = np.isfinite(np.take_along_axis(both, nearest, axis=1))
    foreign = (nearest >= width) & found
    with np.errstate(divide="ignore", invalid="ignore"):
        return foreign.sum(axis=1) / found.sum(axis=1)


# A dict is the registry: a piece of evidence is one entry. All are larger where a work is more
# unusual, NaN where nothing can be said.
EVIDENCE: dict[str, Callable[[Measurements], np.ndarray]] = {
    # Mean distance to the 10 nearest of the artist's own works.
    "intra_artist_distance": lambda m: _mean_of_first(m.own_distances, K),
    # Log of that over the mean distance to the 10 nearest works of others.
    "ratio": _ratio,
    # Share of others among the 30 nearest works, 0..1.
    "foreign_share": _foreign_share,
    # Squared, from the artist's works less that from all works (Ren et al. 2021, "A simple fix to
    # Mahalanobis distance for improving near-OOD detection").
    "relative_mahalanobis": lambda m: m.own_mahalanobis - m.all_mahalanobis,
    # -log p(artist | work), of a shrunk linear discriminant (nats). Uncalibrated: too sure of
    # itself, it separates the very odd from the odd, and impostors are found better.
    "negative_log_likelihood": lambda m: -m.log_likelihood,
}


def evidence_values(measurements: Measurements) -> np.ndarray:
    """Evidence, float64 (n, n_evidence), columns as :data:`EVIDENCE`."""
    return np.stack([of(measurements) for of in EVIDENCE.values()], axis=1)


def evidence_column(values: np.ndarray, name: str) -> np.ndarray:
    """One column of :func:`evidence_values` by its name."""
    return values[..., list(EVIDENCE).index(name)]


@dataclass(frozen=True)
class Evidence:
    """What :func:`compute_evidence` finds.

    Attributes
    ----------
    features
        float64 (n, n_evidence), columns as :data:`EVIDENCE`; NaN where nothing can be said.
    predicted
        int32 (n,): the creator that a discriminant which has not seen the work predicts.
    confidence
        float32 (n,): the probability of that, 0..1, calibrated.
    own_probability
        float32 (n,): the probability of the work's own painter, 0..1, calibrated; NaN where the
        discriminant does not know the painter.
    temperature
        By which the discriminant's logits are divided to calibrate it.
    near
        NearestNeighbours own works and nearest works of others, without copies.
    """

    features: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    own_probability: np.ndarray
    temperature: float
    near: NearestNeighbours


def compute_evidence(space: ReducedEmbedding, groups: np.ndarray | None = None) -> Evidence:
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
    near = space.near.without_duplicates(groups, K_NEAR)
    order, back = space.order, np.argsort(space.order)
    X, creators, oeuvre_of = space.X[order], space.creators[order], space.oeuvre_of[order]
    fold = _folds(oeuvre_of, groups[order])
    attributed, temperature = _cross_fitted(X, creators, oeuvre_of, fold)
    values = evidence_values(
        Measurements(
            own_distances=near.own_distances[order],
            other_distances=near.other_distances[order],
            own_mahalanobis=_own_mahalanobis(X[:, :NEAR_COMPONENTS], creators, oeuvre_of, fold),
            all_mahalanobis=mahalanobis(
                X[space.reference[order], :NEAR_COMPONENTS], X[:, :NEAR_COMPONENTS]
            ),
            log_likelihood=attributed["log_likelihood"],
        )
    )
    values[creators < 0] = np.nan
    return Evidence(
        features=values[back],
        predicted=attributed["predicted"][back],
        confidence=attributed["confidence"][back],
        own_probability=attributed["own_probability"][back],
        temperature=temperature,
        near=near,
    )


def _mean_of_first(distances: np.ndarray, k: int) -> np.ndarray:
    """Mean of the first `k` distances (n, more), of those there are; NaN where there is none."""
    first = distances[:, :k].astype(np.float64)
    there = np.isfinite(first)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there, first, 0).sum(axis=1) / there.sum(axis=1)


def _folds(creators: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Fold of each work: every painter's pictures dealt out in turn, the same picture to one.

    Also where it is filed under two creators, or under nobody too: else the discriminant that
    judges it under the one has learnt that it is by the other.
    """
    fold = np.empty(len(creators), np.int64)
    for members in rows_by_creator(creators).values():
        _, first, picture = np.unique(groups[members], return_index=True, return_inverse=True)
        place = np.argsort(np.argsort(first))  # in the order in which the pictures come
        fold[members] = place[picture] % FOLDS
    fold[creators < 0] = 0
    named_first = np.argsort(creators < 0, kind="stable")
    _, first, picture = np.unique(groups[named_first], return_index=True, return_inverse=True)
    fold[named_first] = fold[named_first[first]][picture]
    return fold


def _cross_fitted(
    X: np.ndarray, creators: np.ndarray, oeuvre_of: np.ndarray, fold: np.ndarray
) -> tuple[dict[str, np.ndarray], float]:
    """What discriminants that have not seen a work say of it, and their temperature.

    They are asked about `creators` and have learnt `oeuvre_of`, both int (n,).
    """
    found = {
        "log_likelihood": np.full(len(X), np.nan),
        "predicted": np.full(len(X), -1, np.int32),
        "confidence": np.full(len(X), np.nan, np.float32),
        "own_probability": np.full(len(X), np.nan, np.float32),
    }
    models: dict[int, ShrunkLDA] = {}
    for k in range(FOLDS):
        seen = np.flatnonzero((fold != k) & (oeuvre_of >= 0))
        if len(seen):
            models[k] = ShrunkLDA.fit(X[seen], oeuvre_of[seen])
    temperature = _temperature(models, X, oeuvre_of, fold)
    for k, model in models.items():
        unseen = np.flatnonzero(fold == k)
        for start in range(0, len(unseen), 4096):
            rows = unseen[start : start + 4096]
            logits = model.logits(X[rows])
            column, known = model.columns(creators[rows])
            found["log_likelihood"][rows[known]] = log_softmax(logits, axis=1)[known, column[known]]
            calibrated = np.exp(log_softmax(logits / temperature, axis=1))
            best = calibrated.argmax(axis=1)
            found["predicted"][rows] = model.classes[best]
            found["confidence"][rows] = calibrated[np.arange(len(rows)), best]
            found["own_probability"][rows[known]] = calibrated[known, column[known]]
    return found, temperature


def _temperature(
    models: dict[int, ShrunkLDA], X: np.ndarray, creators: np.ndarray, fold: np.ndarray
) -> float:
    """How much too sure of itself the discriminant is of works that it has not seen.

    It takes the features of a painter's works for normally distributed, which they are not.
    """
    from artextract.evaluation.ensemble import fit_temperature  # pages import this module early

    taken = np.flatnonzero(creators >= 0)
    taken = taken[:: -(-len(taken) // CALIBRATED_ON) or 1]
    width = max((len(model.classes) for model in models.values()), default=0)
    if width < 2:
        return 1.0  # of one painter alone a discriminant is always sure, and right
    logits = np.full((len(taken), width), -1e4)  # a painter may be missing from a fold's model
    labels = np.full(len(taken), -1)
    for k, model in models.items():
        mine = np.flatnonzero(fold[taken] == k)
        column, known = model.columns(creators[taken[mine]])
        logits[mine, : len(model.classes)] = model.logits(X[taken[mine]])
        labels[mine[known]] = column[known]
    return fit_temperature(logits[labels >= 0], labels[labels >= 0])


def _own_mahalanobis(
    X: np.ndarray, creators: np.ndarray, oeuvre_of: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    found = np.full(len(X), np.nan)
    for members in rows_by_creator(creators).values():
        own = members[oeuvre_of[members] >= 0]
        for k in np.unique(fold[members]):
            seen, unseen = own[fold[own] != k], members[fold[members] == k]
            if len(seen) > 1:
                found[unseen] = mahalanobis(X[seen], X[unseen])
    return found


def mahalanobis(seen: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Squared distances (n,) of X (n, d) from the works `seen`, by their shrunk covariance."""
    mean = seen.mean(axis=0, dtype=np.float64)
    from sklearn.covariance import ledoit_wolf  # pages import this module early

    covariance, _ = ledoit_wolf(seen - mean, assume_centered=True)
    away = X - mean
    solved = np.linalg.solve(covariance + 1e-9 * np.eye(len(covariance)), away.T)
    return np.einsum("nd,dn->n", away, solved)
