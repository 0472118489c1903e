"""What stands in a cell: as text, without what a file format or a program added to it."""

from __future__ import annotations

import ast
import datetime
import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

SEVERAL = "; "  # between the values of a list
LONGEST = 60  # characters of a value that a message shows
_LIST = re.compile(r"\[\s*(?:(['\"]).*\1\s*,?\s*)?\]", re.DOTALL)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Of a structure, the fields that name what it is.
_NAMES = ("name", "label", "title", "value", "text", "prefLabel", "path")


def cell_text(value: Any) -> str | None:
    """A cell of a workbook or a Parquet file as text; None where it is empty.

    Whole numbers have no decimals, dates are ISO 8601, a list is its values with semicolons
    between, a structure its name.

    Examples
    --------
    >>> cell_text(1642.0), cell_text(["Rubens", "Jan Brueghel"]), cell_text({"name": "Rubens"})
    ('1642', 'Rubens; Jan Brueghel', 'Rubens')
    """
    if value is None or isinstance(value, bytes | bytearray | memoryview):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value == int(value) else repr(float(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _of_structure(value)
    if isinstance(value, Sequence) or hasattr(value, "tolist"):
        values = value if isinstance(value, Sequence) else value.tolist()
        if not isinstance(values, Sequence):
            return cell_text(values)
        return SEVERAL.join(text for item in values if (text := cell_text(item))) or None
    return str(value)


def _of_structure(value: Mapping[Any, Any]) -> str | None:
    for name in _NAMES:
        if isinstance(value.get(name), str | int | float):
            return cell_text(value[name])
    kept = {str(key): text for key, item in value.items() if (text := cell_text(item))}
    return json.dumps(kept, ensure_ascii=False) if kept else None


def clean(text: str) -> str:
    """A cell without blanks around it, in composed characters.

    Line breaks within stay. What cannot be seen (zero widths, marks of direction, control
    characters) goes.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = re.sub(r"\r\n|[\r\v\f\u2028\u2029]", "\n", text).strip()
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def from_list(text: str) -> str:
    """A list that a program wrote as text, ``['Rubens', 'Brueghel']``, as its values.

    Examples
    --------
    >>> from_list("['Abstract Expressionism']")
    'Abstract Expressionism'
    """
    if not text.startswith("[") or not _LIST.fullmatch(text):
        return text
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    plain = isinstance(found, list) and all(isinstance(item, str) for item in found)
    return SEVERAL.join(found) if plain else text


def shown(value: Any, length: int = LONGEST) -> str:
    """A value for a message: quoted, no control characters, cut where it is long.

    Examples
    --------
    >>> shown("a" * 100, 10), shown("\\0")
    ("'aaaaaaaaaa…'", "'\\\\x00'")
    """
    text = value if isinstance(value, str) else str(cell_text(value))
    cut = text if len(text) <= length else text[:length] + "…"
    return ascii_controls(repr(cut))


def ascii_controls(text: str) -> str:
    """`text` with everything that a terminal would obey written as an escape."""
    return "".join(
        c
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text
    )


def shown_names(names: Sequence[str], most: int = 12) -> str:
    """Names for a message, the first of many."""
    some = ", ".join(ascii_controls(name[:40] + "…" * (len(name) > 40)) for name in names[:most])
    return f"{some} and {len(names) - most:,} more" if len(names) > most else some
