"""One process at a time: a lock in a folder that says who holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from artextract.files import host
from artextract.store.errors import StoreError

try:
    import fcntl
except ImportError:  # Windows: nobody is kept out
    fcntl = None  # type: ignore[assignment]

LOCK = ".lock"


@contextmanager
def locked(folder: Path, doing: str) -> Iterator[None]:
    """Hold the lock of `folder` while the block runs.

    The operating system gives the lock back when its process ends, however it ends: there is no
    stale lock. It holds between machines that share the folder where the file system knows locks,
    as NFS does. Processes that the block starts do not inherit it.

    Parameters
    ----------
    doing
        Of what is done under it, for whoever comes second: "resnet50 is being trained".

    Raises
    ------
    StoreError
        If another process holds it, saying which.
    OSError
        If the folder cannot be made or written to.
    """
    if fcntl is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    file = _acquired(folder / LOCK, doing)
    try:
        owner = {"host": host(), "pid": os.getpid()}
        owner |= {"since": f"{datetime.now():%Y-%m-%d %H:%M}", "doing": doing}
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(owner).encode(), 0)
        yield
    finally:
        with suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)
        os.close(file)


def _acquired(path: Path, doing: str) -> int:
    """The open lock file, locked, and still the one that bears the name."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(file)
            os.close(file)
            raise StoreError(f"{doing} already, {holder}; wait for it, or end it") from error
        with suppress(OSError):  # else who held it has removed it in this moment
            if os.fstat(file).st_ino == path.stat().st_ino:
                return file
        os.close(file)


def _holder(file: int) -> str:
    try:
        owner = json.loads(os.pread(file, 4096, 0))
        return f"by process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "by another process"
