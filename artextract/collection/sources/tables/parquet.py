"""A Parquet file as a frame of text: index levels, class numbers, lists and structures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.collection.sources.tables.cells import cell_text
from artextract.store import StoreError


def read_parquet(path: Path) -> pd.DataFrame:
    """Read every column as text, an index level that was kept with them, classes by their names.

    Fields of a structure are columns of their own, ``artist.name``, where one is not its name.
    Bytes are left out.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        # Columns of the file, not of pandas: one that stands twice is there twice, an index level
        # is a column.
        table = parquet.ParquetFile(path).read()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise StoreError(f"{path} cannot be read as Parquet ({_first_line(error)})") from error
    names = class_names(table.schema.metadata)
    columns = {}
    for place, name in enumerate(table.column_names):
        kind = table.schema.field(place).type
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            continue
        try:
            values = table.column(place).to_pylist()
        except (ValueError, OverflowError, pa.ArrowException) as error:  # a date of the year 20,000
            raise StoreError(
                f"{path}: the column {name[:40]!r} cannot be read ({_first_line(error)})"
            ) from error
        if name in names and pa.types.is_integer(kind):
            values = [_class(names[name], value) for value in values]
        columns[(place, name)] = [cell_text(value) for value in values]
    frame = pd.DataFrame({place: cells for (place, _), cells in columns.items()}, dtype="object")
    frame.columns = pd.Index([name for _, name in columns], dtype="object")
    return frame


def class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """Names of the classes of each column of numbers, as Hugging Face's metadata has them."""
    try:
        described = json.loads((metadata or {}).get(b"huggingface", b"{}"))
        features = described["info"]["features"]
        return {
            str(column): [str(name) for name in feature["names"]]
            for column, feature in features.items()
            if isinstance(feature, dict) and isinstance(feature.get("names"), list)
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _class(names: list[str], value: Any) -> str | None:
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
