"""Reasons that anybody can check: labels, years, and what the picture looks like."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from artextract.collection.reproductions.form import DRAWING_FROM, ROUND_FROM
from artextract.oeuvres.outliers.reasons import LISTED, Reason

RARE = 0.05  # share of an oeuvre below which a label or a form is a minority
GAP = 8  # years that lie between a work and all others
MONOCHROME = 6.0  # mean chroma (0..128) of grisailles, grey scans and very dark paintings
RARE_LABELS = ("genre", "style")  # tasks whose rare labels in an oeuvre are a reason


def checkable_reasons(
    works: pd.DataFrame, reference: np.ndarray, measured: pd.DataFrame | None
) -> list[list[Reason]]:
    """Reasons in labels, form and year, for each of one artist's works, n of them.

    Parameters
    ----------
    works
        Rows of the works table.
    reference
        bool (n,): the works that are the artist's own; only they are counted.
    measured
        Of the reproductions, in the same order; None where no picture is at hand.
    """
    ids = works["work_id"].to_numpy()
    found: list[list[Reason]] = [[] for _ in range(len(works))]
    for place, reason in (
        *_in_labels(works, ids, reference),
        *_in_form(measured, ids, reference),
        *_in_years(works, ids, reference),
    ):
        found[place].append(reason if reference[place] else reason | {"attributed": False})
    return found


def _in_labels(
    works: pd.DataFrame, ids: np.ndarray, reference: np.ndarray
) -> Iterator[tuple[int, Reason]]:
    for task in RARE_LABELS:
        if task not in works:
            continue
        labels = works[task]
        known = reference & labels.notna().to_numpy()
        for label in labels.dropna().unique():
            chosen = labels.eq(label).fillna(False).to_numpy(bool)
            reason = {"code": "rare_label", "task": task, "label": str(label)}
            yield from _minority(reason, chosen, known, ids)


def _in_form(
    measured: pd.DataFrame | None, ids: np.ndarray, reference: np.ndarray
) -> Iterator[tuple[int, Reason]]:
    if measured is None:
        return
    values = {name: measured[name].to_numpy(float) for name in measured}
    none = np.zeros(len(ids), dtype=bool)
    drawings = values["drawing"] >= DRAWING_FROM if "drawing" in values else none
    tondi = values["round"] >= ROUND_FROM if "round" in values else none
    yield from _minority({"code": "round"}, tondi, reference, ids)
    yield from _minority({"code": "drawing"}, drawings, reference, ids)
    yield from _minority(
        {"code": "monochrome"}, (values["chroma"] < MONOCHROME) & ~drawings, reference, ids
    )


def _minority(
    reason: Reason, chosen: np.ndarray, known: np.ndarray, ids: np.ndarray
) -> Iterator[tuple[int, Reason]]:
    """The reason for each chosen work, bool (n,), where few of the `known` ones, (n,), are such."""
    own = np.flatnonzero(chosen & known)
    n = int(known.sum())
    if not n or len(own) > RARE * n:
        return
    for place in np.flatnonzero(chosen):
        others = ids[own[own != place]][:LISTED].tolist()
        yield int(place), reason | {"count": len(own), "of": n, "work_ids": others}


def _in_years(
    works: pd.DataFrame, ids: np.ndarray, reference: np.ndarray
) -> Iterator[tuple[int, Reason]]:
    years = works["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    dated = np.flatnonzero(np.isfinite(years) & reference)
    if len(dated) < 3:
        return
    dated = dated[np.argsort(years[dated], kind="stable")]
    for place in np.flatnonzero(np.isfinite(years)):
        last = dated[-2] if dated[-1] == place else dated[-1]
        first = dated[1] if dated[0] == place else dated[0]
        for code, next_to, gap in (
            ("latest", last, years[place] - years[last]),
            ("earliest", first, years[first] - years[place]),
        ):
            if gap >= GAP:
                reason = {"code": code, "year": int(years[place]), "years": int(gap)}
                yield int(place), reason | {"work_ids": [int(ids[next_to])]}
