"""What is measured of every work's reproduction: made once, and kept in the store."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from artextract.collection.images import PictureError
from artextract.collection.reproductions.measure import COLUMNS, measure
from artextract.collection.sources import open_source
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, replacing, schema
from artextract.store.reading import damaged, read_table

REPRODUCTIONS = Stage(
    "reproductions", revision=3, inputs=("pictures",), outputs=("reproductions.parquet",)
)


def reproductions_key(store: Store) -> str:
    """Key of the measurements of the pictures as they are now."""
    return REPRODUCTIONS.key({}, store.input_keys("pictures"))


def reproductions(store: Store, *, advance: Advance = ignore) -> pd.DataFrame:
    """What can be measured of every work's reproduction; made once and kept.

    Returns
    -------
    DataFrame with work_id and the columns of
    :func:`artextract.collection.reproductions.measure.measure`.
    """
    path, key = store.reproductions_path, reproductions_key(store)
    if store.is_done(REPRODUCTIONS.name, key, [path]):
        with suppress(StoreError):  # damaged: measured again
            return _read(store, path)
    started = time.perf_counter()
    works = store.works()
    source = open_source(store)

    def one(row: tuple[str, str]) -> tuple[float, ...]:
        thumbnail = store.thumbnail(row[0])
        try:
            with source.open(row[1]) as original:
                return measure(thumbnail, original)
        except PictureError:
            return measure(thumbnail)

    rows = list(zip(works["digest"], works["path"], strict=True))
    measured = []
    with ThreadPoolExecutor(2) as pool:
        for values in pool.map(one, rows):
            measured.append(values)
            advance(1, total=len(rows), note="reproductions")
    frame = pd.DataFrame(measured, columns=list(COLUMNS), dtype="float32")
    frame.insert(0, "work_id", works["work_id"])
    with replacing(path) as temporary:
        frame.to_parquet(temporary, index=False)
    store.record_stage(
        REPRODUCTIONS.name,
        key=key,
        inputs=store.input_keys("pictures"),
        configuration={},
        seconds=time.perf_counter() - started,
    )
    return frame


def _read(store: Store, path: Path) -> pd.DataFrame:
    command = "artextract audit"
    missing = StoreError(f"no reproductions in {store.root}", command)
    table = read_table(path, schema.REPRODUCTIONS, command=command, missing=missing)
    if not np.array_equal(table["work_id"], np.arange(store.dataset()["works"])):
        raise damaged(path, "it is of another index", command)
    return table
