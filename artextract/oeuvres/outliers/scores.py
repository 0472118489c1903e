"""Which works stand out in a painter's oeuvre: a score, a percentile and reasons for every work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.outliers import reasons
from artextract.oeuvres.outliers.detectors import DETECTORS, TREES, Scale, detect, percentiles
from artextract.oeuvres.outliers.evidence import EVIDENCE, Evidence
from artextract.oeuvres.outliers.reproduction import faults
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.progress import Advance, ignore

# Percentile from which a work without any single extreme gets a sentence; where the reproduction is
# at fault, that is what there is to say.
HIGH = 90.0


@dataclass(frozen=True)
class OutlierConfig:
    """How outliers are found."""

    detector: str = "isolation-forest"  # a key of artextract.oeuvres.outliers.detectors.DETECTORS
    # Below this a painter's spread is a guess: ten folds of 20 works leave 18 to learn it from.
    min_works: int = 20
    # Share of an oeuvre that is shown as outliers, and nothing else: no score depends on it.
    contamination: float = 0.05
    trees: int = TREES
    seed: int = 0

    def __post_init__(self) -> None:
        if self.detector not in DETECTORS:
            raise ValueError(f"no detector {self.detector!r}; there are {', '.join(DETECTORS)}")
        if self.min_works < 10:
            raise ValueError(f"min_works is 10 or more, not {self.min_works}")
        if not 0 < self.contamination <= 0.5:
            raise ValueError(f"contamination is above 0 and at most 0.5, not {self.contamination}")


def outliers(
    works: pd.DataFrame,
    creators: list[str],
    space: ReducedEmbedding,
    evidence: Evidence,
    *,
    reproductions: pd.DataFrame | None = None,
    config: OutlierConfig | None = None,
    advance: Advance = ignore,
) -> pd.DataFrame:
    """Score every work of every painter with enough works.

    Parameters
    ----------
    works
        Rows of :meth:`artextract.store.Store.works`, n of them, in the order of `space`.
    painters
        Names; ``space.creators`` are places in this list.
    reproductions
        Of the same works, from :func:`artextract.collection.reproductions.table.reproductions`;
        None where no picture is at hand.

    Returns
    -------
    DataFrame, one row per scored work, creators in order and the most unusual work first: work_id,
    creator, score (higher = more unusual, comparable within a painter), percentile (0..100 within
    the painter), shown (whether among the `contamination` most unusual), the evidence (see
    :data:`artextract.oeuvres.outliers.evidence.EVIDENCE`; higher = more unusual), predicted,
    confidence, reasons
    and faults (lists of :data:`artextract.oeuvres.outliers.reasons.Reason`: of style and labels,
    and of the reproduction).
    """
    config = config or OutlierConfig()
    members = {
        creators[number]: rows
        for number, rows in rows_by_creator(space.creators).items()
        if len(rows) >= config.min_works
    }
    all_scores = detect(
        evidence.features,
        space.X,
        members,
        detector=config.detector,
        trees=config.trees,
        seed=config.seed,
        advance=advance,
    )
    tables = []
    for name, rows in members.items():
        scores = all_scores[rows]
        percentile = percentiles(scores)
        own = works.iloc[rows]
        table = pd.DataFrame(
            {
                "work_id": own["work_id"].to_numpy(),
                "creator": name,
                "score": scores,
                "percentile": percentile,
                "shown": percentile >= 100 * (1 - config.contamination),
            }
        )
        table[list(EVIDENCE)] = evidence.features[rows]
        table["predicted"] = [creators[p] for p in evidence.predicted[rows]]
        table["confidence"] = evidence.confidence[rows]
        measured = None if reproductions is None else reproductions.iloc[rows]
        faulty = [[] for _ in rows] if measured is None else faults(measured)
        of_works = _reasons(own, rows, creators, space, evidence, percentile, measured, faulty)
        table["reasons"] = pd.Series(of_works, dtype="object")
        table["faults"] = pd.Series(faulty, dtype="object")
        order = np.lexsort((table["work_id"], -scores))
        tables.append(table.iloc[order])
    if not tables:
        return _empty()
    return pd.concat(tables, ignore_index=True)


def _empty() -> pd.DataFrame:
    columns = {"work_id": "int32", "creator": "str", "score": "float64", "percentile": "float64"}
    columns |= {"shown": "bool"} | dict.fromkeys(EVIDENCE, "float64")
    columns |= {"predicted": "str", "confidence": "float32"}
    columns |= {"reasons": "object", "faults": "object"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _reasons(
    own: pd.DataFrame,
    rows: np.ndarray,
    creators: list[str],
    space: ReducedEmbedding,
    evidence: Evidence,
    percentile: np.ndarray,
    measured: pd.DataFrame | None,
    faulty: list[list[reasons.Reason]],
) -> list[list[reasons.Reason]]:
    """Reasons of one painter's works, in the order of `rows`."""
    name = own["creator"].iloc[0]
    scale = Scale.fit(evidence.features[rows])
    in_labels = reasons.in_labels(own)
    chroma = np.full(len(rows), np.nan) if measured is None else measured["chroma"].to_numpy()
    in_colour = reasons.in_colour(chroma)
    near = evidence.near
    everybody = np.array([*creators, None], dtype=object)  # the last for -1: unattributed
    found = []
    for place, row in enumerate(rows):
        others = everybody[creators_of(near.other[row], space.creators)]
        predicted = creators[evidence.predicted[row]]
        of_work = reasons.in_evidence(
            evidence.features[row],
            scale,
            closer=reasons.closer_works(near.own_distances[row], near.other_distances[row], others),
            predicted=None if predicted == name else predicted,
            confidence=float(evidence.confidence[row]),
            own_probability=float(evidence.own_probability[row]),
            n=len(rows),
        )
        of_work += in_labels[place]
        if (reason := in_colour[place]) is not None:
            of_work.append(reason)
        if not of_work and percentile[place] >= HIGH and not faulty[place]:
            of_work = [reasons.VAGUE]
        found.append(of_work)
    return found


def creators_of(rows: np.ndarray, creators: np.ndarray) -> np.ndarray:
    """Creators of `rows`, -1 where there is no row."""
    return np.where(rows >= 0, creators[rows], -1)
