"""A linear discriminant that says which painter a work looks like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ShrunkLDA:
    """Linear discriminant with one shrunk covariance and equal priors (Ledoit and Wolf 2004)."""

    classes: np.ndarray  # int (n_classes,)
    weights: np.ndarray  # float64 (n_classes, n_components)
    offsets: np.ndarray  # float64 (n_classes,)

    @classmethod
    def fit(cls, X: np.ndarray, y: np.ndarray) -> ShrunkLDA:
        """Fit on X (n, n_components) and classes y (n,)."""
        classes, codes = np.unique(y, return_inverse=True)
        counts = np.bincount(codes)
        sums = [np.bincount(codes, column) for column in X.T.astype(np.float64)]
        means = np.stack(sums, axis=1) / counts[:, None]  # (n_classes, n_components)
        from sklearn.covariance import ledoit_wolf  # pages import this module early

        covariance, _ = ledoit_wolf(X - means[codes], assume_centered=True)
        weights = np.linalg.solve(covariance + 1e-9 * np.eye(len(covariance)), means.T).T
        return cls(classes, weights, -0.5 * (weights * means).sum(axis=1))

    def logits(self, X: np.ndarray) -> np.ndarray:
        """Of X (n, n_components): (n, n_classes); the softmax are the probabilities."""
        return X @ self.weights.T + self.offsets

    def columns(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Column of each class in `y` (n,), and whether there is one, both (n,)."""
        column = np.minimum(np.searchsorted(self.classes, y), len(self.classes) - 1)
        return column, self.classes[column] == y
