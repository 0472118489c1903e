"""A zip or tar archive, whose pictures are opened where they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from io import BufferedReader
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import IO, BinaryIO

from artextract.collection.images import PictureError
from artextract.collection.places.base import Listing
from artextract.collection.places.members import Member, Members
from artextract.collection.places.tar_members import COMPRESSIONS, list_tar
from artextract.collection.places.window import Window
from artextract.collection.places.zip_members import list_zip, open_zip_member
from artextract.store import StoreError

_READERS: dict[str, Callable[[IO[bytes], str], Members]] = {"zip": list_zip, "tar": list_tar}
_OTHERS = {b"Rar!": "a RAR archive", b"7z\xbc\xaf\x27\x1c": "a 7z archive"}
_TABLE_ENDINGS = (".csv", ".tsv", ".csv.gz", ".jsonl", ".parquet", ".xlsx")
_TABLES_TRIED = 5
_TAR_ENDINGS = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst")
_LISTING = Lock()  # so that of several threads one lists an archive, and the others wait for it


class Archive:
    """A zip or tar archive, or a folder within one.

    Parameters
    ----------
    file
        The archive.
    inner
        The folder in it, ``/`` between folders; "" for the whole.
    """

    def __init__(self, file: Path, inner: str = "") -> None:
        self.file = Path(file)
        self.inner = inner

    def __str__(self) -> str:
        return str(self.path)

    @property
    def path(self) -> Path:
        """The archive, and the folder in it, as if it were one on disk."""
        return self.file / self.inner

    def files(self, folder: str) -> Sequence[str] | None:
        """See :class:`artextract.collection.places.base.Place`."""
        names = self._members().files.get(self._key(folder))
        return None if names is None else list(names)

    def folders(self, folder: str) -> Sequence[str]:
        """See :class:`artextract.collection.places.base.Place`."""
        return list(self._members().folders.get(self._key(folder), ()))

    def stamp(self, key: str) -> str:
        """Of a zip the member's checksum and size; of a tar, the archive's size and time.

        Raises
        ------
        PictureError
            If it is not there.
        """
        return self._member(key)[1].stamp

    def walk(self) -> Listing:
        """List all members below the folder."""
        members = self._members()
        start = f"{self.inner}/" if self.inner else ""
        files: dict[str, str] = {}
        for folder, names in members.files.items():
            if f"{folder}/".startswith(start):
                above = f"{folder}/"[len(start) :] if folder else ""
                files |= {above + name: member.stamp for name, member in names.items()}
        faults = {
            key.removeprefix(start): reason
            for key, reason in members.faults.items()
            if key.startswith(start) or "/" not in key
        }
        return Listing(files, faults, members.ignored)

    def open(self, key: str) -> BinaryIO:
        """Open a member.

        Raises
        ------
        PictureError
            If it is not in the archive, or damaged there, or the archive is.
        """
        members, member = self._member(key)
        if member.method is None:
            return BufferedReader(Window(members.file, member.start, member.size))
        return open_zip_member(members.file, member)

    def unwrapped(self) -> Path:
        """Where the folders begin: not at one that holds all else and nothing beside."""
        inner = self.inner
        while not self._members().files.get(inner) and len(self._members().folders[inner]) == 1:
            inner = "/".join(part for part in (inner, *self._members().folders[inner]) if part)
        return self.file / inner

    def tables(self) -> list[str]:
        """Keys of the tables that may be of works: the highest first, of these the likely ones."""
        keys = [key for key in self.walk().files if key.lower().endswith(_TABLE_ENDINGS)]
        likely = ("works", "metadata", "data", "labels", "index")

        def order(key: str) -> tuple[int, int, str]:
            stem = PurePosixPath(key).stem.lower()
            return key.count("/"), likely.index(stem) if stem in likely else len(likely), key

        return sorted(keys, key=order)[:_TABLES_TRIED]

    def _key(self, key: str) -> str:
        return "/".join(part for part in (self.inner, key) if part)

    def _member(self, key: str) -> tuple[Members, Member]:
        folder, _, base = self._key(key).rpartition("/")
        try:
            members = self._members()
        except StoreError as error:
            raise PictureError(f"The archive cannot be read: {error}.") from error
        member = members.files.get(folder, {}).get(base)
        if member is None:
            inner = members.faults.get(self._key(key))
            raise PictureError(inner or "The file does not exist.")
        return members, member

    def _members(self) -> Members:
        try:
            status = self.file.stat()
        except OSError as error:
            raise StoreError(f"{self.file} cannot be read ({error.strerror})") from error
        with _LISTING:
            return _members(self.file, status.st_size, status.st_mtime_ns)


# One listing for all that open the same archive: the gallery makes its source for each picture.
@lru_cache(maxsize=4)
def _members(path: Path, size: int, changed: int) -> Members:
    kind = archive_kind(path)
    if kind is None:
        raise StoreError(f"{path} is no zip or tar archive any longer")
    # It stays open while anything reads from it, and is read by position only.
    return _READERS[kind](path.open("rb"), str(path))


def _renew_lock() -> None:
    global _LISTING
    _LISTING = Lock()


# Another thread of the process that was forked may have held it, and is not in this one.
os.register_at_fork(after_in_child=_renew_lock)


def archive_kind(path: Path) -> str | None:
    """``zip`` or ``tar``, told by what is in the file; None for any other file.

    Raises
    ------
    StoreError
        If it is an archive of a kind that is not read, or cannot be opened.
    """
    name = path.name.lower()
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror})") from error
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise StoreError(
                f"{path} is {what}; zip and tar archives are read in place, others are unpacked "
                "first"
            )
    if name.endswith(".zip") or (head[:4] in (b"PK\3\4", b"PK\5\6") and not _is_document(name)):
        return "zip"
    compressed = any(head.startswith(magic) for magic in COMPRESSIONS)
    if head[257:262] == b"ustar" or name.endswith((".tar", *_TAR_ENDINGS)):
        return "tar"
    return "tar" if compressed and ".tar." in name else None


def _is_document(name: str) -> bool:
    """Whether a file is an archive only by how it is written, as office documents are."""
    return name.endswith((".xlsx", ".ods", ".docx", ".odt", ".pptx", ".epub", ".npz", ".jar"))
