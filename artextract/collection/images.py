"""Opening pictures that may be anything, and making thumbnails.

Whatever is wrong with a file, :func:`open_picture` answers with a picture or with one sentence.
"""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from artextract.collection.colour import upright_rgb

# No other decoder is let near a file: Pillow's EPS reader, for one, starts Ghostscript.
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "JPEG2000")
# Files that say of themselves that they are pictures: those that cannot be read are listed.
SUFFIXES = frozenset(
    {
        *(".avif", ".bmp", ".gif", ".heic", ".j2k", ".jfif", ".jp2", ".jpeg", ".jpf", ".jpg"),
        *(".jpx", ".png", ".tif", ".tiff", ".webp"),
    }
)
# To be raised when the same file comes out as another picture: thumbnails and features are then
# made anew. Size and quality of thumbnails do not count here.
DECODER = 2
MIN_SIDE = 16  # pixels: less is a tracking dot or a broken export, not a painting
# Pillow's own limit before it refuses to open a file, so that nobody's global setting is touched.
MAX_PIXELS = 178_956_970
THUMBNAIL_SIDE = 320  # pixels, the longer side
THUMBNAIL_QUALITY = 85

_WHAT_IT_IS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"{", "a JSON or text file"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture itself; run git lfs pull"),
)
_EXPECTED = "JPEG, PNG, WebP, TIFF, AVIF or JPEG 2000"
_SILENT = logging.NullHandler()  # one, so that adding it again does nothing


class PictureError(Exception):
    """A file is no picture that can be used. The message is one sentence for a person."""


def open_picture(
    source: Path | str | bytes | BinaryIO, *, min_side: int | None = None
) -> Image.Image:
    """Open, decode entirely and normalise a picture.

    EXIF rotation is applied, transparency is laid on white, 16-bit greys are scaled, CMYK and
    palettes become RGB, colours of an embedded profile become those of sRGB, and of an animation
    the first frame is taken.

    Parameters
    ----------
    source
        A file, its content, or a binary stream (read from its beginning).
    min_side
        In pixels. A JPEG is decoded at 1/2, 1/4 or 1/8 of its size as long as both sides keep at
        least this length, which costs a fraction; None decodes it whole.

    Returns
    -------
    Image in mode RGB, without metadata.

    Raises
    ------
    PictureError
        If the file is missing, empty, no picture, of another format than `FORMATS`, truncated or
        otherwise damaged, smaller than `MIN_SIDE` on a side or larger than `MAX_PIXELS`.
    """
    with ExitStack() as stack:
        stream = _stream(source, stack)
        # Pillow warns about odd metadata and logs it; a person is told once, by the exception.
        # Module filters are set again at each call because catch_warnings() is not thread-safe.
        warnings.filterwarnings("ignore", module=r"PIL\.")
        logging.getLogger("PIL").addHandler(_SILENT)
        try:
            image = stack.enter_context(Image.open(stream, formats=FORMATS))
        except UnidentifiedImageError:
            raise PictureError(_what_it_is(stream)) from None
        except Image.DecompressionBombError:
            raise PictureError(_too_large("")) from None
        except Exception as error:  # decoders raise anything at all on hostile headers
            raise PictureError(_damaged(error)) from error
        width, height = image.size
        if min(width, height) < MIN_SIDE:
            raise PictureError(
                f"The picture is {width}×{height} pixels; each side needs at least {MIN_SIDE}."
            )
        if width * height > MAX_PIXELS:
            raise PictureError(_too_large(f" ({width}×{height})"))
        if image.format == "JPEG" and _ends_in_zeros(stream):
            raise PictureError("The picture is damaged: the rest of its data is blank.")
        try:
            if min_side is not None:
                image.draft("RGB", (min_side, min_side))
            image.load()
            return upright_rgb(image)
        except Exception as error:
            raise PictureError(_damaged(error)) from error


def open_file(path: Path) -> BinaryIO:
    """Open a file that may hold a picture, for reading.

    Raises
    ------
    PictureError
        If it does not exist, is no file, or cannot be opened.
    """
    try:
        if path.exists() and not path.is_file():
            raise PictureError("It is a folder or a device, not a file.")
        return path.open("rb")
    except FileNotFoundError:
        raise PictureError("The file does not exist.") from None
    except (OSError, ValueError) as error:
        raise PictureError(f"The file cannot be read ({_reason(error)}).") from error


def _stream(source: Path | str | bytes | BinaryIO, stack: ExitStack) -> BinaryIO:
    if isinstance(source, bytes):
        stream: BinaryIO = BytesIO(source)
    elif isinstance(source, (str, Path)):
        stream = stack.enter_context(open_file(Path(source)))
    else:
        stream = source
    try:
        stream.seek(0)
        if not stream.read(1):
            raise PictureError("The file is empty.")
        stream.seek(0)
    except OSError as error:
        raise PictureError(f"The file cannot be read ({_reason(error)}).") from error
    return stream


def _ends_in_zeros(stream: BinaryIO) -> bool:
    """Tell a JPEG whose download stopped in a file of full length; libjpeg makes it grey."""
    here = stream.tell()
    stream.seek(0, os.SEEK_END)
    length = stream.tell()
    stream.seek(max(0, length - 64))
    blank = False
    if not stream.read().strip(b"\0"):
        stream.seek(0)
        data = stream.read()
        # Zeros after the end marker are harmless; there is none after the last start of scan here.
        blank = data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")
    stream.seek(here)
    return blank


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _what_it_is(stream: BinaryIO) -> str:
    stream.seek(0)
    head = stream.read(1024)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    what = next((what for magic, what in _WHAT_IT_IS if head.startswith(magic)), None)
    if b"<svg" in text:
        what = "an SVG drawing"
    elif text.startswith((b"<!doctype", b"<html")) or b"<html" in text:
        what = "a web page (HTML)"
    elif text.startswith(b"<?xml"):
        what = "an XML document"
    elif head[4:8] == b"ftyp" and head[8:11] != b"avi":
        what = "a HEIC picture" if head[8:11] in (b"hei", b"mif", b"msf", b"hev") else "a film"
    if what:
        return f"The file is {what}; expected {_EXPECTED}."
    if head[4:8] == b"ftyp" or head.startswith(
        (b"\xff\xd8", b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*")
    ):
        return "The picture is damaged or truncated: its header cannot be read."
    return f"The file is no picture that can be read; expected {_EXPECTED}."


def _too_large(size: str) -> str:
    return f"The picture{size} has more than {MAX_PIXELS / 1e6:.0f} million pixels."


def _damaged(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The picture does not fit into memory."
    if isinstance(error, EOFError) or "truncated" in str(error).lower():
        return "The picture is truncated: its data end too early."
    return f"The picture is damaged ({str(error) or type(error).__name__})."


def thumbnail(picture: Image.Image, *, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a JPEG of `picture` whose longer side has at most `side` pixels."""
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    content = BytesIO()
    small.save(content, "JPEG", quality=THUMBNAIL_QUALITY)
    return content.getvalue()
