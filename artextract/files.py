"""Writing a file all or nothing: to a temporary name in the same folder, then renamed.

And tables as CSV that a spreadsheet may open.
"""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# Host, process and thread that write it: whose process is gone, that is nobody's.
_PART = re.compile(r"\..+?\.(?P<host>[^.]*)-(?P<pid>\d+)-\d+\.part")
_EARLIER_PART = re.compile(r"\..+\.(?P<pid>\d+)-\d+\.part")
FORGOTTEN = 2 * 24 * 3600  # seconds after which what another machine was writing is nobody's


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; rename it to `path` when the block ends without error.

    Raises
    ------
    OSError
        If the folder cannot be made or written to. `path` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    owner = f"{host()}-{os.getpid()}-{get_ident()}"
    temporary = path.with_name(f".{path.name}.{owner}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        with suppress(OSError):  # the folder is gone: what made the block fail says more
            temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented UTF-8 JSON, all or nothing."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def remove_abandoned(folder: Path) -> list[str]:
    """Remove the temporary files that killed processes have left in `folder`; return their names.

    What a process of this machine writes that still lives stays, and so does what another machine
    has touched within :data:`FORGOTTEN` seconds.
    """
    removed = []
    with suppress(OSError):  # no folder, or a read-only one
        for entry in os.scandir(folder):
            if entry.name.endswith(".part") and _is_abandoned(entry):
                Path(entry.path).unlink(missing_ok=True)
                removed.append(entry.name)
    return removed


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    named = _PART.fullmatch(entry.name)
    if named and named["host"] == host():
        return not is_alive(int(named["pid"]))
    known = named or _EARLIER_PART.fullmatch(entry.name)
    return known is not None and time.time() - entry.stat().st_mtime > FORGOTTEN


def host() -> str:
    """Name of this machine, fit for a file's name."""
    return re.sub(r"[^A-Za-z0-9_]", "_", socket.gethostname())[:40] or "localhost"


def is_alive(pid: int) -> bool:
    """Whether there is a process of this number on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def as_csv(frame: pd.DataFrame, *, index: bool = False) -> bytes:
    """The table as UTF-8 CSV that a spreadsheet opens without running anything in it."""

    def harmless(value: object) -> object:
        # A spreadsheet takes such a text for a formula; the apostrophe makes it a text again.
        starts = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{value}" if starts else value

    safe = frame.map(harmless).rename(columns=harmless, index=harmless if index else None)
    return safe.to_csv(index=index, float_format="%.4f").encode("utf-8-sig")
