"""From a source to a store: works, classes, thumbnails, what was rejected, and the audit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.audit import class_counts
from artextract.collection.catalogue.cleaning import LabelOptions, clean_labels
from artextract.collection.catalogue.kept import with_details, with_kept
from artextract.collection.duplicates import duplicate_groups, same_folders
from artextract.collection.images import DECODER, THUMBNAIL_SIDE
from artextract.collection.index_report import FEW_WORKS, IndexReport
from artextract.collection.sources import Collection, Source, recognise
from artextract.collection.splits import assign_splits
from artextract.collection.verification import prune_thumbnails, verify_pictures
from artextract.progress import Advance
from artextract.progress import progress as show_progress
from artextract.store import DamagedFileError, Store, StoreError, digest, replacing, write_json
from artextract.store.index_keys import detail_key, label_keys, picture_key

TEST_SHARE = 0.2  # drawn where the source has no test
THUMBNAIL_SIZES = (64, 2048)  # pixels

Progress = Callable[[str, int], AbstractContextManager[Advance]]


def index(
    store: Store,
    source: str | Path | Source,
    *,
    tasks: Sequence[str] | None = None,
    labels: str | Path | None = None,
    images: str | Path | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    unknown: Sequence[str] = (),
    merge_spellings: bool = False,
    validation: float = 0.1,
    seed: int = 0,
    thumbnail_size: int = THUMBNAIL_SIDE,
    refresh: bool = False,
    jobs: int | None = None,
    progress: Progress = show_progress,
) -> IndexReport:
    """Read a source, open every picture once, draw the splits, and write the store.

    Run again, only new and changed pictures are opened. Until all have been read nothing that
    earlier runs left for other stages is touched; then it is replaced.

    Parameters
    ----------
    store
        Made if need be.
    source
        Where works and pictures come from, or a place that
        :func:`artextract.collection.sources.recognise` knows.
    tasks
        Label columns of the source that networks learn; None: those of artist, genre and style
        that there are.
    labels, images, encoding, columns
        See :func:`artextract.collection.sources.recognise`.
    unknown, merge_spellings
        See :class:`artextract.collection.catalogue.cleaning.LabelOptions`.
    validation
        Share of the training works, 0 (none) to below 1, drawn once by picture.
    seed
        For the drawing.
    thumbnail_size
        Longer side of the thumbnails, 64 to 2048 pixels. Another one than before makes them again
        and leaves all else valid.
    refresh
        Open all pictures again: some were changed in place and kept their size and time, as
        programs do that write into the metadata.
    jobs
        Threads that read pictures; None takes one per processor.
    progress
        Context manager as :func:`artextract.progress.progress`.

    Raises
    ------
    StoreError
        If an option is out of range, the source is faulty or lacks a task, no picture can be read,
        or the store has another format.
    """
    started = time.monotonic()
    if not 0 <= validation < 1:
        raise StoreError(f"the share for validation is {validation}; expected 0 to below 1")
    if not THUMBNAIL_SIZES[0] <= thumbnail_size <= THUMBNAIL_SIZES[1]:
        low, high = THUMBNAIL_SIZES
        raise StoreError(f"thumbnails of {thumbnail_size} pixels; expected {low} to {high}")
    try:
        _open(store)  # a store of another format: better now than after an hour of reading
        if isinstance(source, str | Path):
            source = recognise(
                source, labels=labels, images=images, encoding=encoding, columns=columns
            )
        elif labels is not None or images is not None:
            raise StoreError("labels and images go with a path; this source has its own")
        cleaning = LabelOptions(tuple(unknown), merge_spellings)
        collection = clean_labels(source.read(tasks), cleaning)
        verified = verify_pictures(
            store,
            source,
            collection.works,
            thumbnail_size=thumbnail_size,
            refresh=refresh,
            jobs=jobs,
            progress=progress,
        )
        rejected = pd.concat([collection.missing, verified.rejected]).sort_values("path")
        works = collection.works.assign(digest=collection.works["path"].map(verified.digests))
        works = works[works["digest"].notna()].reset_index(drop=True)
        if works.empty:
            first = rejected.iloc[0]
            raise StoreError(
                f"none of the {len(rejected):,} pictures in {source} can be read; "
                f"the first is {first['path']}: {first['reason']}"
            )
        works, removed = _split(works, collection, validation=validation, seed=seed)
        facts = _facts(works, source.kind, collection, removed, rejected)
        dataset = _dataset(store, source, works, collection.classes)
        dataset["thumbnails"] = {"size": thumbnail_size}
        _write(store, works, collection.classes, rejected, facts, dataset)
    except OSError as error:  # disk full, folder not writable
        raise StoreError(f"indexing into {store.root} stopped: {error}") from error
    counts = works["split"].value_counts()
    report = IndexReport(
        kind=source.kind,
        works=len(works),
        rejected=len(rejected),
        opened=verified.opened,
        train=int(counts.get("train", 0)),
        val=int(counts.get("val", 0)),
        test=int(counts.get("test", 0)),
        labelled=facts["labelled"],
        removed=removed,
        duplicates=facts["duplicates"],
        few=facts["few"],
        layout=facts.get("layout", {}),
        same_folders=facts["same_folders"],
        catalogue={name: facts[name] for name in ("table", "labels") if name in facts},
        labels=dataset["labels"],
        seconds=round(time.monotonic() - started, 2),
    )
    configuration = {
        "tasks": list(collection.classes),
        "validation": validation,
        "seed": seed,
        "thumbnail_size": thumbnail_size,
    }
    keys = {name: dataset[name] for name in ("pictures", "details")}
    keys["labels"] = digest(dataset["labels"])
    store.record_stage(
        "index",
        key=digest(keys),
        inputs={},
        configuration=configuration,
        seconds=report.seconds,
        result=keys,
    )
    return report


def _open(store: Store) -> None:
    """Refuse a store of another format; a damaged manifest is what indexing makes anew."""
    try:
        store.manifest()
    except DamagedFileError:
        (store.root / "manifest.json").unlink()
    store.remove_leftovers()


def _split(
    works: pd.DataFrame, collection: Collection, *, validation: float, seed: int
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The works table with groups and splits, and how many were taken out of training."""
    tasks = list(collection.classes)
    picture = works["picture"] if collection.by_picture else works["path"]
    works["duplicate_group"] = duplicate_groups(picture, works["digest"])
    works, removed = assign_splits(
        works, tasks=tasks, validation=validation, test=TEST_SHARE, seed=seed
    )
    works["work_id"] = np.arange(len(works), dtype=np.int32)
    return with_kept(with_details(works), columns(tasks)), removed


def columns(tasks: Sequence[str]) -> list[str]:
    """Columns of works.parquet in a store with these tasks, before those that are kept as is."""
    return [
        *("work_id", "path", "title", "year", "year_from", "year_to", "creator", "qualifier"),
        *(*tasks, "split"),
        *(*(f"{task}_split" for task in tasks), "duplicate_group", "digest"),
    ]


def _dataset(
    store: Store, source: Source, works: pd.DataFrame, classes: dict[str, list[str]]
) -> dict[str, Any]:
    """What the manifest says of the data set: its source, and a digest of each part of it."""
    return {
        "source": source.record(store_root=store.root),
        "kind": source.kind,
        "works": len(works),
        "labels": label_keys(works, classes),
        "pictures": picture_key(works, decoder=DECODER),
        "details": detail_key(works),
        "complete": True,
    }


def _write(
    store: Store,
    works: pd.DataFrame,
    classes: dict[str, list[str]],
    rejected: pd.DataFrame,
    facts: dict[str, Any],
    dataset: dict[str, Any],
) -> None:
    known = store.manifest().get("dataset")
    if known and known != known | dataset:
        # Stopped from here on, nothing that was made from the old works passes for the new ones'.
        store.record_dataset(known | {"complete": False})
    store.save_works(works, classes)
    with replacing(store.rejected_path) as temporary:
        rejected.to_csv(temporary, index=False)
    write_json(store.audit_path, facts)
    store.record_dataset(dataset)
    prune_thumbnails(store, works["digest"])


def _facts(
    works: pd.DataFrame,
    kind: str,
    collection: Collection,
    removed: dict[str, int],
    rejected: pd.DataFrame,
) -> dict[str, Any]:
    per_class, labelled, few = {}, {}, {}
    for task, classes in collection.classes.items():
        own = works[works[task].notna()]
        number = {name: label for label, name in enumerate(classes)}
        rows = pd.DataFrame({"part": own[f"{task}_split"], "label": own[task].map(number)})
        labelled[task] = {str(k): int(n) for k, n in rows["part"].value_counts().items()}
        if not classes:
            continue
        per_class[task] = class_counts(rows, classes)
        sizes = own[task].value_counts()
        few[task] = [name for name in classes if 0 < sizes.get(name, 0) < FEW_WORKS]
    return {
        "kind": kind,
        "works": len(works),
        "rejected": len(rejected),
        "splits": {str(k): int(n) for k, n in works["split"].value_counts().items()},
        "labelled": labelled,
        "removed": removed,
        "duplicates": int(works["duplicate_group"].duplicated(keep=False).sum()),
        "few": few,
        "same_folders": same_folders(works["path"], works["digest"]),
        "classes": per_class,
        **collection.facts,
    }
