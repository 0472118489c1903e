"""From a file to a frame of text, whatever kind of table it is, by its content."""

from __future__ import annotations

import gzip
import re
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from artextract.collection.sources.tables.cells import cell_text, clean
from artextract.collection.sources.tables.columns import find_header, header_names
from artextract.collection.sources.tables.delimited import read_records
from artextract.collection.sources.tables.encoding import decode
from artextract.collection.sources.tables.json_records import read_json
from artextract.collection.sources.tables.parquet import read_parquet
from artextract.collection.sources.tables.workbook import read_workbook
from artextract.store import StoreError

TEXTS = (".csv", ".tsv", ".txt", ".tab", ".psv", ".jsonl", ".ndjson", ".json")
_READ = (*TEXTS, ".parquet", ".xlsx", ".xlsm")
# Called as tables are, and looked into: some hold text, the others are told what to do instead.
_OTHERWISE = (".ods", ".fods", ".xls", ".xlsb", ".numbers", ".feather", ".arrow", ".html", ".xml")
SUFFIXES = (*_READ, *(f"{suffix}.gz" for suffix in _READ), *_OTHERWISE)
LARGEST = 2**28  # bytes of text: a million works and more
# Of a zip archive: what is in its head or its directory, and what it is then.
_ZIPPED = (
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"xl/workbook.bin", "a binary workbook of Excel"),
    (b"Index/Document.iwa", "a document of Numbers or Pages"),
    (b"word/document.xml", "a Word document"),
)
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')
_POINTER = b"version https://git-lfs.github.com/spec/"
# What begins so is no text, and what to do about it.
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "a workbook of an old Excel, or an encrypted one; save it as .xlsx or CSV",
    ),
    (b"ARROW1", "an Arrow file; save it as Parquet or CSV"),
    (b"%PDF", "a PDF; save the table as CSV"),
    (b"\xff\xd8\xff", "a picture, not a table"),
    (b"\x89PNG", "a picture, not a table"),
    (b"7z\xbc\xaf", "an archive; unpack it"),
    (b"Rar!", "an archive; unpack it"),
    (b"SQLite format 3", "a database; export the table as CSV"),
    (b"{\\rtf", "a text with formatting; save the table as CSV"),
)


@dataclass(frozen=True)
class LoadedTable:
    """A table as it was read.

    Attributes
    ----------
    frame
        Columns by the names of the header, cells of text (str) or missing.
    encoding
        Of a text; None of a workbook or Parquet.
    remarks
        Sentences about what was not as it should be.
    """

    frame: pd.DataFrame
    encoding: str | None = None
    remarks: list[str] = field(default_factory=list)


def is_table(path: Path) -> bool:
    """Whether a file is called as tables are."""
    return path.is_file() and path.name.lower().endswith(SUFFIXES)


def load_table(path: Path, *, encoding: str | None = None) -> LoadedTable:
    """Read a table.

    Parameters
    ----------
    path
        Text with separators, JSON Lines or JSON, a workbook (.xlsx) or Parquet, perhaps packed by
        gzip: what it is
        counts, not how it is called.
    encoding
        Of a text; None: found out.

    Raises
    ------
    StoreError
        If it is no table, cannot be read, holds no rows, or a column stands twice.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith(b"PAR1"):
            return from_frame(read_parquet(path), path)
        if head.startswith(b"PK\x03\x04"):
            _refuse_zipped(path)
            records, remarks = read_workbook(path)
            return LoadedTable(_from_records(records, path).frame, remarks=remarks)
        data = _unpacked(path) if head.startswith(b"\x1f\x8b") else _bytes(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror or error})") from error
    if data.startswith((b"PAR1", b"PK\x03\x04")):
        return _unzipped(data, path)
    _refuse_others(data, path)
    decoded = decode(data, where=str(path), encoding=encoding)
    text = decoded.text
    if "\0" in text:
        raise StoreError(
            f"{path} holds NUL characters, as no text does; save it as UTF-8, or name its encoding "
            "with --encoding"
        )
    remarks = []
    if decoded.lost:
        remarks.append(f"{decoded.lost:,} bytes are not UTF-8 and are read as \ufffd")
    if decoded.encoding != "utf-8" and encoding is None and not text.isascii():
        remarks.append(f"read as {decoded.encoding}; --encoding says otherwise")
    if _JSON.match(text):
        loaded = from_frame(read_json(text, where=str(path)), path)
    else:
        loaded = _from_records(read_records(text, where=str(path)), path)
    return LoadedTable(loaded.frame, decoded.encoding, remarks)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise StoreError(f"{path} has {path.stat().st_size / 2**20:,.0f} MB; save it as Parquet")
    return path.read_bytes()


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            data = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise StoreError(f"{path} cannot be unpacked ({error})") from error
    if len(data) > LARGEST:
        raise StoreError(f"{path} unpacks to more than {LARGEST // 2**20} MB; save it as Parquet")
    return data


def _unzipped(data: bytes, path: Path) -> LoadedTable:
    """A workbook or a Parquet file that gzip had packed."""
    with tempfile.TemporaryDirectory(prefix="artextract-") as folder:
        plain = Path(folder, path.stem)
        plain.write_bytes(data)
        try:
            return load_table(plain)
        except StoreError as error:
            raise StoreError(error.what.replace(str(plain), str(path)), error.command) from error


def _refuse_zipped(path: Path) -> None:
    """Name a zip archive that is no workbook, if it is one of those that are taken for tables.

    Raises
    ------
    StoreError
        If it is.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, path.stat().st_size - 2**16))
        parts = head + file.read()
    for part, what in _ZIPPED:
        if part in parts:
            raise StoreError(f"{path} is {what}; save the sheet as .xlsx or CSV")


def _refuse_others(data: bytes, path: Path) -> None:
    """Name what is no table.

    Raises
    ------
    StoreError
        If `data` is something else, or nothing.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xfe\xff"):
        raise StoreError(f"{path} is empty")
    if data.startswith(_POINTER):
        raise StoreError(
            f"{path} is a Git LFS pointer, not the table itself", command="git lfs pull"
        )
    for beginning, what in _OTHERS:
        if data.startswith(beginning):
            raise StoreError(f"{path} is {what}")
    if re.match(rb"\s*<(!doctype|html|\?xml)", data[:200], re.IGNORECASE):
        raise StoreError(f"{path} is a web page or XML, not a table; save the table as CSV")


def _from_records(records: list[list[str]], path: Path) -> LoadedTable:
    if not records:
        raise StoreError(f"{path} is empty")
    start = find_header(records)
    header, rows = records[start], records[start + 1 :]
    names = header_names(header, where=str(path))
    width = len(names)
    cells = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    frame = pd.DataFrame(cells, columns=pd.Index(names, dtype="object"), dtype="object")
    return _cleaned(frame, path)


def from_frame(frame: pd.DataFrame, path: Path) -> LoadedTable:
    """A frame of any cells as a table that was read from `path`.

    Raises
    ------
    StoreError
        If it has no rows, or a column stands twice.
    """
    texts = {place: frame.iloc[:, place].map(cell_text) for place in range(frame.shape[1])}
    names = header_names([str(name) for name in frame.columns], where=str(path))
    frame = pd.DataFrame(texts, index=frame.index, dtype="object")
    frame.columns = pd.Index(names, dtype="object")
    return _cleaned(frame, path)


def _cleaned(frame: pd.DataFrame, path: Path) -> LoadedTable:
    """Text in every cell, missing where it is blank; no columns without name and content."""
    if frame.empty:
        raise StoreError(f"{path} has a header and no rows")
    for place, name in enumerate(frame.columns):
        text = [
            clean(cell) or None if isinstance(cell, str) else None for cell in frame.iloc[:, place]
        ]
        frame[name] = pd.Series(text, index=frame.index, dtype="str")
    unnamed = frame.columns.str.fullmatch(r"column \d+")
    return LoadedTable(frame.loc[:, ~(unnamed & frame.isna().all().to_numpy())])
