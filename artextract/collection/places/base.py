"""What a place is: it lists files by keys, and opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

# What systems and programs leave behind in folders: nobody's pictures.
SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
SYSTEM_FOLDERS = frozenset(
    {"__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"}
)
NOT_TEXT = "The file name is not valid UTF-8; rename the file."


@dataclass
class Listing:
    """All that lies in a place.

    Attributes
    ----------
    files
        Key (``/`` between folders) of each file: its stamp, see :meth:`Place.stamp`.
    faults
        Key of what is no file that can be opened: the reason, one sentence.
    ignored
        How many hidden files and files of the system were passed over.
    """

    files: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    ignored: int = 0


class Place(Protocol):
    """Where pictures lie. Keys are relative to it, with ``/`` between folders.

    It is pickled and forked along with the processes that load pictures, and several threads open
    pictures at once.
    """

    @property
    def path(self) -> Path:
        """Where it is, on disk or in an archive."""
        ...

    def __str__(self) -> str:
        """Say in messages where it is."""
        ...

    def files(self, folder: str) -> Sequence[str] | None:
        """Names of the files in a folder, "" for the place itself; None: no such folder."""
        ...

    def folders(self, folder: str) -> Sequence[str]:
        """Names of the folders in a folder that there is."""
        ...

    def stamp(self, key: str) -> str:
        """Text that changes when the bytes of a file may have changed.

        Raises
        ------
        PictureError
            If it is no file that can be opened.
        """
        ...

    def walk(self) -> Listing:
        """List all that there is, through links, each folder once."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Open a file: a stream that can be sought, at its start.

        Raises
        ------
        PictureError
            If it is not there, or what holds it is damaged there.
        """
        ...


def is_system(name: str, *, folder: bool = False) -> bool:
    """Whether a name is hidden, or one that only systems and programs give."""
    return name.startswith(".") or name.casefold() in (SYSTEM_FOLDERS if folder else SYSTEM_FILES)


def is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8; the rest of the program holds names as text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def escaped(name: str) -> str:
    """A name that is no text, as it can be written."""
    return name.encode(errors="backslashreplace").decode()
