"""Sets of labels that contain the true one as often as they promise, from probabilities alone.

Apart from the fitting (:mod:`artextract.evaluation.conformal`) and with numpy only, so that neither
a prediction nor a page waits for an import.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


def adaptive_scores(
    probabilities: np.ndarray, *, penalty: float = 0.0, free_ranks: int = 1
) -> np.ndarray:
    """How far down the list each label stands: the probability above it and a penalty for rank.

    The score of regularised adaptive prediction sets (RAPS: Romano et al. 2020; Angelopoulos et al.
    2021) without the label's own probability and without randomisation: the most probable label
    has the smallest score of all, so that no set is empty. Equally probable labels have one score,
    so that the order of the classes does not matter.

    Parameters
    ----------
    probabilities
        (n, n_classes), rows summing to 1.
    penalty
        Added for each rank beyond `free_ranks`; larger makes large sets rarer, at the cost of
        small ones.

    Returns
    -------
    float64 (n, n_classes), higher = less plausible.
    """
    P = np.asarray(probabilities, np.float64)
    order = np.argsort(-P, axis=1, kind="stable")
    ranked = np.take_along_axis(P, order, axis=1)
    above = np.zeros_like(P)
    above[:, 1:] = np.cumsum(ranked[:, :-1], axis=1)
    place = np.broadcast_to(np.arange(P.shape[1]), P.shape)
    # Where a label is as probable as the one before it, it stands in that one's place.
    new = np.diff(ranked, axis=1, prepend=np.inf) != 0
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    above = np.take_along_axis(above, first, axis=1)
    scores = np.empty_like(P)
    np.put_along_axis(
        scores, order, above + penalty * np.maximum(0, first + 1 - free_ranks), axis=1
    )
    return scores


@dataclass(frozen=True)
class LabelSet:
    """The labels that cannot be ruled out for one picture, most probable first."""

    level: float  # 0..1: how often such sets contain the true label
    labels: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """``{"level": 0..1, "labels": [str, ...]}``."""
        return {"level": self.level, "labels": list(self.labels)}


@dataclass(frozen=True)
class PredictionSets:
    """How sets of one task's labels are made, as it was fitted on held-out works."""

    level: float  # 0..1
    penalty: float  # of each rank beyond free_ranks
    free_ranks: int
    quantile: float  # largest score in a set; infinite where works were too few to rule out a label

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> PredictionSets | None:
        """From a task's entry in ensemble.json; None where an earlier version wrote it."""
        fitted = parameters.get("sets")
        if fitted is None:
            return None
        quantile = math.inf if fitted["quantile"] is None else fitted["quantile"]
        return cls(fitted["level"], fitted["penalty"], fitted["free_ranks"], quantile)

    def as_json(self) -> dict[str, Any]:
        """For ensemble.json: infinity, which JSON does not have, is null."""
        return {
            "level": self.level,
            "penalty": self.penalty,
            "free_ranks": self.free_ranks,
            "quantile": None if math.isinf(self.quantile) else self.quantile,
        }

    def predict(self, probabilities: np.ndarray) -> np.ndarray:
        """Which labels are in the set of each row, bool (n, n_classes); at least one is."""
        scores = adaptive_scores(probabilities, penalty=self.penalty, free_ranks=self.free_ranks)
        return scores <= np.maximum(self.quantile, scores.min(axis=1, keepdims=True))

    def label_sets(self, probabilities: np.ndarray, labels: Sequence[str]) -> list[LabelSet]:
        """The set of each row of probabilities (n, n_classes), in words."""
        members = self.predict(probabilities)
        orders = np.argsort(-np.asarray(probabilities), axis=1, kind="stable")
        return [
            LabelSet(self.level, tuple(labels[c] for c in order if inside[c]))
            for order, inside in zip(orders, members, strict=True)
        ]
