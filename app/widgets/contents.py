"""The bytes of a picture, from an upload or from the collection."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from artextract.collection.images import PictureError


def contents(source: BytesIO | Path, *, limit: int) -> bytes:
    """Bytes of an upload, which is refused above `limit` MB, or of a file of the collection.

    The browser checks the size as well, but a browser can be told not to.

    Raises
    ------
    PictureError
        If the upload is too large, or the file is no longer where it was indexed.
    """
    if isinstance(source, Path):
        try:
            return source.read_bytes()
        except OSError:
            raise PictureError(
                "The original is no longer where it was when the collection was indexed."
            ) from None
    size = source.getbuffer().nbytes
    if size > limit * 2**20:
        raise PictureError(f"The file has {size / 2**20:.1f} MB; at most {limit} MB are taken.")
    return source.getvalue()
