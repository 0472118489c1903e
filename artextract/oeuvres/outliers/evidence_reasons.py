"""Reasons in an embedding: which works are nearer than they should be, and what is extreme."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from artextract.oeuvres.outliers.detectors import Scale
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.outliers.reasons import LISTED, Reason, in_order
from artextract.oeuvres.similarity.reduced_embedding import K_NEAR

EXTREME = 2.5  # spreads above the artist's median
SURE = 0.5  # probability from which a prediction is worth naming
NEAREST = 3  # works closer than any own one, from which that is worth saying


@dataclass(frozen=True)
class NearWorks:
    """The works nearest to one: what is said of them and what is shown of them comes from here.

    Attributes
    ----------
    own_distances
        Of the artist's works, ascending.
    distances, work_ids, creators
        Of works by others, nearest first; None where nobody is named. All (n,).
    """

    own_distances: np.ndarray
    distances: np.ndarray
    work_ids: np.ndarray
    creators: np.ndarray

    def closer(self) -> Reason | None:
        """Works that are nearer than the artist's nearest, by the artist of most of them."""
        nearest = self.own_distances[0] if len(self.own_distances) else np.inf
        named = np.array([creator is not None for creator in self.creators], dtype=bool)
        closer = (self.distances < nearest) & named
        by = Counter(self.creators[closer].tolist()).most_common(1)
        if not by or by[0][1] < NEAREST:
            return None
        name, count = by[0]
        works = self.work_ids[closer & (self.creators == name)]
        reason: Reason = {"code": "closer_to_others", "count": count, "artist": str(name)}
        return reason | {"work_ids": works[:LISTED].tolist()}

    def foreign(self) -> Reason:
        """Those by others among the nearest by anybody."""
        own = np.searchsorted(np.sort(self.own_distances), self.distances, side="right")
        among = (own + np.arange(len(self.distances)) < K_NEAR) & np.isfinite(self.distances)
        reason: Reason = {"code": "foreign_neighbours", "count": int(among.sum()), "of": K_NEAR}
        return reason | {"work_ids": self.work_ids[among][:LISTED].tolist()}


def evidence_reasons(
    values: np.ndarray,
    scale: Scale,
    *,
    near: NearWorks,
    predicted: str | None,
    confidence: float,
    own_probability: float,
    n: int,
    attributed: bool = True,
) -> list[Reason]:
    """Reasons in the embedding, see :func:`artextract.oeuvres.outliers.reasons.in_order`.

    Parameters
    ----------
    values
        The work's evidence (n_evidence,), as :data:`artextract.oeuvres.outliers.evidence.EVIDENCE`.
    scale
        What is usual for the artist.
    near
        The nearest works.
    predicted, confidence
        Another artist that is predicted (None where its own is), and the probability, 0..1.
    own_probability
        Of the work's own artist, 0..1; calibrated, as `confidence` is.
    n
        Works of the artist that it is compared with.
    attributed
        Whether it is known to be the artist's; else it is only held against the artist's works.
    """
    extreme = dict(zip(EVIDENCE, scale.one_sided(values[None])[0], strict=True))
    found: list[Reason] = []
    if predicted is not None and confidence >= SURE:
        found.append({"code": "predicted_other", "artist": predicted, "probability": confidence})
    elif extreme["negative_log_likelihood"] > EXTREME and own_probability < SURE:
        found.append({"code": "hardly_recognised", "probability": own_probability})
    if (closer := near.closer()) is not None:
        found.append(closer)
    elif extreme["foreign_share"] > EXTREME:
        found.append(near.foreign())
    if extreme["intra_artist_distance"] > EXTREME:
        found.append({"code": "far_from_own", "works": n})
    if extreme["relative_mahalanobis"] > EXTREME:
        found.append({"code": "outside_spread"})
    if not attributed:
        found = [reason | {"attributed": False} for reason in found]
    return in_order(found)
