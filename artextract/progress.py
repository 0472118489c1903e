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
from dataclasses import dataclass, field
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
    """``advance(n, total=…, note=…)``: `n` more steps are done; threads may call it.

    ``advance(0, total=…)`` begins a part that is counted and timed by itself.
    """

    def __call__(self, n: int = 1, *, total: int | None = None, note: str = "") -> None: ...


@dataclass
class Pace:
    """How far a part is, and how long the rest of it may take.

    Time counts from the first step on: what comes before is preparation. The first call may bring
    the steps of an earlier run, which say nothing of how fast this one is.
    """

    total: int = 0
    done: int = 0
    begun: float = field(default_factory=lambda: time.monotonic())
    first: float | None = None  # when the first step was done
    before: int = 0  # steps done by then

    def step(self, n: int, total: int | None) -> None:
        """Count `n` steps; 0 with a total begins a new part."""
        if not n and total:
            self.total, self.done, self.first, self.before = total, 0, None, 0
            self.begun = time.monotonic()
            return
        self.total = total or self.total
        self.done += n
        if self.first is None:
            self.first, self.before = time.monotonic(), self.done

    @property
    def seconds(self) -> float:
        """Since the part began."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float | None:
        """Seconds that the rest may take; None while that is not known."""
        if self.done >= self.total:
            return 0.0
        if self.first is None or self.done <= self.before:
            return None
        passed = time.monotonic() - self.first
        return passed * (self.total - self.done) / (self.done - self.before)


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
            if total and not n:
                bar.reset(task, total=total, visible=True, note=note)
                return
            if total:
                bar.update(task, total=total, visible=True)
            bar.update(task, advance=n, note=note)

        yield advance


def _plain(description: str, total: int) -> Advance:
    pace, told, lock = Pace(total), 0, Lock()

    def advance(n: int = 1, *, total: int | None = None, note: str = "") -> None:
        nonlocal told
        with lock:
            pace.step(n, total)
            tenth = 10 * pace.done // pace.total if pace.total else 0
            begun = not n and bool(total)
            if tenth <= told and not begun:
                return
            told, left = tenth, pace.left
            time_left = "" if left is None else f"about {left:.0f} s left"
            if pace.done >= pace.total:
                time_left = f"{pace.seconds:.1f} s"
            line = ", ".join(part for part in (time_left, note) if part)
            done = f"{description}: {pace.done:,} of {pace.total:,}"
            print(f"{done}, {line}" if line else done, file=sys.stderr, flush=True)

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
        pace, written = Pace(total), float("-inf")

        def advance(n: int = 1, *, total: int | None = None, note: str = "") -> None:
            nonlocal written
            with self._lock:
                pace.step(n, total)
                now = time.monotonic()
                soon = now - written < self.every and pace.done < pace.total
                if not pace.total or soon:
                    return
                written, left = now, pace.left
                self._append(
                    {
                        "description": description,
                        "done": pace.done,
                        "total": pace.total,
                        "share": min(1.0, pace.done / pace.total),
                        "seconds": round(pace.seconds, 2),
                        "left": None if left is None else round(left, 1),
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
