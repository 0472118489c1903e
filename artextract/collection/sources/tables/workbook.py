"""The sheet of an Excel workbook that names pictures, as records of text."""

from __future__ import annotations

import re
import warnings
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from artextract.collection.sources.tables.cells import cell_text, shown
from artextract.collection.sources.tables.columns import find_header, role_of
from artextract.store import StoreError

LARGEST = 2**30  # bytes, unpacked: a workbook of some million rows
_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_NO_VALUE = re.compile(rb"<f(?:/>|[ >][^<]*(?:</f>)?)(?:<v ?/>|<v></v>)?</c>")
_EMPTY_ROWS = 1000  # in a row: a sheet whose formatting goes on to its last row ends here


def read_workbook(path: Path) -> tuple[list[list[str]], list[str]]:
    """Read the first sheet that has a column of pictures, else the first with anything in it.

    Cells that are merged down a column all have the value of the first.

    Returns
    -------
    records
        The first of them the header.
    remarks
        Sentences about what was not as it should be.

    Raises
    ------
    StoreError
        If it is no workbook, is encrypted or damaged, or unpacks to more than a gigabyte.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise StoreError(f"{path} cannot be read as a workbook ({error})") from error
    if size > LARGEST:
        raise StoreError(f"{path} unpacks to {size / 2**30:.0f} GB; save the sheet as CSV")
    try:
        return _sheet(path)
    except StoreError:
        raise
    except Exception as error:  # openpyxl has no error of its own: a damaged part raises anything
        raise StoreError(
            f"{path} cannot be read as a workbook ({type(error).__name__}); open it and save it "
            "again, or save the sheet as CSV"
        ) from error


def _sheet(path: Path) -> tuple[list[list[str]], list[str]]:
    import openpyxl  # a tenth of a second, for workbooks alone

    # By its content: by its name openpyxl refuses a workbook that is called .csv.
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of formats that do not matter here
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            sheets = [
                _read(sheet, *_layout(file, sheet))
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
            ]
        finally:
            book.close()
    filled = [sheet for sheet in sheets if sheet[0]]
    if not filled:
        return [], []
    for records, remarks in filled:
        row = find_header(records)
        if any(role_of(cell) == "path" for cell in records[row]):
            return records, remarks
    return filled[0]


def _layout(file: BinaryIO, sheet: Any) -> tuple[dict[tuple[int, int], int], int]:
    """What is told beside the cells: how far each is merged down, and formulas without a value.

    Returns
    -------
    merged
        Row and column, from 1, of the first cell: the last row.
    lost
        Number of cells whose formula was never calculated.
    """
    with zipfile.ZipFile(file) as archive:
        content = archive.read(sheet._worksheet_path.lstrip("/"))
    merged = {}
    for column, first, other, last in _MERGED.findall(content):
        if column == other:
            merged[int(first), _number(column)] = int(last)
    return merged, len(_NO_VALUE.findall(content))


def _read(
    sheet: Any, merged: dict[tuple[int, int], int], lost: int
) -> tuple[list[list[str]], list[str]]:
    remarks = []
    if lost:
        remarks.append(
            f"{lost:,} formulas of the sheet {shown(sheet.title)} have no value and are left "
            "empty; open the workbook in a spreadsheet and save it"
        )
    return _records(sheet, merged), remarks


def _records(sheet: Any, merged: dict[tuple[int, int], int]) -> list[list[str]]:
    sheet.reset_dimensions()  # what the file says of its size may be anything
    kept: list[list[str]] = []
    empty = 0
    below: dict[int, tuple[int, str]] = {}  # column: down to which row it has which value
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        record = [_text(value) for value in islice(cells, 16_384)]
        if merged:
            _fill(record, number, merged, below)
        while record and not record[-1]:
            record.pop()
        empty = 0 if record else empty + 1
        if record:
            kept.append(record)
        elif empty > _EMPTY_ROWS:
            break
    width = max(map(len, kept), default=0)
    return [record + [""] * (width - len(record)) for record in kept]


def _fill(
    record: list[str],
    row: int,
    merged: dict[tuple[int, int], int],
    below: dict[int, tuple[int, str]],
) -> None:
    """Give a row the values that cells above share with it."""
    if any(record):  # a merged cell alone makes no row
        for column, (last, value) in below.items():
            if row <= last:
                record.extend([""] * (column - len(record)))
                record[column - 1] = record[column - 1] or value
    for column, value in enumerate(record, start=1):
        if (row, column) in merged:
            below[column] = merged[row, column], value


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = 26 * number + letter - ord("A") + 1
    return number


def _text(value: Any) -> str:
    text = cell_text(value) or ""
    return "" if text in _ERRORS else text


_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
