"""Which works a filter of the Browse page lets through, shared by all visitors."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd
import streamlit as st

from artextract.evaluation.confusion import evaluated
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.reviews.annotations import current
from artextract.store import Snapshot, StoreError
from cache import collection, exploration, search, selections
from widgets.browse.browse_filter import ALL, BrowseFilter, BrowseOptions


@st.cache_resource(max_entries=4, show_spinner=False)
def _options(snapshot: Snapshot) -> BrowseOptions:
    store, creators = snapshot.store, search.creator_index(snapshot)
    models: dict[str, list[str]] = {}
    with suppress(StoreError):  # works can be looked at without networks
        models = evaluated(store)
    return BrowseOptions(
        creators=creators.names,
        classes={task: store.classes()[task] for task in store.tasks()},
        years=collection.statistics(snapshot).years,
        models=models,
        explored=percentiles(snapshot) is not None,
        selections=(),
    )


def browse_options(snapshot: Snapshot) -> BrowseOptions:
    """What there is to choose from.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    made = _options(snapshot)
    return BrowseOptions(**(vars(made) | {"selections": selections.names(snapshot)}))


@st.cache_resource(max_entries=2, show_spinner=False)
def percentiles(snapshot: Snapshot) -> pd.Series | None:
    """How unusual each scored work is in its oeuvre, 0..100, by work_id; None where none is."""
    with suppress(StoreError):
        embedding = explored_embeddings(snapshot.store, "outliers")[0]
        table = exploration.part(snapshot, embedding, "outliers")
        return table.set_index("work_id")["percentile"]
    return None


def browsed(snapshot: Snapshot, filter: BrowseFilter) -> np.ndarray:
    """work_ids of the works that `filter` lets through, int64 (n,), in its order.

    Raises
    ------
    StoreError
        If nothing has been indexed, or there is nothing of what is asked for.
    """
    annotated = exploration.annotation_history(snapshot) if filter.annotations else ()
    kept = selections.selection(snapshot, filter.selection) if filter.selection else None
    # What may change while the snapshot stays: how much was annotated, and what is selected.
    return _browsed(snapshot, filter, len(annotated), None if kept is None else kept.tobytes())


@st.cache_resource(max_entries=32, show_spinner=False)
def _browsed(
    snapshot: Snapshot, filter: BrowseFilter, annotated: int, kept: bytes | None
) -> np.ndarray:
    works = collection.works(snapshot)
    chosen = pd.Series(True, index=works.index)
    rank = None
    if filter.words:
        found = search.found_works(snapshot, filter.words)
        rank = pd.Series(np.arange(len(found)), index=found)
        chosen &= works.index.isin(found)
    if filter.creators:
        chosen &= works["creator"].isin(filter.creators)
    for task, labels in filter.labels:
        chosen &= works[task].isin(labels)
    if filter.years:
        chosen &= works["year"].between(*filter.years).fillna(False).astype(bool)
    if filter.splits:
        chosen &= works["split"].isin(filter.splits)
    if filter.annotations:
        annotations = current(exploration.annotation_history(snapshot))
        chosen &= works.index.map(annotations).isin(filter.annotations)
    if kept is not None:
        ids = np.frombuffer(kept, np.int64)
        rank = pd.Series(np.arange(len(ids)), index=ids) if rank is None else rank
        chosen &= works.index.isin(ids)
    unusual = percentiles(snapshot)
    if filter.percentile != ALL and unusual is not None:
        low, high = filter.percentile
        chosen &= unusual.reindex(works.index).between(low, high)
    confidence = None
    if filter.model and (filter.asks_predictions or "sure" in filter.order.lower()):
        said = collection.predictions(snapshot, filter.task, filter.model).set_index("work_id")
        confidence = said["probability"].reindex(works.index)
        if filter.outcome:
            right = (said["true"] == said["predicted"]).reindex(works.index)
            chosen &= right.eq(filter.outcome == "Right") & right.notna()
        if filter.confidence != ALL:
            low, high = filter.confidence
            chosen &= (100 * confidence).between(low, high)
    rows = works[chosen]
    return _ordered(rows, filter.order, rank, confidence, unusual).index.to_numpy(np.int64)


def _ordered(
    rows: pd.DataFrame,
    order: str,
    rank: pd.Series | None,
    confidence: pd.Series | None,
    unusual: pd.Series | None,
) -> pd.DataFrame:
    keys: dict[str, tuple[pd.Series | None, bool]] = {
        "Best match": (rank, True),
        "Title": (rows["title"].str.casefold(), True),
        "Artist": (rows["creator"].str.casefold(), True),
        "Oldest first": (rows["year"], True),
        "Newest first": (rows["year"], False),
        "Surest first": (confidence, False),
        "Least sure first": (confidence, True),
        "Most unusual first": (unusual, False),
    }
    key, ascending = keys[order]
    if key is None:
        return rows
    places = key.reindex(rows.index).sort_values(
        ascending=ascending, kind="stable", na_position="last"
    )
    return rows.loc[places.index]


def export_table(snapshot: Snapshot, ids: np.ndarray) -> pd.DataFrame:
    """All that is known of works, for a spreadsheet: a row per work, in their order.

    Labels and splits, and of each task and model that was evaluated on it the predicted label and
    its probability (test works only), how unusual a work is in its oeuvre, and its annotation.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    table = collection.works(snapshot).loc[ids].drop(columns=["digest"])
    for task, models in _options(snapshot).models.items():
        for model in models:
            said = collection.predictions(snapshot, task, model).set_index("work_id")
            for column in ("predicted", "probability"):
                table[f"{task}_{model}_{column}"] = said[column].reindex(table.index)
    unusual = percentiles(snapshot)
    if unusual is not None:
        table["outlier_percentile"] = unusual.reindex(table.index)
    annotated = exploration.current_annotations(snapshot)
    of_work = [annotated.get(work) for work in table.index]
    return table.assign(
        annotation=[a.annotation if a else "" for a in of_work],
        annotation_note=[a.note if a else "" for a in of_work],
        annotation_author=[a.author if a else "" for a in of_work],
    )
