"""Opening every picture of a collection once, in threads, and remembering which were sound."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from artextract.collection.images import (
    DECODER,
    THUMBNAIL_QUALITY,
    THUMBNAIL_SIDE,
    PictureError,
    open_picture,
    thumbnail,
)
from artextract.collection.sources.base import Source
from artextract.progress import Advance
from artextract.store import Store, StoreError, replacing, schema
from artextract.store.reading import read_table

SAVE_EVERY = 10.0  # seconds: what a killed run loses at most
_CHUNK = 16  # pictures per task of a thread: few enough for a smooth bar, many enough to be cheap


@dataclass(frozen=True)
class Verified:
    """Result of :func:`verify_pictures`.

    Attributes
    ----------
    digests
        Path of each sound picture: digest of its content.
    rejected
        Columns path and reason.
    opened
        How many were opened in this run.
    """

    digests: dict[str, str]
    rejected: pd.DataFrame
    opened: int


def verify_pictures(
    store: Store,
    source: Source,
    works: pd.DataFrame,
    *,
    thumbnail_size: int = THUMBNAIL_SIDE,
    refresh: bool = False,
    jobs: int | None,
    progress: Callable[[str, int], AbstractContextManager[Advance]],
) -> Verified:
    """Open, verify and hash the pictures of a collection, and make their thumbnails.

    Sound pictures are remembered in ``checked/pictures.parquet`` with their stamps, every few
    seconds, and are not opened again while these stay the same. What was rejected is opened again:
    it may have been mended.

    Parameters
    ----------
    store
        Its folder ``checked/`` holds what is remembered, and ``thumbnails/`` what is made.
    source
        Opens the pictures.
    works
        Columns path and stamp.
    thumbnail_size
        Longer side of a thumbnail in pixels; another one than before makes all of them again.
    refresh
        Open also what is remembered and has the same stamp.
    jobs
        Threads (Pillow decodes outside the interpreter lock); None: one per processor.
    progress
        See :func:`artextract.progress.progress`.
    """
    store.thumbnails.mkdir(parents=True, exist_ok=True)
    memory = store.root / "checked" / "pictures.parquet"
    made_as = {
        "source": source.record(store_root=store.root)["images"],
        "decoder": DECODER,
        "thumbnail_size": thumbnail_size,
        "thumbnail_quality": THUMBNAIL_QUALITY,
    }
    works = works[["path", "stamp"]]
    known = works.merge(_remembered(memory, made_as), on=list(works), how="left")
    made = {entry.name.removesuffix(".jpg") for entry in os.scandir(store.thumbnails)}
    known = known[known["digest"].isin(set() if refresh else made)]
    digests = dict(zip(known["path"], known["digest"], strict=True))
    to_open = [path for path in works["path"] if path not in digests]
    reasons: dict[str, str] = {}

    def remember() -> None:
        frame = works.assign(digest=works["path"].map(digests), **made_as)
        with replacing(memory) as temporary:
            frame[frame["digest"].notna()].to_parquet(temporary, index=False)

    def verify(paths: list[str]) -> list[tuple[str, str | None, str]]:
        return [(path, *_verify(store, source, path, thumbnail_size)) for path in paths]

    saved = time.monotonic()
    chunks = [to_open[start : start + _CHUNK] for start in range(0, len(to_open), _CHUNK)]
    pool = ThreadPoolExecutor(jobs or _processors())
    try:
        with progress("Reading pictures", len(to_open)) as advance:
            for future in as_completed([pool.submit(verify, chunk) for chunk in chunks]):
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
    return Verified(digests, rejected, len(to_open))


def prune_thumbnails(store: Store, digests: Iterable[str]) -> None:
    """Remove the thumbnails of pictures that are no longer in the collection."""
    kept = {store.thumbnail(digest).name for digest in digests}
    for entry in os.scandir(store.thumbnails):
        if entry.name not in kept:
            Path(entry.path).unlink(missing_ok=True)


def _verify(store: Store, source: Source, path: str, side: int) -> tuple[str | None, str]:
    """Return (digest of the content, "") with the thumbnail written, or (None, reason)."""
    try:
        with source.open(path) as stream:
            picture = open_picture(stream, min_side=side)
            stream.seek(0)
            digest = content_digest(stream)
    except PictureError as error:
        return None, str(error)
    except OSError as error:  # the file went away between the two readings
        return None, f"The file cannot be read ({error.strerror or error})."
    with replacing(store.thumbnail(digest)) as temporary:
        temporary.write_bytes(thumbnail(picture, side=side))
    return digest, ""


def content_digest(stream: BinaryIO) -> str:
    """Digest of a picture's bytes, 32 hexadecimal digits: the name of its thumbnail."""
    digest = hashlib.blake2b(digest_size=16)
    while block := stream.read(2**20):
        digest.update(block)
    return digest.hexdigest()


def _remembered(memory: Path, made_as: dict[str, str | int]) -> pd.DataFrame:
    nothing = StoreError("no picture was opened yet")
    try:
        frame = read_table(memory, schema.VERIFIED, command=None, missing=nothing)
        known = pd.Series(True, index=frame.index)
        for column, value in made_as.items():
            known &= frame[column] == value
        return frame.loc[known, ["path", "stamp", "digest"]]
    except (StoreError, KeyError):  # nothing there, or not by this version: open all
        return pd.DataFrame(columns=["path", "stamp", "digest"], dtype="str")


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this operating system
        return os.cpu_count() or 1
