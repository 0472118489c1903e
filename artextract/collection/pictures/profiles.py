"""Which colours the numbers in a file mean: ICC profiles, made if need be from what a PNG says.

A profile that means what sRGB means is told by the colours that it gives, not by its name: names
are copied.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from itertools import product

import numpy as np
from PIL import Image, ImageCms

Transform = ImageCms.ImageCmsTransform
SRGB_GAMMA = 1 / 2.2
SRGB_CHROMATICITIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)  # white, R, G, B
_SAME = 2  # levels of 255: profiles of sRGB differ by this much from each other
_MAX_BYTES = 2**24
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
# By the numbers of ITU-T H.273: white, red, green, blue; and the exponents of transfer functions.
_D65 = (0.3127, 0.3290)
_PRIMARIES = {
    1: SRGB_CHROMATICITIES,
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
_SRGB_CURVE = None
_CURVES: dict[int, float | None] = {
    **{1: _SRGB_CURVE, 6: _SRGB_CURVE, 13: _SRGB_CURVE, 14: _SRGB_CURVE, 15: _SRGB_CURVE},
    **{4: 2.2, 5: 2.8, 8: 1.0},
}


@lru_cache(maxsize=32)
def transform_to_srgb(profile: bytes, mode: str) -> Transform | None:
    """What turns colours of a profile into those of sRGB.

    Parameters
    ----------
    profile
        ICC profile.
    mode
        Of the pictures that it will be applied to: RGB, CMYK or L.

    Returns
    -------
    Applied to a picture of `mode` it gives one in RGB. None where there is nothing to do: the
    profile means sRGB, is damaged, or is of another colour model than the pictures.
    """
    if len(profile) > _MAX_BYTES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        probe = _probe(mode)
        changed = transform.apply(probe)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    before = np.asarray(probe.convert("RGB"), np.int16)
    same = mode != "CMYK" and np.abs(np.asarray(changed, np.int16) - before).max() <= _SAME
    return None if same else transform


@lru_cache(maxsize=1)
def lab_to_srgb() -> Transform:
    """What turns CIE L*a*b* of white D50, 8 bits per channel, into sRGB."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.buildTransform(lab, ImageCms.createProfile("sRGB"), "LAB", "RGB")


def profile_of_png(
    gamma: float | None,
    chromaticities: Sequence[float] | None,
    cicp: tuple[int, int, int, int] | None,
) -> bytes | None:
    """An ICC profile that means what a PNG says in its chunks cICP, gAMA and cHRM.

    Parameters
    ----------
    gamma
        Of gAMA: the exponent with which it was encoded, 0.45455 for most pictures.
    chromaticities
        Of cHRM: x and y of white, red, green and blue.
    cicp
        Of cICP, which overrides the others: colour primaries, transfer function, matrix, range.

    Returns
    -------
    None where they say nothing, what sRGB says, or what no display of a picture like these has.
    """
    if cicp is not None:
        primaries, curve = cicp[:2]
        if primaries not in _PRIMARIES or curve not in _CURVES:  # high dynamic range, or unknown
            return None
        return matrix_profile(_PRIMARIES[primaries], _CURVES[curve])
    if not gamma or not 0.01 <= gamma <= 100:
        return None
    usual = abs(gamma / SRGB_GAMMA - 1) < 0.05
    try:
        return matrix_profile(
            chromaticities or SRGB_CHROMATICITIES, _SRGB_CURVE if usual else 1 / gamma
        )
    except (np.linalg.LinAlgError, ZeroDivisionError, struct.error, OverflowError):
        return None


@lru_cache(maxsize=32)
def matrix_profile(chromaticities: tuple[float, ...], exponent: float | None) -> bytes:
    """An ICC profile of three primaries and one curve, as ICC.1:2001-04 lays it out.

    Parameters
    ----------
    chromaticities
        x and y of white, red, green and blue.
    exponent
        Of the curve from numbers to light; None for that of sRGB (IEC 61966-2-1).

    Raises
    ------
    ZeroDivisionError, numpy.linalg.LinAlgError, struct.error
        If no light has such chromaticities.
    """
    white, *primaries = (
        np.array([x / y, 1.0, (1 - x - y) / y])
        for x, y in zip(chromaticities[::2], chromaticities[1::2], strict=True)
    )
    colours = np.array(primaries).T
    colours = colours * np.linalg.solve(colours, white)
    adapted = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    colours = np.linalg.inv(_BRADFORD) @ adapted @ _BRADFORD @ colours
    curve = _curve(exponent)
    tags = {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"wtpt": _xyz(_D50)}
    tags |= {name: _xyz(c) for name, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colours.T, strict=True)}
    return _profile(b"RGB ", tags)


def grey_profile(exponent: float) -> bytes:
    """An ICC profile of greys with a curve of this exponent."""
    return _profile(b"GRAY", {b"kTRC": _curve(exponent), b"wtpt": _xyz(_D50)})


def _profile(colours: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 2) + b"-\0" + bytes(78)} | tags
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytes(4) + bytes(4) + b"\2\x10\0\0mntr" + colours + b"XYZ " + bytes(12) + b"acsp"
    head += bytes(28) + _xyz(_D50)[8:]
    head = head.ljust(128, b"\0")
    return struct.pack(">I", len(head + table + body)) + (head + table + body)[4:]


def _curve(exponent: float | None) -> bytes:
    values: list[int]
    if exponent is None:
        x = np.linspace(0, 1, 1024)
        light = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
        values = (light * 65535).round().astype(int).tolist()
    else:
        values = [round(exponent * 256)]
    return b"curv" + bytes(4) + struct.pack(f">I{len(values)}H", len(values), *values)


def _xyz(colour: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(c) * 65536) for c in colour))


@lru_cache(maxsize=3)
def _probe(mode: str) -> Image.Image:
    """A small picture with colours of all kinds."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    steps = (0, 16, 64, 128, 192, 255)
    colours = np.array(list(product(*[steps] * len(mode))), np.uint8)[None]
    return Image.frombytes(mode, (colours.shape[1], 1), colours.tobytes())
