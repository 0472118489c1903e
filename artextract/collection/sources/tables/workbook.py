"""The sheet of an Excel workbook that names pictures, as records of text."""

from __future__ import annotations

import warnings
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

from artextract.collection.sources.tables.cells import cell_text
from artextract.collection.sources.tables.columns import find_header, role_of
from artextract.store import StoreError

LARGEST = 2**30  # bytes, unpacked: a workbook of some million rows
_EMPTY_ROWS = 1000  # in a row: a sheet whose formatting goes on to its last row ends here


def read_workbook(path: Path) -> list[list[str]]:
    """Read the first sheet that has a column of pictures, else the first with anything in it.

    Returns
    -------
    Records, the first of them the header.

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


def _sheet(path: Path) -> list[list[str]]:
    import openpyxl  # a tenth of a second, for workbooks alone

    # By its content: by its name openpyxl refuses a workbook that is called .csv.
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of formats that do not matter here
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            sheets = [
                _records(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"
            ]
        finally:
            book.close()
    filled = [records for records in sheets if records]
    if not filled:
        return []
    for records in filled:
        row = find_header(records)
        if any(role_of(cell) == "path" for cell in records[row]):
            return records
    return filled[0]


def _records(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()  # what the file says of its size may be anything
    kept: list[list[str]] = []
    empty = 0
    for cells in sheet.iter_rows(values_only=True):
        record = [_text(value) for value in islice(cells, 16_384)]
        while record and not record[-1]:
            record.pop()
        empty = 0 if record else empty + 1
        if record:
            kept.append(record)
        elif empty > _EMPTY_ROWS:
            break
    width = max(map(len, kept), default=0)
    return [record + [""] * (width - len(record)) for record in kept]


def _text(value: Any) -> str:
    text = cell_text(value) or ""
    return "" if text in _ERRORS else text


_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
