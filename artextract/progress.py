"""Progress: a bar with the time left in a terminal, plain lines elsewhere, JSON for a program.

Whoever computes calls :func:`progress` and the :class:`Advance` that it gives; whoever starts a
computation may say with :func:`show_by` how it is shown.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Advance(Protocol):
    """``advance(n, total=…, note=…)``: `n` more steps are done; threads may call it."""

    def __call__(self, n: int = 1, *, total: int | None = None, note: str = "") -> None: ...


Renderer = Callable[[str, int], AbstractContextManager[Advance]]


def ignore(n: int = 1, *, total: int | None = None, note: str = "") -> None:
    """An :class:`Advance` that shows nothing."""


def silent(description: str, total: int = 0) -> AbstractContextManager[Advance]:
    """A renderer that shows nothing."""
    return nullcontext(ignore)


def progress(description: str, total: int = 0) -> AbstractContextManager[Advance]:
    """Show how far a stage is.

    Parameters
    ----------
    description
        What is being done: "Reading pictures".
    total
        Number of steps; where it is not known before, ``advance`` may say it. 0 shows nothing.

    Returns
    -------
    A context manager that yields an :class:`Advance`.
    """
    return (_RENDERER.get() or _on_stderr)(description, total)


def show_by(renderer: Renderer) -> None:
    """Let `renderer` show progress from here on, in this context (see :mod:`contextvars`)."""
    _RENDERER.set(renderer)


_RENDERER: ContextVar[Renderer | None] = ContextVar("renderer", default=None)


def _on_stderr(description: str, total: int) -> AbstractContextManager[Advance]:
    console = Console(stderr=True)
    if console.is_terminal:
        return _bar(console, description, total)
    return nullcontext(_plain(description, total))


@contextmanager
def _bar(console: Console, description: str, total: int) -> Iterator[Advance]:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(description, total=total or None, visible=total > 0, note="")

        def advance(n: int = 1, *, total: int | None = None, note: str = "") -> None:
            if total:
                bar.update(task, total=total, visible=True)
            bar.update(task, advance=n, note=note)

        yield advance


def _plain(description: str, total: int) -> Advance:
    started = time.monotonic()
    of, done, told = total, 0, 0

    def advance(n: int = 1, *, total: int | None = None, note: str = "") -> None:
        nonlocal of, done, told
        of = total or of
        done += n
        tenth = 10 * done // of if of else 0
        if tenth <= told:
            return
        told = tenth
        seconds = time.monotonic() - started
        left = seconds * (of - done) / done
        time_left = f"about {left:.0f} s left" if done < of else f"{seconds:.1f} s"
        line = ", ".join(part for part in (time_left, note) if part)
        print(f"{description}: {done:,} of {of:,}, {line}", file=sys.stderr, flush=True)

    return advance


class JsonLines:
    """A renderer that appends a line of JSON to a file per step, for the process that reads it.

    Each line is ``{"description", "done", "total", "share", "seconds", "left", "note"}``: share is
    0..1; seconds have passed since this part began, and about `left` remain (None: not known). A
    last line ``{"error", "command"}`` says why the work ended, and what fixes that.

    Parameters
    ----------
    path
        Of the file; it is begun anew.
    every
        Seconds between two lines of one part; its last step is always written.

    Raises
    ------
    OSError
        If the file cannot be written.
    """

    def __init__(self, path: Path, *, every: float = 0.2) -> None:
        self.path, self.every = path, every
        self._lock = Lock()
        path.write_text("")

    @contextmanager
    def __call__(self, description: str, total: int = 0) -> Iterator[Advance]:
        """Show one part of the work, as :func:`progress` does."""
        started = time.monotonic()
        of, done, written = total, 0, float("-inf")

        def advance(n: int = 1, *, total: int | None = None, note: str = "") -> None:
            nonlocal of, done, written
            with self._lock:
                of = total or of
                done += n
                now = time.monotonic()
                if not of or (now - written < self.every and done < of):
                    return
                written, seconds = now, now - started
                self._append(
                    {
                        "description": description,
                        "done": done,
                        "total": of,
                        "share": min(1.0, done / of),
                        "seconds": round(seconds, 2),
                        "left": round(seconds * max(of - done, 0) / done, 1) if done else None,
                        "note": note,
                    }
                )

        yield advance

    def fail(self, what: str, command: str | None = None) -> None:
        """Write why the work ended, and the command that fixes that, as the last line."""
        with self._lock:
            self._append({"error": what, "command": command})

    def _append(self, entry: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    @staticmethod
    def last(path: Path) -> dict[str, Any]:
        """The last entry of a file that may still be written; ``{}`` where there is none yet."""
        try:
            whole, _, _ = path.read_text("utf-8").rpartition("\n")
        except FileNotFoundError:
            return {}
        return json.loads(whole.rsplit("\n", 1)[-1]) if whole else {}
