"""What a fitted ensemble does: temperature-scaled probabilities and their weighted mean.

Apart from the fitting (:mod:`artextract.ensemble`), so that predicting does not wait for
SciPy and scikit-learn to be imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True)
class Vote:
    """Temperatures and weights of one task's members."""

    members: tuple[str, ...]
    temperatures: np.ndarray  # (n_members,), positive
    weights: np.ndarray  # (n_members,), non-negative, sum 1

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Vote:
        """From a task's entry in ensemble.json."""
        return cls(
            tuple(parameters["members"]),
            np.array(parameters["temperatures"]),
            np.array(parameters["weights"]),
        )

    def member_proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, n_members, n_classes) from logits of the same shape."""
        scaled = torch.from_numpy(np.asarray(X, np.float64) / self.temperatures[:, None])
        return scaled.softmax(dim=2).numpy()

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the vote, (n, n_classes), from logits (n, n_members, n_classes)."""
        return np.einsum("nmc,m->nc", self.member_proba(X), self.weights)
