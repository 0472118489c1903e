"""JSON Lines and JSON as a frame of text: metadata.jsonl of a hub, an export of an interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from artextract.collection.sources.tables.cells import cell_text, shown
from artextract.store import StoreError

_MOST = 1_000  # columns: a table, not a tree


class _TwiceError(ValueError):
    """A key stands twice in an object."""


def read_json(text: str, *, where: str) -> pd.DataFrame:
    """Read an object per line, a list of objects, an object that holds one, or pandas' columns.

    Returns
    -------
    Cells of text or None; the columns in the order in which they first stand.

    Raises
    ------
    StoreError
        If it is none of these, a line is damaged, or a key stands twice in an object.
    """
    try:
        rows = _rows(text, where)
    except _TwiceError as error:
        raise StoreError(
            f"{where}: the column {shown(str(error))} stands twice; remove or rename one"
        ) from error
    except RecursionError as error:
        raise StoreError(f"{where} is JSON too deep for a table; save it as CSV") from error
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > _MOST:
        raise StoreError(
            f"{where} has {len(names):,} different keys in its objects, which are no columns of a "
            "table; save the table as CSV"
        )
    cells = {place: [cell_text(row.get(name)) for row in rows] for place, name in enumerate(names)}
    frame = pd.DataFrame(cells, dtype="object")
    frame.columns = pd.Index(names, dtype="object")
    return frame


def _rows(text: str, where: str) -> list[dict[str, Any]]:
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    try:
        whole = _parsed(text)
    except _TwiceError:
        raise
    except ValueError as error:
        if text.lstrip()[:1] == "[" or not isinstance(_line(lines[0], where), dict):
            raise StoreError(
                f"{where} is damaged JSON ({_reason(error)}); save the table as CSV"
            ) from error
        return _objects([_line(line, where) for line in lines], where)
    return _of_whole(whole, where)


def _of_whole(whole: Any, where: str) -> list[dict[str, Any]]:
    if isinstance(whole, Mapping):
        lists = [v for v in whole.values() if _is_list(v) and v and isinstance(v[0], dict)]
        columns = [value for value in whole.values() if isinstance(value, Mapping)]
        if lists:  # {"rows": [...]}, of several the longest
            whole = max(lists, key=len)
        elif columns and len(columns) == len(whole):  # as pandas writes a frame
            keys = dict.fromkeys(key for column in columns for key in column)
            whole = [{name: column.get(key) for name, column in whole.items()} for key in keys]
        elif whole and all(map(_is_list, whole.values())):
            lengths = set(map(len, whole.values()))
            if len(lengths) > 1:
                raise StoreError(f"{where} has columns of different lengths; save it as CSV")
            rows = zip(*whole.values(), strict=True)
            whole = [dict(zip(whole, row, strict=True)) for row in rows]
        else:
            whole = [whole]
    return _objects(whole, where)


def _objects(rows: Any, where: str) -> list[dict[str, Any]]:
    if not _is_list(rows) or not all(isinstance(row, dict) for row in rows):
        raise StoreError(
            f"{where} is JSON, but no list of objects, one for each work; save the table as CSV"
        )
    if not rows:
        raise StoreError(f"{where} is empty")
    return list(rows)


def _line(line: tuple[int, str], where: str) -> Any:
    number, text = line
    try:
        return _parsed(text)
    except _TwiceError:
        raise
    except ValueError as error:
        raise StoreError(f"{where}: line {number} is no JSON ({_reason(error)})") from error


def _parsed(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name)
        found[name] = value
    return found


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _reason(error: ValueError) -> str:
    return str(error).split(":")[0][:80]
