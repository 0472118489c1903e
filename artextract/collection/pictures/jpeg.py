"""The structure of a JPEG: its header, its scans, and whether its data reach its end.

Markers as in ITU-T T.81, annex B. In the data of a scan 0xFF is always followed by 0 or a restart
marker, so that end and start of scans can be searched for without decoding.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from artextract.collection.pictures.errors import PictureError, cut, damaged
from artextract.collection.pictures.limits import MAX_BESIDE

MAX_SCANS = 100  # libtiff's limit too; encoders write some ten
# Each scan walks over all pixels: ten scans of 150 megapixels take some four seconds.
MAX_SCANNED = 1_500_000_000
_MAX_SEGMENTS = 10_000
_MAX_JUNK = 2**16  # bytes between two markers, or of quantisation tables
_BLOCK = 2**20
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_START, _END, _TABLES = 0xDA, 0xD9, 0xDB


@dataclass(frozen=True)
class JpegHeader:
    """What stands before the data.

    Attributes
    ----------
    width, height
        In pixels.
    samples
        Coefficients per pixel, all components together: 1.5 where colour has half the resolution.
    buffered
        Whether all coefficients are held until the last scan has been read.
    bits
        Per sample.
    data_at
        Offset in the file of the first start of scan.
    """

    width: int
    height: int
    samples: float
    buffered: bool
    bits: int
    data_at: int


def read_header(stream: BinaryIO) -> JpegHeader:
    """Read the segments of a JPEG up to its data.

    Raises
    ------
    PictureError
        If there is no data, or more segments than any camera writes.
    """
    stream.seek(2)
    frame: tuple[int, bytes] | None = None
    beside = tables = 0
    for _ in range(_MAX_SEGMENTS):
        marker = _next_marker(stream)
        if marker in _ALONE:
            continue
        if marker == _END:
            raise damaged("it ends before its data begin")
        length = int.from_bytes(_read(stream, 2), "big") - 2
        if length < 0:
            raise damaged("a segment of its header has no length")
        if marker == _START:
            first = _read(stream, 1)[0]
            break
        beside += length
        tables += length * (marker == _TABLES)
        if beside > MAX_BESIDE or tables > _MAX_JUNK:
            raise damaged("its header is longer than any camera writes")
        if marker not in _FRAMES:
            stream.seek(length, os.SEEK_CUR)
        elif frame is not None:
            raise damaged("it says its size twice")
        else:
            frame = marker, _read(stream, length)
    else:
        raise damaged("its header has more parts than any camera writes")
    if frame is None or len(frame[1]) < 9:
        raise damaged("it does not say its size")
    marker, content = frame
    height, width = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
    factors = [byte >> 4 or 1 for byte in content[7::3]], [byte & 15 or 1 for byte in content[7::3]]
    across, down = (max(f) for f in factors)
    samples = sum(h * v for h, v in zip(*factors, strict=True)) / (across * down)
    buffered = marker in _PROGRESSIVE or first < content[5]
    return JpegHeader(width, height, samples, buffered, content[0], stream.tell() - 5)


def check_scans(stream: BinaryIO, header: JpegHeader) -> None:
    """Refuse a JPEG that would take minutes, each of its scans going over all of the picture.

    Raises
    ------
    PictureError
        If it has more scans than a decoder should be given.
    """
    scans = 0
    for block in _blocks(stream, header.data_at):
        scans += block.count(b"\xff\xda")
        if scans > MAX_SCANS or scans * header.width * header.height > MAX_SCANNED:
            raise PictureError(
                f"The picture is a progressive JPEG of {scans} passes or more over "
                f"{header.width}×{header.height} pixels; save it as a baseline JPEG."
            )


def check_tail(stream: BinaryIO, header: JpegHeader) -> None:
    """Refuse a JPEG whose download stopped in a file of full length; libjpeg makes it grey.

    Zeros after the end of the picture are harmless, as is what follows it in an MPO.

    Raises
    ------
    PictureError
        If the rest of its data is blank.
    """
    length = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, length - 64))
    if stream.read().strip(b"\0"):
        return
    if not any(b"\xff\xd9" in block for block in _blocks(stream, header.data_at)):
        raise cut("the rest of its data is blank")


def _next_marker(stream: BinaryIO) -> int:
    """The next marker; what is none is skipped, as decoders do."""
    before = 0
    for _ in range(_MAX_JUNK):
        code = _read(stream, 1)[0]
        if before == 0xFF and code not in (0, 0xFF):
            return code
        before = code
    raise damaged("no data follow its header")


def _read(stream: BinaryIO, n: int) -> bytes:
    content = stream.read(n)
    if len(content) < n:
        raise cut("it ends within its header")
    return content


def _blocks(stream: BinaryIO, start: int) -> Iterator[bytes]:
    """The file from `start` on in blocks, each with the last byte of the one before it."""
    stream.seek(start)
    last = b""
    while block := stream.read(_BLOCK):
        yield last + block
        last = block[-1:]
