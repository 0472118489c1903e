"""Colour: palettes written as hex pigments, mixed and tuned in OkLab, shown in sRGB."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
_LEVELS = np.linspace(0.0, 1.0, 4096)
_GAMMA = np.round(
    255 * np.where(_LEVELS <= 0.0031308, 12.92 * _LEVELS, 1.055 * _LEVELS ** (1 / 2.4) - 0.055)
).astype(np.uint8)


def from_hex(pigment: str) -> Array:
    """Return the OkLab colour, float32 (3,), of a pigment written ``#rrggbb``."""
    rgb = np.array([int(pigment[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lms = np.cbrt((_TO_LMS * linear).sum(axis=1))
    return (_TO_LAB * lms).sum(axis=1).astype(np.float32)


def to_linear(lab: Array) -> Array:
    """Turn OkLab planes into linear sRGB planes.

    Parameters
    ----------
    lab : float32 (3, ...)
        Lightness in 0..1 and the two chroma axes.

    Returns
    -------
    float32 (3, ...)
        Linear light, clipped to 0..1.
    """
    # Written out, not as a matrix product: a BLAS may split its sums by thread and vary the bytes.
    light, a, b = lab
    long = light + np.float32(0.3963377774) * a + np.float32(0.2158037573) * b
    medium = light - np.float32(0.1055613458) * a - np.float32(0.0638541728) * b
    short = light - np.float32(0.0894841775) * a - np.float32(1.2914855480) * b
    long, medium, short = long * long * long, medium * medium * medium, short * short * short
    rgb = np.empty(lab.shape, dtype=np.float32)
    for k, (x, y, z) in enumerate(_TO_RGB):
        rgb[k] = np.float32(x) * long + np.float32(y) * medium + np.float32(z) * short
    np.clip(rgb, 0, 1, out=rgb)
    return rgb


def to_bytes(image: Array) -> NDArray[np.uint8]:
    """Encode linear light, float32 (H, W, 3) in 0..1, as sRGB bytes of the same shape."""
    return _GAMMA[(np.clip(image, 0, 1) * np.float32(4095)).astype(np.int32)]


def mix(a: Array, b: Array, share: float) -> Array:
    """Mix two OkLab colours, float32 (3,): `share` 0 is all `a`, 1 all `b`."""
    return (a + (b - a) * np.float32(share)).astype(np.float32)


@dataclass(frozen=True)
class Palette:
    """The ten pigments a painter lays out, as ``#rrggbb``."""

    pale: str
    sky: str
    blue: str
    green: str
    yellow: str
    red: str
    rose: str
    earth: str
    dark: str
    accent: str


@dataclass(frozen=True)
class Key:
    """How the whole palette is tuned for one picture."""

    lightness: float = 0.0
    contrast: float = 1.0
    chroma: float = 1.0
    warmth: float = 0.0

    def tune(self, colours: Array) -> Array:
        """Return OkLab planes, float32 (3, ...), in this key."""
        light, a, b = colours
        light = 0.62 + (light - 0.62) * self.contrast + self.lightness
        a = a * self.chroma + 0.35 * self.warmth
        b = b * self.chroma + self.warmth
        return np.stack([np.clip(light, 0.02, 0.99), a, b]).astype(np.float32)


class Pigments:
    """A palette ground to OkLab: each field of `Palette` as a float32 (3,) attribute."""

    pale: Array
    sky: Array
    blue: Array
    green: Array
    yellow: Array
    red: Array
    rose: Array
    earth: Array
    dark: Array
    accent: Array

    def __init__(self, palette: Palette, key: Key) -> None:
        """Grind `palette` in `key`."""
        for field in fields(palette):
            value: Any = getattr(palette, field.name)
            setattr(self, field.name, key.tune(from_hex(value)))
