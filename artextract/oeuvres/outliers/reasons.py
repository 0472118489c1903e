"""Why a work stands out: codes with numbers, made from what is extreme for its artist.

What is stored are the codes; :func:`render` makes a sentence of one when it is shown, so that
rewording needs no recomputation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from artextract.oeuvres.outliers.detectors import Scale
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.similarity.reduced_embedding import K_NEAR

Reason = dict[str, Any]  # {"code": a key of SENTENCES, and its numbers and names}

EXTREME = 2.5  # spreads above the artist's median
SURE = 0.5  # probability from which a prediction is worth naming
RARE = 0.05  # share of an oeuvre below which a label is a minority
GAP = 8  # years that lie between a work and all others
NEAREST = 3  # works closer than any own one, from which that is worth saying
MONOCHROME = 6.0  # mean chroma (0..128) of drawings, grisailles and grey scans
RARE_LABELS = ("genre", "style")  # tasks whose rare labels in an oeuvre are a reason

VAGUE: Reason = {"code": "several_weak"}

SENTENCES: dict[str, Callable[[Reason], str]] = {
    "predicted_other": lambda r: f"predicted {r['artist']} with {_share(r['probability'])}",
    "hardly_recognised": lambda r: (
        f"hardly recognised as the painter's ({_share(r['probability'])})"
    ),
    "closer_to_others": lambda r: (
        f"closer to {r['count']} works by {r['artist']} than to any other by the painter"
    ),
    "foreign_neighbours": lambda r: f"{r['count']} of its {r['of']} nearest works are by others",
    "far_from_own": lambda r: f"far from all {r['works']} other works by the painter",
    "outside_spread": lambda r: "outside the spread of the painter's other works",
    "rare_label": lambda r: (
        ("the only work labelled " if r["count"] == 1 else f"one of {r['count']} works labelled ")
        + f"{_label(r['task'], r['label'])} among {r['of']}"
    ),
    "latest": lambda r: f"painted {r['year']}, {r['years']} years after the next latest",
    "earliest": lambda r: f"painted {r['year']}, {r['years']} years before the next earliest",
    "monochrome": lambda r: (
        "monochrome: "
        + (
            f"the only such work among {r['of']}"
            if r["count"] == 1
            else f"one of {r['count']} among {r['of']}"
        )
    ),
    "several_weak": lambda r: (
        "no single piece of evidence is extreme, only several together are unusual"
    ),
    "grey_scan": lambda r: "grey scan",
    "plain_border": lambda r: f"plain border over {100 * r['share']:.0f} % of a side",
    "strong_compression": lambda r: "strong JPEG compression",
    "tiny": lambda r: f"tiny: {r['pixels']} pixels",
    "text": lambda r: r["text"],  # from a store of an earlier format
}


def render(reason: Reason) -> str:
    """A reason or a fault as a sentence in English, without capital and full stop.

    Examples
    --------
    >>> render({"code": "far_from_own", "works": 41})
    'far from all 41 other works by the painter'
    """
    sentence = SENTENCES.get(str(reason["code"]))
    with suppress(KeyError, TypeError, ValueError, AttributeError):  # of another version
        if sentence:
            return sentence(reason)
    return str(reason["code"]).replace("_", " ")


def closer_works(
    own: np.ndarray, other_distances: np.ndarray, other_creators: Sequence[str | None] | np.ndarray
) -> Reason | None:
    """Works of others that are nearer than the nearest own work, by the artist of most of them.

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
        creator
        for distance, creator in zip(other_distances, other_creators, strict=True)
        if distance < nearest and creator
    ]
    if not closer:
        return None
    name, count = Counter(closer).most_common(1)[0]
    if count < NEAREST:
        return None
    return {"code": "closer_to_others", "count": count, "artist": str(name)}


def in_evidence(
    values: np.ndarray,
    scale: Scale,
    *,
    closer: Reason | None,
    predicted: str | None,
    confidence: float,
    own_probability: float,
    n: int,
) -> list[Reason]:
    """Reasons in the embedding, strongest first.

    Parameters
    ----------
    values
        The work's evidence (n_evidence,), as :data:`artextract.oeuvres.outliers.evidence.EVIDENCE`.
    scale
        What is usual for the artist.
    closer
        From :func:`closer_works`.
    predicted, confidence
        Another artist that is predicted (None where its own is), and the probability, 0..1.
    own_probability
        Of the work's own artist, 0..1; calibrated, as `confidence` is.
    n
        Works of the artist.
    """
    value = dict(zip(EVIDENCE, values, strict=True))
    extreme = dict(zip(EVIDENCE, scale.one_sided(values[None])[0], strict=True))
    found: list[tuple[float, Reason]] = []
    surprise = extreme["negative_log_likelihood"]
    if predicted is not None and confidence >= SURE:
        reason: Reason = {"code": "predicted_other", "artist": predicted}
        found.append((surprise, reason | {"probability": confidence}))
    elif surprise > EXTREME and own_probability < SURE:
        reason = {"code": "hardly_recognised", "probability": own_probability}
        found.append((surprise, reason))
    if closer is not None:
        found.append((max(extreme["ratio"], EXTREME), closer))
    elif extreme["foreign_share"] > EXTREME:
        count = round(K_NEAR * float(value["foreign_share"]))
        reason = {"code": "foreign_neighbours", "count": count, "of": K_NEAR}
        found.append((extreme["foreign_share"], reason))
    if extreme["intra_artist_distance"] > EXTREME:
        reason = {"code": "far_from_own", "works": n - 1}
        found.append((extreme["intra_artist_distance"], reason))
    if extreme["relative_mahalanobis"] > EXTREME:
        found.append((extreme["relative_mahalanobis"], {"code": "outside_spread"}))
    return [reason for _, reason in sorted(found, key=lambda pair: -pair[0])]


def in_labels(works: pd.DataFrame) -> list[list[Reason]]:
    """Reasons in labels and year, for each of one artist's works."""
    found: list[list[Reason]] = [[] for _ in range(len(works))]
    for task in RARE_LABELS:
        if task not in works:
            continue
        labels = works[task]
        counts = labels.value_counts()
        known = int(counts.sum())
        for place, label in enumerate(labels):
            if isinstance(label, str) and counts[label] <= RARE * known:
                reason = {"code": "rare_label", "task": task, "label": label}
                found[place].append(reason | {"count": int(counts[label]), "of": known})
    years = works["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    dated = np.sort(years[np.isfinite(years)])
    if len(dated) > 2:
        for place, year in enumerate(years):
            if year == dated[-1] and year - dated[-2] >= GAP:
                gap = {"year": int(year), "years": int(year - dated[-2])}
                found[place].append({"code": "latest"} | gap)
            elif year == dated[0] and dated[1] - year >= GAP:
                gap = {"year": int(year), "years": int(dated[1] - year)}
                found[place].append({"code": "earliest"} | gap)
    return found


def in_colour(chroma: np.ndarray) -> list[Reason | None]:
    """Works without colour among an artist's works with colour; `chroma` (n,), 0..128."""
    monochrome = chroma < MONOCHROME
    n, count = len(chroma), int(monochrome.sum())
    if not 0 < count <= RARE * n:
        return [None] * n
    reason = {"code": "monochrome", "count": count, "of": n}
    return [reason if there else None for there in monochrome]


def _label(task: str, label: str) -> str:
    name = label.replace("_", " ")
    return name.lower() if task == "genre" else name


def _share(p: float) -> str:
    if p < 0.01:
        return "<1\u00a0%"
    return ">99\u00a0%" if p > 0.99 else f"{100 * p:.0f}\u00a0%"
