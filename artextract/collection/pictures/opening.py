"""From a stream to a decoder that has read the header and nothing else.

Every bound is checked here or just after, before a pixel is decoded.
"""

from __future__ import annotations

import ctypes
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO

from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin, UnidentifiedImageError

from artextract.collection.colour import Encoding
from artextract.collection.pictures import jpeg, png, tiff
from artextract.collection.pictures.errors import PictureError, cut, damaged
from artextract.collection.pictures.limits import (
    LIMITS,
    check_bytes,
    check_memory,
    check_size,
)
from artextract.collection.pictures.profiles import profile_of_png
from artextract.collection.pictures.recognition import recognise, what_it_is

_SILENT = logging.NullHandler()  # one, so that adding it again does nothing
_BYTES = {"1": 1, "L": 1, "P": 1} | dict.fromkeys(("I;16", "I;16B", "I;16L", "I;16N"), 2)
_HEADER_LOST = "The picture is damaged or truncated: its header cannot be read; download, copy or "
_HEADER_LOST += "export it again."


@dataclass(frozen=True)
class Undecoded:
    """A picture whose header has been read.

    Attributes
    ----------
    image
        Not loaded.
    encoding
        What Pillow does not tell of it.
    raw
        Bytes of the pixels as they are stored, unpacked.
    beside
        Bytes that the decoder holds beside the picture.
    """

    image: Image.Image
    encoding: Encoding = field(default_factory=Encoding)
    raw: int = 0
    beside: int = 0

    def memory(self, factor: int) -> int:
        """Bytes that decoding takes, and converting to RGB at 1/`factor` of the size.

        Raises
        ------
        PictureError
            If they are more than a picture may take.
        """
        pixels = self.image.width * self.image.height
        # The result is held twice while it is turned upright.
        needed = pixels * _BYTES.get(self.image.mode, 4) + 8 * pixels // factor**2 + self.beside
        check_memory(needed, self.raw, str(self.image.format))
        return needed


def open_undecoded(stream: BinaryIO) -> Undecoded:
    """Recognise a picture by its content, check it against all bounds, and open it.

    Raises
    ------
    PictureError
        If it is no picture of a format that is read, damaged as far as its header tells, or out of
        bounds.
    """
    _be_quiet()
    try:
        length = stream.seek(0, 2)
        stream.seek(0)
        head = stream.read(1024)
    except OSError as error:
        raise PictureError(f"The file cannot be read ({error.strerror or error}).") from error
    if not head:
        raise PictureError("The file is empty; download or copy it again.")
    format = recognise(head)
    if format is None:
        raise PictureError(what_it_is(head))
    check_bytes(length, format)
    try:
        return _OPEN[format](stream)
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PictureError(_HEADER_LOST) from None
    except Exception as error:  # decoders raise anything at all on hostile headers
        raise decoding_error(error) from error


def decoding_error(error: Exception) -> PictureError:
    """What a decoder raised, as a sentence for a person."""
    if isinstance(error, PictureError):
        return error
    if isinstance(error, MemoryError):
        return PictureError("The picture does not fit into memory; save it smaller.")
    text = " ".join(str(error).split())
    if isinstance(error, EOFError) or "truncated" in text.lower():
        return cut("its data end too early")
    if not text or "decoder error" in text or not text.isprintable() or len(text) > 100:
        return damaged("its data cannot be decoded")
    return damaged(text)


def _jpeg(stream: BinaryIO) -> Undecoded:
    header = jpeg.read_header(stream)
    check_size(header.width, header.height, "JPEG")
    if header.bits != 8:
        raise PictureError(
            f"The picture is a JPEG with {header.bits} bits per channel; save it with 8."
        )
    if header.buffered:
        jpeg.check_scans(stream, header)
    jpeg.check_tail(stream, header)
    stream.seek(0)
    raw = round(header.width * header.height * header.samples)
    # Not Image.open: what follows the first picture of an MPO is of no interest, and a large
    # picture is decoded small.
    image = JpegImagePlugin.JpegImageFile(stream)
    return Undecoded(image, raw=raw, beside=2 * raw * header.buffered)


def _png(stream: BinaryIO) -> Undecoded:
    header = png.read_header(stream)
    check_size(header.width, header.height, "PNG")
    image = _open(stream, "PNG")
    info, profile = image.info, None
    if header.cicp is not None:
        profile = profile_of_png(None, None, header.cicp)
    elif "srgb" not in info:
        profile = profile_of_png(info.get("gamma"), info.get("chromaticity"), None)
    if header.cicp is not None and profile is not None:
        info.pop("icc_profile", None)  # which is for programs that do not know cICP
    raw = header.width * header.height * header.samples * header.bits // 8
    return Undecoded(image, Encoding(header.bits, profile=profile), raw)


def _tiff(stream: BinaryIO) -> Undecoded:
    header = tiff.read_header(stream)
    check_size(*header.size, "TIFF")
    _silence_libtiff()
    # 16-bit big-endian greys with white as zero, and 64-bit ones, are kinds that Pillow has the
    # code for and no entry.
    for key, modes in _MORE_TIFFS.items():
        TiffImagePlugin.OPEN_INFO.setdefault(key, modes)
    try:
        image = _open(stream, "TIFF")
    except Exception:
        if header.plausible:
            raise header.unreadable() from None
        raise
    deep = image.mode.startswith("I") or image.mode == "F"
    white_is_zero = deep and header.tag(tiff.PHOTOMETRIC, 0) == tiff.WHITE_IS_ZERO
    raw = header.size[0] * header.size[1] * header.tag(tiff.SAMPLES, 1) * header.bits // 8
    packed = header.tag(tiff.COMPRESSION, 1) != 1
    if not packed and header.needs_libtiff:
        raise header.unreadable()
    return Undecoded(image, Encoding(header.bits, white_is_zero), raw, header.piece_bytes * packed)


def _whole(format: str) -> Callable[[BinaryIO], Undecoded]:
    """For formats whose decoders take the whole file."""

    def opened(stream: BinaryIO) -> Undecoded:
        image = _open(stream, format)
        check_size(*image.size, format)
        pixels = image.width * image.height
        return Undecoded(image, raw=4 * pixels, beside=pixels * LIMITS[format].bytes_per_pixel)

    return opened


def _open(stream: BinaryIO, format: str) -> ImageFile.ImageFile:
    stream.seek(0)
    return Image.open(stream, formats=(format,))


_OPEN: dict[str, Callable[[BinaryIO], Undecoded]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "TIFF": _tiff,
    "WEBP": _whole("WEBP"),
    "AVIF": _whole("AVIF"),
    "JPEG2000": _whole("JPEG2000"),
}
_MORE_TIFFS = {
    (b"MM", 0, (1,), 1, (16,), ()): ("I;16B", "I;16B"),
    (b"II", 1, (3,), 1, (64,), ()): ("F", "F;64F"),
    (b"MM", 1, (3,), 1, (64,), ()): ("F", "F;64BF"),
}


def _be_quiet() -> None:
    # Pillow warns about odd metadata and logs it; a person is told once, by the exception.
    # Module filters are set again at each call because catch_warnings() is not thread-safe.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    logging.getLogger("PIL").addHandler(_SILENT)


@lru_cache(maxsize=1)
def _silence_libtiff() -> None:
    """Tell libtiff to keep its messages, which it writes to stderr, to itself.

    It is the library's own switch; where Pillow has swallowed the library, it is out of reach.
    """
    try:
        from PIL import _imaging

        libtiff = ctypes.CDLL(_imaging.__file__)
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            setter = getattr(libtiff, name)
            setter.restype, setter.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
            setter(None)
    except (ImportError, OSError, AttributeError):
        pass
