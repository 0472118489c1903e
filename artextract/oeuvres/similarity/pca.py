"""Principal components of unit-length embeddings: fewer numbers, the same neighbours."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

CHUNK = 4096  # rows that are in float32 at a time


@dataclass(frozen=True)
class PCA:
    """A linear map from embeddings to principal components; made by :meth:`fit`."""

    mean: np.ndarray  # float32 (n_features,), of the unit-length embeddings
    components: np.ndarray  # float32 (n_components, n_features), orthonormal, strongest first

    @classmethod
    def fit(cls, embeddings: np.ndarray, n_components: int) -> PCA:
        """Principal components of embeddings, read once, a chunk at a time.

        Parameters
        ----------
        embeddings
            (n, n_features) in any floating type, memory-mapped or not, finite.
        n_components
            At most; fewer where works or features do not give as many.
        """
        n, width = embeddings.shape
        total, gram = np.zeros(width), np.zeros((width, width))
        for start in range(0, n, CHUNK):
            chunk = unit(embeddings[start : start + CHUNK])
            total += chunk.sum(axis=0, dtype=np.float64)
            gram += chunk.T @ chunk
        mean = total / n
        kept = max(1, min(n_components, width, n - 1))
        _, vectors = eigh(
            gram / n - np.outer(mean, mean), subset_by_index=(width - kept, width - 1)
        )
        components = vectors[:, ::-1].T
        return cls(mean.astype(np.float32), np.ascontiguousarray(components, dtype=np.float32))

    def transform(self, embeddings: np.ndarray) -> np.ndarray:
        """Components of embeddings (n, n_features): float32 (n, n_components)."""
        reduced = np.empty((len(embeddings), len(self.components)), np.float32)
        for start in range(0, len(embeddings), CHUNK):
            rows = slice(start, start + CHUNK)
            reduced[rows] = (unit(embeddings[rows]) - self.mean) @ self.components.T
        return reduced


def unit(embeddings: np.ndarray) -> np.ndarray:
    """Embeddings (n, n_features) scaled to length 1, float32; a row of zeros stays."""
    # numpy takes ten times as long as torch to turn half precision into single.
    import torch

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not writable.*")  # it is only read
        values = torch.from_numpy(np.ascontiguousarray(embeddings)).float().numpy()
    lengths = np.sqrt(np.einsum("nd,nd->n", values, values))
    return values / np.maximum(lengths, 1e-12)[:, None]
