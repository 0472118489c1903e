"""From a source to a store: works, classes, thumbnails, what was rejected, and the audit."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.audit import class_counts
from artextract.collection.images import DECODER
from artextract.collection.reading import Collection, read_collection
from artextract.collection.splits import assign_splits, duplicate_groups
from artextract.collection.verification import check_pictures
from artextract.progress import Advance
from artextract.progress import progress as show_progress
from artextract.store import (
    DEFAULT_TASKS,
    Store,
    StoreError,
    digest,
    replacing,
    write_json,
)
from artextract.store.index_keys import detail_key, label_keys, picture_key

TEST_SHARE = 0.2  # drawn where the source has no test
FEW_WORKS = 3  # a class with fewer cannot stand in training, validation and test
COLUMNS = [
    *("work_id", "path", "title", "year", "creator", *DEFAULT_TASKS, "split"),
    *("artist_split", "genre_split", "style_split", "duplicate_group", "digest"),
]

Progress = Callable[[str, int], AbstractContextManager[Advance]]


@dataclass(frozen=True)
class IndexReport:
    """What :func:`index` did.

    Attributes
    ----------
    kind
        "release", "table" or "folders".
    works, rejected
        Numbers of works in the store, and left out (rejected.csv says why).
    opened
        Pictures opened in this run; the others were known from an earlier one.
    train, val, test
        Works per split.
    labelled
        Per task and split, "excluded" among them, how many works.
    removed
        Works taken out of training, by reason.
    duplicates
        Works that are the same picture as another one.
    few
        Per task, classes with fewer than three works.
    fingerprint
        Of works, labels and splits.
    seconds
        Wall-clock.
    """

    kind: str
    works: int
    rejected: int
    opened: int
    train: int
    val: int
    test: int
    labelled: dict[str, dict[str, int]]
    removed: dict[str, int]
    duplicates: int
    few: dict[str, list[str]]
    fingerprint: str
    seconds: float

    def summary(self) -> str:
        """Say it in a few lines; the last one tells how many pictures were left out."""
        lines = [
            f"{self.works:,} works: {self.train:,} for training, {self.val:,} for validation, "
            f"{self.test:,} for test"
        ]
        lines += [
            f"{count:,} taken out of training: {reason}"
            for reason, count in self.removed.items()
            if count
        ]
        if self.duplicates:
            lines.append(f"{self.duplicates:,} are the same picture as another work")
        for task, names in self.few.items():
            if names:
                shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
                lines.append(f"{task}: fewer than {FEW_WORKS} works in {len(names)}: {shown}")
        lines.append(
            f"{self.opened:,} pictures opened, {self.rejected:,} left out"
            + (" (rejected.csv says why)" if self.rejected else "")
        )
        return "\n".join(lines)


def index(
    store: Store,
    source: Path,
    *,
    labels: Path | None = None,
    images: Path | None = None,
    validation: float = 0.1,
    seed: int = 0,
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
    source, labels, images
        See :func:`artextract.collection.reading.read_collection`.
    validation
        Share of the training works, 0 (none) to below 1, drawn once by picture.
    seed
        For the drawing.
    jobs
        Threads that read pictures; None takes one per processor.
    progress
        Context manager as :func:`artextract.progress.progress`.

    Raises
    ------
    StoreError
        If the source is faulty, no picture can be read, or the store has another format.
    """
    try:
        return _index(
            store,
            Path(source),
            labels=None if labels is None else Path(labels),
            images=None if images is None else Path(images),
            validation=validation,
            seed=seed,
            jobs=jobs,
            progress=progress,
        )
    except OSError as error:  # disk full, folder not writable
        raise StoreError(f"indexing into {store.root} stopped: {error}") from error


def _index(
    store: Store,
    source: Path,
    *,
    labels: Path | None,
    images: Path | None,
    validation: float,
    seed: int,
    jobs: int | None,
    progress: Progress,
) -> IndexReport:
    started = time.monotonic()
    if not 0 <= validation < 1:
        raise StoreError(f"the share for validation is {validation}; expected 0 to below 1")
    store.manifest()  # a store of another format: better now than after an hour of reading
    collection = read_collection(source, labels=labels, images=images)
    checked = check_pictures(store, collection, jobs=jobs, progress=progress)
    rejected = pd.concat([collection.missing, checked.rejected]).sort_values("path")
    works = collection.works.assign(digest=collection.works["path"].map(checked.digests))
    works = works[works["digest"].notna()].reset_index(drop=True)
    if works.empty:
        first = rejected.iloc[0]
        raise StoreError(
            f"none of the {len(rejected):,} pictures in {collection.images} can be read; "
            f"the first is {first['path']}: {first['reason']}"
        )
    picture = works["picture"] if collection.by_picture else works["path"]
    works["duplicate_group"] = duplicate_groups(picture, works["digest"])
    works, removed = assign_splits(works, validation=validation, test=TEST_SHARE, seed=seed)
    works["work_id"] = np.arange(len(works), dtype=np.int32)
    works = works[COLUMNS]

    facts = _facts(works, collection, removed, rejected)
    images, root = collection.images.absolute(), store.root.absolute()
    dataset: dict[str, Any] = {
        "source": {
            "kind": collection.kind,
            "path": str(source.absolute()),
            "images": str(images.relative_to(root) if images.is_relative_to(root) else images),
        },
        "kind": collection.kind,
        "works": len(works),
        "labels": label_keys(works, collection.classes),
        "pictures": picture_key(works, decoder=DECODER),
        "details": detail_key(works),
        "complete": True,
    }
    known = store.manifest().get("dataset")
    if known and known != known | dataset:
        # Stopped from here on, nothing that was made from the old works passes for the new ones'.
        store.record_dataset(known | {"complete": False})
    store.save_works(works, collection.classes)
    with replacing(store.rejected_path) as temporary:
        rejected.to_csv(temporary, index=False)
    write_json(store.audit_path, facts)
    store.record_dataset(dataset)
    checked.prune(works["digest"])
    counts = works["split"].value_counts()
    report = IndexReport(
        kind=collection.kind,
        works=len(works),
        rejected=len(rejected),
        opened=checked.opened,
        train=int(counts.get("train", 0)),
        val=int(counts.get("val", 0)),
        test=int(counts.get("test", 0)),
        labelled=facts["labelled"],
        removed=removed,
        duplicates=facts["duplicates"],
        few=facts["few"],
        fingerprint=digest(dataset["labels"]),
        seconds=round(time.monotonic() - started, 2),
    )
    configuration = {"validation": validation, "seed": seed, "labels": labels and str(labels)}
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


def _facts(
    works: pd.DataFrame, collection: Collection, removed: dict[str, int], rejected: pd.DataFrame
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
        "kind": collection.kind,
        "works": len(works),
        "rejected": len(rejected),
        "splits": {str(k): int(n) for k, n in works["split"].value_counts().items()},
        "labelled": labelled,
        "removed": removed,
        "duplicates": int(works["duplicate_group"].duplicated(keep=False).sum()),
        "few": few,
        "classes": per_class,
        **collection.facts,
    }
