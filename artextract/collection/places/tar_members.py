"""Tar archives: where every member's bytes lie.

In a plain tar they are read where they are. Within a compressed one no place can be reached but
from its beginning: it is decompressed once, into a file without a name that ends with the process.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import posixpath
import tarfile
import tempfile
from collections.abc import Callable
from typing import IO, Any

from artextract.collection.places.members import Member, Members
from artextract.store import StoreError

LARGEST = 2**31  # bytes of a compressed archive without its compression
_BLOCK = 2**20


def _zstandard(file: IO[bytes]) -> Any:
    import pyarrow as pa  # takes a third of a second to import

    return pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")


# By the first bytes: what decompresses, and the command for it.
COMPRESSIONS: dict[bytes, tuple[Callable[[IO[bytes]], Any], str]] = {
    b"\x1f\x8b": (lambda file: gzip.GzipFile(fileobj=file), "gunzip"),
    b"BZh": (bz2.BZ2File, "bunzip2"),
    b"\xfd7zXZ\0": (lzma.LZMAFile, "unxz"),
    b"\x28\xb5\x2f\xfd": (_zstandard, "unzstd"),
}


def list_tar(file: IO[bytes], name: str) -> Members:
    """List the members of a tar archive, perhaps a compressed one.

    Raises
    ------
    StoreError
        If it is damaged from the start, or too large to be decompressed at each start.
    """
    head = os.pread(file.fileno(), 8, 0)
    status = os.fstat(file.fileno())
    stamp = f"{status.st_size}-{status.st_mtime_ns}"
    cut = ""
    for magic, (decompressor, command) in COMPRESSIONS.items():
        if head.startswith(magic):
            file, cut = _decompressed(file, name, decompressor, command)
    found = Members(file)
    links: list[tuple[str, str]] = []
    try:
        # errors: names that are no UTF-8 keep their bytes, and are told by them.
        with tarfile.open(fileobj=file, mode="r:", errors="surrogateescape") as archive:
            for info in archive:
                _take(info, found, links, stamp)
                archive.members = []  # type: ignore[attr-defined]  # it would keep them all
    except (tarfile.TarError, OSError, ValueError, EOFError, MemoryError) as error:
        if not any(found.files.values()):
            raise StoreError(
                f"{name} cannot be read as a tar archive ({cut or error}); "
                "copy or download it again"
            ) from error
        cut = cut or str(error)
    _check_end(found, os.fstat(file.fileno()).st_size)
    for key, target in links:
        folder, _, base = target.rpartition("/")
        member = found.files.get(folder, {}).get(base)
        if member:
            found.add(key, member)
        else:
            found.faults[key] = f"It is a link to {target}, which is not in the archive."
    if cut:
        found.faults[posixpath.basename(name)] = (
            f"The archive ends too early or is damaged ({cut})."
        )
    return found


def _take(info: tarfile.TarInfo, found: Members, links: list[tuple[str, str]], stamp: str) -> None:
    if info.isdir():
        if key := found.key(info.name):
            found.add_folder("" if key == "." else key)
    elif info.islnk() or info.issym():
        if key := found.key(info.name):
            above = posixpath.dirname(key) if info.issym() else ""
            links.append((key, posixpath.normpath(posixpath.join(above, info.linkname))))
    elif info.issparse():
        found.fault(info.name, "It is stored with gaps in the archive, which is not read.")
    elif not info.isfile():
        found.fault(info.name, "It is a pipe or a device, not a file.")
    else:
        found.add(info.name, Member(info.offset_data, info.size, f"{stamp}-{info.offset_data}"))


def _check_end(found: Members, size: int) -> None:
    """Take out the member that ends beyond the archive, which was cut within it."""
    for folder, files in found.files.items():
        for base, member in list(files.items()):
            if member.start + member.size > size:
                del files[base]
                key = f"{folder}/{base}" if folder else base
                found.faults[key] = "The archive ends within the file."


def _decompressed(
    file: IO[bytes], name: str, decompressor: Callable[[IO[bytes]], Any], command: str
) -> tuple[IO[bytes], str]:
    """The archive without its compression, and what was wrong before its end."""
    plain = tempfile.TemporaryFile(prefix="artextract-")  # noqa: SIM115
    written = 0
    fault = ""
    try:
        file.seek(0)
        stream = decompressor(file)
        # What can be read before the fault is given first, unlike by read().
        read = getattr(stream, "read1", stream.read)
        while block := read(_BLOCK):
            written += len(block)
            if written > LARGEST:
                plain.close()
                raise StoreError(
                    f"{name} has more than {LARGEST / 1e9:.0f} GB without its compression, too "
                    "much to be decompressed at each start, and within it no picture is found; "
                    "a plain .tar is read in place",
                    command=f"{command} {name}",
                )
            plain.write(block)
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        fault = str(error) or type(error).__name__
    plain.flush()
    plain.seek(0)
    return plain, fault
