"""Writing a file all or nothing: to a temporary name in the same folder, then renamed.

And tables as CSV that a spreadsheet may open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; rename it to `path` when the block ends without error.

    Raises
    ------
    OSError
        If the folder cannot be made or written to. `path` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented UTF-8 JSON, all or nothing."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def as_csv(frame: pd.DataFrame, *, index: bool = False) -> bytes:
    """The table as UTF-8 CSV that a spreadsheet opens without running anything in it."""

    def harmless(value: object) -> object:
        # A spreadsheet takes such a text for a formula; the apostrophe makes it a text again.
        starts = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{value}" if starts else value

    safe = frame.map(harmless).rename(columns=harmless, index=harmless if index else None)
    return safe.to_csv(index=index, float_format="%.4f").encode("utf-8-sig")
