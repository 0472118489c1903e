"""Why a work stands out, in words: made from what is extreme for its painter, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from artextract.oeuvres.outliers.detectors import Scale
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.similarity.reduced_embedding import K_NEAR

EXTREME = 2.5  # spreads above the painter's median
SURE = 0.5  # probability from which a prediction is worth naming
RARE = 0.05  # share of an oeuvre below which a genre or style is a minority
GAP = 8  # years that lie between a work and all others
NEAREST = 3  # works closer than any own one, from which that is worth saying
MONOCHROME = 6.0  # mean chroma (0..128) of drawings, grisailles and grey scans


def closer_works(
    own: np.ndarray, other_distances: np.ndarray, other_creators: Sequence[str | None] | np.ndarray
) -> str | None:
    """Works of others that are nearer than the nearest own work, by the painter of most of them.

    Parameters
    ----------
    own
        Distances to own works, ascending.
    other_distances
        To works of others, ascending.
    other_creators
        Whose these are.
    """
    nearest = own[0] if len(own) else np.inf
    closer = [
        painter
        for distance, painter in zip(other_distances, other_creators, strict=True)
        if distance < nearest and painter
    ]
    if not closer:
        return None
    name, count = Counter(closer).most_common(1)[0]
    if count < NEAREST:
        return None
    return f"closer to {count} works by {name} than to any other by the painter"


def in_evidence(
    values: np.ndarray,
    scale: Scale,
    *,
    closer: str | None,
    predicted: str | None,
    confidence: float,
    own_probability: float,
    n: int,
) -> list[str]:
    """Reasons in the embedding, strongest first.

    Parameters
    ----------
    values
        The work's evidence (n_evidence,), as :data:`artextract.oeuvres.outliers.evidence.EVIDENCE`.
    scale
        What is usual for the painter.
    closer
        From :func:`closer_works`.
    predicted, confidence
        Another painter to whom the work is given (None where it is given to its own), 0..1.
    own_probability
        Of the work's own painter, 0..1; calibrated, as `confidence` is.
    n
        Works of the painter.
    """
    standard = scale.one_sided(values[None])[0]
    by_name = dict(zip(EVIDENCE, standard, strict=True))
    said: list[tuple[float, str]] = []
    if predicted is not None and confidence >= SURE:
        said.append(
            (by_name["negative_log_likelihood"], f"predicted {predicted} with {_share(confidence)}")
        )
    elif by_name["negative_log_likelihood"] > EXTREME and own_probability < SURE:
        said.append(
            (
                by_name["negative_log_likelihood"],
                f"hardly recognised as the painter's ({_share(own_probability)})",
            )
        )
    if closer is not None:
        said.append((max(by_name["ratio"], EXTREME), closer))
    elif by_name["foreign_share"] > EXTREME:
        share = values[EVIDENCE.index("foreign_share")]
        said.append(
            (
                by_name["foreign_share"],
                f"{round(K_NEAR * share)} of its {K_NEAR} nearest works are by others",
            )
        )
    if by_name["intra_artist_distance"] > EXTREME:
        said.append(
            (by_name["intra_artist_distance"], f"far from all {n - 1} other works by the painter")
        )
    if by_name["relative_mahalanobis"] > EXTREME:
        said.append(
            (by_name["relative_mahalanobis"], "outside the spread of the painter's other works")
        )
    return [words for _, words in sorted(said, key=lambda pair: -pair[0])]


def in_labels(works: pd.DataFrame) -> list[list[str]]:
    """Reasons in genre, style and year, for each of one painter's works."""
    said: list[list[str]] = [[] for _ in range(len(works))]
    for task in ("genre", "style"):
        if task not in works:
            continue
        labels = works[task]
        counts = labels.value_counts()
        known = int(counts.sum())
        for place, label in enumerate(labels):
            if isinstance(label, str) and counts[label] <= RARE * known:
                said[place].append(_one_of(int(counts[label]), known, label, task))
    years = works["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    dated = np.sort(years[np.isfinite(years)])
    if len(dated) > 2:
        for place, year in enumerate(years):
            if year == dated[-1] and year - dated[-2] >= GAP:
                said[place].append(
                    f"painted {year:.0f}, {year - dated[-2]:.0f} years after the next latest"
                )
            elif year == dated[0] and dated[1] - year >= GAP:
                said[place].append(
                    f"painted {year:.0f}, {dated[1] - year:.0f} years before the next earliest"
                )
    return said


def in_colour(chroma: np.ndarray) -> list[str | None]:
    """Works without colour among a painter's works with colour; `chroma` (n,), 0..128."""
    monochrome = chroma < MONOCHROME
    n, count = len(chroma), int(monochrome.sum())
    if not 0 < count <= RARE * n:
        return [None] * n
    words = f"the only such work among {n}" if count == 1 else f"one of {count} among {n}"
    return [f"monochrome: {words}" if there else None for there in monochrome]


def _one_of(count: int, known: int, label: str, task: str) -> str:
    name = label.replace("_", " ")
    if task == "genre":
        name = name.lower()
    return (
        f"the only work labelled {name} among {known}"
        if count == 1
        else f"one of {count} works labelled {name} among {known}"
    )


def _share(p: float) -> str:
    if p < 0.01:
        return "less than .01"
    return "more than .99" if p > 0.99 else f"{p:.2f}".removeprefix("0")
