"""Painting one work from its specification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from artextract.synthetic.catalogue import Work
from artextract.synthetic.painters import painter
from artextract.synthetic.scenes import cityscapes, landscapes, portraits, still_lifes
from artextract.synthetic.scenes.studies import Composition, smooth_noise
from artextract.synthetic.technique.brushwork import impressionism, pointillism
from artextract.synthetic.technique.hands import Hand
from artextract.synthetic.technique.pigments import (
    Array,
    Key,
    Pigments,
    from_hex,
    to_bytes,
    to_linear,
)
from artextract.synthetic.technique.planes import baroque, cloisonnism, cubism

Technique = Callable[[Composition, Pigments, Hand, np.random.Generator, int, int], Array]
Scene = Callable[[Composition, Pigments, str, str, float], None]

TECHNIQUES: dict[str, Technique] = {
    "Pointillism": pointillism,
    "Impressionism": impressionism,
    "Cloisonnism": cloisonnism,
    "Cubism": cubism,
    "Baroque": baroque,
}
SCENES: dict[str, Scene] = {
    "landscape": landscapes.compose,
    "cityscape": cityscapes.compose,
    "portrait": portraits.compose,
    "still_life": still_lifes.compose,
}
_MOODS = {
    "noon": Key(),
    "dawn": Key(lightness=0.015, contrast=0.94, warmth=0.008),
    "dusk": Key(lightness=-0.05, warmth=0.01),
    "grey": Key(lightness=-0.01, contrast=0.9, chroma=0.78),
    "night": Key(lightness=-0.15, contrast=0.95, chroma=0.9, warmth=-0.018),
}


def _finish(image: Array, hand: Hand, rng: np.random.Generator) -> Array:
    """Let the canvas show through and soften the corners, as old varnish does."""
    height, width, _ = image.shape
    xs = np.arange(width, dtype=np.float32)[None]
    ys = np.arange(height, dtype=np.float32)[:, None]
    thread = np.float32(2 * np.pi / hand.coarse)
    slack = 1.2 * smooth_noise(rng, width, height, 24)
    weave = np.sin(xs * thread + slack) + np.sin(ys * thread + slack)
    grain = rng.standard_normal((height, width)).astype(np.float32)
    tooth = 1 + np.float32(hand.weave) * (0.6 * weave + 0.5 * grain)
    u, v = xs / width * 2 - 1, ys / height * 2 - 1
    corners = np.clip(u * u * 0.8 + v * v * 0.8 - 0.45, 0, 2)
    edge = np.minimum(np.minimum(xs, width - 1 - xs), np.minimum(ys, height - 1 - ys))
    tooth *= (1 - 0.17 * corners) * (1 - 0.28 * np.exp(-edge / 1.6))
    return image * tooth[..., None] * np.array([1.0, 0.995, 0.98], np.float32)


def _sketch(image: Array, c: Composition, ground: Array, rng: np.random.Generator) -> Array:
    """Leave part of a picture at the drawing: contours on bare ground."""
    height, width, _ = image.shape
    group = c.develop(width, height).group
    line = np.zeros((height, width), dtype=np.float32)
    line[:, 1:] = group[:, 1:] != group[:, :-1]
    line[1:] = np.maximum(line[1:], group[1:] != group[:-1])
    xs, ys = np.arange(width) / width - 0.5, np.arange(height)[:, None] / height - 0.45
    reach = np.hypot(xs, ys) + 0.13 * smooth_noise(rng, width, height, 26)
    done = np.clip((0.3 - reach) / 0.01, 0, 1)[..., None]
    drawing = ground * (1 - 0.6 * line[..., None])
    return image * done + drawing * (1 - done)


def paint(work: Work, size: int = 256) -> Image.Image:
    """Paint one work.

    Parameters
    ----------
    work : Work
        Its specification; the picture depends on nothing else.
    size : int
        Longer side in px, before the work's own extent (1 to 1.12) is applied.

    Returns
    -------
    PIL.Image.Image
        RGB picture.
    """
    rng = np.random.default_rng(np.random.SeedSequence([work.seed, 3, work.serial]))
    artist = painter(work.artist)
    longer = round(size * work.extent)
    w = round(longer * min(1, work.proportion))
    h = round(longer * min(1, 1 / work.proportion))
    first, last = artist.active
    late = (work.painted - first) / (last - first) - 0.5
    hand = replace(
        artist.hand,
        stroke=artist.hand.stroke * (1 + artist.growing * late),
        line=artist.hand.line * (1 + 0.6 * artist.growing * late),
    )
    mood = _MOODS[work.mood]
    if work.style == "Baroque":  # dark enough by itself
        mood = replace(mood, lightness=0.3 * mood.lightness)
    key = replace(
        mood,
        warmth=mood.warmth + artist.warming * late + rng.normal(0, 0.004),
        lightness=mood.lightness + artist.darkening * late + rng.normal(0, 0.012),
        chroma=mood.chroma * rng.uniform(0.92, 1.08),
    )
    pigments = Pigments(painter(work.palette).palette, key)
    c = Composition(w / min(w, h), h / min(w, h), hand.lamp, rng)
    c.wobble = hand.wobble
    SCENES[work.genre](c, pigments, work.subject, work.mood, float(rng.uniform(*hand.horizon)))
    image = TECHNIQUES[work.style](c, pigments, hand, rng, w, h)
    if work.outlier == "monochrome":
        tone = (image * np.array([0.25, 0.65, 0.1], np.float32)).sum(-1, keepdims=True)
        image = tone * (0.55 + 0.45 * to_linear(from_hex(artist.palette.accent)) / 0.4)
    elif work.outlier == "unfinished":
        ground = to_linear(from_hex(hand.ground))
        image = _sketch(image, c, ground, rng)
    return Image.fromarray(to_bytes(_finish(image.astype(np.float32), hand, rng)))
