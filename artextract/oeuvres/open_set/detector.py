"""How strange a picture is to the collection, and to its artists, in two conformal p-values."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from artextract.files import replacing
from artextract.oeuvres.open_set.conformal import conformal_p_values
from artextract.oeuvres.outliers.lda import ShrunkLDA
from artextract.oeuvres.similarity.pca import PCA, unit


@dataclass(frozen=True)
class OpenSetConfig:
    """When a picture is taken for none of the collection's.

    Attributes
    ----------
    alpha_picture, alpha_artist
        A p-value up to this is an alarm: the share of the collection's own works that would raise
        a false one, 0..1.
    components
        Principal components of the features in which artists are told apart.
    subspace
        The first of them, at most half: what of the features lies outside them is strange.
    measured
        Training works, at most, whose low-level statistics are measured.
    seed
        Of the choice of the works that scale the evidence.
    """

    alpha_picture: float = 0.025  # together five per cent of false alarms, half to each question
    alpha_artist: float = 0.025
    components: int = 512
    subspace: int = 256
    measured: int = 1500
    seed: int = 0


@dataclass(frozen=True)
class OpenSetDetector:
    """Evidence for two questions, and its values on works that the networks have not trained on.

    *Is it like anything here?* What of the features lies outside the works' principal subspace (the
    residual of Wang et al. 2022, "ViM: Out-Of-Distribution with Virtual-logit Matching"), plus
    the Mahalanobis distance of low-level statistics, which finds the noise that a late layer takes
    for a painting. Both are made alike by works that a first fit has not seen.

    *Is it by one of these artists?* The largest logit of a discriminant (Vaze et al. 2022,
    "Open-Set Recognition: a Good Closed-Set Classifier is All You Need?").

    Attributes
    ----------
    mean, components
        float32 (n_features,), (n_components, n_features): of a :class:`.similarity.pca.PCA`.
    weights, offsets
        float64 (n_artists, n_components), (n_artists,): the discriminant; no rows where there are
        fewer than two artists.
    centre, precision
        float64 (n_statistics,), (n_statistics, n_statistics): of low-level statistics.
    scales
        float64 (2, 2): median and spread of residual and statistics.
    held_out_pictures, held_out_artists
        float64 (m,), (k,): scores of held-out works, higher = stranger.
    subspace
        int64 (1,): principal components that the residual is without.
    """

    mean: np.ndarray
    components: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray
    centre: np.ndarray
    precision: np.ndarray
    scales: np.ndarray
    held_out_pictures: np.ndarray
    held_out_artists: np.ndarray
    subspace: np.ndarray

    @classmethod
    def fit(
        cls,
        features: np.ndarray,
        artists: np.ndarray,
        statistics: np.ndarray,
        *,
        train: np.ndarray,
        held_out: np.ndarray,
        config: OpenSetConfig | None = None,
    ) -> OpenSetDetector:
        """Fit on some works and calibrate on others.

        Parameters
        ----------
        features
            (n, n_features), finite.
        artists
            int (n,), -1 where nobody is named.
        statistics
            (n, n_statistics) of :func:`.image_statistics.image_statistics`; NaN where a training
            work was not measured.
        train, held_out
            Rows: of works to fit on (at least 10), and of works that no network was trained on.
        """
        config = config or OpenSetConfig()
        rng = np.random.default_rng(config.seed)
        shuffled = rng.permutation(np.sort(train))
        fifth = max(2, len(shuffled) // 5)
        aside, rest = np.sort(shuffled[:fifth]), np.sort(shuffled[fifth:])
        first = cls._fit(features, artists, statistics, rest, config)
        pieces = first._strangeness(features[aside], statistics[aside])
        pieces = pieces[np.isfinite(pieces).all(axis=1)]
        scales = np.stack([np.median(pieces, axis=0), np.maximum(pieces.std(axis=0), 1e-6)])
        fitted = cls._fit(features, artists, statistics, np.sort(train), config, scales=scales)
        pictures, by = fitted.scores(features[held_out], statistics[held_out])
        known = np.isin(artists[held_out], np.unique(artists[train][artists[train] >= 0]))
        return cls(
            **{f.name: getattr(fitted, f.name) for f in fields(cls)}
            | {
                "held_out_pictures": np.sort(pictures),
                "held_out_artists": np.sort(by[known]) if len(fitted.weights) else np.empty(0),
            }
        )

    @classmethod
    def _fit(
        cls,
        features: np.ndarray,
        artists: np.ndarray,
        statistics: np.ndarray,
        train: np.ndarray,
        config: OpenSetConfig,
        *,
        scales: np.ndarray | None = None,
    ) -> OpenSetDetector:
        from sklearn.covariance import ledoit_wolf

        units = unit(features[train])
        pca = PCA.fit(units, config.components)
        named = artists[train] >= 0
        weights, offsets = np.empty((0, len(pca.components))), np.empty(0)
        if len(np.unique(artists[train][named])) > 1:
            lda = ShrunkLDA.fit(pca.transform(units[named]), artists[train][named])
            weights, offsets = lda.weights, lda.offsets
        measured = statistics[train][np.isfinite(statistics[train]).all(axis=1)]
        centre = np.median(measured, axis=0)
        covariance, _ = ledoit_wolf(measured - centre, assume_centered=True)
        precision = np.linalg.inv(covariance + 1e-6 * np.eye(len(covariance)))
        return cls(
            mean=pca.mean,
            components=pca.components,
            weights=weights,
            offsets=offsets,
            centre=centre,
            precision=precision,
            scales=np.stack([np.zeros(2), np.ones(2)]) if scales is None else scales,
            held_out_pictures=np.empty(0),
            held_out_artists=np.empty(0),
            subspace=np.array([min(config.subspace, max(1, len(pca.components) // 2))]),
        )

    @classmethod
    def empty(cls) -> OpenSetDetector:
        """One that has seen too few works to say anything."""
        return cls(**{f.name: np.empty(0) for f in fields(cls)})

    def _reduced(self, features: np.ndarray) -> np.ndarray:
        return PCA(self.mean, self.components).transform(features)

    def _strangeness(self, features: np.ndarray, statistics: np.ndarray) -> np.ndarray:
        """(n, 2): length of the residual, distance of the statistics; higher = stranger."""
        inside = self._reduced(features)[:, : int(self.subspace[0])]
        whole = ((unit(features) - self.mean) ** 2).sum(axis=1)
        residual = np.sqrt(np.maximum(whole - (inside**2).sum(axis=1), 0))
        away = statistics - self.centre
        far = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", away, self.precision, away), 0))
        return np.stack([residual, far], axis=1)

    def scores(self, features: np.ndarray, statistics: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How strange pictures are to the collection, and to its artists: both (n,), no unit."""
        strange = (self._strangeness(features, statistics) - self.scales[0]) / self.scales[1]
        return strange.sum(axis=1), self.artist_scores(features)

    def artist_scores(self, features: np.ndarray) -> np.ndarray:
        """How strange pictures are to the artists (n,): minus the largest logit above the mean."""
        if not len(self.weights):
            return np.zeros(len(features))
        logits = self._reduced(features) @ self.weights.T + self.offsets
        return logits.mean(axis=1) - logits.max(axis=1)

    def p_values(
        self, features: np.ndarray, statistics: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """p_picture and p_artist of pictures, both (n,) in 0..1; p_artist NaN without artists."""
        pictures, artists = self.scores(features, statistics)
        p_artist = conformal_p_values(self.held_out_artists, artists)
        if not len(self.held_out_artists):
            p_artist = np.full(len(artists), np.nan)
        return conformal_p_values(self.held_out_pictures, pictures), p_artist

    def save(self, path: Path) -> None:
        """Write everything to one safetensors file."""
        arrays = {f.name: np.ascontiguousarray(getattr(self, f.name)) for f in fields(self)}
        with replacing(path) as temporary:
            temporary.write_bytes(save(arrays))

    @classmethod
    def read(cls, path: Path) -> OpenSetDetector:
        """Read what :meth:`save` wrote."""
        return cls(**load_file(path))


def spaced(n: int, most: int) -> np.ndarray:
    """At most `most` of `n` rows, evenly spaced."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
