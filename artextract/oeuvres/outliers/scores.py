"""Which works stand out in a painter's oeuvre: a score, a percentile and reasons for every work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.outliers.checkable import checkable_reasons
from artextract.oeuvres.outliers.detectors import DETECTORS, TREES, Scale, detect, percentiles
from artextract.oeuvres.outliers.evidence import EVIDENCE, Evidence
from artextract.oeuvres.outliers.evidence_reasons import NearWorks, evidence_reasons
from artextract.oeuvres.outliers.reasons import VAGUE, Reason, in_order
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

    Works that are no reference are held against those of the artist: they are scored, and no other
    work's score, percentile or reason knows of them.

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
        if space.reference[rows].sum() >= config.min_works
    }
    all_scores = detect(
        evidence.features,
        space.X,
        members,
        reference=space.reference,
        detector=config.detector,
        trees=config.trees,
        seed=config.seed,
        advance=advance,
    )
    tables = []
    for name, rows in members.items():
        scores = all_scores[rows]
        percentile = percentiles(scores, space.reference[rows])
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
    faulty: list[list[Reason]],
) -> list[list[Reason]]:
    """Reasons of one painter's works, in the order of `rows`."""
    name = own["creator"].iloc[0]
    reference = space.reference[rows]
    scale = Scale.fit(evidence.features[rows[reference]])
    checkable = checkable_reasons(own, reference, measured)
    found = []
    for place, row in enumerate(rows):
        predicted = creators[evidence.predicted[row]]
        of_work = checkable[place] + evidence_reasons(
            evidence.features[row],
            scale,
            near=near_works(row, creators, space, evidence),
            predicted=None if predicted == name else predicted,
            confidence=float(evidence.confidence[row]),
            own_probability=float(evidence.own_probability[row]),
            n=int(reference.sum()) - int(reference[place]),
            attributed=bool(reference[place]),
        )
        if not of_work and percentile[place] >= HIGH and not faulty[place]:
            of_work = [VAGUE]
        found.append(in_order(of_work))
    return found


def near_works(
    row: int, creators: list[str], space: ReducedEmbedding, evidence: Evidence
) -> NearWorks:
    """The works nearest to one, copies left out."""
    others = evidence.near.other[row]
    others = others[others >= 0]
    everybody = np.array([*creators, None], dtype=object)  # the last for -1: of nobody's oeuvre
    return NearWorks(
        own_distances=evidence.near.own_distances[row],
        distances=evidence.near.other_distances[row][: len(others)],
        work_ids=space.work_ids[others],
        creators=everybody[space.oeuvre_of[others]],
    )
