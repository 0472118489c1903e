"""What an archive holds, whatever its format."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from artextract.collection.places.base import NOT_TEXT, escaped, is_system, is_text

TWICE = "Another file of the archive has the same name; this is the earlier of the two."


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes
    ----------
    start
        Where it begins in the archive, in bytes; in a zip, where its own header does.
    size
        Of its content, in bytes.
    stamp
        Changes when its bytes may have changed.
    packed
        Bytes that it takes in the archive; equals `size` where it is not compressed.
    method
        Of compression, as zip numbers them; None in a tar.
    crc
        CRC-32 of its content, in a zip.
    """

    start: int
    size: int
    stamp: str
    packed: int = 0
    method: int | None = None
    crc: int | None = None


@dataclass
class Members:
    """All files in an archive.

    Attributes
    ----------
    file
        Holds the members' bytes, open for reading by position: the archive, or what it becomes
        without its compression.
    files, folders
        Members by folder and name, and names of folders by folder.
    faults
        Name of each member that cannot be opened: the reason.
    ignored
        Number of hidden files and files of the system.
    """

    file: IO[bytes]
    files: dict[str, dict[str, Member]] = field(default_factory=lambda: {"": {}})
    folders: dict[str, dict[str, None]] = field(default_factory=lambda: {"": {}})
    faults: dict[str, str] = field(default_factory=dict)
    ignored: int = 0

    def add(self, name: str, member: Member) -> None:
        """Take a member in under the name that the archive gives it, or say why not."""
        key = self.key(name)
        if key is None:
            return
        folder, _, base = key.rpartition("/")
        if base in self.folders.get(folder, {}):
            self.faults[key] = "A folder of the archive has the same name."
            return
        if base in self.files.get(folder, {}):
            self.faults[f"{key} (1)"] = TWICE  # the later one counts, as for all who unpack it
        self.add_folder(folder)
        self.files[folder][base] = member

    def add_folder(self, folder: str) -> None:
        """Take a folder in, with those above it."""
        while folder not in self.files:
            self.files[folder], self.folders[folder] = {}, {}
            above, _, base = folder.rpartition("/")
            if above not in self.folders:
                self.add_folder(above)
            self.folders[above][base] = None
            folder = above

    def fault(self, name: str, reason: str) -> None:
        """Say why a member cannot be opened."""
        key = self.key(name)
        if key is not None:
            self.faults[key] = reason

    def key(self, name: str) -> str | None:
        """The key of a member; None where its name is none, which is said."""
        if not is_text(name):
            self.faults[escaped(name)] = NOT_TEXT
            return None
        name = name.replace("\\", "/")  # as some programs for Windows write them
        key = posixpath.normpath(name)
        if name.startswith("/") or name[1:3] == ":/" or key.split("/", 1)[0] == "..":
            self.faults[name] = "Its name leads out of the archive."
            return None
        *folders, base = key.split("/")
        if is_system(base) or any(is_system(part, folder=True) for part in folders):
            self.ignored += 1
            return None
        return key


Reader = Callable[[IO[bytes], str], Members]
