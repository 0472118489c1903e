"""A folder on disk."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from artextract.collection.images import PictureError, open_file
from artextract.collection.places.base import NOT_TEXT, Listing, escaped, is_system, is_text


class Folder:
    """A folder on disk, with all below it.

    Parameters
    ----------
    path
        The folder; it need not exist until something is asked of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def __str__(self) -> str:
        return str(self.path)

    def files(self, folder: str) -> Sequence[str] | None:
        """See :class:`artextract.collection.places.base.Place`."""
        return self._names(folder, folders=False)

    def folders(self, folder: str) -> Sequence[str]:
        """See :class:`artextract.collection.places.base.Place`."""
        return self._names(folder, folders=True) or []

    def stamp(self, key: str) -> str:
        """Size and time of a file.

        Raises
        ------
        PictureError
            If it is not there.
        """
        try:
            return _stamp((self.path / key).stat())
        except (OSError, ValueError):
            raise PictureError("The file does not exist.") from None

    def open(self, key: str) -> BinaryIO:
        """Open a file of the folder."""
        return open_file(self.path / key)

    def walk(self) -> Listing:
        """List all files; links to folders come last, so that what lies here has its own name."""
        found = Listing()
        waiting, links = deque([""]), deque[str]()
        walked: dict[tuple[int, int], str] = {}  # links may lead back to where they lie
        while waiting or links:
            folder = waiting.popleft() if waiting else links.popleft()
            place = self.path / folder
            try:
                status = place.stat()
                before = walked.setdefault((status.st_dev, status.st_ino), folder)
                if before != folder:
                    there = escaped(before) or self.path.name
                    found.faults[escaped(folder)] = (
                        f"It is a link to {there}, which is read already."
                    )
                    continue
                with os.scandir(place) as entries:
                    inner = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                found.faults[escaped(folder)] = f"The folder cannot be read ({error.strerror})."
                continue
            for entry in inner:
                key = f"{folder}/{entry.name}" if folder else entry.name
                directory = _is_folder(entry)
                if is_system(entry.name, folder=directory):
                    found.ignored += 1
                elif directory:
                    (links if entry.is_symlink() else waiting).append(key)
                else:
                    self._file(key, entry, found)
        return found

    def _file(self, key: str, entry: os.DirEntry[str], found: Listing) -> None:
        if not is_text(key):
            found.faults[escaped(key)] = NOT_TEXT
            return
        try:
            status = entry.stat()
        except FileNotFoundError:
            found.faults[key] = "It is a link to what does not exist."
        except OSError as error:
            found.faults[key] = f"The file cannot be read ({error.strerror})."
        else:
            if stat.S_ISREG(status.st_mode):
                found.files[key] = _stamp(status)
            else:
                found.faults[key] = "It is a pipe or a device, not a file."

    def _names(self, folder: str, *, folders: bool) -> list[str] | None:
        try:
            with os.scandir(self.path / folder) as entries:
                return [e.name for e in entries if (e.is_dir() if folders else e.is_file())]
        except (OSError, ValueError):  # not there, no folder, or no name that a disk can hold
            return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}"
