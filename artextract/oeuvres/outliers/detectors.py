"""Detectors: from evidence on a painter's works to one score each, higher = more unusual.

Each artist is scored alone, on a scale of their own: what is far for Canaletto is near for Degas.
What is usual is learnt from the artist's own works (`reference`) alone; works that are held against
them, such as those "attributed to" the artist, are scored and change no other work's score.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from artextract.oeuvres.outliers.evidence import EVIDENCE, K, evidence_column
from artextract.oeuvres.similarity.reduced_embedding import K_NEAR, NEAR_COMPONENTS
from artextract.progress import Advance, ignore

# With the mixtures below the scores of two seeds rank an oeuvre alike (Spearman .98 and more).
TREES = 100
MIXTURES = 16
SUBSAMPLE = 32  # works per tree: in a larger sample impostors hide each other
# The least spread that counts, by piece of evidence: one neighbour in 30, and 0.25 nats. Where a
# painter is recognised almost surely throughout, .97 instead of .999 is no negative_log_likelihood.
LEAST_SPREAD = {"foreign_share": 1 / K_NEAR, "negative_log_likelihood": 0.25}
MANY = 100  # painters from which it is worth it to start a process per core
_MAD = 1.4826  # of a normal distribution: standard deviation over median absolute deviation


@dataclass(frozen=True)
class Scale:
    """What is usual for a painter: median and spread of each piece of evidence."""

    median: np.ndarray  # (n_evidence,)
    spread: np.ndarray  # (n_evidence,), positive

    @classmethod
    def fit(cls, evidence: np.ndarray) -> Scale:
        """From the evidence of a painter's works, (n, n_evidence), NaN where unknown."""
        known = np.where(np.isnan(evidence), np.nanmedian(_some(evidence), axis=0), evidence)
        median = np.median(known, axis=0)
        spread = _MAD * np.median(np.abs(known - median), axis=0)
        # Half the works alike leave no spread around the median; the standard deviation does.
        spread = np.where(spread > 0, spread, known.std(axis=0))
        spread = np.where(spread > 0, spread, 1.0)
        return cls(median, np.maximum(spread, [LEAST_SPREAD.get(name, 0.0) for name in EVIDENCE]))

    def one_sided(self, evidence: np.ndarray) -> np.ndarray:
        """Spreads above the median, 0 where at or below it or unknown; (n, n_evidence)."""
        standard = (evidence - self.median) / self.spread
        return np.clip(np.nan_to_num(standard, nan=0.0), 0.0, 1e6)


def _some(evidence: np.ndarray) -> np.ndarray:
    """The evidence, with zeros for a piece that no work has."""
    return np.where(np.isnan(evidence).all(axis=0), 0.0, evidence)


class EvidenceForest:
    """An isolation forest on the standardised, one-sided evidence of one painter's works.

    Liu, Ting and Zhou (2008), "Isolation Forest", as scikit-learn has it. Only what makes a work
    more unusual counts: one that is closer to the painter's others than most is not an outlier.

    The trees do not split the pieces of evidence themselves but random mixtures of them with
    weights that are not negative, like the oblique cuts of the extended isolation forest (Hariri,
    Carrasco Kind and Brunner 2021). A single piece isolates works by its own noise; a mixture
    isolates those for which several pieces, or one very strong one, speak.

    Parameters
    ----------
    trees
        Number of trees: more make the scores of two seeds agree better.
    seed
        Of the trees.
    """

    def __init__(self, *, trees: int = TREES, seed: int = 0) -> None:
        self.trees = trees
        self.seed = seed

    def fit(self, evidence: np.ndarray) -> EvidenceForest:
        """Fit on evidence (n, n_evidence); the order of the rows changes nothing."""
        self.scale_ = Scale.fit(evidence)
        rng = np.random.default_rng(0)  # the same mixtures for every painter and seed
        self.weights_ = rng.dirichlet(
            np.ones(evidence.shape[1]), MIXTURES
        )  # (MIXTURES, n_evidence)
        mixed = self._mixed(evidence)
        mixed = mixed[np.lexsort(mixed.T)]
        from sklearn.ensemble import IsolationForest  # pages import this module early

        self.forest_ = IsolationForest(
            n_estimators=self.trees,
            max_samples=min(SUBSAMPLE, 2 * len(mixed)),
            random_state=self.seed,
        )
        # Mirrored at the usual: the least unusual works are then in the middle and not at an edge,
        # where a forest would take them for outliers too.
        self.forest_.fit(np.concatenate([mixed, -mixed]))
        return self

    def _mixed(self, evidence: np.ndarray) -> np.ndarray:
        return self.scale_.one_sided(evidence) @ self.weights_.T  # (n, MIXTURES)

    def score(self, evidence: np.ndarray) -> np.ndarray:
        """Scores 0..1 of evidence (n, n_evidence), higher = more unusual."""
        return -self.forest_.score_samples(self._mixed(evidence))


@dataclass(frozen=True)
class Oeuvre:
    """What a detector sees of one painter.

    Attributes
    ----------
    evidence
        float64 (n, n_evidence).
    X
        float64 (n, NEAR_COMPONENTS).
    reference
        bool (n,): the works to learn from.
    """

    evidence: np.ndarray
    X: np.ndarray
    reference: np.ndarray


def _forest(of: Oeuvre, seed: int, trees: int) -> np.ndarray:
    forest = EvidenceForest(trees=trees, seed=seed).fit(of.evidence[of.reference])
    return forest.score(of.evidence)


def _forest_on_embedding(of: Oeuvre, seed: int, trees: int) -> np.ndarray:
    from sklearn.ensemble import IsolationForest  # pages import this module early

    own = of.X[of.reference]
    forest = IsolationForest(n_estimators=trees, random_state=seed)
    return -forest.fit(own[np.lexsort(own.T)]).score_samples(of.X)


def _knn(of: Oeuvre, seed: int, trees: int) -> np.ndarray:
    return np.nan_to_num(evidence_column(of.evidence, "intra_artist_distance"), nan=np.inf)


def _lof(of: Oeuvre, seed: int, trees: int) -> np.ndarray:
    from sklearn.neighbors import LocalOutlierFactor

    own, held = of.X[of.reference], of.X[~of.reference]
    k = min(2 * K, len(own) - 1)
    scores = np.empty(len(of.X))
    scores[of.reference] = -LocalOutlierFactor(k).fit(own).negative_outlier_factor_
    if len(held):
        new = LocalOutlierFactor(k, novelty=True).fit(own)
        scores[~of.reference] = -new.score_samples(held)
    return scores


def _mahalanobis(of: Oeuvre, seed: int, trees: int) -> np.ndarray:
    from sklearn.covariance import LedoitWolf

    return LedoitWolf().fit(of.X[of.reference]).mahalanobis(of.X)


def _rank_average(of: Oeuvre, seed: int, trees: int) -> np.ndarray:
    median = Scale.fit(of.evidence[of.reference]).median
    known = np.where(np.isnan(of.evidence), median, of.evidence)
    return np.mean([percentiles(column, of.reference) for column in known.T], axis=0)


Detector = Callable[[Oeuvre, int, int], np.ndarray]

DETECTORS: dict[str, Detector] = {
    "isolation-forest": _forest,
    "isolation-forest-embedding": _forest_on_embedding,
    "knn": _knn,
    "lof": _lof,
    "mahalanobis": _mahalanobis,
    "rank-average": _rank_average,
}


def detect(
    evidence: np.ndarray,
    reduced: np.ndarray,
    rows: dict[str, np.ndarray],
    *,
    reference: np.ndarray | None = None,
    detector: str = "isolation-forest",
    trees: int = TREES,
    seed: int = 0,
    advance: Advance = ignore,
) -> np.ndarray:
    """Score every painter's works among themselves.

    Parameters
    ----------
    evidence
        (n, n_evidence), see :mod:`artextract.oeuvres.outliers.evidence`.
    reduced
        (n, n_components) principal components, for detectors that look at embeddings.
    rows
        Rows of each artist whose works are scored.
    reference
        bool (n,): the works to learn from; None: all.
    detector
        A key of :data:`DETECTORS`.
    trees, seed
        Of the forests. Each painter has a seed of their own, made from the name, so that nobody
        else's works touch a score.

    Returns
    -------
    float64 (n,), higher = more unusual; NaN where not scored. Scores of different creators, and
    of different detectors, are not on one scale.
    """
    from sklearn.utils.parallel import Parallel, delayed

    # Growing trees is Python's work more than the processor's: threads would wait for each other.
    reference = np.ones(len(evidence), bool) if reference is None else reference
    jobs = -1 if len(rows) >= MANY else 1
    found = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(DETECTORS[detector])(
            Oeuvre(
                evidence[members],
                reduced[members, :NEAR_COMPONENTS].astype(np.float64),
                reference[members],
            ),
            creator_seed(name, seed),
            trees,
        )
        for name, members in rows.items()
    )
    scores = np.full(len(evidence), np.nan)
    for (name, members), values in zip(rows.items(), found, strict=True):
        scores[members] = values
        advance(len(members), total=sum(map(len, rows.values())), note=name)
    return scores


def creator_seed(name: str, seed: int) -> int:
    """A seed from a painter's name and a number."""
    return zlib.crc32(f"{seed} {name}".encode())


def percentiles(scores: np.ndarray, reference: np.ndarray | None = None) -> np.ndarray:
    """Share of the other works with a lower score, ties half: 0 most usual, 100 most unusual.

    Parameters
    ----------
    scores
        (n,).
    reference
        bool (n,): the works to compare with; None: all.
    """
    reference = np.ones(len(scores), bool) if reference is None else reference
    ordered = np.sort(scores[reference])
    below = np.searchsorted(ordered, scores, side="left")
    up_to = np.searchsorted(ordered, scores, side="right")
    # Of the works compared with, each is one of its own ties.
    others = np.maximum(1, len(ordered) - reference)
    return 100 * (below + up_to - reference) / 2 / others
