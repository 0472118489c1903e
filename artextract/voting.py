"""What a fitted ensemble does: temperature-scaled probabilities, their weighted mean, scaled again.

Apart from the fitting (:mod:`artextract.ensemble`), so that predicting does not wait for
SciPy and scikit-learn to be imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

SMALLEST = 1e-12  # keeps the logarithm of a probability finite


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

    def member_proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, n_members, n_classes) from logits of the same shape."""
        scaled = torch.from_numpy(np.asarray(X, np.float64) / self.temperatures[:, None])
        return scaled.softmax(dim=2).numpy()

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the vote, (n, n_classes), from logits (n, n_members, n_classes)."""
        pooled = np.einsum("nmc,m->nc", self.member_proba(X), self.weights)
        if self.pooled_temperature == 1:
            return pooled
        scaled = torch.from_numpy(np.log(np.maximum(pooled, SMALLEST)) / self.pooled_temperature)
        return scaled.softmax(dim=1).numpy()
