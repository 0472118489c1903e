"""Any mode, profile and orientation of a picture as upright RGB in the colours of sRGB."""

from __future__ import annotations

from io import BytesIO
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


def upright_rgb(image: Image.Image) -> Image.Image:
    """Normalise a decoded picture: mode RGB, sRGB, transparency on white, no metadata.

    It is turned as its EXIF orientation says.
    """
    return _upright(_rgb(_in_srgb(image)), image)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours that an embedded profile means, as the sRGB that all else takes them for.

    A profile that is damaged, or of another colour model than the picture, is ignored.
    """
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L", "LA", "P"):
        return image
    from PIL import ImageCms  # few pictures have a profile

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        alpha = None
        if image.has_transparency_data:
            image = image.convert("RGBA")
            alpha = image.getchannel("A")
        if image.mode in ("RGBA", "P"):
            image = image.convert("RGB")
        srgb = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    assert changed is not None  # it is only where a picture is changed in its place
    if alpha is not None:
        changed.putalpha(alpha)
    return changed


def _rgb(image: Image.Image) -> Image.Image:
    """Convert any mode to RGB without clipping and without a black ground."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image.copy()
    if image.mode.startswith("I") or image.mode == "F":
        values = np.nan_to_num(np.asarray(image).astype(np.float32), nan=0, posinf=0, neginf=0)
        # 16-bit greys have a known white; wider or floating ones only the brightest value they use.
        top = float(values.max(initial=0))
        white = 65535.0 if image.mode.startswith("I;16") or 255 < top <= 65535 else max(top, 1.0)
        grey = (values.clip(0, white) * (255 / white)).round().astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


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
