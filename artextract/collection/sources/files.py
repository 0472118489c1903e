"""Finding the pictures that a source names, on a disk that may spell them otherwise."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from artextract.collection.filenames import ascii_fold, repair
from artextract.collection.images import SUFFIXES
from artextract.store import StoreError

_GARBLED = re.compile(r"#U[0-9a-fA-F]{4}|[^\x00-\x7f]|[?\ufffd]")
_NOT_TEXT = "The file name on disk is not valid UTF-8; rename the file."


def _lost_accents(name: str) -> str:
    return _GARBLED.sub("", name).casefold()


# Ways in which the same name may be spelled, strictest first: composed or not, in a wrong encoding,
# or in other letter case; with its accents left off; with its accents lost to an unpacking tool.
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda name: repair(name).strip().casefold(),
    ascii_fold,
    _lost_accents,
)


def find_files(works: pd.DataFrame, root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Look the paths up on disk; one listing per folder.

    A name that is not there literally is matched by accents, encoding and letter case, if exactly
    one file and exactly one work are left that fit each other. Nothing is ever guessed.

    Parameters
    ----------
    works
        Column path (relative to `root`, ``/`` between folders) and any others.
    root
        Folder of the pictures.

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
    folders = works["path"].str.rpartition("/")[0]
    on_disk: dict[str, str] = {}  # path as named -> path on disk
    reasons: dict[str, str] = {}
    stamps: dict[str, str] = {}
    for folder, paths in works.groupby(folders)["path"]:
        actual = _folder(root, str(folder))
        if actual is None:
            reasons |= dict.fromkeys(paths, f"The folder {folder} does not exist.")
            continue
        prefix = f"{actual}/" if actual else ""
        entries = {entry.name: entry for entry in os.scandir(root / actual) if entry.is_file()}
        wanted = {str(path): str(path).rpartition("/")[2] for path in paths}
        here, absent = match_names(wanted, list(entries))
        reasons |= absent
        for path, name in here.items():
            on_disk[path] = prefix + name
            try:
                stamps[path] = _stamp(entries[name].stat())
            except OSError:
                del on_disk[path]
                reasons[path] = "The file does not exist."
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
            f"none of the {len(works):,} pictures is in {root}; say where they are with "
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
    for key in [key for key, name in found.items() if not _is_text(name)]:
        del found[key]
        reasons[key] = _NOT_TEXT
    return found, reasons


def list_pictures(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the pictures in the sub-folders of `root`, by suffix; hidden files are left out.

    Returns
    -------
    found
        path (relative to `root`) and stamp, sorted by path.
    missing
        Columns path and reason: pictures in no sub-folder, or whose name or state cannot be read.
    """
    rows: list[tuple[str, str]] = []
    reasons: dict[str, str] = {}
    walked: set[tuple[int, int]] = set()  # links may lead back to where they lie
    for place, inner, names in os.walk(root, followlinks=True):
        here = Path(place).stat()
        if (here.st_dev, here.st_ino) in walked:
            inner.clear()
            continue
        walked.add((here.st_dev, here.st_ino))
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in names:
            if name.startswith(".") or Path(name).suffix.lower() not in SUFFIXES:
                continue
            path = Path(place, name).relative_to(root).as_posix()
            if not _is_text(path):
                reasons[path.encode(errors="backslashreplace").decode()] = _NOT_TEXT
            elif "/" not in path:
                reasons[path] = "It lies in no artist's sub-folder."
            else:
                try:
                    rows.append((path, _stamp(Path(place, name).stat())))
                except OSError as error:
                    reasons[path] = f"The file cannot be read ({error.strerror})."
    frame = pd.DataFrame(sorted(rows), columns=["path", "stamp"], dtype="str")
    missing = pd.DataFrame({"path": list(reasons), "reason": list(reasons.values())}, dtype="str")
    return frame, missing


def in_record(place: Path, store_root: Path) -> str:
    """A place as it is recorded: relative to the store where it is within, else absolute."""
    place, store_root = place.absolute(), store_root.absolute()
    return str(place.relative_to(store_root) if place.is_relative_to(store_root) else place)


def from_record(recorded: str, store_root: Path) -> Path:
    """The place that :func:`in_record` recorded, absolute."""
    return (store_root / recorded).absolute()


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}"


def _folder(root: Path, folder: str) -> str | None:
    """Return the folder as it is spelled on disk, relative to `root`."""
    actual = ""
    for part in folder.split("/") if folder else []:
        place = root / actual
        if not (place / part).is_dir():
            there = [entry.name for entry in os.scandir(place) if entry.is_dir()]
            found, _ = match_names({part: part}, there)
            if part not in found:
                return None
            part = found[part]
        actual = f"{actual}/{part}" if actual else part
    return actual


def _is_latin(name: str) -> bool:
    return all(ord(char) < 0x250 for char in repair(name))


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
