"""Opening pictures that may be anything, and making thumbnails.

Whatever is wrong with a file, :func:`open_picture` answers with a picture or with one sentence, in
seconds and with less than 2 GB. What is known before decoding lies in
:mod:`artextract.collection.pictures`.
"""

from __future__ import annotations

from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from artextract.collection.colour import upright_rgb
from artextract.collection.pictures.errors import PictureError as PictureError
from artextract.collection.pictures.limits import LIMITS, MAX_PIXELS, MIN_SIDE, too_large
from artextract.collection.pictures.memory import memory_for
from artextract.collection.pictures.opening import decoding_error, open_undecoded

# No other decoder is let near a file: Pillow's EPS reader, for one, starts Ghostscript.
FORMATS = tuple(LIMITS)
# Files of these formats, to be offered where somebody chooses one.
READABLE = frozenset(
    {
        *(".avif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpf", ".jpg", ".jpx", ".mpo"),
        *(".png", ".tif", ".tiff", ".webp"),
    }
)
# Files that say of themselves that they are pictures: those that cannot be read are listed.
SUFFIXES = READABLE | {
    *(".avifs", ".bmp", ".gif", ".heic", ".heif", ".jxl", ".psb", ".psd"),
}
# To be raised when the same file comes out as another picture: thumbnails and features are then
# made anew. Size and quality of thumbnails do not count here.
DECODER = 3
THUMBNAIL_SIDE = 320  # pixels, the longer side
THUMBNAIL_QUALITY = 85
_LARGE = 2**24  # pixels: above, a picture is made smaller while its colours are converted


def open_picture(
    source: Path | str | bytes | BinaryIO, *, min_side: int | None = None
) -> Image.Image:
    """Open, decode entirely and normalise a picture.

    EXIF rotation is applied, transparency is laid on white, 16-bit greys are scaled, CMYK, Lab and
    palettes become RGB, colours of an embedded profile become those of sRGB, and of an animation
    or an MPO the first frame is taken.

    Parameters
    ----------
    source
        A file, its content, or a binary stream (read from its beginning).
    min_side
        In pixels. A JPEG is decoded at 1/2, 1/4 or 1/8 of its size as long as both sides keep at
        least this length, which costs a fraction, and any other picture of more than 17 megapixels
        is made smaller likewise; None keeps the whole.

    Returns
    -------
    Image in mode RGB, without metadata.

    Raises
    ------
    PictureError
        If the file is missing, empty, no picture, of another format than `FORMATS`, truncated or
        otherwise damaged, smaller than 16 pixels on a side, or larger than its format may be (see
        :mod:`artextract.collection.pictures.limits`).
    """
    with ExitStack() as stack:
        undecoded = open_undecoded(_stream(source, stack))
        image = stack.enter_context(undecoded.image)
        if min_side is not None:
            image.draft("RGB", (min_side, min_side))
        width, height = image.size
        if width * height > MAX_PIXELS:  # even so
            raise too_large(width, height, str(image.format))
        factor = 1
        if min_side is not None and width * height > _LARGE:
            factor = max(1, min(width, height) // min_side)
        with memory_for(undecoded.memory(factor)):
            try:
                image.load()
                return upright_rgb(image, undecoded.encoding, factor=factor)
            except Exception as error:  # decoders raise anything at all
                raise decoding_error(error) from error


def picture_size(source: Path | str | bytes | BinaryIO) -> tuple[int, int]:
    """Width and height of a picture in pixels as stored, by its header alone.

    Raises
    ------
    PictureError
        As :func:`open_picture`, as far as the header tells.
    """
    with ExitStack() as stack:
        return open_undecoded(_stream(source, stack)).image.size


def read_content(stream: BinaryIO) -> bytes:
    """The bytes of a file that may hold a picture, unless it is too large to be one.

    Raises
    ------
    PictureError
        If it has more bytes than a picture of any format may have.
    """
    most = max(limits.file_bytes for limits in LIMITS.values())
    content = stream.read(most + 1)
    if len(content) > most:
        raise PictureError(f"The file has more than {most // 2**20:,} MB; save it smaller.")
    return content


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
        return BytesIO(source)
    if isinstance(source, (str, Path)):
        return stack.enter_context(open_file(Path(source)))
    return source


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def shrink(picture: Image.Image, *, side: int) -> Image.Image:
    """A copy of `picture` whose longer side has at most `side` pixels.

    A strip keeps `MIN_SIDE` pixels, or as many as it has, across: it is squeezed, since a line of a
    pixel's breadth would show nothing.
    """
    small = picture.copy()
    width, height = picture.size
    scale = side / max(width, height)
    if scale < 1 and min(width, height) * scale < MIN_SIDE:
        across, down = (max(round(n * scale), min(n, MIN_SIDE)) for n in picture.size)
        return small.resize((across, down), Image.Resampling.BOX)
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small


def thumbnail(picture: Image.Image, *, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a JPEG of `picture` as :func:`shrink` makes it smaller."""
    content = BytesIO()
    shrink(picture, side=side).save(content, "JPEG", quality=THUMBNAIL_QUALITY)
    return content.getvalue()
