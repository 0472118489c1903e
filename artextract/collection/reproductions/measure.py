"""What a picture file says of the reproduction, and not of the painting."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from artextract.collection.images import PictureError, open_picture
from artextract.collection.pictures.opening import open_undecoded
from artextract.collection.reproductions.form import form

SIDE = 160  # pixels; chroma and borders are seen at this size
FLAT = 4.0  # standard deviation of grey values (of 0..255) in a border
# In the order of what :func:`measure` gives.
COLUMNS = (
    *("chroma", "border", "blockiness", "short_side"),
    *("width", "height", "jpeg_quality", "decay", "round", "drawing"),
)
# Sum of the luminance table that the JPEG standard gives as an example, quality 50 of libjpeg.
_STANDARD_TABLE = 3688
_BANDS = 16  # of frequencies, a third of an octave each
_LOWEST = 0.02  # cycles per pixel


def measure(thumbnail: Path | Image.Image, original: BinaryIO | None = None) -> tuple[float, ...]:
    """Measure a reproduction by its thumbnail and the header of its file.

    Returns
    -------
    Values of :data:`COLUMNS`: chroma (mean distance from grey, 0..128), border (share of width or
    height taken by plain bands, 0..1), blockiness (1 = none), short_side, width and height (pixels
    of the original, short_side of the thumbnail where there is none), jpeg_quality (1..100, NaN
    where the original is no JPEG), decay (see :func:`decay`), round and drawing (0..1, see
    :mod:`artextract.collection.reproductions.form`); NaN where there is no picture.
    """
    try:
        picture = (
            thumbnail
            if isinstance(thumbnail, Image.Image)
            else open_picture(thumbnail, min_side=SIDE)
        )
    except PictureError:
        return (np.nan,) * len(COLUMNS)
    short, width, height, quality = float(min(picture.size)), np.nan, np.nan, np.nan
    if original is not None:
        with suppress(PictureError):  # whatever is wrong with it, the thumbnail tells what it can
            file = open_undecoded(original).image
            width, height = (float(side) for side in file.size)
            short, quality = min(width, height), jpeg_quality(file)
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small.convert("RGB"), dtype=np.float32)
    chroma = float((pixels.max(axis=2) - pixels.min(axis=2)).mean() / 2)
    return (
        *(chroma, border(pixels.mean(axis=2)), blockiness(picture), short),
        *(width, height, quality, decay(picture), *form(picture)),
    )


def jpeg_quality(file: Image.Image) -> float:
    """Quality at which libjpeg would have written these quantisation tables, 1..100.

    NaN where the file is no JPEG. Encoders with tables of their own get the nearest on this scale.
    """
    tables = getattr(file, "quantization", None)
    if not tables:
        return np.nan
    scale = 100 * sum(tables[min(tables)]) / _STANDARD_TABLE
    quality = (200 - scale) / 2 if scale < 100 else 5000 / scale
    return float(np.clip(round(quality), 1, 100))


def decay(picture: Image.Image) -> float:
    """How steeply the power of fine details falls where it falls most, as an exponent.

    Paintings have a power spectrum like that of most pictures, a power law of an exponent of about
    2 to 4 in every octave (van der Schaaf and van Hateren 1996). A picture that was enlarged has
    none of the details beyond those of the small one: the spectrum breaks off there, at an
    exponent of 5 and more. Averaged over a whole octave, so that a pattern raises no alarm.
    """
    grey = np.asarray(picture.convert("L"), dtype=np.float64)
    side = min(grey.shape)
    top, left = ((length - side) // 2 for length in grey.shape)
    grey = grey[top : top + side, left : left + side]
    window = np.hanning(side)
    power = np.abs(np.fft.rfft2((grey - grey.mean()) * window[:, None] * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    edges = np.geomspace(_LOWEST, 0.5, _BANDS + 1)
    band = np.digitize(radius.ravel(), edges)
    counts = np.bincount(band, minlength=_BANDS + 2)[1:-1]
    sums = np.bincount(band, power.ravel(), minlength=_BANDS + 2)[1:-1]
    there = counts > 0  # a tiny picture has no low frequencies
    if there.sum() < 6 or not sums.any():
        return 0.0
    frequency = np.log(np.sqrt(edges[1:] * edges[:-1])[there])
    # Rounding to whole grey values is noise of a variance of 1/12: what is below is no detail.
    level = np.log(sums[there] / counts[there] + side**2 / 85)
    slopes = np.diff(level) / np.diff(frequency)
    return float(-np.convolve(slopes, np.ones(3) / 3, mode="valid").min())


def border(grey: np.ndarray) -> float:
    """Share of the picture's height or width in plain bands that lie on opposite sides, 0..1."""

    def bands(lines: np.ndarray) -> tuple[int, int]:
        plain = lines.std(axis=1) < FLAT
        busy = np.flatnonzero(~plain)
        if not len(busy):
            return 0, 0  # a plain picture is not a border
        return int(busy[0]), int(len(lines) - 1 - busy[-1])

    shares = []
    for lines in (grey, grey.T):
        first, last = bands(lines)
        shares.append(2 * min(first, last) / len(lines))
    return float(max(shares))


def blockiness(picture: Image.Image) -> float:
    """How much larger the steps are at the edges of 8 × 8 blocks than elsewhere; about 1 = none.

    Only a picture that was not resized after strong JPEG compression shows it.
    """
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    ratios = []
    for values in (grey, grey.T):
        steps = np.abs(np.diff(values, axis=1)).mean(axis=0)
        at_edges = steps[7::8]
        if len(at_edges) < 4:
            return 1.0
        ratios.append(at_edges.mean() / max(np.delete(steps, np.s_[7::8]).mean(), 1e-3))
    return float(np.mean(ratios))
