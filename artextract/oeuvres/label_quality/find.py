"""Doubtful labels of every task in an embedding, and which embedding to ask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from artextract.oeuvres.embeddings import knows_no_labels
from artextract.oeuvres.label_quality.cross_fit import FOLDS, cross_fitted_probabilities
from artextract.oeuvres.label_quality.issues import COLUMNS, NEAREST, LabelledWorks, label_issues
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.progress import Advance, ignore
from artextract.store import Store

MIN_WORKS = 5  # of a class: with fewer, a classifier that has not seen one knows too little of it


def find_label_issues(
    store: Store,
    name: str,
    works: pd.DataFrame,
    reduced: ReducedEmbedding,
    pictures: np.ndarray,
    *,
    advance: Advance = ignore,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Find the doubtful labels of every task.

    Parameters
    ----------
    name
        Of the embedding.
    works
        Rows of the works table, in the order of `reduced`.
    pictures
        int (n,): works of one number show the same picture.

    Returns
    -------
    The tables of :func:`artextract.oeuvres.label_quality.issues.label_issues`, one after the other,
    and ``{"unseen_only", "tasks": {task: {"labelled", "judged", "listed", "suspected", "top1",
    "temperature"}}}``: whether works that a network was trained on are left out; of each task how
    many works have a label, were judged, have a more probable one, and are off the diagonal of the
    confident joint; how often the label is the most probable one, 0..1.
    """
    unseen_only = not knows_no_labels(store, name)
    nearest = _nearest(reduced, pictures)
    classes, tables = store.classes(), []
    results: dict[str, dict[str, float]] = {}
    for task in store.tasks():
        number = {label: code for code, label in enumerate(classes[task])}
        codes = works[task].map(number)
        if task == "artist":  # "workshop of" is no label to be right or wrong about
            codes = codes.where(reduced.reference)
        rows = np.flatnonzero(codes.notna())
        y = codes.iloc[rows].to_numpy(np.int64)
        labelled = LabelledWorks(
            task,
            classes[task],
            reduced.work_ids[rows],
            y,
            pictures[rows],
            nearest[rows],
        )
        results[task] = {"labelled": len(rows), "judged": 0, "listed": 0, "suspected": 0}
        judged = _enough(y, pictures[rows], len(classes[task]))
        if unseen_only:
            judged &= (works[f"{task}_split"].iloc[rows] != "train").to_numpy()
        if len(np.unique(y)) < 2 or len(np.unique(pictures[rows])) < FOLDS or not judged.any():
            continue
        probabilities, temperature = cross_fitted_probabilities(
            reduced.X[rows],
            y,
            pictures[rows],
            n_classes=len(classes[task]),
            judged=judged,
            advance=advance,
        )
        found = label_issues(probabilities, labelled)
        known = np.isfinite(probabilities).all(axis=1)
        tables.append(found)
        results[task] = results[task] | {
            "judged": int(known.sum()),
            "listed": len(found),
            "suspected": int(found["suspected"].sum()),
            "top1": float((probabilities[known].argmax(axis=1) == y[known]).mean()),
            "temperature": temperature,
        }
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))
    return whole.astype(COLUMNS), {"unseen_only": unseen_only, "tasks": results}


def _enough(y: np.ndarray, pictures: np.ndarray, n_classes: int) -> np.ndarray:
    """Works whose label has MIN_WORKS pictures or more, bool (n,)."""
    first = np.unique(np.stack([y, pictures]), axis=1)[0]
    return np.bincount(first, minlength=n_classes)[y] >= MIN_WORKS


def _nearest(reduced: ReducedEmbedding, pictures: np.ndarray) -> np.ndarray:
    """work_ids of each work's nearest works of other pictures, int64 (n, NEAREST); -1: no more."""
    near = reduced.near.without_duplicates(pictures, NEAREST)
    rows, distances = near.combined(NEAREST)
    return np.where(np.isfinite(distances), reduced.work_ids[rows], -1)
