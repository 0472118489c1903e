"""Reading files of a store: each is there, whole, and what its description says, or is named.

Whoever reads a store goes through these functions, by :class:`artextract.store.Store` or, for what
an exploration leaves, with a description of :mod:`artextract.store.schema`. What comes back can be
relied upon; anything else becomes one sentence that names the file and the command that mends it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np

from artextract.store.errors import DamagedFileError, StoreError

if TYPE_CHECKING:
    import pandas as pd

Read = TypeVar("Read")
_NUMPY_KINDS = {"int": "iu", "float": "f", "bool": "b", "any": "iufb"}


def read_json(path: Path, schema: Any, *, command: str | None, missing: StoreError) -> Any:
    """Read a JSON file that must be what `schema`, a type, says.

    Parameters
    ----------
    schema
        Of :mod:`artextract.store.schema`. What else an object holds is kept.
    command
        That makes the file anew.
    missing
        What is raised where there is no file.

    Raises
    ------
    StoreError
        If the file is missing, cannot be read, or holds something else.
    """
    content = _read(path, lambda: json.loads(path.read_text("utf-8")), command, missing)
    if problem := json_problem(content, schema):
        raise damaged(path, problem, command)
    return content


def read_table(
    path: Path,
    columns: Mapping[str, str],
    *,
    command: str | None,
    missing: StoreError,
    csv: bool = False,
) -> pd.DataFrame:
    """Read a parquet (or CSV) file that must have `columns`, each of its kind.

    Parameters
    ----------
    columns
        Name: "int", "float" (whole numbers too), "bool", "text" or "any", with a "?" where values
        may be missing. Other columns are kept.
    command, missing
        As :func:`read_json`.

    Raises
    ------
    StoreError
        As :func:`read_json`.
    """
    import pandas as pd  # predicting needs no table, and its import takes a third of a second

    read = pd.read_csv if csv else pd.read_parquet
    table = _read(path, lambda: read(path), command, missing)
    if problem := table_problem(table, columns):
        raise damaged(path, problem, command)
    return table


def read_array(
    path: Path,
    description: str,
    sizes: Mapping[str, int] | None = None,
    *,
    command: str | None,
    missing: StoreError,
) -> np.ndarray:
    """Read an npy file, memory-mapped, that must be an array of `description`.

    Parameters
    ----------
    description
        Kind ("int", "float", "bool") and the names of the dimensions: "float works features".
    sizes
        Lengths of dimensions that are known.
    command, missing
        As :func:`read_json`.

    Raises
    ------
    StoreError
        As :func:`read_json`.
    """
    array = _read(path, lambda: np.load(path, mmap_mode="r", allow_pickle=False), command, missing)
    if problem := array_problem(array, description, dict(sizes or {})):
        raise damaged(path, problem, command)
    return array


def read_tensors(
    path: Path,
    descriptions: Mapping[str, str],
    sizes: Mapping[str, int] | None = None,
    *,
    some: bool = False,
    command: str | None,
    missing: StoreError,
) -> dict[str, np.ndarray]:
    """Read a safetensors file that must hold the arrays of `descriptions` and no other.

    Dimensions of one name must be equal in all of them.

    Parameters
    ----------
    descriptions, sizes, command, missing
        As :func:`read_array`, by name; an empty description fits any array.
    some
        Whether some of them may be missing.

    Raises
    ------
    StoreError
        As :func:`read_json`.
    """
    from safetensors.numpy import load_file

    arrays = _read(path, lambda: load_file(path), command, missing)
    wrongs = set(arrays) - set(descriptions) if some else set(arrays) ^ set(descriptions)
    if wrongs:
        wrong = sorted(wrongs)[0]
        lacks = "there is no" if wrong in descriptions else "nobody knows its"
        raise damaged(path, f"{lacks} {wrong!r}", command)
    known = dict(sizes or {})
    for name, array in arrays.items():
        description = descriptions[name]
        if description and (problem := array_problem(array, description, known)):
            raise damaged(path, f"{name}: {problem}", command)
    return arrays


def damaged(path: Path, problem: object, command: str | None) -> DamagedFileError:
    """That a file cannot be used, for a reason of at most 200 characters, in one line."""
    reason = " ".join(str(problem).split()) or type(problem).__name__
    return DamagedFileError(f"{path} is damaged ({reason[:200]})", command)


def json_problem(content: Any, schema: Any) -> str | None:
    """What of `content` is not as `schema` says; None where all is."""
    try:
        msgspec.convert(content, schema)
    except (msgspec.ValidationError, RecursionError) as error:
        return str(error).replace("`", "").replace("$", "it")
    return None


def table_problem(table: pd.DataFrame, columns: Mapping[str, str]) -> str | None:
    """What of a table is not as `columns` say; None where all is."""
    for name, description in columns.items():
        kind, optional = description.rstrip("?"), description.endswith("?")
        if list(table.columns).count(name) != 1:
            return f"there is no column {name!r}"
        column = table[name]
        there = column.dropna()
        if not optional and len(there) < len(column):
            return f"column {name!r} lacks values"
        if len(there) and kind != "any" and not _is_of(there, kind):
            return f"column {name!r} is {column.dtype}, expected {kind}"
    return None


def _is_of(column: pd.Series, kind: str) -> bool:
    from pandas.api import types

    if kind == "text":
        return bool(types.is_string_dtype(column))
    if kind == "bool":
        return bool(types.is_bool_dtype(column))
    if types.is_bool_dtype(column) or not types.is_numeric_dtype(column):
        return False
    return kind == "float" or bool(types.is_integer_dtype(column))


def array_problem(array: np.ndarray, description: str, sizes: dict[str, int]) -> str | None:
    """What of an array is not as described; None where all is. Learns `sizes` from it."""
    kind, *dimensions = description.split()
    if array.dtype.kind not in _NUMPY_KINDS[kind]:
        return f"it holds {array.dtype}, expected {kind}"
    if array.ndim != len(dimensions):
        return f"its shape is {array.shape}, expected {len(dimensions)} dimensions"
    for name, length in zip(dimensions, array.shape, strict=True):
        if sizes.setdefault(name, length) != length:
            return f"its shape is {array.shape}, expected {sizes[name]} {name}"
    return None


def _read(path: Path, read: Callable[[], Read], command: str | None, missing: StoreError) -> Read:
    try:
        return read()
    except FileNotFoundError as error:
        raise missing from error
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # pyarrow, numpy and safetensors raise anything on a damaged file
        raise damaged(path, error, command) from error
