"""What a command prints: results on stdout, as text or JSON; notes and errors on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
import unicodedata
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from artextract.progress import JsonLines, show_by, silent

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
_PROGRESS_FILE: ContextVar[JsonLines | None] = ContextVar("progress_file", default=None)


_INTERRUPTION: ContextVar[str] = ContextVar("interruption", default="")


def be_quiet() -> None:
    """Print results and errors only."""
    _QUIET.set(True)
    if _PROGRESS_FILE.get() is None:
        show_by(silent)


def write_progress_to(path: Path) -> None:
    """Write progress, and what ends the command, as lines of JSON."""
    lines = JsonLines(path)
    _PROGRESS_FILE.set(lines)
    show_by(lines)


def note(line: str) -> None:
    """Say what is being done, once even where several processes train together."""
    if _is_first() and not _QUIET.get():
        print(line, file=sys.stderr, flush=True)


def report(result: Any, text: str, *, as_json: bool) -> None:
    """Print the result of a command: `text`, or `result` as JSON."""
    if _is_first():
        shown = json.dumps(result, indent=1, ensure_ascii=False) if as_json else text
        print(_printable(shown), flush=True)


def fail(what: str, command: str | None = None) -> None:
    """Say in one line what was refused, and the command that fixes it."""
    what = _printable(" ".join(what.split()))
    if lines := _PROGRESS_FILE.get():
        lines.fail(what, command)
    print(
        f"artextract: {what}; run: {command}" if command else f"artextract: {what}", file=sys.stderr
    )


def record_failure(error: BaseException) -> None:
    """Let who reads the progress know of an error that is none of those expected."""
    if lines := _PROGRESS_FILE.get():
        lines.fail(f"{type(error).__name__}: {error}")


def _printable(text: str) -> str:
    """`text` with what a terminal would obey, which names in a collection may hold, escaped."""
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else repr(c)[1:-1]
        for c in text
    )


def explain_interruption(what: str) -> None:
    """What is to be said of the interruption that is under way."""
    _INTERRUPTION.set(what)


def interruption() -> str:
    """What an interruption means for whoever gave the command."""
    return _INTERRUPTION.get() or "interrupted; run the same command again to go on"


def since(started: float) -> str:
    """The time since ``time.perf_counter()`` was `started`, for a person."""
    seconds = time.perf_counter() - started
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def _is_first() -> bool:
    return int(os.environ.get("LOCAL_RANK", "0")) == 0 and int(os.environ.get("RANK", "0")) == 0
