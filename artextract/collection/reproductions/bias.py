"""Is it the painter or the scan? How well reproductions alone tell the labels.

A network takes whatever tells the classes apart ("shortcut learning", Geirhos et al. 2020). If one
painter's works were scanned in another way than all others, it may have learnt that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.progress import Advance, ignore

FOLDS = 5
TREES = 50
LEAF = 5  # works: smaller leaves learn single works by heart
TAUGHT_BY = 20_000  # works at most that a fold's forest learns from
MIN_WORKS = 10  # of a class
PERMUTATIONS = 200
BINS = 20
# Of the way from chance to never failing, that the lower end of the interval must reach. In
# pictures that a program painted, and nobody scanned, brushes alone bring it to .06.
PARTLY, TOLD = 0.1, 0.25
CLASS_PARTLY, CLASS_TOLD = 0.65, 0.8  # AUROC, likewise
_Z = 1.959963984540054  # the normal distribution's 97.5th percentile


@dataclass(frozen=True)
class Predicted:
    """Out-of-fold probabilities of n works by some properties.

    Attributes
    ----------
    probabilities
        float64 (n, n_classes).
    y
        Class numbers (n,).
    clusters
        int (n,): works of one number are no independent evidence.
    """

    probabilities: np.ndarray
    y: np.ndarray
    clusters: np.ndarray

    def balanced_accuracy(self) -> tuple[float, float]:
        """Mean recall over classes, and its standard error over clusters."""
        right = self.probabilities.argmax(axis=1) == self.y
        counts = np.bincount(self.y)
        recall = np.bincount(self.y, right) / counts
        influence = (right - recall[self.y]) / counts[self.y] / len(counts)
        return float(recall.mean()), self._error(influence)

    def permuted(self, *, times: int = PERMUTATIONS, seed: int = 0) -> float:
        """The balanced accuracy that permuted labels reach in one of twenty permutations."""
        rng, guess = np.random.default_rng(seed), self.probabilities.argmax(axis=1)
        counts = np.bincount(self.y)
        reached = []
        for _ in range(times):
            y = rng.permutation(self.y)
            reached.append((np.bincount(y, guess == y, minlength=len(counts)) / counts).mean())
        return float(np.quantile(reached, 0.95))

    def auroc(self, label: int) -> tuple[float, float]:
        """How well a class is told from all others, 0.5 = chance, and the standard error.

        From the placements of DeLong, DeLong and Clarke-Pearson (1988), summed over clusters.
        """
        from scipy.stats import rankdata  # half a second, which pages that only read do without

        own = self.y == label
        score = self.probabilities[:, label]
        within = np.empty(len(score))
        within[own], within[~own] = rankdata(score[own]), rankdata(score[~own])
        n_own, n_other = own.sum(), (~own).sum()
        beaten = (rankdata(score) - within) / np.where(own, n_other, n_own)
        area = float(beaten[own].mean())
        influence = np.where(own, (beaten - area) / n_own, (1 - beaten - area) / n_other)
        return area, self._error(influence)

    def _error(self, influence: np.ndarray) -> float:
        return float(np.sqrt((np.bincount(self.clusters, influence) ** 2).sum()))


def reproduction_bias(
    properties: pd.DataFrame,
    labels: pd.Series,
    pictures: np.ndarray,
    clusters: np.ndarray,
    *,
    of: dict[str, str],
    advance: Advance = ignore,
) -> dict[str, Any] | None:
    """How well properties of the reproduction alone predict a task's labels.

    A random forest on the properties, by folds that never part what shows the same picture; each
    property by itself from how often each class has a value like it.

    Parameters
    ----------
    properties
        (n, n_properties), NaN where unknown.
    labels
        str (n,), missing where unlabelled.
    pictures
        int (n,): works of one number show the same picture.
    clusters
        int (n,): works of one number are no independent evidence; they widen the intervals.
    of
        "scan" or "either" of each property, see
        :class:`artextract.collection.reproductions.properties.Property`.

    Returns
    -------
    dict, fit for JSON: works; chance (balanced accuracy, 1 over the number of classes); for "scan"
    and "either" (scan and either together) balanced_accuracy, ci95, permuted (what permuted labels
    reach in one of twenty); verdict ("told", "partly", "not", by the scan's properties alone);
    properties ({name: balanced accuracy by itself}); classes, a list with name, works, auroc and
    ci95 (by the scan's properties alone), verdict, property (the scan's most telling one) and
    property_auroc. None where fewer than two classes have 10 works.
    """
    counts = labels.value_counts()
    names = sorted(counts.index[counts >= MIN_WORKS])
    if len(names) < 2:
        return None
    rows = np.flatnonzero(labels.isin(names))
    y = labels.iloc[rows].map({name: i for i, name in enumerate(names)}).to_numpy(np.int64)
    table = properties.iloc[rows].reset_index(drop=True)
    folds = _folds(y, pictures[rows])
    if folds is None:
        return None
    near = pd.factorize(clusters[rows])[0]
    sets: dict[str, list[str]] = {
        "scan": [n for n in map(str, table) if of[n] == "scan"],
        "either": list(map(str, table)),
    }
    predicted = {}
    for kind, columns in sets.items():
        X = table[columns].fillna(-1.0).to_numpy(float)
        predicted[kind] = Predicted(_forest(X, y, folds, len(names), advance), y, near)
    alone = {
        name: Predicted(_binned(table[name].to_numpy(float), y, folds, len(names)), y, near)
        for name in map(str, table)
    }
    figures = {kind: _figures(found) for kind, found in predicted.items()}
    chance = 1 / len(names)
    least = (figures["scan"]["ci95"][0] - chance) / (1 - chance)
    beats = figures["scan"]["balanced_accuracy"] > figures["scan"]["permuted"]
    return {
        "works": len(rows),
        "chance": chance,
        **figures,
        "verdict": _verdict(least if beats else 0.0, PARTLY, TOLD),
        "properties": {name: found.balanced_accuracy()[0] for name, found in alone.items()},
        "classes": [
            _class(names[label], label, predicted["scan"], {n: alone[n] for n in sets["scan"]})
            for label in range(len(names))
        ],
    }


def _figures(found: Predicted) -> dict[str, Any]:
    mean, error = found.balanced_accuracy()
    interval = [max(0.0, mean - _Z * error), min(1.0, mean + _Z * error)]
    return {"balanced_accuracy": mean, "ci95": interval, "permuted": found.permuted()}


def _class(name: str, label: int, scan: Predicted, alone: dict[str, Predicted]) -> dict[str, Any]:
    area, error = scan.auroc(label)
    single = {n: found.auroc(label)[0] for n, found in alone.items()}
    best = max(single, key=lambda n: single[n])
    low = max(0.0, area - _Z * error)
    return {
        "name": name,
        "works": int((scan.y == label).sum()),
        "auroc": area,
        "ci95": [low, min(1.0, area + _Z * error)],
        "verdict": _verdict(low, CLASS_PARTLY, CLASS_TOLD),
        "property": best,
        "property_auroc": single[best],
    }


def _verdict(value: float, partly: float, told: float) -> str:
    return "told" if value >= told else "partly" if value >= partly else "not"


def _folds(y: np.ndarray, pictures: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]] | None:
    from sklearn.model_selection import StratifiedGroupKFold

    if len(np.unique(pictures)) < FOLDS:
        return None
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    return list(splitter.split(y, y, pictures))


def _forest(
    X: np.ndarray,
    y: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
    n_classes: int,
    advance: Advance,
) -> np.ndarray:
    """Out-of-fold probabilities of a forest in which all classes weigh the same."""
    from sklearn.ensemble import RandomForestClassifier

    found = np.zeros((len(y), n_classes))
    rng = np.random.default_rng(0)
    for taught, held in folds:
        if len(taught) > TAUGHT_BY:
            taught = rng.choice(taught, TAUGHT_BY, replace=False)
        forest = RandomForestClassifier(
            TREES, min_samples_leaf=LEAF, class_weight="balanced", random_state=0
        )
        forest.fit(X[taught], y[taught])
        found[np.ix_(held, forest.classes_)] = forest.predict_proba(X[held])
        advance(1, note="forests on properties of the reproductions")
    return found


def _binned(
    values: np.ndarray, y: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]], n_classes: int
) -> np.ndarray:
    """Out-of-fold probabilities, all classes weighing the same, of one property's histogram."""
    found = np.zeros((len(y), n_classes))
    for taught, held in folds:
        known = values[taught][np.isfinite(values[taught])]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1))) if len(known) else [0.0]
        bins = np.where(np.isfinite(values), np.searchsorted(edges, values), len(edges) + 1)
        table = np.full((len(edges) + 2, n_classes), 1.0)  # a work of each class in every bin
        np.add.at(table, (bins[taught], y[taught]), 1.0)
        table /= table.sum(axis=0)
        table /= table.sum(axis=1, keepdims=True)
        found[held] = table[bins[held]]
    return found
