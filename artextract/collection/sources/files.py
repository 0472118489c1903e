"""Finding the pictures that a source names, on a disk that may spell them otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from artextract.collection.filenames import ascii_fold, repair
from artextract.collection.images import PictureError
from artextract.collection.places import Place
from artextract.collection.places.base import NOT_TEXT, is_text
from artextract.collection.sources.addresses import why_missing
from artextract.store import StoreError

_GARBLED = re.compile(r"#U[0-9a-fA-F]{4}|[^\x00-\x7f]|[?\ufffd]")


def _lost_accents(name: str) -> str:
    return _GARBLED.sub("", name).casefold()


# Ways in which the same name may be spelled, strictest first: composed or not, in a wrong encoding,
# or in other letter case; as in an address (%20 for a blank); with its accents left off; with its
# accents lost to an unpacking tool.
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda name: repair(name).strip().casefold(),
    lambda name: repair(unquote(name)).strip().casefold(),
    ascii_fold,
    _lost_accents,
)


def find_files(works: pd.DataFrame, place: Place) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Look the paths up where the pictures are; one listing per folder.

    A name that is not there literally is matched by accents, encoding and letter case, if exactly
    one file and exactly one work are left that fit each other. Nothing is ever guessed.

    Parameters
    ----------
    works
        Column path (relative to `place`, ``/`` between folders) and any others.
    place
        Holds the pictures.

    Returns
    -------
    found
        Sorted by path, which is now the path on disk, with its stamp.
    missing
        Columns path and reason.

    Raises
    ------
    StoreError
        If none of them is there.
    """
    if works.empty:
        raise StoreError(f"there are no works: the table of the pictures in {place} has no rows")
    folders = works["path"].str.rpartition("/")[0]
    on_disk: dict[str, str] = {}  # path as named -> path on disk
    reasons: dict[str, str] = {}
    stamps: dict[str, str] = {}
    for folder, paths in works.groupby(folders)["path"]:
        actual = _folder(place, str(folder))
        names = None if actual is None else place.files(actual)
        if names is None:
            gone = f"The folder {folder} does not exist."
            reasons |= {path: why_missing(path) or gone for path in paths}
            continue
        prefix = f"{actual}/" if actual else ""
        wanted = {str(path): str(path).rpartition("/")[2] for path in paths}
        here, absent = match_names(wanted, list(names))
        reasons |= {path: why_missing(path) or reason for path, reason in absent.items()}
        for path, name in here.items():
            on_disk[path] = prefix + name
            try:
                stamps[path] = place.stamp(prefix + name)
            except PictureError as error:
                del on_disk[path]
                reasons[path] = str(error)
    # Folders are spelled in several ways too, so a file may be found twice: only who names it
    # exactly has it.
    times = Counter(on_disk.values())
    for path, name in list(on_disk.items()):
        if times[name] > 1 and path != name:
            del on_disk[path]
            reasons[path] = f"The file is that of another work, {name}."
    found = works[works["path"].map(on_disk).notna()].copy()
    if found.empty:
        raise StoreError(
            f"none of the {len(works):,} pictures is in {place}; say where they are with "
            "--images DIR"
        )
    found["stamp"] = found["path"].map(stamps).astype("str")
    found["path"] = found["path"].map(on_disk).astype("str")
    missing = pd.DataFrame({"path": list(reasons), "reason": list(reasons.values())}, dtype="str")
    found = found.sort_values("path", ignore_index=True)
    return found, missing.sort_values("path", ignore_index=True)


def match_names(wanted: dict[str, str], names: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Match wanted file names with those of a folder.

    Parameters
    ----------
    wanted
        Key of a work: file name.
    names
        Names in the folder.

    Returns
    -------
    found
        Key: name in the folder; no name is used twice.
    absent
        Key: reason.
    """
    there = set(names)
    found = {key: name for key, name in wanted.items() if name in there}
    reasons = {key: "The file does not exist." for key in wanted if key not in found}
    for spelling in _SPELLINGS:
        if not reasons:
            break
        spare = there - set(found.values())
        by_key: dict[str, list[str]] = {}
        for name in sorted(spare):
            by_key.setdefault(spelling(name), []).append(name)
        spelled = {key: spelling(wanted[key]) for key in reasons}
        if spelling is _lost_accents:  # only Latin names keep enough to be told apart
            spelled = {key: name for key, name in spelled.items() if _is_latin(wanted[key])}
        claims = Counter(spelled.values())
        for key, name in spelled.items():
            fitting = by_key.get(name, [])
            if len(fitting) == 1 and claims[name] == 1:
                found[key] = fitting[0]
                del reasons[key]
            elif fitting:
                reasons[key] = f"Several works or files fit the name: {', '.join(fitting)}."
    for key in [key for key, name in found.items() if not is_text(name)]:
        del found[key]
        reasons[key] = NOT_TEXT
    return found, reasons


def in_record(place: Path, store_root: Path) -> str:
    """A place as it is recorded: relative to the store where it is within, else absolute."""
    place, store_root = place.absolute(), store_root.absolute()
    return str(place.relative_to(store_root) if place.is_relative_to(store_root) else place)


def from_record(recorded: str, store_root: Path) -> Path:
    """The place that :func:`in_record` recorded, absolute."""
    return (store_root / recorded).absolute()


def _folder(place: Place, folder: str) -> str | None:
    """Return the folder as it is spelled in its place."""
    if place.files(folder) is not None:
        return folder
    actual = ""
    for part in folder.split("/"):
        found, _ = match_names({part: part}, list(place.folders(actual)))
        if part not in found:
            return None
        actual = f"{actual}/{found[part]}" if actual else found[part]
    return actual


def _is_latin(name: str) -> bool:
    return all(ord(char) < 0x250 for char in repair(name))
