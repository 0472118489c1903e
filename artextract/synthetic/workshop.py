"""Painting the whole collection into a folder, several works at a time."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from artextract.files import replacing
from artextract.synthetic.catalogue import Work, plan
from artextract.synthetic.easel import paint

# Raised whenever pictures come out differently, so that a folder painted before is painted anew.
RECIPE = 2
STAMP = "collection.json"
BATCH = 8


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def _paint_into(folder: Path, works: Sequence[Work], size: int) -> int:
    for work in works:
        path = folder / work.path
        with replacing(path) as part:
            paint(work, size).save(part, "JPEG", quality=90, subsampling=0, progressive=False)
    return len(works)


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _clear(folder: Path, stamp: str) -> None:
    """Remove the pictures of another collection, but no file which it did not list."""
    mark, listing = folder / STAMP, folder / "works.csv"
    if mark.exists() and mark.read_text(encoding="utf-8") == stamp:
        return
    if mark.exists() and listing.exists():
        with listing.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                path = Path(row["path"])
                if path.parent == Path("pictures"):
                    (folder / path).unlink(missing_ok=True)
    for name in ("works.csv", "truth.csv"):
        (folder / name).unlink(missing_ok=True)


def paint_collection(
    folder: Path,
    *,
    n_works: int = 600,
    size: int = 256,
    seed: int = 1874,
    jobs: int | None = None,
    on_painted: Callable[[int, int], None] | None = None,
) -> Path:
    """Paint the collection into `folder`.

    Pictures which are there already are kept; a folder painted with another seed, size or number
    of works is painted anew. The same arguments give the same bytes, whatever `jobs` is.

    Parameters
    ----------
    folder : Path
        Receives ``pictures/*.jpg``, ``works.csv`` (path, artist, genre, style, title, year) and
        ``truth.csv`` (path, artist, kind, note of the deliberate outliers).
    n_works : int
        Number of works, shared evenly among the eight painters.
    size : int
        Longer side of a picture in px; single works are up to 1.12 times larger.
    seed : int
        Seed of everything.
    jobs : int, optional
        Processes to paint with, by default one per core; 1 paints in this process.
    on_painted : callable, optional
        Called in this process with the works done and their total, as pictures come in.

    Returns
    -------
    Path
        The path of ``works.csv``.
    """
    if n_works < 1 or size < 32:
        raise ValueError(f"cannot paint {n_works} works of {size} px: need at least 1 of 32 px")
    folder = Path(folder)
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    works = plan(n_works, seed)
    identity = {"recipe": RECIPE, "n_works": n_works, "size": size, "seed": seed}
    stamp = json.dumps(identity, sort_keys=True) + "\n"
    fresh = (folder / STAMP).exists() and (folder / STAMP).read_text(encoding="utf-8") == stamp
    _clear(folder, stamp)
    # The list comes before the pictures, so that a run cut short can be cleared away later.
    _table(
        folder / "works.csv",
        ("path", "artist", "genre", "style", "title", "year"),
        (
            (w.path, w.artist, w.genre if w.listed else "", w.style, w.title, w.year or "")
            for w in works
        ),
    )
    _table(
        folder / "truth.csv",
        ("path", "artist", "kind", "note"),
        ((w.path, w.artist, w.outlier, w.note) for w in works if w.outlier),
    )
    if not fresh:  # nothing of the same name may pass for a picture of this collection
        for work in works:
            (folder / work.path).unlink(missing_ok=True)
    _write(folder / STAMP, stamp)

    def missing() -> list[Work]:
        return [work for work in works if not (folder / work.path).exists()]

    todo = missing()
    done = len(works) - len(todo)

    def report(count: int) -> None:
        nonlocal done
        done += count
        if on_painted is not None:
            on_painted(done, len(works))

    batches = [todo[k : k + BATCH] for k in range(0, len(todo), BATCH)]
    jobs = min(jobs or _cores(), len(batches))
    if jobs > 1:
        try:
            _paint_together(folder, batches, size, jobs, report)
        except BrokenProcessPool:
            # The caller's main module cannot be imported again; what is missing is painted here.
            done = len(works) - len(missing())
    for work in missing():
        report(_paint_into(folder, [work], size))
    return folder / "works.csv"


def _paint_together(
    folder: Path,
    batches: Sequence[Sequence[Work]],
    size: int,
    jobs: int,
    report: Callable[[int], None],
) -> None:
    # Spawned, not forked: the caller may hold threads, and a fork would copy their locks.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_paint_into, folder, batch, size) for batch in batches]
        try:
            for future in as_completed(waiting):
                report(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
