"""Zip archives: what they hold, and a member's content, checked while it is read.

The standard library lists the members. It opens them through one handle, whose position threads
and forks share, and trusts the sizes that an archive gives; so that is done here.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from typing import IO, Any, BinaryIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from artextract.collection.images import PictureError
from artextract.collection.places.members import Member, Members
from artextract.collection.places.window import Window
from artextract.store import StoreError

LARGEST = 2**28  # bytes of a compressed member, which are read at once: no painting is larger
_BLOCK = 2**20
_HEADER = struct.Struct("<4s22xHH")  # its signature, and lengths of the name and of more
_ENCRYPTED, _UTF8 = 0x1, 0x800
_METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES encryption"}
_DAMAGED = "It is damaged in the archive"


def list_zip(file: IO[bytes], name: str) -> Members:
    """List the members of a zip archive.

    Raises
    ------
    StoreError
        If its directory, which is at its end, is missing or damaged.
    """
    try:
        infos = ZipFile(file).infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        split = "disk" in str(error) or "multi" in str(error)
        raise StoreError(
            f"{name} cannot be read as a zip archive ({error}): "
            + (
                "it is one part of several; join them with zip -s 0 FIRST.zip --out WHOLE.zip"
                if split
                else "it is damaged, or its download stopped; copy or download it again"
            )
        ) from error
    found = Members(file)
    ends: dict[int, int] = {}  # where a member's data begin: where they may end
    starts = sorted({info.header_offset for info in infos})
    ends = dict(zip(starts, [*starts[1:], starts[-1] + 2**62] if starts else [], strict=True))
    for info in infos:
        member, fault = _member(info, ends[info.header_offset])
        if info.filename.endswith(("/", "\\")):
            if key := found.key(_name(info)):
                found.add_folder(key)
        elif fault:
            found.fault(_name(info), fault)
        else:
            found.add(_name(info), member)
    return found


def _name(info: ZipInfo) -> str:
    """A member's name: without the flag for UTF-8 in an old code page, or UTF-8 all the same."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _member(info: ZipInfo, end: int) -> tuple[Member, str]:
    fault = ""
    if info.flag_bits & _ENCRYPTED:
        fault = "It is encrypted in the archive; unpack it with its password."
    elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA):
        method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
        fault = f"It is compressed by {method} in the archive, which is not read; unpack it."
    elif info.external_attr >> 28 == 0xA:
        fault = "It is a link in the archive."
    elif info.header_offset + info.compress_size > end:
        fault = f"{_DAMAGED}: it overlaps with another file, as in archives made to do harm."
    elif info.compress_type != ZIP_STORED and info.file_size > LARGEST:
        fault = (
            f"It would take {info.file_size / 1e6:,.0f} MB unpacked; of a compressed file "
            f"{LARGEST / 1e6:.0f} MB are read at most."
        )
    elif info.compress_type == ZIP_STORED and info.file_size != info.compress_size:
        fault = f"{_DAMAGED}: its sizes differ."
    stamp = f"{info.CRC:08x}-{info.file_size}"
    return (
        Member(
            info.header_offset,
            info.file_size,
            stamp,
            info.compress_size,
            info.compress_type,
            info.CRC,
        ),
        fault,
    )


def open_zip_member(file: IO[bytes], member: Member) -> BinaryIO:
    """Open a member, whose content is checked first.

    Raises
    ------
    PictureError
        If it is damaged.
    """
    header = Window(file, member.start, _HEADER.size).read()
    if len(header) < _HEADER.size or header[:4] != b"PK\x03\x04":
        raise PictureError(f"{_DAMAGED}: it is not where the archive says.")
    _, name, more = _HEADER.unpack(header)
    packed = Window(file, member.start + _HEADER.size + name + more, member.packed)
    if member.method == ZIP_STORED:
        if _crc(packed) != member.crc:
            raise PictureError(f"{_DAMAGED}: its checksum is wrong.")
        packed.seek(0)
        return io.BufferedReader(packed)
    try:
        content = _unpacked(packed, member)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise PictureError(f"{_DAMAGED} ({error}).") from error
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise PictureError(f"{_DAMAGED}: its size or checksum is wrong.")
    return io.BytesIO(content)


def _crc(stream: Window) -> int:
    crc = 0
    while block := stream.read(_BLOCK):
        crc = zlib.crc32(block, crc)
    return crc


def _unpacked(packed: Window, member: Member) -> bytes:
    """The content of a member, one byte beyond its size at most: it may be made to do harm."""
    data = packed.read()
    if member.method == ZIP_DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, member.size + 1)
    decompressor: Any = bz2.BZ2Decompressor()
    if member.method == ZIP_LZMA:
        length = int.from_bytes(data[2:4], "little")
        options = lzma._decode_filter_properties(  # type: ignore[attr-defined]
            lzma.FILTER_LZMA1, data[4 : 4 + length]
        )
        decompressor = lzma.LZMADecompressor(
            lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1} | options]
        )
        data = data[4 + length :]
    return decompressor.decompress(data, member.size + 1)
