"""A linear discriminant of artists on blocks of features, and how far a picture is from all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from artextract.oeuvres.outliers.lda import ShrunkLDA
from artextract.oeuvres.similarity.pca import unit


@dataclass(frozen=True)
class ArtistDiscriminant:
    """Tells artists apart by blocks of features, such as the statistics of a network's stages.

    Values are put on a square-root scale and standardised, and each block is scaled to length 1,
    so that no stage outweighs another; then principal components and a discriminant.

    Attributes
    ----------
    widths
        int64 (n_blocks,), numbers in each block.
    centre, spread
        float32 (n_features,), of the values on their square-root scale.
    mean, components
        float32 (n_features,), (n_components, n_features), of the blocks.
    weights, offsets
        float64 (n_artists, n_components), (n_artists,): of a :class:`.outliers.lda.ShrunkLDA`.
    """

    widths: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    mean: np.ndarray
    components: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray

    @classmethod
    def fit(
        cls, X: np.ndarray, y: np.ndarray, widths: np.ndarray, *, n_components: int
    ) -> ArtistDiscriminant:
        """Fit on X (n, sum(widths)), finite, and artists y (n,), of which there are two or more."""
        values = _root(X)
        centre, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
        blocks = _scaled(values, centre, spread, widths)
        mean = blocks.mean(axis=0)
        blocks -= mean
        kept = max(1, min(n_components, len(X) - 1, X.shape[1]))
        # Works are fewer than features, mostly: their products with each other are the smaller.
        _, vectors = eigh(
            (blocks @ blocks.T).astype(np.float64), subset_by_index=(len(X) - kept, len(X) - 1)
        )
        components = unit((blocks.T @ vectors[:, ::-1]).T)
        lda = ShrunkLDA.fit(blocks @ components.T, y)
        return cls(widths, centre, spread, mean, components, lda.weights, lda.offsets)

    def logits(self, X: np.ndarray) -> np.ndarray:
        """Of X (n, sum(widths)): float64 (n, n_artists)."""
        blocks = _scaled(_root(X), self.centre, self.spread, self.widths)
        return ((blocks - self.mean) @ self.components.T) @ self.weights.T + self.offsets

    def scores(self, X: np.ndarray) -> np.ndarray:
        """How strange X is to all artists (n,): minus the largest logit above the mean."""
        logits = self.logits(X)
        return logits.mean(axis=1) - logits.max(axis=1)


def _root(X: np.ndarray) -> np.ndarray:
    values = np.asarray(X, np.float32)
    return np.sign(values) * np.sqrt(np.abs(values))


def _scaled(
    values: np.ndarray, centre: np.ndarray, spread: np.ndarray, widths: np.ndarray
) -> np.ndarray:
    """Standardised values (n, sum(widths)), each block at unit length."""
    blocks = np.split((values - centre) / spread, np.cumsum(widths)[:-1], axis=1)
    return np.concatenate([unit(block) for block in blocks], axis=1)
