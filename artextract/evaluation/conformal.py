"""Conformal prediction sets: fitted on held-out works, and how often they contain the truth.

Written out here and not taken from a library: beyond the score, which
:mod:`artextract.inference.prediction_sets` must have without any import, it is one order statistic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from artextract.evaluation.ensemble import SoftVotingEnsemble
from artextract.evaluation.metrics import bootstrap_interval_of
from artextract.inference.prediction_sets import PredictionSets, adaptive_scores

LEVEL = 0.9
MIN_WORKS = 10  # of a class or creator whose coverage is told
_FOLDS = 10
_COMPARED = (0.8, 0.85, 0.9, 0.95)  # levels at which penalties are
# Weakest first: no penalty, then the smallest, and each with most ranks free first.
_PENALTIES = [(0.0, 1)] + [(p, k) for p in (0.01, 0.03, 0.1, 0.3, 1.0) for k in (5, 3, 2, 1)]


class ConformalSets(BaseEstimator):
    """Adaptive sets of labels that contain the true one with a given probability.

    If the works fitted on and a new one are exchangeable and the probabilities were made without
    them, a set contains the true label with a probability of at least `level`, and of at most
    `level` + 1 / (n + 1) unless the most probable label alone is right more often: no set is empty.
    Over all works, that is: not within each class, nor for pictures unlike the collection.

    The sets need no randomisation: where the score leaves out the label's own probability, its
    distribution has no atom but that of works whose most probable label is right. One picture has
    one set.

    Parameters
    ----------
    level
        Share of works whose set is to contain the true label, between 0 and 1.
    penalty, free_ranks
        See :func:`artextract.inference.prediction_sets.adaptive_scores`. None: the weakest penalty
        whose sets are as small as the smallest, up to chance. Each work's sets are made by the
        quantiles of all others, at four levels whatever `level` is: the smallest sets of a single
        one would be those whose quantile happens to be low, and promise half a point too much
        (300 works, simulated). So the sets of one level contain those of any lower one, too.

    Attributes
    ----------
    sets_ : PredictionSets, what makes sets of new rows of probabilities.
    """

    def __init__(
        self, *, level: float = LEVEL, penalty: float | None = None, free_ranks: int = 1
    ) -> None:
        self.level = level
        self.penalty = penalty
        self.free_ranks = free_ranks

    def fit(self, P: np.ndarray, y: np.ndarray) -> ConformalSets:
        """Fit penalty and quantile.

        Parameters
        ----------
        P
            Probabilities of held-out works, (n, n_classes), by a model that has not seen them; see
            :func:`out_of_fold`.
        y
            Class numbers (n,), none negative. With fewer than level / (1 - level) works no label
            can be ruled out, and every set holds all of them.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1, or `P` and `y` do not fit each other.
        """
        P, y = np.asarray(P, np.float64), np.asarray(y)
        if not 0 < self.level < 1:
            raise ValueError(f"level {self.level}: expected a share between 0 and 1, such as 0.9")
        if P.ndim != 2 or y.shape != P.shape[:1]:
            raise ValueError(f"probabilities of shape {P.shape} and labels of shape {y.shape}")
        penalty, free_ranks = (
            (self.penalty, self.free_ranks) if self.penalty is not None else _weakest(P, y)
        )
        scores = adaptive_scores(P, penalty=penalty, free_ranks=free_ranks)
        own = np.sort(scores[np.arange(len(y)), y])
        place = _order(len(own), self.level)
        # Rounded upwards: a set may only grow.
        quantile = math.ceil(own[place - 1] * 1e6) / 1e6 if place <= len(own) else math.inf
        self.sets_ = PredictionSets(float(self.level), penalty, free_ranks, quantile)
        return self

    def predict_set(self, P: np.ndarray) -> np.ndarray:
        """Which labels are in each set, bool (n, n_classes), of probabilities (n, n_classes)."""
        check_is_fitted(self)
        return self.sets_.predict(P)


def _order(n: int, level: float) -> int:
    """Which of n sorted scores is the quantile, counted from 1; more than n where none is."""
    return math.ceil((n + 1) * level - 1e-9)


def _weakest(P: np.ndarray, y: np.ndarray) -> tuple[float, int]:
    """The weakest penalty whose sets are about as small as the smallest, and its free ranks."""
    places = [_order(len(y) - 1, level) for level in _COMPARED]
    places = [place for place in places if place <= len(y) - 1]
    if not places:
        return _PENALTIES[0]
    sizes = []  # of each work's sets, by the quantiles of all other works
    for penalty, free_ranks in _PENALTIES:
        scores = adaptive_scores(P, penalty=penalty, free_ranks=free_ranks)
        own = scores[np.arange(len(y)), y]
        ordered = np.sort(own)
        sizes.append(np.zeros(len(y)))
        for place in places:
            quantile = np.where(own <= ordered[place - 1], ordered[place], ordered[place - 1])
            sizes[-1] += (scores <= quantile[:, None]).sum(axis=1) / len(places)
    table = np.stack(sizes)
    excess = table - table[table.mean(axis=1).argmin()]
    error = excess.std(axis=1) / np.sqrt(len(y))
    return _PENALTIES[int((excess.mean(axis=1) <= 1.96 * error).argmax())]


def out_of_fold(
    ensemble: SoftVotingEnsemble,
    X: np.ndarray,
    y: np.ndarray,
    *,
    beside: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Probabilities of works by votes whose temperatures and weights were fitted without them.

    The vote is fitted on the very works that the sets are fitted on. In its own eyes it is a little
    better on them than on new ones, and a quantile of such scores would promise too much. What
    remains is that the networks chose their best epoch by these works too, and that nine tenths of
    them make a slightly worse vote than all; cross-fitted sets are valid up to that (Barber et al.
    2021, Vovk et al. 2018).

    Parameters
    ----------
    ensemble
        Not fitted, and left so.
    X, y
        Logits (n, n_members, n_classes) and class numbers (n,) of held-out works.
    beside
        The same of other works, on which every vote is fitted beside those of `X`.

    Returns
    -------
    (n, n_classes); of a single work and none beside it, by the vote fitted on it.
    """
    X_beside, y_beside = beside if beside is not None else (X[:0], y[:0])
    if len(y) + len(y_beside) < 2:
        return clone(ensemble).fit(X, y).predict_proba(X)
    folds = np.arange(len(y)) % _FOLDS
    P = np.empty((len(y), X.shape[2]))
    for fold in np.unique(folds):
        held_out = folds == fold
        vote = clone(ensemble).fit(
            np.concatenate([X[~held_out], X_beside]), np.concatenate([y[~held_out], y_beside])
        )
        P[held_out] = vote.predict_proba(X[held_out])
    return P


@dataclass(frozen=True)
class ScoredSets:
    """Sets of works whose class is known.

    Attributes
    ----------
    sets
        bool (n, n_classes), n >= 1.
    y
        True class numbers (n,).
    classes
        Names of the classes.
    creators
        Who made each work, (n,); missing where nobody knows.
    clusters
        As of :class:`artextract.evaluation.metrics.Scored`.
    """

    sets: np.ndarray
    y: np.ndarray
    classes: Sequence[str]
    creators: np.ndarray
    clusters: np.ndarray | None = None

    @property
    def covered(self) -> np.ndarray:
        """Whether the set contains the true label, bool (n,)."""
        return self.sets[np.arange(len(self.y)), self.y]

    @property
    def sizes(self) -> np.ndarray:
        """How many labels are in each set, (n,)."""
        return self.sets.sum(axis=1)

    def worst(self, groups: Any) -> dict[str, Any] | None:
        """The group (n,) of at least ten works with the lowest coverage; None without any."""
        covered = pd.DataFrame({"covered": self.covered}).groupby(groups)["covered"]
        table = covered.agg(["mean", "size"]).rename_axis("name").reset_index()
        table = table[table["size"] >= MIN_WORKS].sort_values(["mean", "name"])
        if table.empty:
            return None
        first = table.iloc[0]
        return {
            "name": str(first["name"]),
            "coverage": float(first["mean"]),
            "n": int(first["size"]),
        }


# Shares are 0..1; size is a mean number of labels. As METRICS, of the ensemble's sets.
SET_METRICS: dict[str, Callable[[ScoredSets], Any]] = {
    "coverage": lambda scored: float(scored.covered.mean()),
    "coverage_ci95": lambda scored: bootstrap_interval_of(scored.covered, scored.clusters),
    "size": lambda scored: float(scored.sizes.mean()),
    "singletons": lambda scored: float((scored.sizes == 1).mean()),
    "worst_class": lambda scored: scored.worst(np.array(scored.classes, object)[scored.y]),
    "worst_creator": lambda scored: scored.worst(scored.creators),
}


def score_sets(scored: ScoredSets) -> dict[str, Any]:
    """All figures of :data:`SET_METRICS`."""
    return {name: figure(scored) for name, figure in SET_METRICS.items()}


def least_covered(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The class and the creator with the lowest coverage, once where they are the same works."""
    first, second = figures["worst_class"], figures["worst_creator"]
    same = first and second and all(first[k] == second[k] for k in ("coverage", "n"))
    return [worst for worst in (first, None if same else second) if worst]


def render_sets(sets: PredictionSets, figures: dict[str, Any]) -> str:
    """The figures in a line: "90 % sets: coverage 90.3 % (88.6-91.9), 2.98 labels, ..."."""
    name = f"{100 * sets.level:g} % sets"
    if math.isinf(sets.quantile):
        return f"{name}: all labels, as validation works are too few to rule one out"
    low, high = figures["coverage_ci95"]
    line = (
        f"{name}: coverage {100 * figures['coverage']:.1f} % ({100 * low:.1f}-{100 * high:.1f}), "
        f"mean size {figures['size']:.2f}, {100 * figures['singletons']:.0f} % of one label"
    )
    worst = [
        f"{worst['name'].replace('_', ' ')} {100 * worst['coverage']:.0f} % (n = {worst['n']})"
        for worst in least_covered(figures)
    ]
    return f"{line}; least covered: {', '.join(worst)}" if worst else line
