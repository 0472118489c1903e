"""Progress on stderr: a bar with the time left in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

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


def ignore(n: int = 1, *, total: int | None = None, note: str = "") -> None:
    """An :class:`Advance` that shows nothing."""


@contextmanager
def progress(description: str, total: int = 0) -> Iterator[Advance]:
    """Show how far a stage is.

    Parameters
    ----------
    description
        What is being done: "Reading pictures".
    total
        Number of steps; where it is not known before, ``advance`` may say it. 0 shows nothing.

    Yields
    ------
    advance
        See :class:`Advance`.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain(description, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
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
