"""The chunks of a PNG that Pillow does not tell of, and bounds on how many there are."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

from artextract.collection.pictures.errors import PictureError, cut, damaged
from artextract.collection.pictures.limits import MAX_BESIDE

_MAX_CHUNKS = 2**18  # a gigabyte in chunks of 4 KB; each takes microseconds
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DATA = (b"IDAT", b"fdAT")


@dataclass(frozen=True)
class PngHeader:
    """What a PNG says of itself.

    Attributes
    ----------
    width, height
        In pixels.
    bits
        Per sample: 1, 2, 4, 8 or 16.
    samples
        Per pixel, 1 to 4.
    cicp
        Colour primaries, transfer function, matrix and range by the numbers of ITU-T H.273, if it
        says them.
    """

    width: int
    height: int
    bits: int
    samples: int
    cicp: tuple[int, int, int, int] | None = None


def read_header(stream: BinaryIO) -> PngHeader:
    """Walk through the chunks of a PNG, reading next to none.

    Raises
    ------
    PictureError
        If it does not begin as a PNG does, or holds far more beside its picture than any program
        writes.
    """
    length = stream.seek(0, os.SEEK_END)
    stream.seek(8)
    head = stream.read(25)
    if len(head) < 25 or head[4:8] != b"IHDR":
        raise cut("it ends within its header") if len(head) < 25 else damaged("it has no header")
    width, height, bits, colours = struct.unpack(">IIBB", head[8:18])
    samples = _SAMPLES.get(colours, 4)
    cicp = None
    beside = 0
    for _ in range(_MAX_CHUNKS):
        start = stream.read(8)
        if len(start) < 8 or start[4:] == b"IEND":
            return PngHeader(width, height, bits, samples, cicp)
        size = int.from_bytes(start[:4], "big")
        if start[4:] not in _DATA:
            beside += min(size, length - stream.tell())
        if beside > MAX_BESIDE:
            raise PictureError(
                f"The PNG holds more than {MAX_BESIDE // 2**20} MB of notes beside its picture; "
                "save the picture alone."
            )
        after = stream.tell() + size + 4
        if start[4:] == b"cICP" and size == 4:
            cicp = struct.unpack("4B", stream.read(4))
        if after > length:  # cut; the decoder says so
            return PngHeader(width, height, bits, samples, cicp)
        stream.seek(after)
    raise PictureError("The PNG is in more pieces than any program writes; save it again.")
