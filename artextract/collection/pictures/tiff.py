"""The first directory of a TIFF: what is in it, and bounds on how it is cut up.

Tags, types and values as in TIFF 6.0 and its supplements.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from artextract.collection.pictures.errors import PictureError, cut, damaged
from artextract.collection.pictures.limits import MAX_BESIDE

WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIP_OFFSETS, SAMPLES, STRIP_ROWS, PLANAR, TILE_OFFSETS = 273, 277, 278, 284, 324
TILE_WIDTH, TILE_ROWS, SAMPLE_FORMAT, SUBSAMPLING = 322, 323, 339, 530
WHITE_IS_ZERO, YCBCR = 0, 6
MAX_PIECES = 200_000  # strips or tiles: a row each of the tallest picture, and then some
_WANTED = {
    *(WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, STRIP_ROWS, PLANAR),
    *(TILE_WIDTH, TILE_ROWS, SAMPLE_FORMAT, SUBSAMPLING),
}
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_PIXELS = {1: "whole-number", 2: "signed", 3: "floating-point", 5: "complex", 6: "complex"}
_COLOURS = {
    **{0: "grey", 1: "grey", 2: "RGB", 3: "palette", 4: "mask", 5: "CMYK", 6: "YCbCr"},
    **{8: "CIELab", 9: "ICCLab", 10: "ITULab", 32803: "camera raw", 32844: "LogL"},
    **{32845: "LogLuv", 34892: "linear raw"},
}
_COMPRESSIONS = {
    **{6: "old-style JPEG", 7: "JPEG", 9: "JBIG", 10: "JBIG", 33003: "JPEG 2000"},
    **{33005: "JPEG 2000", 34661: "JBIG", 34712: "JPEG 2000", 34887: "LERC", 34892: "lossy JPEG"},
    **{34933: "PNG", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL"},
}


@dataclass(frozen=True)
class TiffHeader:
    """The first directory.

    Attributes
    ----------
    tags
        Values of the tags that are asked for here.
    pieces
        Number of strips or tiles.
    """

    tags: dict[int, tuple[int, ...]]
    pieces: int

    def tag(self, number: int, default: int) -> int:
        """First value of a tag."""
        return next(iter(self.tags.get(number, ())), default)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as stored."""
        return self.tag(WIDTH, 0), self.tag(LENGTH, 0)

    @property
    def bits(self) -> int:
        """Per sample."""
        return self.tag(BITS, 1)

    @property
    def piece_bytes(self) -> int:
        """Of a strip or tile once it is unpacked."""
        width, height = self.size
        rows = min(self.tag(TILE_ROWS, self.tag(STRIP_ROWS, height)), height)
        across = self.tag(TILE_WIDTH, width)
        return rows * across * self.bits * self.tag(SAMPLES, 1) // 8

    def description(self) -> str:
        """What kind of TIFF this is, as far as it is not the usual one."""
        pixels = _PIXELS.get(self.tag(SAMPLE_FORMAT, 1), "unknown")
        colours = self.tag(PHOTOMETRIC, 0)
        kind = f"{self.bits}-bit {pixels} {_COLOURS.get(colours, f'colour model {colours}')}"
        compression = self.tag(COMPRESSION, 1)
        named = _COMPRESSIONS.get(compression)
        return f"{kind} with {named} compression" if named else kind

    @property
    def needs_libtiff(self) -> bool:
        """Whether Pillow's own reader of what is not compressed would misread it."""
        planar = self.tag(PLANAR, 1) == 2 and self.bits > 8
        ratio = self.tags.get(SUBSAMPLING, (2, 2))
        return planar or (self.tag(PHOTOMETRIC, 0) == YCBCR and ratio != (1, 1))

    @property
    def plausible(self) -> bool:
        """Whether its tags are such as programs write, so that it is rare rather than damaged."""
        known = self.tag(COMPRESSION, 1)
        return (
            self.tag(PHOTOMETRIC, -1) in _COLOURS
            and self.tag(SAMPLE_FORMAT, 1) in _PIXELS
            and (known in _COMPRESSIONS or known in (1, 2, 3, 4, 5, 8, 32773, 32946, 34925, 50000))
            and 0 < self.bits <= 64
            and min(self.size) > 0
        )

    def unreadable(self) -> PictureError:
        """The error of a sound TIFF that Pillow has no decoder for."""
        return PictureError(
            f"The file is a TIFF of a kind that is not read ({self.description()}); save it as RGB "
            "or grey with 8 or 16 bits per channel."
        )


def read_header(stream: BinaryIO) -> TiffHeader:
    """Read the first directory of a TIFF.

    Raises
    ------
    PictureError
        If there is none, or the picture is in more pieces than any program makes.
    """
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = 43 in head[2:4]
    count_format, entry_format = ("Q", "HHQ8s") if big else ("H", "HHI4s")
    offset_format = "Q" if big else "I"
    try:
        (start,) = struct.unpack_from(order + offset_format, head, 8 if big else 4)
        _seek(stream, start, length)
        (entries,) = _unpack(stream, order + count_format)
        if entries > 4096:
            raise damaged("its directory has more entries than there are tags")
        rows = [_unpack(stream, order + entry_format) for _ in range(entries)]
    except struct.error:
        raise cut("its directory is missing") from None
    tags: dict[int, tuple[int, ...]] = {}
    pieces = beside = 0
    for tag, kind, count, value in rows:
        size = count * _SIZES.get(kind, 0)
        if tag in (STRIP_OFFSETS, TILE_OFFSETS):
            pieces = max(pieces, count)
        elif tag in _WANTED and kind in _INTEGERS and count <= 64:
            tags[tag] = _values(stream, order, (kind, count, value), offset_format, length)
        beside += min(size, length)
    if pieces > MAX_PIECES:
        raise PictureError(
            f"The TIFF is in {pieces:,} pieces, more than any program makes; save it again."
        )
    if beside > MAX_BESIDE:
        raise PictureError(
            f"The TIFF holds more than {MAX_BESIDE // 2**20} MB of notes beside its picture; "
            "save the picture alone."
        )
    return TiffHeader(tags, pieces)


def _values(
    stream: BinaryIO,
    order: str,
    entry: tuple[int, int, bytes],
    offset_format: str,
    length: int,
) -> tuple[int, ...]:
    kind, count, value = entry
    layout = f"{order}{count}{_INTEGERS[kind]}"
    if struct.calcsize(layout) <= len(value):
        return struct.unpack_from(layout, value)
    try:
        _seek(stream, struct.unpack(order + offset_format, value)[0], length)
        return _unpack(stream, layout)
    except struct.error:
        return ()  # the decoder does without it, or says what is missing


def _seek(stream: BinaryIO, offset: int, length: int) -> None:
    if offset >= length:
        raise struct.error("beyond the end of the file")
    stream.seek(offset)


def _unpack(stream: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(layout, stream.read(struct.calcsize(layout)))
