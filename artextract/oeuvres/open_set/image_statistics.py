"""Low-level statistics of a picture: what noise, flat fields, text and charts differ in.

A late layer of a network has learnt what is *in* a painting, and takes coloured noise for Monet.
Paintings, like photographs, have a falling spectrum, many colours and few pixels that are exactly
as their neighbours (Ruderman 1994, "The statistics of natural images").
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image

# Pixels of a side at which all is measured, whatever the format: small, since fine detail, that of
# colours above all, tells how a file was made rather than what it shows.
SIDE = 80
_EPS = 1e-3

STATISTICS = (
    "brightness",
    "contrast",
    "darkest",
    "brightest",
    "saturation",
    "saturation_spread",
    "colour_contrast",
    "colours",
    "commonest_colour",
    "flat",
    "edges",
    "edge_kurtosis",
    "upright",
    "local_contrast",
    "local_contrast_spread",
    "fine",
    "spectrum_slope",
    "spectrum_bend",
)


def image_statistics(picture: Image.Image) -> np.ndarray:
    """Statistics of an RGB picture, float64 (len(STATISTICS),), finite.

    Measured at SIDE × SIDE pixels, so that the size of the file counts for little.
    """
    small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64) / 255
    grey = pixels @ (0.299, 0.587, 0.114)
    chroma = np.stack([pixels[..., 0] - pixels[..., 1], grey - pixels[..., 2]], axis=-1)
    saturation = pixels.max(axis=2) - pixels.min(axis=2)
    across, down = np.diff(grey, axis=1)[:-1], np.diff(grey, axis=0)[:, :-1]
    steps = np.hypot(across, down)
    codes = (pixels * 31).round().astype(np.int64) @ (1024, 32, 1)
    counts = np.bincount(codes.ravel())
    shares = counts[counts > 0] / codes.size
    local = _local_contrast(grey)
    slope, bend, fine = _spectrum(grey)
    return np.array(
        [
            grey.mean(),
            np.log(grey.std() + _EPS),
            *np.quantile(grey, (0.02, 0.98)),
            saturation.mean(),
            saturation.std(),
            np.log(chroma.std() + _EPS),
            -(shares * np.log(shares)).sum(),
            np.log(shares.max()),
            (steps < 1 / 255).mean(),
            (steps > 0.1).mean(),
            np.log(((steps**4).mean() + _EPS**4) / ((steps**2).mean() + _EPS**2) ** 2),
            _upright(across, down),
            np.log(np.median(local) + _EPS),
            np.log((local.std() + _EPS) / (local.mean() + _EPS)),
            fine,
            slope,
            bend,
        ]
    )


def _local_contrast(grey: np.ndarray) -> np.ndarray:
    """Standard deviation within blocks of 8 × 8 pixels."""
    blocks = grey.reshape(SIDE // 8, 8, SIDE // 8, 8)
    return blocks.std(axis=(1, 3)).ravel()


def _spectrum(values: np.ndarray) -> tuple[float, float, float]:
    """Slope and bend of log amplitude over log frequency, and how much of it is fine detail."""
    height, width = values.shape
    window = np.hanning(height)[:, None] * np.hanning(width)[None]
    power = np.abs(np.fft.rfft2((values - values.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    edges = np.geomspace(1 / 32, 0.5, 5)  # octaves
    means = [
        power[(frequency >= a) & (frequency < b)].mean()
        if ((frequency >= a) & (frequency < b)).any()
        else power.mean()
        for a, b in pairwise(edges)
    ]
    logs = np.log2(np.array(means) + _EPS**2)
    places = np.arange(len(logs)) - (len(logs) - 1) / 2
    bend, slope, _ = np.polyfit(places, logs, 2)
    return float(slope), float(bend), float(logs[-1])


def _upright(across: np.ndarray, down: np.ndarray) -> float:
    """Share of all steps that are exactly horizontal or vertical: lines of print and of screens."""
    larger, smaller = np.maximum(abs(across), abs(down)), np.minimum(abs(across), abs(down))
    return float((larger**2 - smaller**2).sum() / ((larger**2 + smaller**2).sum() + _EPS))
