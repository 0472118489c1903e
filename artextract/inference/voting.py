"""What a fitted ensemble does: temperature-scaled probabilities, their weighted mean, scaled again.

Apart from the fitting (:mod:`artextract.evaluation.ensemble`) and without torch, so that neither a
prediction nor a page effective_patience for an import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import log_softmax

SMALLEST = 1e-12  # keeps the logarithm of a probability finite


def pool(members: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of the members' probabilities; at least 1e-12, so that it has a logarithm.

    Parameters
    ----------
    members
        (n, n_members, n_classes), 0..1.
    weights
        (n_members,), non-negative, sum 1.

    Returns
    -------
    (n, n_classes).
    """
    return np.maximum(np.einsum("nmc,m->nc", members, weights), SMALLEST)


@dataclass(frozen=True)
class Vote:
    """Temperatures and weights of one task's members, and the temperature of their mean."""

    members: tuple[str, ...]
    temperatures: np.ndarray  # (n_members,), positive
    weights: np.ndarray  # (n_members,), non-negative, sum 1
    pooled_temperature: float = 1.0  # of the weighted mean, positive

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Vote:
        """From a task's entry in ensemble.json."""
        return cls(
            tuple(parameters["members"]),
            np.array(parameters["temperatures"]),
            np.array(parameters["weights"]),
            parameters.get("pooled_temperature", 1.0),
        )

    @property
    def alone(self) -> str | None:
        """The member that outvotes all others, up to half a per cent; None where there is none."""
        leader = int(self.weights.argmax())
        outvotes = len(self.members) > 1 and self.weights[leader] > 0.995
        return self.members[leader] if outvotes else None

    def settings(self) -> dict[str, tuple[float | None, float | None]]:
        """Weight and temperature of each member, and of "ensemble"; None where it has none."""
        rows = zip(self.weights.tolist(), self.temperatures.tolist(), strict=True)
        pooled = self.pooled_temperature if self.pooled_temperature != 1 else None
        return {**dict(zip(self.members, rows, strict=True)), "ensemble": (None, pooled)}

    def member_proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, n_members, n_classes) from logits of the same shape."""
        return np.exp(log_softmax(np.asarray(X, np.float64) / self.temperatures[:, None], axis=-1))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the vote, (n, n_classes), from logits (n, n_members, n_classes)."""
        pooled = np.log(pool(self.member_proba(X), self.weights))
        return np.exp(log_softmax(pooled / self.pooled_temperature, axis=-1))
