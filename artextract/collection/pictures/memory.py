"""Sharing memory among all that decode pictures at once: threads here, and other processes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Condition

SHARED = 2_000_000_000  # bytes that the threads of a process may decode into at once
ALONE = 500_000_000  # bytes from which on a picture is decoded while no other process does likewise


class MemoryBudget:
    """Bytes that threads take and give back; who does not get any waits.

    Parameters
    ----------
    total
        Nobody takes more: a larger request waits until it is alone.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.taken = 0
        self._changed = Condition()

    @contextmanager
    def take(self, needed: int) -> Iterator[None]:
        """Hold `needed` bytes for a while."""
        needed = min(needed, self.total)
        with self._changed:
            self._changed.wait_for(lambda: self.taken + needed <= self.total)
            self.taken += needed
        try:
            yield
        finally:
            with self._changed:
                self.taken -= needed
                self._changed.notify_all()


_BUDGET = MemoryBudget(SHARED)


def _reset() -> None:  # a loading process that was forked holds nothing of what its parent held
    global _BUDGET
    _BUDGET = MemoryBudget(SHARED)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset)


@contextmanager
def memory_for(needed: int) -> Iterator[None]:
    """Wait until a picture of `needed` bytes may be decoded, and hold them while it is."""
    with ExitStack() as held:
        held.enter_context(_BUDGET.take(needed))
        if needed >= ALONE:
            held.enter_context(_one_of_all_processes())
        yield


@contextmanager
def _one_of_all_processes() -> Iterator[None]:
    """Hold a lock that the loading processes of this user share, where the system has such locks.

    It goes with the process that holds it, however that ends.
    """
    try:
        import fcntl

        user = os.getuid()
        path = Path(tempfile.gettempdir(), f"artextract-large-pictures-{user}.lock")
        file = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except (ImportError, OSError):
        yield
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
