"""Faults of a reproduction, seen in its thumbnail: a bad scan is no stylistic outlier."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
from PIL import Image

from artextract.collection.images import PictureError, open_picture
from artextract.collection.sources import open_source
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, replacing, schema
from artextract.store.reading import damaged, read_table

SIDE = 160  # pixels; what is looked for here is seen at this size
GREY = 2.5  # mean chroma (of 0..128) up to which a picture has no colour but that of its coding
BORDER = 0.03  # share of width or height, on two sides at least
FLAT = 4.0  # standard deviation of grey values (of 0..255) in a border
TINY = 150  # pixels: shorter side of the original
BLOCKY = 2.0  # steps at the edges of 8 x 8 blocks over steps elsewhere

REPRODUCTIONS = Stage(
    "reproductions", revision=1, inputs=("pictures",), outputs=("reproductions.parquet",)
)
COLUMNS = ("chroma", "border", "blockiness", "short_side")


def reproductions(store: Store, *, advance: Advance = ignore) -> pd.DataFrame:
    """What can be measured of every work's reproduction; made once and kept.

    Returns
    -------
    DataFrame with work_id, chroma (mean distance from grey, 0..128), border (share of width or
    height taken by plain bands, 0..1), blockiness (1 = none), short_side (pixels of the original);
    NaN where there is no picture.
    """
    path = store.explored("reproductions.parquet")
    inputs = store.input_keys("pictures")
    key = REPRODUCTIONS.key({}, inputs)
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
        inputs=inputs,
        configuration={},
        seconds=time.perf_counter() - started,
    )
    return frame


def _read(store: Store, path: Path) -> pd.DataFrame:
    command = "artextract explore"
    missing = StoreError(f"no reproductions in {store.root}", command)
    table = read_table(path, schema.REPRODUCTIONS, command=command, missing=missing)
    if not np.array_equal(table["work_id"], np.arange(store.dataset()["works"])):
        raise damaged(path, "it is of another index", command)
    return table


def measure(thumbnail: Path | Image.Image, original: BinaryIO | None = None) -> tuple[float, ...]:
    """Chroma, border, blockiness and shorter side, as :func:`reproductions` describes them."""
    try:
        picture = (
            thumbnail
            if isinstance(thumbnail, Image.Image)
            else open_picture(thumbnail, min_side=SIDE)
        )
    except PictureError:
        return (np.nan,) * len(COLUMNS)
    short = min(picture.size)
    if original is not None:
        try:
            with Image.open(original) as file:  # reads the header alone
                short = min(file.size)
        except Exception:  # whatever is wrong with it, the thumbnail tells what it can
            pass
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small.convert("RGB"), dtype=np.float32)
    chroma = float((pixels.max(axis=2) - pixels.min(axis=2)).mean() / 2)
    return chroma, border(pixels.mean(axis=2)), blockiness(picture), float(short)


def border(grey: np.ndarray) -> float:
    """Share of the picture's height or width in plain bands that lie on opposite sides, 0..1."""

    def bands(lines: np.ndarray) -> tuple[int, int]:
        plain = lines.std(axis=1) < FLAT
        busy = np.flatnonzero(~plain)
        if not len(busy):
            return 0, 0  # a plain picture is not a border
        return int(busy[0]), int(len(lines) - 1 - busy[-1])

    shares = []
    for lines in (grey, grey.T):
        first, last = bands(lines)
        shares.append(2 * min(first, last) / len(lines))
    return float(max(shares))


def blockiness(picture: Image.Image) -> float:
    """How much larger the steps are at the edges of 8 × 8 blocks than elsewhere; about 1 = none.

    Only a picture that was not resized after strong JPEG compression shows it.
    """
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    ratios = []
    for values in (grey, grey.T):
        steps = np.abs(np.diff(values, axis=1)).mean(axis=0)
        at_edges = steps[7::8]
        if len(at_edges) < 4:
            return 1.0
        ratios.append(at_edges.mean() / max(np.delete(steps, np.s_[7::8]).mean(), 1e-3))
    return float(np.mean(ratios))


def faults(measured: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Faults of each row of :func:`reproductions`, as codes with numbers.

    The rows are one artist's works. Where more than a fifth of ten or more have no colour, that is
    taken for the medium, say etching, and for no fault.
    :func:`artextract.oeuvres.outliers.reasons.render` makes sentences of them.
    """
    grey = measured["chroma"] < GREY
    medium = len(measured) >= 10 and bool(grey.mean() > 0.2)
    return [_faults(row, medium=medium) for row in measured.to_dict("records")]


def _faults(row: dict[Any, float], *, medium: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if row["chroma"] < GREY and not medium:
        found.append({"code": "grey_scan"})
    if row["border"] > BORDER:
        found.append({"code": "plain_border", "share": float(row["border"])})
    if row["blockiness"] > BLOCKY:
        found.append({"code": "strong_compression"})
    if row["short_side"] < TINY:
        found.append({"code": "tiny", "pixels": int(row["short_side"])})
    return found
