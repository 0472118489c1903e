"""Paths that are none on this machine: addresses, and paths of other machines.

A table names ``https://example.org/7.jpg`` or ``C:\\scans\\7.jpg``. With ``--images`` these are
found by the longest ending that they have in common with the files there; else they are named for
what they are.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd

from artextract.store import StoreError

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):/{1,3}(?=[^/])|data:|urn:", re.ASCII)
_DRIVE = re.compile(r"[a-zA-Z]:[\\/]")
_SHARE = re.compile(r"(?:\\\\|//)[^\\/]+[\\/]")
# How each is fetched into a folder that keeps its names.
_FETCHED = {
    "s3": "aws s3 cp --recursive",
    "gs": "gcloud storage cp --recursive",
    "hf": "huggingface-cli download",
}
_WGET = "wget --force-directories --directory-prefix pictures --input-file addresses.txt"


@dataclass(frozen=True)
class Foreign:
    """What a path is that is none on this machine.

    Attributes
    ----------
    kind
        "address", "drive" (of Windows) or "share" (of a network).
    where
        Its scheme, drive or server.
    path
        Its parts as those of a path, ``/`` between them.
    """

    kind: str
    where: str
    path: str


def foreign(path: str) -> Foreign | None:
    """Tell an address and a path of another machine; None for one of this machine."""
    if path.lower().startswith("file:"):
        parts = urlsplit(path.replace("\\", "/"))
        inner = unquote(parts.path)
        if parts.netloc not in ("", "localhost"):
            return foreign(f"//{parts.netloc}{inner}")
        return foreign(inner.lstrip("/")) if _DRIVE.match(inner.lstrip("/")) else None
    if _DRIVE.match(path):
        return Foreign("drive", path[:2].upper(), _slashes(path[2:]))
    if _SHARE.match(path):
        server = _slashes(path).strip("/").split("/", 1)[0]
        return Foreign("share", rf"\\{server}", _slashes(path))
    if found := _SCHEME.match(path):
        scheme = (found[1] or found[0].rstrip(":")).lower()
        inner = path[found.end() :].split("#", 1)[0]
        if scheme in ("http", "https"):  # wget writes what follows "?" into the name too
            inner = unquote(inner.split("?", 1)[0])
        return Foreign("address", scheme, inner)
    return None


def local(path: str) -> str:
    """A path of this machine, of which ``file://`` and ``\\\\`` are taken away, normalised."""
    if path.lower().startswith("file:"):
        path = unquote(urlsplit(path).path)
    return os.path.normpath(path.replace("\\", "/"))


def local_paths(
    table: Path, paths: pd.Series, *, files: Callable[[], Iterable[str]] | None
) -> pd.Series:
    """The paths of a table as paths of this machine.

    Parameters
    ----------
    table
        For messages.
    paths
        As the table has them.
    files
        Lists what lies where the pictures are said to be, relative to it; None where nobody said.

    Returns
    -------
    Paths, normalised. A foreign one of which no ending fits a file is what it was: it is missing.

    Raises
    ------
    StoreError
        If there are foreign ones and nobody said where the pictures are, or if none of them fits.
    """
    texts = paths.astype("str")
    others = {path: found for path in texts if (found := foreign(path))}
    here = texts.map(lambda path: path if path in others else local(path)).astype("str")
    if files is not None:
        away = {path: Foreign("path", "/", path) for path in here if path.startswith("/")}
        if not any(map(os.path.exists, away)):
            others |= away  # as on the machine where the table was made
    if not others:
        return here
    if files is None:
        if texts.isin(others).mean() > 0.5:  # the table was made for another place
            raise _not_here(table, texts, others)
        return here.map(_kept).astype("str")
    fitting = common_endings({path: found.path for path, found in others.items()}, files())
    if not fitting and len(others) == len(set(texts)):
        raise _not_there(table, others)
    return here.map(lambda path: fitting.get(path, _kept(path))).astype("str")


def why_missing(path: str) -> str | None:
    """Why a path that was left as it was is not there; None where it is one of this machine."""
    found = foreign(path)
    if found is None:
        return None
    what = {"address": "an address", "drive": "a path of Windows", "share": "a network path"}
    return f"It is {what[found.kind]}, and no file where the pictures are has its ending."


def common_endings(paths: dict[str, str], files: Iterable[str]) -> dict[str, str]:
    """Find paths of another place among files, by the longest ending that they have in common.

    A path is not matched by itself, where ``Monet/1.jpg`` may be missing and ``Manet/1.jpg`` be
    there: what its beginning becomes is voted on by all, and no beginning within another becomes
    something else.

    Parameters
    ----------
    paths
        Key: path, ``/`` between folders.
    files
        Relative paths of the files.

    Returns
    -------
    Key: path relative to the files' place, of all paths whose beginning is known, whether or not
    the file is there.
    """
    ends: dict[tuple[str, ...], tuple[str, ...] | None] = {}
    for file in files:
        parts = tuple(file.split("/"))
        for start in range(len(parts)):
            end = tuple(part.casefold() for part in parts[start:])
            ends[end] = None if end in ends else parts
    split = {key: tuple(part for part in path.split("/") if part) for key, path in paths.items()}
    votes: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    for parts in split.values():
        folded = tuple(part.casefold() for part in parts)
        for start in range(len(parts)):
            found = ends.get(folded[start:])
            if found:
                votes[parts[:start], found[: len(found) - len(parts) + start]] += 1
            if folded[start:] in ends:  # a longer one fits no better, a shorter one several files
                break
    beginnings: dict[tuple[str, ...], tuple[str, ...]] = {}
    for (old, new), _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if not any(old[: len(b)] == b or b[: len(old)] == old for b in beginnings):
            beginnings[old] = new
    fitting = {}
    for key, parts in split.items():
        for length in range(len(parts)):
            if parts[:length] in beginnings:
                fitting[key] = "/".join((*beginnings[parts[:length]], *parts[length:]))
                break
    return fitting


def _slashes(path: str) -> str:
    return path.replace("\\", "/")


def _kept(path: str) -> str:
    """A network path must not pass for one from the root of this machine."""
    return path.replace("/", "\\") if path.startswith("//") else path


def _counted(others: dict[str, Foreign], total: int) -> str:
    first = next(iter(others))
    count = "all paths" if len(others) == total else f"{len(others):,} of {total:,} paths"
    return f"{count} (the first is {_shortened(first)})"


def _shortened(text: str) -> str:
    text = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return text if len(text) <= 120 else f"{text[:100]}…{text[-15:]}"


def _not_here(table: Path, texts: pd.Series, others: dict[str, Foreign]) -> StoreError:
    kind, where = Counter((o.kind, o.where) for o in others.values()).most_common(1)[0][0]
    counted = _counted(others, texts.nunique())
    if kind == "drive":
        return StoreError(
            f"in {table}, {counted} lie on the drive {where} of a Windows machine; say where the "
            "same pictures are here with --images DIR, where they are found by the ends of their "
            "paths"
        )
    if kind == "share":
        return StoreError(
            f"in {table}, {counted} lie on the network share of {where}; say where it is mounted, "
            "or where the same pictures are, with --images DIR: they are found by the ends of "
            "their paths"
        )
    if where in _FETCHED:
        how = f"fetch them with {_FETCHED[where]}"
    elif where in ("http", "https", "ftp"):
        how = f"write them to addresses.txt, one a line, and fetch them with {_WGET}"
    else:
        how = "fetch them"
    return StoreError(
        f"in {table}, {counted} are addresses, and pictures are read from disk; {how}; then name "
        "the folder that they are in, in which they are found by the ends of their addresses",
        command=f"artextract index {table} --images pictures",
    )


def _not_there(table: Path, others: dict[str, Foreign]) -> StoreError:
    return StoreError(
        f"of the {len(others):,} pictures in {table}, none has the end of its path in common with "
        f"a file in the folder that --images names; the first is {_shortened(next(iter(others)))}"
    )
