"""Parquet files with pictures inside, as hubs of data sets and their users write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.hostile_sources.case import TWO, Case, paint, picture
from benchmarks.hostile_sources.folders import HALF, POINTER

NAMES = ["Degas", "Monet"]
EIGHT = [{"bytes": picture(i), "path": None} for i in range(8)]
LABELS = [i % 2 for i in range(8)]
FEATURES: dict[str, Any] = {
    "image": {"_type": "Image"},
    "artist": {"names": NAMES, "_type": "ClassLabel"},
}


def write(
    path: Path, columns: dict[str, Any], features: dict[str, Any] | None = FEATURES, **options: Any
) -> Path:
    """Write a Parquet file with the metadata of a hub."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table(columns)
    if features is not None:
        metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
        table = table.replace_schema_metadata(metadata)
    pq.write_table(table, path, **options)
    return path


def _one(
    columns: dict[str, Any], features: dict[str, Any] | None = FEATURES, **options: Any
) -> Callable[[Path], Path]:
    return lambda folder: write(folder / "a.parquet", columns, features, **options)


def _shards(*names: str, more: Callable[[Path], Any] | None = None) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        size = len(EIGHT) // len(names)
        for i, name in enumerate(names):
            part = slice(i * size, (i + 1) * size)
            write(folder / name, {"image": EIGHT[part], "artist": LABELS[part]})
        if more:
            more(folder)
        return folder

    return make


def _replaced(row: int, content: bytes | None) -> list[dict[str, Any]]:
    return [entry | {"bytes": content} if i == row else entry for i, entry in enumerate(EIGHT)]


def _cut(folder: Path) -> Path:
    path = _one({"image": EIGHT, "artist": LABELS})(folder)
    path.write_bytes(path.read_bytes()[:-20])
    return path


def _pointer(folder: Path) -> Path:
    folder.mkdir()
    (folder / "a.parquet").write_bytes(POINTER)
    return folder / "a.parquet"


def _twice(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    artists = pa.array(["Monet"] * 8)
    columns = [pa.array(EIGHT), artists, artists]
    pq.write_table(pa.Table.from_arrays(columns, ["image", "artist", "artist"]), path)
    return path


NAMED = [entry | {"path": f"w/{i}.png"} for i, entry in enumerate(EIGHT)]
SEQUENCE = {
    "image": {"_type": "Image"},
    "artist": {"feature": FEATURES["artist"], "_type": "Sequence"},
}

CASES = [
    Case("parquet", "one file", _one({"image": EIGHT, "artist": LABELS}), TWO),
    Case(
        "parquet",
        "small row groups",
        _one({"image": EIGHT, "artist": LABELS}, row_group_size=3),
        TWO,
    ),
    Case("parquet", "names of pictures", _one({"image": NAMED, "artist": LABELS}), TWO),
    Case(
        "parquet",
        "names as text",
        _one({"image": EIGHT, "artist": [NAMES[i] for i in LABELS]}, None),
        TWO,
    ),
    Case(
        "parquet",
        "plain bytes",
        _one({"image": [e["bytes"] for e in EIGHT], "artist": LABELS}),
        TWO,
    ),
    Case(
        "parquet",
        "a list of pictures",
        _one({"image": [[e] for e in EIGHT], "artist": LABELS}),
        TWO,
    ),
    Case("parquet", "another name of the column", _one({"img": EIGHT, "artist": LABELS}), TWO),
    Case(
        "parquet",
        "an embedding beside",
        _one({"image": EIGHT, "artist": LABELS, "e": [[0.5] * 9] * 8}),
        TWO,
    ),
    Case(
        "parquet", "a path beside", _one({"image": EIGHT, "artist": LABELS, "path": ["x"] * 8}), TWO
    ),
    Case(
        "parquet",
        "no label in a row",
        _one({"image": EIGHT, "artist": [None, -1, 7, 0, 1, 0, 1, 0]}),
        {"Degas": 3, "Monet": 2},
    ),
    Case(
        "parquet",
        "a split column",
        _one({"image": EIGHT, "artist": LABELS, "split": ["train"] * 4 + ["test"] * 4}),
        TWO,
        HALF,
    ),
    Case(
        "parquet",
        "a row without a picture",
        _one({"image": _replaced(1, None), "artist": LABELS}),
        {"Degas": 4, "Monet": 3},
        rejected={"a.parquet/1": "no picture in this row"},
    ),
    Case(
        "parquet",
        "a damaged picture",
        _one({"image": _replaced(2, b"x"), "artist": LABELS}),
        {"Degas": 3, "Monet": 4},
        rejected={"a.parquet/2": "no picture"},
    ),
    Case(
        "parquet",
        "shards",
        _shards("train-00000-of-00002.parquet", "train-00001-of-00002.parquet"),
        TWO,
    ),
    Case(
        "parquet",
        "shards of splits",
        _shards("train-00000-of-00001.parquet", "test-00000-of-00001.parquet"),
        TWO,
        HALF,
    ),
    Case(
        "parquet",
        "shards in data/",
        _shards("data/train-0.parquet", "data/test-0.parquet"),
        TWO,
        HALF,
    ),
    Case(
        "parquet",
        "folders of splits",
        _shards("default/train/0.parquet", "default/test/0.parquet"),
        TWO,
        HALF,
    ),
    Case(
        "parquet",
        "a readme beside shards",
        _shards(
            "train-0.parquet", "test-0.parquet", more=lambda f: (f / "README.md").write_text("x")
        ),
        TWO,
        HALF,
    ),
    Case(
        "parquet",
        "no rows",
        _one(
            {
                "image": pa.array([], pa.struct({"bytes": pa.binary(), "path": pa.string()})),
                "artist": pa.array([], pa.int64()),
            }
        ),
        error="none|no rows|no works",
    ),
    Case(
        "parquet",
        "lists of classes",
        _one(
            {
                "image": EIGHT,
                "artist": LABELS,
                "genre": pa.array([[0], [0, 1], None, []] * 2, pa.list_(pa.int64())),
            },
            FEATURES | {"genre": SEQUENCE["artist"]},
        ),
        TWO,
    ),
    Case(
        "parquet",
        "a column twice",
        lambda f: _twice(f / "a.parquet"),
        error="artist stands twice",
    ),
    Case("parquet", "cut", _cut, error="cannot be read"),
    Case("parquet", "an LFS pointer", _pointer, error="git lfs pull"),
    Case(
        "parquet",
        "pictures beside it",
        lambda f: write(
            paint(f, *(f"w/{i}.png" for i in range(8))) / "a.parquet",
            {"path": [f"w/{i}.png" for i in range(8)], "artist": LABELS},
        ),
        TWO,
    ),
]
