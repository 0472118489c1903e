"""Selections of works that somebody has given a name, kept in the store for every page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from artextract.store import Store, StoreError, write_json

LONGEST = 80  # characters of a name


def keep_selection(store: Store, name: str, work_ids: Sequence[int] | np.ndarray) -> None:
    """Write a selection under a name; one that had the name before is replaced.

    What is kept are the works' paths: after the collection is indexed anew a selection stays with
    its pictures and not with their numbers.

    Parameters
    ----------
    name
        1 to 80 characters, less what is white at its ends; any at all, it is not a file's name.
    work_ids
        In the order in which they shall be shown; at least one.

    Raises
    ------
    ValueError
        If the name is empty or too long, or no work is selected.
    StoreError
        If there is no such work, or the file cannot be written.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise ValueError(f"a selection needs a name of 1 to {LONGEST} characters")
    if not len(work_ids):
        raise ValueError("nothing is selected")
    paths = store.works()["path"]
    ids = list(dict.fromkeys(int(i) for i in work_ids))
    if not paths.index.isin(ids).sum() == len(ids):
        raise StoreError("the collection was indexed anew since; look again")
    content = {"name": name, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    file = _file(store, name)
    try:
        write_json(file, content | {"paths": paths.loc[ids].tolist()})
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written ({error.strerror}); the selection was not kept; make the "
            "folder writable for the user who serves the gallery"
        ) from error


def selection_names(store: Store) -> list[str]:
    """Names of the selections that were kept, sorted. What cannot be read is left out."""
    found = (_read(file) for file in store.selections.glob("*.json"))
    return sorted((str(c["name"]) for c in found if c), key=str.casefold)


def selection(store: Store, name: str) -> np.ndarray:
    """The works of a selection that are in the collection now, in its order.

    Returns
    -------
    work_ids, int64 (n,).

    Raises
    ------
    StoreError
        If no selection of this name was kept.
    """
    content = _read(_file(store, name))
    if content is None:
        raise StoreError(f"no selection {name!r} is kept in {store.root}")
    paths = store.works()["path"]
    kept = paths[paths.isin(content["paths"])]
    place = dict(zip(kept, kept.index.tolist(), strict=True))
    return np.array([place[p] for p in content["paths"] if p in place], dtype=np.int64)


def remove_selection(store: Store, name: str) -> None:
    """Forget a selection; nothing happens where there is none of this name.

    Raises
    ------
    StoreError
        If its file cannot be removed.
    """
    try:
        _file(store, name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"the selection cannot be removed ({error.strerror})") from error


def _file(store: Store, name: str) -> Path:
    # A digest: a name comes from anybody, and need not be one that a file may have.
    return store.selections / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _read(file: Path) -> dict | None:
    try:
        content = json.loads(file.read_text("utf-8"))
        paths = content["paths"]
        sound = isinstance(content["name"], str) and all(isinstance(path, str) for path in paths)
        return content if sound else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
