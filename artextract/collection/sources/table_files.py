"""Tables as people and spreadsheets write them: CSV of any separator, and Parquet."""

from __future__ import annotations

import warnings
from io import StringIO
from pathlib import Path

import pandas as pd

from artextract.store import StoreError

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")


def load_table(path: Path) -> pd.DataFrame:
    """Read a file as a table of text, or of what Parquet holds.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    try:
        return pd.read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path)
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        raise StoreError(f"{path} cannot be read as a table ({error})") from error


def _read_csv(path: Path) -> pd.DataFrame:
    text = path.read_bytes()
    try:
        content = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = text.decode("cp1252", errors="replace")
    header = content.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    rows = [line for line in content.splitlines()[1:] if line.strip()]
    if not header.rstrip().endswith(separator) and all(
        row.endswith(separator) for row in rows
    ):  # as spreadsheets leave it behind an empty column
        content = "\n".join([header.rstrip(), *(row[:-1] for row in rows)])
    with warnings.catch_warnings():
        # Longer rows than the header: pandas would take their first field for a label.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            StringIO(content), sep=separator, dtype="str", keep_default_na=False, index_col=False
        )


def refuse(path: Path, bad: pd.Series, values: pd.Series, expected: str) -> None:
    """Name the first bad row of a table.

    Raises
    ------
    StoreError
        If any of `bad` is true.
    """
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise StoreError(
            f"{path}, row {row + 1} below the header: {values.name} is {values.iloc[row]!r}; "
            f"expected {expected}"
        )
