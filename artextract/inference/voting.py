"""What a fitted ensemble does: pools its members' temperature-scaled probabilities.

Apart from the fitting (:mod:`artextract.evaluation.ensemble`) and without torch, so that neither a
prediction nor a page waits for an import.
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


def log_pool(log_probabilities: np.ndarray, exponents: np.ndarray) -> np.ndarray:
    """Logarithm of the members' weighted geometric mean, normalised (a logarithmic opinion pool).

    Parameters
    ----------
    log_probabilities
        (n, n_members, n_classes), at most 0 and finite.
    exponents
        (n_members,), non-negative; with one of 1 and the others 0 that member votes alone.

    Returns
    -------
    (n, n_classes), the logarithm of rows that sum to 1.
    """
    return log_softmax(np.einsum("nmc,m->nc", log_probabilities, exponents), axis=-1)


@dataclass(frozen=True)
class Vote:
    """How one task's members vote.

    Attributes
    ----------
    members
        Names of the models that vote.
    temperatures
        (n_members,), positive: logits are divided by them before anything else.
    weights
        (n_members,), non-negative. Of a linear vote they sum to 1; of a log-linear one they are
        exponents, whose sum is free.
    pooled_temperature
        Positive; of a linear vote, whose mean is too modest.
    pooling
        "linear": the weighted mean of probabilities; "log-linear": their weighted geometric mean.
    """

    members: tuple[str, ...]
    temperatures: np.ndarray
    weights: np.ndarray
    pooled_temperature: float = 1.0
    pooling: str = "linear"

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Vote:
        """From a task's entry in ensemble.json."""
        return cls(
            tuple(parameters["members"]),
            np.array(parameters["temperatures"]),
            np.array(parameters["weights"]),
            parameters.get("pooled_temperature", 1.0),
            parameters.get("pooling", "linear"),
        )

    @property
    def alone(self) -> str | None:
        """The member that outvotes all others, up to half a per cent; None where there is none."""
        leader = int(self.weights.argmax())
        outvotes = len(self.members) > 1 and self.shares[leader] > 0.995
        return self.members[leader] if outvotes else None

    @property
    def shares(self) -> np.ndarray:
        """Weights as shares of their sum, (n_members,), sum 1."""
        return self.weights / self.weights.sum()

    def settings(self) -> dict[str, tuple[float | None, float | None]]:
        """Weight and temperature of each member, and of "ensemble"; None where it has none."""
        rows = zip(self.weights.tolist(), self.temperatures.tolist(), strict=True)
        pooled = self.pooled_temperature if self.pooled_temperature != 1 else None
        return {**dict(zip(self.members, rows, strict=True)), "ensemble": (None, pooled)}

    def member_log_proba(self, X: np.ndarray) -> np.ndarray:
        """Logarithm of :meth:`member_proba`, at least that of 1e-12."""
        calibrated = log_softmax(np.asarray(X, np.float64) / self.temperatures[:, None], axis=-1)
        return np.maximum(calibrated, np.log(SMALLEST))

    def member_proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, n_members, n_classes) from logits of the same shape."""
        return np.exp(log_softmax(np.asarray(X, np.float64) / self.temperatures[:, None], axis=-1))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the vote, (n, n_classes), from logits (n, n_members, n_classes)."""
        if self.pooling == "log-linear":
            return np.exp(log_pool(self.member_log_proba(X), self.weights))
        pooled = np.log(pool(self.member_proba(X), self.weights))
        return np.exp(log_softmax(pooled / self.pooled_temperature, axis=-1))
