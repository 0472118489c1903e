"""Annotations of works that stand out: an append-only table in the store."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from artextract.store import Store, StoreError, schema
from artextract.store.reading import damaged, json_problem

ANNOTATIONS = (
    "true oddity",
    "other hand",
    "late or early style",
    "wrong label",
    "bad reproduction",
    "fine",
)
COLUMNS = ("at", "work_id", "path", "annotation", "note", "author")
LONGEST_NOTE, LONGEST_NAME = 2000, 80  # characters


@dataclass(frozen=True)
class Annotation:
    """What stands of a work: the last that anybody said of it.

    Attributes
    ----------
    annotation
        Of :data:`ANNOTATIONS`; empty where there is a note alone.
    note
        Anything; empty where there is none.
    author
        Who said it, as they call themselves; empty where they did not say.
    at
        ISO 8601, UTC.
    """

    annotation: str
    note: str = ""
    author: str = ""
    at: str = ""


def annotate(
    store: Store,
    work_id: int,
    annotation: str | None,
    *,
    note: str = "",
    author: str = "",
    path: str | None = None,
) -> None:
    """Append an annotation of a work; None, without a note, removes the one before.

    One line of ``annotations.jsonl`` is written in one call to a file opened for appending, so that
    several visitors, and a stage that runs meanwhile, do not get into each other's way. No stage
    ever rewrites the file. The line carries the work's path: after the collection is indexed anew
    the annotation stays with the picture and not with the number.

    Parameters
    ----------
    note, author
        A remark in words, and who makes it; what is white at their ends is cut off, and what is
        longer than :data:`LONGEST_NOTE` and :data:`LONGEST_NAME`.
    path
        Of the picture that was annotated, as the works table had it when it was shown.

    Raises
    ------
    ValueError
        If there is no such annotation.
    StoreError
        If there is no such work, it is not the picture at `path`, or the file cannot be written.
    """
    if annotation is not None and annotation not in ANNOTATIONS:
        raise ValueError(f"no annotation {annotation!r}; there are {', '.join(ANNOTATIONS)}")
    paths = store.works()["path"]
    now = str(paths.iloc[work_id]) if 0 <= work_id < len(paths) else None
    if path is not None and path != now:
        raise StoreError("nothing was noted: the collection was indexed anew since; look again")
    if now is None:
        raise StoreError(f"no work {work_id} in {store.root}", command="artextract index SOURCE")
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "work_id": int(work_id),
        "path": now,
        "annotation": annotation,
        "note": note.strip()[:LONGEST_NOTE],
        "author": " ".join(author.split())[:LONGEST_NAME],
    }
    text = json.dumps({k: v for k, v in line.items() if v != ""}, ensure_ascii=False)
    noted = store.annotations_path
    try:
        file = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, (text + "\n").encode(errors="replace"))  # half of a surrogate pair
        finally:
            os.close(file)
    except OSError as error:
        raise StoreError(
            f"{noted} cannot be written ({error.strerror}); nothing was noted; make the folder "
            "writable for the user who serves the gallery"
        ) from error


def history(store: Store) -> pd.DataFrame:
    """Every annotation, oldest first, removed ones included.

    Returns
    -------
    DataFrame with at (ISO 8601, UTC), work_id (int64: of the work that bears the path now, -1
    where none does), path, annotation ("": none, or taken back), note and author ("" where there
    is none). A line that cannot be read is left out.
    """
    try:
        lines = store.annotations_path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return pd.DataFrame(columns=list(COLUMNS))
    except OSError as error:
        raise damaged(store.annotations_path, error, None) from error
    known = []
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue  # cut short by a full disk, say
        if json_problem(entry, schema.Annotation) is None:
            # Lines of earlier versions have neither note nor author.
            known.append({name: entry.get(name) or "" for name in COLUMNS})
    table = pd.DataFrame(known, columns=list(COLUMNS))
    paths = store.works()["path"]
    asked = paths[paths.isin(table["path"])]
    place = dict(zip(asked, asked.index, strict=True))
    table["work_id"] = [place.get(path, -1) for path in table["path"]]
    return table


def read_annotations(store: Store) -> dict[int, str]:
    """The current annotations, ``{work_id: annotation}``: of each work the last, unless removed."""
    return current(history(store))


def current(annotated: pd.DataFrame) -> dict[int, str]:
    """The annotations that stand, of what :func:`history` returns; without those of notes alone."""
    return {work: said.annotation for work, said in standing(annotated).items() if said.annotation}


def standing(annotated: pd.DataFrame) -> dict[int, Annotation]:
    """What stands of each work, of what :func:`history` returns: the last, unless taken back."""
    last = annotated[annotated["work_id"] >= 0].drop_duplicates("work_id", keep="last")
    return {int(row["work_id"]): _said(row) for row in last.to_dict("records") if _counts(row)}


def by_author(annotated: pd.DataFrame) -> pd.DataFrame:
    """What stands of each work and author, oldest first: rows of what :func:`history` returns."""
    last = annotated[annotated["work_id"] >= 0]
    last = last.drop_duplicates(["work_id", "author"], keep="last")
    kept = np.array([_counts(row) for row in last.to_dict("records")], dtype=bool)
    return last[kept].reset_index(drop=True)


def agreement(annotated: pd.DataFrame) -> tuple[int, int]:
    """Works that two people or more annotated, and of how many they all say the same."""
    said = by_author(annotated)
    said = said[(said["annotation"] != "") & (said["author"] != "")]
    of_work = said.groupby("work_id")["annotation"].agg(["size", "nunique"])
    several = of_work[of_work["size"] > 1]
    return len(several), int((several["nunique"] == 1).sum())


def _counts(row: Mapping[Any, Any]) -> bool:
    return row["annotation"] in ANNOTATIONS or (row["annotation"] == "" and row["note"] != "")


def _said(row: Mapping[Any, Any]) -> Annotation:
    return Annotation(*(str(row[name]) for name in ("annotation", "note", "author", "at")))
