"""Any mode, profile and orientation of a picture as upright RGB in the colours of sRGB.

What is large is converted in bands, and made smaller on the way, so that no second picture of full
size is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BAND = 2**21  # pixels
_GREYS_16 = ("I;16", "I;16L", "I;16B", "I;16N")


@dataclass(frozen=True)
class Encoding:
    """What the numbers in a file mean, as far as Pillow does not tell.

    Attributes
    ----------
    bits
        Per sample.
    white_is_zero
        Whether greys of more than 8 bits are stored as their negative.
    profile
        ICC profile, where the file says in other words what its colours are.
    """

    bits: int = 8
    white_is_zero: bool = False
    profile: bytes | None = None


def upright_rgb(
    image: Image.Image, encoding: Encoding | None = None, *, factor: int = 1
) -> Image.Image:
    """Normalise a decoded picture: mode RGB, sRGB, transparency on white, no metadata.

    It is turned as its EXIF orientation says.

    Parameters
    ----------
    image
        Loaded.
    encoding
        What else is known of it.
    factor
        By which both sides are made smaller, each pixel being the mean of those in its place.
    """
    encoding = encoding or Encoding()
    original = image
    if factor > 1 and image.mode in ("I", "F"):  # first, since numbers of 32 bits take their time
        image, factor = image.reduce(factor), 1
    _scale_transparency(image, encoding.bits)
    white = _white(image, encoding) if _is_deep(image) else 0.0
    profile = image.info.get("icc_profile") or encoding.profile
    size = -(-image.width // factor), -(-image.height // factor)
    picture: Image.Image | None = None
    for top, band in _bands(image, factor):
        deep = _is_deep(band)
        rgb = _deep_grey(band, white, encoding, profile) if deep else _rgb(band, profile)
        rgb = rgb.reduce(factor) if factor > 1 else rgb
        if rgb.size == size:
            picture = rgb
        else:
            picture = picture or Image.new("RGB", size)
            picture.paste(rgb, (0, top // factor))
    assert picture is not None  # there is a band at least
    return _upright(picture, original)


def _bands(image: Image.Image, factor: int) -> Iterator[tuple[int, Image.Image]]:
    """A picture, or horizontal bands of it with the row at which each begins."""
    rows = max(1, _BAND // image.width // factor) * factor
    if image.height <= 2 * rows:
        yield 0, image
        return
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _is_deep(image: Image.Image) -> bool:
    return image.mode in (*_GREYS_16, "I", "F")


def _rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Up to 8 bits per channel, of any mode, as RGB on white ground."""
    if image.mode == "LAB":
        from artextract.collection.pictures.profiles import lab_to_srgb

        return lab_to_srgb().apply(image)
    if image.mode == "La":  # premultiplied
        image = image.convert("LA")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode in ("1", "L", "LA"):
        colours = image.convert("L")
    elif image.mode in ("RGB", "CMYK"):
        colours = image
    else:
        # Without detour its transparent colours would be mixed with a ground, or lost.
        colours = (image if alpha is None else image.convert("RGBA")).convert("RGB")
    rgb = None
    if profile:
        from artextract.collection.pictures.profiles import transform_to_srgb  # few have a profile

        transform = transform_to_srgb(profile, colours.mode)
        if transform is None and colours.mode == "L":  # greys may have a profile of colours
            colours = colours.convert("RGB")
            transform = transform_to_srgb(profile, "RGB")
        if transform:
            rgb = transform.apply(colours)
    if rgb is None:
        rgb = colours.copy() if colours.mode == "RGB" else colours.convert("RGB")
    if alpha is None:
        return rgb
    rgb.info = {}  # a transparent colour, which alpha holds already
    ground = Image.new("RGB", image.size, "white")
    ground.paste(rgb, mask=alpha)
    return ground


def _white(image: Image.Image, encoding: Encoding) -> float:
    """The number that means white.

    16-bit greys have a known white; wider or floating ones the usual one above all their numbers.
    """
    if image.mode in _GREYS_16:
        return 2.0 ** (encoding.bits if 8 < encoding.bits < 16 else 16) - 1
    top = max(float(_numbers(band).max(initial=0)) for _, band in _bands(image, 1))
    if image.mode == "F" and 1 < top <= 16:  # light brighter than white
        return top
    return next((white for white in (1.0, 255.0, 65535.0) if top <= white), top)


def _numbers(image: Image.Image) -> np.ndarray:
    return np.nan_to_num(np.asarray(image).astype(np.float32), nan=0, posinf=0, neginf=0)


def _deep_grey(
    image: Image.Image, white: float, encoding: Encoding, profile: bytes | None
) -> Image.Image:
    """Greys of more than 8 bits as RGB, scaled and not clipped."""
    numbers = _numbers(image)
    transparent = image.info.get("transparency")
    clear = numbers == transparent if isinstance(transparent, int) else None
    share = numbers.clip(0, white) / white
    if encoding.white_is_zero:
        share = 1 - share
    grey = share * 255
    if profile:
        steps = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
        curve = np.asarray(_rgb(steps, profile), np.float32)[0].mean(axis=1)
        grey = np.interp(grey, np.arange(256), curve)
    if clear is not None:
        grey[clear] = 255
    return Image.fromarray(grey.round().astype(np.uint8)).convert("RGB")


def _scale_transparency(image: Image.Image, bits: int) -> None:
    """Bring the colour that a PNG calls transparent to the scale of the decoded pixels."""
    transparent = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(transparent, tuple) and bits == 16:
        image.info["transparency"] = tuple(value >> 8 for value in transparent)
    elif image.mode == "L" and isinstance(transparent, int) and bits < 8:
        image.info["transparency"] = transparent * 255 // (2**bits - 1)


def _upright(picture: Image.Image, original: Image.Image) -> Image.Image:
    # Read after decoding: the TIFF reader turns the picture itself and then drops the tag.
    try:
        orientation: Any = original.getexif().get(_ORIENTATION)
        turn = _UPRIGHT.get(orientation)
    except Exception:  # damaged EXIF is no reason to refuse a sound picture
        turn = None
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {}
    return picture
