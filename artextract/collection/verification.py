"""Opening every picture of a collection once, in threads, and remembering which were sound."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from artextract.collection.images import (
    DECODER,
    THUMBNAIL_SIDE,
    PictureError,
    open_picture,
    thumbnail,
)
from artextract.collection.reading import Collection
from artextract.progress import Advance
from artextract.store import Store, replacing

SAVE_EVERY = 10.0  # seconds: what a killed run loses at most
_CHUNK = 16  # pictures per task of a thread: few enough for a smooth bar, many enough to be cheap


@dataclass
class Checked:
    """Result of :func:`check_pictures`.

    Attributes
    ----------
    digests
        Path of each sound picture: digest of its content.
    rejected
        Columns path and reason.
    opened
        How many were opened in this run.
    folder
        Where the thumbnails lie, as ``<digest>.jpg``.
    """

    digests: dict[str, str]
    rejected: pd.DataFrame
    opened: int
    folder: Path

    def prune(self, digests: pd.Series) -> None:
        """Remove thumbnails of pictures that are no longer in the collection."""
        kept = {f"{digest}.jpg" for digest in digests}
        for entry in os.scandir(self.folder):
            if entry.name not in kept:
                Path(entry.path).unlink(missing_ok=True)


def check_pictures(
    store: Store,
    collection: Collection,
    *,
    jobs: int | None,
    progress: Callable[[str, int], AbstractContextManager[Advance]],
) -> Checked:
    """Open, verify and hash the pictures of a collection, and make their thumbnails.

    Sound pictures are remembered in ``checked/pictures.parquet`` with size and time of last change,
    every few seconds, and are not opened again while these stay the same. What was rejected is
    opened again: it may have been mended.

    Parameters
    ----------
    store
        Its folder ``checked/`` holds what is remembered.
    collection
        Whose works have path, size and mtime_ns.
    jobs
        Threads (Pillow decodes outside the interpreter lock); None: one per processor.
    progress
        See :func:`artextract.progress.progress`.
    """
    folder = store.thumbnails
    folder.mkdir(parents=True, exist_ok=True)
    memory = store.root / "checked" / "pictures.parquet"
    memory.parent.mkdir(exist_ok=True)
    root = str(collection.images.absolute())
    works = collection.works[["path", "size", "mtime_ns"]]
    known = works.merge(_remembered(memory, root), on=list(works), how="left")
    made = {entry.name.removesuffix(".jpg") for entry in os.scandir(folder)}
    known = known[known["digest"].isin(made)]
    digests = dict(zip(known["path"], known["digest"], strict=True))
    to_open = [path for path in works["path"] if path not in digests]
    reasons: dict[str, str] = {}

    def remember() -> None:
        digest = works["path"].map(digests)
        frame = works.assign(digest=digest, root=root, decoder=DECODER)
        with replacing(memory) as temporary:
            frame[frame["digest"].notna()].to_parquet(temporary, index=False)

    def check(paths: list[str]) -> list[tuple[str, str | None, str]]:
        return [(path, *_check(collection.images / path, folder)) for path in paths]

    saved = time.monotonic()
    chunks = [to_open[start : start + _CHUNK] for start in range(0, len(to_open), _CHUNK)]
    pool = ThreadPoolExecutor(jobs or _processors())
    try:
        with progress("Reading pictures", len(to_open)) as advance:
            for future in as_completed([pool.submit(check, chunk) for chunk in chunks]):
                for path, digest, reason in future.result():
                    if digest is None:
                        reasons[path] = reason
                    else:
                        digests[path] = digest
                advance(len(future.result()))
                if time.monotonic() - saved > SAVE_EVERY:
                    remember()
                    saved = time.monotonic()
    finally:
        pool.shutdown(cancel_futures=True)
        remember()
    rejected = pd.DataFrame({"path": list(reasons), "reason": list(reasons.values())}, dtype="str")
    return Checked(digests, rejected, len(to_open), folder)


def _check(file: Path, folder: Path) -> tuple[str | None, str]:
    """Return (digest of the content, "") with the thumbnail written, or (None, reason)."""
    try:
        picture = open_picture(file, min_side=THUMBNAIL_SIDE)
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, _hash).hexdigest()
    except PictureError as error:
        return None, str(error)
    except OSError as error:  # the file went away between the two readings
        return None, f"The file cannot be read ({error.strerror})."
    with replacing(folder / f"{digest}.jpg") as temporary:
        temporary.write_bytes(thumbnail(picture))
    return digest, ""


def _hash() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16)


def _remembered(memory: Path, root: str) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(memory)
        known = (frame["root"] == root) & (frame["decoder"] == DECODER)
        return frame.loc[known, ["path", "size", "mtime_ns", "digest"]]
    except (OSError, ValueError, KeyError):  # nothing there, or not by this version: open all
        empty = {"path": "str", "size": "int64", "mtime_ns": "int64", "digest": "str"}
        return pd.DataFrame(columns=list(empty)).astype(empty)


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this operating system
        return os.cpu_count() or 1
