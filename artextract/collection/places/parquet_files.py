"""Parquet files as hubs of data sets write them: which columns hold pictures, labels and names."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artextract.collection.images import SUFFIXES as PICTURES
from artextract.collection.places.base import is_system
from artextract.store import StoreError

SUFFIX = ".parquet"
# Names under which plain bytes are pictures; a struct of bytes and path is one under any name.
_PICTURE_NAMES = ("image", "picture", "img", "photo", "painting", "bytes", "image_bytes", "jpg")
_SPLIT = re.compile(
    r"(?:^|[-_./])(train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?|dev)(?=[-_./]|$)"
)
_DEPTH = 4  # folders in which shards are looked for, as data/ and default/train/
Picture = tuple[str, ...]  # column, and the field that holds the bytes where it is a struct


@dataclass(frozen=True)
class Shard:
    """What a Parquet file says of itself.

    Attributes
    ----------
    picture
        Where the pictures' bytes are: ("image", "bytes"), ("images", "list", "element", "bytes")
        or ("image",); None where there are none.
    names
        Names of the classes of a column of numbers.
    others
        Columns that can be read as text and numbers.
    has_paths
        Whether each picture has a name besides.
    """

    picture: Picture | None
    names: dict[str, list[str]]
    others: list[str]
    has_paths: bool


def shard_files(path: Path) -> list[str]:
    """Parquet files that `path` is or holds, relative to it ("" for itself), sorted.

    None are those of a folder that holds pictures as files.
    """
    if path.is_file():
        return [""] if path.suffix.lower() == SUFFIX else []
    found = []
    for place, folders, names in os.walk(path):
        inner = Path(place).relative_to(path)
        folders[:] = [name for name in folders if not is_system(name, folder=True)]
        if len(inner.parts) >= _DEPTH:
            folders.clear()
        for name in names:
            suffix = PurePath(name).suffix.lower()
            if suffix in PICTURES and not is_system(name):
                return []
            if suffix == SUFFIX and not is_system(name):
                found.append((inner / name).as_posix())
    return sorted(found)


def holds_pictures(path: Path) -> bool:
    """Whether `path` is a Parquet file, or a folder of such, with pictures inside."""
    try:
        files = shard_files(path)
        return bool(files) and read_shard(path / files[0]).picture is not None
    except (OSError, StoreError):
        return False


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file, reading no more of it than is asked for.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=2**20)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise StoreError(f"{path} cannot be read as Parquet ({error})") from error


def read_shard(path: Path) -> Shard:
    """Find the columns of a Parquet file by its schema and by the metadata of its data set."""
    file = open_parquet(path)
    schema = file.schema_arrow
    pictures = {field.name: found for field in schema if (found := _picture(field))}
    plain = [name for name, found in pictures.items() if len(found) == 1]
    structs = [name for name in pictures if name not in plain]
    named = [name for name in plain if name.lower() in _PICTURE_NAMES]
    for name in (*structs, *named, *(plain if len(plain) == 1 else ())):
        if not _all_missing(file.metadata, pictures[name]):
            picture = pictures[name]
            break
    else:
        picture = None
    others = [
        field.name
        for field in schema
        if (field.name not in pictures or (picture is None and field.name in structs))
        and not _is_vector(field.type)
    ]
    fields = _fields(schema.field(picture[0]).type) if picture and len(picture) == 2 else ()
    return Shard(picture, _class_names(schema), others, "path" in fields)


def read_rows(path: Path) -> pd.DataFrame:
    """The rows of a Parquet file without its pictures, with numbers of classes as names.

    Columns ``.name`` (of the picture, or missing) and ``.row`` come besides.

    Raises
    ------
    StoreError
        If it cannot be read, or a column stands twice.
    """
    shard = read_shard(path)
    if twice := [name for name, n in Counter(shard.others).items() if n > 1]:
        raise StoreError(f"{path}: the column {twice[0]} stands twice; remove or rename one")
    columns = [*shard.others]
    if shard.picture and shard.has_paths:
        columns.append(f"{shard.picture[0]}.path")
    table = open_parquet(path).read(columns=columns, use_threads=False)
    frame = table.select([name for name in shard.others if name in table.column_names]).to_pandas()
    for column, names in shard.names.items():
        if column in frame:
            frame[column] = [_named(value, names) for value in frame[column]]
    frame[".name"] = None
    if shard.picture and shard.has_paths:
        frame[".name"] = [entry and entry["path"] for entry in table[shard.picture[0]].to_pylist()]
    frame[".row"] = range(len(frame))
    return frame


def split_of(file: str) -> str | None:
    """The split that a shard's name or folder gives: ``data/train-00000-of-00002.parquet``."""
    found = _SPLIT.findall(str(PurePath(file).with_suffix("")).lower())
    return found[-1].replace("dev", "val") if found else None


def _fields(kind: pa.DataType) -> list[str]:
    return [kind.field(i).name for i in range(kind.num_fields)] if pa.types.is_struct(kind) else []


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _is_list(kind: pa.DataType) -> bool:
    return (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _is_vector(kind: pa.DataType) -> bool:
    """Whether a column holds an embedding: no label, and as text larger than all else."""
    return _is_list(kind) and (pa.types.is_floating(kind.value_type) or _is_list(kind.value_type))


def _picture(field: pa.Field) -> Picture | None:
    kind = field.type
    if _is_bytes(kind):
        return (field.name,)
    if "bytes" in _fields(kind) and _is_bytes(kind.field("bytes").type):
        return (field.name, "bytes")
    if _is_list(kind) and "bytes" in _fields(kind.value_type):
        return (field.name, "list", "element", "bytes")
    return None


def _all_missing(metadata: pq.FileMetaData, picture: Picture) -> bool:
    """Whether the pictures' bytes are said to be missing everywhere: they lie beside the file."""
    if metadata.num_rows == 0:
        return False
    for group in (metadata.row_group(i) for i in range(metadata.num_row_groups)):
        for column in (group.column(i) for i in range(group.num_columns)):
            path = column.path_in_schema.split(".")
            if path[0] == picture[0] and path[-1] == picture[-1]:
                stats = column.statistics
                if stats is None or not stats.has_null_count or stats.null_count < group.num_rows:
                    return False
    return True


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    try:
        info = json.loads((schema.metadata or {})[b"huggingface"])
        features: dict[str, Any] = info["info"]["features"]
        found = {}
        for column, feature in features.items():
            inner = feature[0] if isinstance(feature, list) else feature.get("feature", feature)
            if isinstance(inner, dict) and isinstance(inner.get("names"), list):
                found[column] = [str(name) for name in inner["names"]]
    except (KeyError, ValueError, TypeError, AttributeError):  # no metadata, or another's
        return {}
    return found


def _named(value: Any, names: list[str]) -> Any:
    if hasattr(value, "tolist"):  # an array of NumPy, or one of its numbers
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_named(item, names) for item in value]
    if value is None or value != value or not isinstance(value, (int, float)):
        return value if isinstance(value, str) else None
    return names[int(value)] if 0 <= value < len(names) else None
