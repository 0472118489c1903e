"""Text with commas, semicolons, tabs or pipes between its cells, as records."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO

from artextract.collection.sources.tables.cells import shown
from artextract.collection.sources.tables.columns import HEADER_WITHIN, find_header, role_of
from artextract.store import StoreError

SEPARATORS = (",", ";", "\t", "|")
_HEAD = 2**16  # characters in which the header is
LONGEST_CELL = 2**24  # characters
_SEP_LINE = re.compile(r'"?sep=(.)"?[ \t,;|]*(?:\r\n|\r|\n)', re.IGNORECASE)
# Doubled, escaped, or characters as any other.
_QUOTINGS: tuple[Mapping[str, object], ...] = (
    {},
    {"doublequote": False, "escapechar": "\\"},
    {"quoting": csv.QUOTE_NONE},
)

Record = list[str]


def read_records(text: str, *, where: str) -> list[Record]:
    """Split a text into records, of which the first with anything in it is the header.

    The separator is what ``sep=`` in the first line says, else the one at which most records have
    as many cells as the header. Quotes may stand after a blank, be doubled or escaped by a
    backslash; where no way of quoting fits, quotes are characters as any other. A text in quotes
    may hold line breaks. Empty cells beyond the header's are dropped.

    Raises
    ------
    StoreError
        If a record has more cells than the header, or a quote is never closed.
    """
    said = _SEP_LINE.match(text)
    if said:
        text = text[said.end() :]
    separators = [said[1]] if said else _likely(text)
    best: tuple[int, list[Record]] | None = None
    even: list[Record] | None = None
    problem = ""
    for separator in separators:
        for quoting in _QUOTINGS:
            if "escapechar" in quoting and '\\"' not in text:
                continue
            try:
                records = _trimmed(_without_preamble(_parse(text, separator, quoting)))
            except csv.Error as error:
                problem = problem or str(error)
                continue
            if not records:
                return []
            uneven = _longer(records)
            if uneven is None:
                if _names_pictures(records[0]):
                    return records
                even = even or records  # an index column names none; nor does a title above
                break
            if best is None:
                best = uneven, records
    if even is not None and not (best and _names_pictures(best[1][0])):
        return even
    if best is None:
        raise StoreError(
            f"{where} cannot be read as a table ({_sentence(problem)}); look for a quotation mark "
            "that is not closed"
        )
    row, records = best
    if _has_row_names(records):
        return [["", *records[0]], *records[1:]]
    raise StoreError(
        f"{where} cannot be read as a table: row {row} below the header has {len(records[row])} "
        f"cells, the header {len(records[0])}; put text that holds the separator "
        f"{separators[0]!r} into quotes (the row begins with {shown(records[row][0])})"
    )


def _likely(text: str) -> list[str]:
    """Separators in the header, the most frequent first; those of a table below a title last."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:_HEAD].lstrip("\r\n").splitlines()]
    header, *others = lines[:HEADER_WITHIN] or [""]
    found = sorted(SEPARATORS, key=header.count, reverse=True)
    below = sorted(SEPARATORS, key=lambda separator: -max(map(separator.count, others), default=0))
    likely = [separator for separator in found if separator in header]
    likely += [c for c in below if c not in likely and any(c in line for line in others)]
    return likely or [found[0]]


def _parse(text: str, separator: str, quoting: Mapping[str, object]) -> Iterator[Record]:
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        plain = "quoting" in quoting
        yield from csv.reader(
            StringIO(text, newline=""),
            delimiter=separator,
            strict=not plain,
            skipinitialspace=not plain and separator != "\t",
            **quoting,  # type: ignore[arg-type]
        )
    finally:
        csv.field_size_limit(limit)


def _without_preamble(records: Iterator[Record]) -> list[Record]:
    """Records from the header on: a title or remarks above it have fewer cells."""
    kept = [record for record in records if any(cell.strip() for cell in record)]
    start = find_header(kept, among=HEADER_WITHIN)
    above = max((_width(record) for record in kept[:start]), default=0)
    return kept[start:] if start and above < _width(kept[start]) else kept


def _width(record: Record) -> int:
    """Number of cells, but for empty ones at the end."""
    return max((place for place, cell in enumerate(record, start=1) if cell.strip()), default=0)


def _trimmed(kept: list[Record]) -> list[Record]:
    """Records without the empty cells that go beyond the header."""
    if not kept:
        return kept
    width = len(kept[0])
    for record in kept[1:]:
        while len(record) > width and not record[-1].strip():
            record.pop()
    # A header may end in separators too: columns without a name and without content.
    while (
        width > 1
        and not kept[0][-1].strip()
        and all(len(r) < width or not r[width - 1].strip() for r in kept)
    ):
        for record in kept:
            del record[width - 1 :]
        width -= 1
    return kept


def _longer(records: list[Record]) -> int | None:
    """The first record with more cells than the header; None where there is none."""
    width = len(records[0])
    return next((row for row, record in enumerate(records) if len(record) > width), None)


def _has_row_names(records: list[Record]) -> bool:
    """Whether every row has one cell more than the header: its name, as R writes it."""
    width = len(records[0])
    names = [record[0] for record in records[1:]]
    return (
        all(len(record) == width + 1 for record in records[1:])
        and len(set(names)) == len(names)
        and (all(name.strip().isdigit() for name in names) or not _names_pictures(records[0]))
    )


def _names_pictures(header: Record) -> bool:
    return any(role_of(name) == "path" for name in header)


def _sentence(problem: str) -> str:
    return "a text in quotes does not end" if "unexpected end" in problem else problem
