"""A part of a file as a stream, which threads and forks may read at once."""

from __future__ import annotations

import io
import os
from typing import IO


class Window(io.RawIOBase):
    """Bytes `start` to `start + size` of a file.

    It reads by position, never by the file's own one: that is one for all processes that were
    forked after the file was opened.

    Parameters
    ----------
    file
        A file on disk, open for reading; it is closed when nothing uses it any longer.
    start, size
        In bytes.
    """

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Position in the window."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position in the window."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative position {base + offset}")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as the window goes."""
        wanted = max(0, min(len(buffer), self._size - self._at))
        content = os.pread(self._file.fileno(), wanted, self._start + self._at)
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
