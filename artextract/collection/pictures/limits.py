"""How large a picture may be, so that none takes more than seconds and 2 GB to open.

All of it is checked by what the header says, before anything is decoded.
"""

from __future__ import annotations

from dataclasses import dataclass

from artextract.collection.pictures.errors import PictureError

# Pillow's own limit before it refuses to open a file, so that nobody's global setting is touched.
MAX_PIXELS = 178_956_970
MIN_SIDE = 16  # pixels: less is a tracking dot or a broken export, not a painting
MAX_MEMORY = 1_700_000_000  # bytes that decoding may take; libraries and the result come on top
MAX_BESIDE = 2**27  # bytes in a file that are no picture: profiles, previews, notes
_MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Of one format.

    Attributes
    ----------
    file_bytes
        Of the file.
    pixels
        In the file; the slower and the hungrier a decoder, the fewer.
    raw_bytes
        Of its pixels as they are stored once they are unpacked, which takes time.
    bytes_per_pixel
        That the decoder holds beside the finished picture.
    """

    file_bytes: int = 2**30
    pixels: int = MAX_PIXELS
    raw_bytes: int = 2**30
    bytes_per_pixel: int = 0


# A JPEG is decoded small, so that neither its pixels nor their memory are what limits it. WebP,
# AVIF and JPEG 2000 are read whole, and their decoders hold several copies of the picture.
LIMITS = {
    "JPEG": Limits(file_bytes=2**29, pixels=400_000_000, raw_bytes=2**31),
    "PNG": Limits(raw_bytes=450_000_000),
    "TIFF": Limits(),
    "WEBP": Limits(file_bytes=2**28, pixels=80_000_000, bytes_per_pixel=12),
    "AVIF": Limits(file_bytes=2**28, pixels=50_000_000, bytes_per_pixel=20),
    "JPEG2000": Limits(file_bytes=2**28, pixels=16_000_000, bytes_per_pixel=20),
}


def check_bytes(size: int, format: str) -> None:
    """Refuse a file that is too long to be read.

    Raises
    ------
    PictureError
        If it is.
    """
    most = LIMITS[format].file_bytes
    if size > most:
        raise PictureError(
            f"The file has {size / _MB:,.0f} MB; of a {format} at most {most // _MB:,} MB are "
            "read: save it smaller."
        )


def check_size(width: int, height: int, format: str) -> None:
    """Refuse a picture of too few or too many pixels.

    Raises
    ------
    PictureError
        If it is one.
    """
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"The picture is {width}×{height} pixels; each side needs at least {MIN_SIDE}: "
            "take a larger copy."
        )
    if width * height > LIMITS[format].pixels:
        raise too_large(width, height, format)


def too_large(width: int, height: int, format: str) -> PictureError:
    """The error of a picture of too many pixels."""
    return PictureError(
        f"The picture has {width}×{height} pixels; of a {format} at most "
        f"{LIMITS[format].pixels / 1e6:.0f} million pixels are read: save it smaller."
    )


def check_memory(needed: int, raw: int, format: str) -> None:
    """Refuse a picture that takes too long to unpack, or too much memory beside others.

    Parameters
    ----------
    needed
        Bytes that decoding takes.
    raw
        Bytes of the pixels as they are stored.

    Raises
    ------
    PictureError
        If it is one.
    """
    if raw > LIMITS[format].raw_bytes:
        raise PictureError(
            f"The picture has {raw / 1e6:,.0f} MB of pixels; of a {format} at most "
            f"{LIMITS[format].raw_bytes / 1e6:,.0f} MB are read: save it smaller, or with 8 bits "
            "per channel."
        )
    if needed > MAX_MEMORY:
        raise PictureError(
            f"The picture takes {needed / 1e9:.1f} GB to decode; at most {MAX_MEMORY / 1e9:.1f} GB "
            "are taken: save it smaller, or with 8 bits per channel."
        )
