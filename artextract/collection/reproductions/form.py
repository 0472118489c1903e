"""What anybody sees of a picture at first sight: whether it is round, whether it is a drawing."""

from __future__ import annotations

import numpy as np
from PIL import Image

SIDE = 96  # pixels
# A work is called round, or a drawing, from these on; chosen by looking at all that is called so.
ROUND_FROM = 0.56
DRAWING_FROM = 0.45

_SAME = 12.0  # distance in CIELAB within which two pixels have the same colour
_PAPER = 10.0  # the same, of paper, which is less even
_LIGHT = 55.0  # lightness (0..100) of the darkest paper
_ONE_HUE = 2.6  # mean distance from the usual hue (CIELAB) of drawings in one colour


def form(picture: Image.Image) -> tuple[float, float]:
    """How surely a picture is round, and how surely a drawing, see the two functions below."""
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    values = np.asarray(small.convert("RGB").convert("LAB"), dtype=np.float32)
    hue = np.where(values[..., 1:] > 127, values[..., 1:] - 256, values[..., 1:])
    lab = np.concatenate([values[..., :1] * (100 / 255), hue], axis=2)
    return roundness(lab), drawing(lab)


def roundness(lab: np.ndarray) -> float:
    """How surely a picture, CIELAB (h, w, 3), is round or oval on a plain ground, 0..1.

    Share of the ground's colour in the corner that has least of it, less what of it lies within:
    a portrait before a dark wall has dark corners too.
    """
    height, width, _ = lab.shape
    y = (np.arange(height)[:, None] + 0.5) / height * 2 - 1
    x = (np.arange(width)[None] + 0.5) / width * 2 - 1
    radius = x**2 + y**2
    outside = radius > 1.15
    within = (radius > 0.72) & (radius < 0.92)
    quarters = [outside & (up * y > 0) & (left * x > 0) for up in (-1, 1) for left in (-1, 1)]
    if not within.any() or not all(quarter.any() for quarter in quarters):
        return 0.0  # a strip of a pixel or two has no corners
    plain = _distance(lab, np.median(lab[outside], axis=0)) < _SAME
    corners = [plain[quarter].mean() for quarter in quarters]
    return float(min(corners) * (1 - plain[within].mean()))


def drawing(lab: np.ndarray) -> float:
    """How surely a picture, CIELAB (h, w, 3), is a drawing or print in one colour on light paper.

    The share of the paper, 0..1; 0 where the commonest colour is dark, much is lighter than it,
    or there are several hues.
    """
    lightness, hue = lab[..., 0], lab[..., 1:]
    counts, _ = np.histogram(lightness, 50, (0, 100))
    mode = 2 * float(np.convolve(counts, np.ones(5), "same").argmax()) + 1
    paper = np.median(lab[np.abs(lightness - mode) < 8], axis=0)
    spread = _distance(hue, np.median(hue.reshape(-1, 2), axis=0)).mean()
    lighter, darker = (lightness > paper[0] + 12).mean(), (lightness < paper[0] - 25).mean()
    if mode < _LIGHT or spread > _ONE_HUE or lighter > 0.06 or darker < 0.005:
        return 0.0
    return float((_distance(lab, paper) < _PAPER).mean())


def _distance(colours: np.ndarray, colour: np.ndarray) -> np.ndarray:
    return np.linalg.norm(colours - colour, axis=-1)
