"""How strange a picture is to the collection, and to its artists, in two conformal p-values."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from artextract.files import replacing
from artextract.oeuvres.open_set.conformal import conformal_p_values
from artextract.oeuvres.open_set.discriminant import ArtistDiscriminant
from artextract.oeuvres.similarity.pca import PCA, unit

_ARTISTS = "artists."  # before the discriminant's arrays in the file


@dataclass(frozen=True)
class OpenSetConfig:
    """When a picture is taken for none of the collection's.

    Attributes
    ----------
    alpha_picture, alpha_artist
        A p-value up to this is an alarm: the share of the collection's own works that would raise
        a false one, 0..1.
    components
        Principal components of the description in which artists are told apart.
    subspace
        Principal components of the features, at most half of what there are: what lies outside
        them is strange.
    measured
        Training works, at most, whose low-level statistics are measured.
    described
        Training works, at most, from which the artists' descriptions are learnt.
    seed
        Of the choice of the works that scale the evidence.
    """

    alpha_picture: float = 0.025  # together five per cent of false alarms, half to each question
    alpha_artist: float = 0.025
    components: int = 512
    subspace: int = 256
    measured: int = 1500
    described: int = 4000
    seed: int = 0


@dataclass(frozen=True)
class OpenSetDetector:
    """Evidence for two questions, and its values on works that the networks have not trained on.

    *Is it like anything here?* What of the features lies outside the works' principal subspace (the
    residual of Wang et al. 2022, "ViM: Out-Of-Distribution with Virtual-logit Matching"), plus
    the Mahalanobis distance of low-level statistics, which finds the noise that a late layer takes
    for a painting. Both are made alike by works that a first fit has not seen.

    *Is it by one of these artists?* The largest logit of a discriminant (Vaze et al. 2022,
    "Open-Set Recognition: a Good Closed-Set Classifier is All You Need?") on a description:
    statistics of the network's stages, in which a painter's hand shows more than in the
    penultimate features, or these alone where there is no network to ask.

    Attributes
    ----------
    mean, components
        float32 (n_features,), (subspace, n_features): of a :class:`.similarity.pca.PCA`.
    discriminant
        Of the artists; None where there are fewer than two.
    centre, precision
        float64 (n_statistics,), (n_statistics, n_statistics): of low-level statistics.
    scales
        float64 (2, 2): median and spread of residual and statistics.
    held_out_pictures, held_out_artists
        float64 (m,), (k,): scores of held-out works, higher = stranger.
    """

    mean: np.ndarray
    components: np.ndarray
    centre: np.ndarray
    precision: np.ndarray
    scales: np.ndarray
    held_out_pictures: np.ndarray
    held_out_artists: np.ndarray
    discriminant: ArtistDiscriminant | None = None

    @classmethod
    def fit(
        cls,
        features: np.ndarray,
        artists: np.ndarray,
        statistics: np.ndarray,
        *,
        train: np.ndarray,
        held_out: np.ndarray,
        descriptions: np.ndarray | None = None,
        widths: np.ndarray | None = None,
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
        descriptions, widths
            (n, sum(widths)) of a :class:`.description.Describer`, NaN where a work was not
            described, and the numbers in each block; None: the features are the description.
        """
        config = config or OpenSetConfig()
        if descriptions is None or widths is None:
            descriptions, widths = features, np.array([features.shape[1]])
        train = np.sort(train)
        shuffled = np.random.default_rng(config.seed).permutation(train)
        fifth = max(2, len(shuffled) // 5)
        aside, rest = np.sort(shuffled[:fifth]), np.sort(shuffled[fifth:])
        first = cls._fit(features, statistics, rest, config)
        pieces = first.strangeness(features[aside], statistics[aside])
        pieces = pieces[np.isfinite(pieces).all(axis=1)]
        scales = np.stack([np.median(pieces, axis=0), np.maximum(pieces.std(axis=0), 1e-6)])
        fitted = replace(cls._fit(features, statistics, train, config), scales=scales)
        pictures = fitted.strangeness(features[held_out], statistics[held_out]).sum(axis=1)
        named = train[artists[train] >= 0]
        named = named[np.isfinite(descriptions[named]).all(axis=1)]
        if len(np.unique(artists[named])) < 2:
            return replace(fitted, held_out_pictures=np.sort(pictures))
        discriminant = ArtistDiscriminant.fit(
            descriptions[named], artists[named], widths, n_components=config.components
        )
        known = held_out[np.isin(artists[held_out], artists[named])]
        known = known[np.isfinite(descriptions[known]).all(axis=1)]
        return replace(
            fitted,
            held_out_pictures=np.sort(pictures),
            held_out_artists=np.sort(discriminant.scores(descriptions[known])),
            discriminant=discriminant,
        )

    @classmethod
    def _fit(
        cls, features: np.ndarray, statistics: np.ndarray, train: np.ndarray, config: OpenSetConfig
    ) -> OpenSetDetector:
        from sklearn.covariance import ledoit_wolf

        width = min(features.shape[1], len(train) - 1)
        pca = PCA.fit(features[train], min(config.subspace, max(1, width // 2)))
        measured = statistics[train][np.isfinite(statistics[train]).all(axis=1)]
        centre = np.median(measured, axis=0)
        covariance, _ = ledoit_wolf(measured - centre, assume_centered=True)
        precision = np.linalg.inv(covariance + 1e-6 * np.eye(len(covariance)))
        return cls(
            mean=pca.mean,
            components=pca.components,
            centre=centre,
            precision=precision,
            scales=np.stack([np.zeros(2), np.ones(2)]),
            held_out_pictures=np.empty(0),
            held_out_artists=np.empty(0),
        )

    @classmethod
    def empty(cls) -> OpenSetDetector:
        """One that has seen too few works to say anything."""
        nothing = np.empty(0)
        return cls(nothing, nothing, nothing, nothing, nothing, nothing, nothing)

    def strangeness(self, features: np.ndarray, statistics: np.ndarray) -> np.ndarray:
        """(n, 2): length of the residual, distance of the statistics, in units of `scales`."""
        inside = PCA(self.mean, self.components).transform(features)
        whole = ((unit(features) - self.mean) ** 2).sum(axis=1)
        residual = np.sqrt(np.maximum(whole - (inside**2).sum(axis=1), 0))
        away = statistics - self.centre
        far = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", away, self.precision, away), 0))
        return (np.stack([residual, far], axis=1) - self.scales[0]) / self.scales[1]

    def p_values(
        self,
        features: np.ndarray,
        statistics: np.ndarray,
        descriptions: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """p_picture and p_artist of pictures, both (n,) in 0..1; p_artist NaN without artists.

        `descriptions` must be given where they were to :meth:`fit`; NaN gives NaN.
        """
        strange = self.strangeness(features, statistics).sum(axis=1)
        p_picture = conformal_p_values(self.held_out_pictures, strange)
        p_artist = np.full(len(features), np.nan)
        if self.discriminant is not None and len(self.held_out_artists):
            X = features if descriptions is None else descriptions
            readable = np.isfinite(X).all(axis=1)
            scores = self.discriminant.scores(X[readable])
            p_artist[readable] = conformal_p_values(self.held_out_artists, scores)
        return p_picture, p_artist

    def save(self, path: Path) -> None:
        """Write everything to one safetensors file."""
        arrays = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "discriminant"}
        if self.discriminant is not None:
            arrays |= {
                f"{_ARTISTS}{f.name}": getattr(self.discriminant, f.name)
                for f in fields(self.discriminant)
            }
        with replacing(path) as temporary:
            temporary.write_bytes(save({n: np.ascontiguousarray(a) for n, a in arrays.items()}))

    @classmethod
    def read(cls, path: Path) -> OpenSetDetector:
        """Read what :meth:`save` wrote, unchecked."""
        return cls.of(load_file(path))

    @classmethod
    def of(cls, arrays: dict[str, np.ndarray]) -> OpenSetDetector:
        """From the arrays that :meth:`save` writes."""
        own = {n: a for n, a in arrays.items() if not n.startswith(_ARTISTS)}
        of = {n.removeprefix(_ARTISTS): a for n, a in arrays.items() if n.startswith(_ARTISTS)}
        return cls(**own, discriminant=ArtistDiscriminant(**of) if of else None)


def spaced(n: int, most: int) -> np.ndarray:
    """At most `most` of `n` rows, evenly spaced."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
