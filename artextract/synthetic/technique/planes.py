"""Painting in planes and in glazes: cloisonnism, cubism and baroque chiaroscuro.

Each technique takes a composition, pigments, the painter's hand, a random generator and the size
of the picture, and returns linear light, float32 (height, width, 3) in 0..1.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from artextract.synthetic.scenes.studies import Composition, smooth_noise
from artextract.synthetic.technique.brushwork import FINE, halve, lit
from artextract.synthetic.technique.hands import Hand
from artextract.synthetic.technique.pigments import Array, Pigments, from_hex, mix, to_linear


def blur(plane: Array, radius: float) -> Array:
    """Blur float32 (H, W) values of about -1.5..1.5 by a Gaussian of `radius` px."""
    # Pillow blurs bytes only; the rounding is far below the grain of any canvas.
    image = Image.fromarray(np.clip(plane * 85 + 127.5, 0, 255).astype(np.uint8))
    soft = image.filter(ImageFilter.GaussianBlur(radius))
    return (np.asarray(soft, dtype=np.float32) - np.float32(127.5)) / np.float32(85)


def _contours(group: np.ndarray, thick: int, soft: float) -> Array:
    edge = np.zeros(group.shape, dtype=np.uint8)
    edge[:, 1:] |= group[:, 1:] != group[:, :-1]
    edge[1:] |= group[1:] != group[:-1]
    image = Image.fromarray(edge * np.uint8(255)).filter(ImageFilter.MaxFilter(thick))
    # Two box blurs are nearly a Gaussian, and faster.
    box = ImageFilter.BoxBlur(soft)
    return np.asarray(image.filter(box).filter(box), dtype=np.float32) / np.float32(255)


def _grain(rng: np.random.Generator, w: int, h: int, fine: float, long: float) -> Array:
    """Return streaks, float32 (h, w) in about -1..1, `fine` px high and `long` px wide."""
    grid = rng.uniform(-1, 1, (max(2, int(h / fine)), max(2, int(w / long)))).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((w, h), Image.Resampling.BICUBIC))


def _cracks(rng: np.random.Generator, w: int, h: int, unit: float) -> Array:
    """Return fine cracks as age draws them, float32 (h, w), 1 in a crack."""
    one, two = smooth_noise(rng, w, h, 13 * unit), smooth_noise(rng, w, h, 9 * unit)
    near = np.minimum(np.abs(one), np.abs(two))
    return np.clip(1 - near * np.float32(28), 0, 1)


def _ramp(values: Array, low: float, high: float) -> Array:
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return t * t * (3 - 2 * t)


def cloisonnism(
    c: Composition, p: Pigments, hand: Hand, rng: np.random.Generator, width: int, height: int
) -> Array:
    """Paint flat planes of colour, each held by a dark contour."""
    w, h = width * FINE, height * FINE
    unit = max(width, height) / 270
    study = c.develop(w, h, mottle=0.45)
    # Three flat tones instead of modelling, their borders softened by a hair.
    tones = (
        0.62 * (_ramp(study.light, 0.12, 0.2) - _ramp(-study.light, 0.2, 0.3)) * np.float32(0.75)
    )
    lab = lit(study.lab, tones, p, hand.depth)
    lab[0] += np.float32(0.012) * smooth_noise(rng, w, h, 9 * unit * FINE)
    lab[0] += np.float32(hand.bristle * 0.12) * _grain(rng, w, h, 3, 40)
    thick = 2 * round(hand.line * unit * FINE / 2) + 1
    line = _contours(study.group, thick, 0.45 * hand.line * unit * FINE)
    # Small things get a thinner contour, or it would swallow them.
    press = 0.36 + 0.14 * smooth_noise(rng, w, h, 22 * unit * FINE)
    press += 0.36 * _ramp(study.detail, 0.55, 0.75)
    ink = _ramp(line - press, -0.12, 0.12)
    for plane, value in zip(lab, from_hex(hand.ink), strict=True):
        plane += (value - plane) * ink
    return np.moveaxis(halve(to_linear(lab)), 0, -1)


def cubism(
    c: Composition,
    p: Pigments,
    hand: Hand,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    """Break the motif along straight cuts: planes slip, and each is shaded from one edge."""
    w, h = width * FINE, height * FINE
    unit = max(width, height) / 270 * FINE
    across, down = np.arange(w, dtype=np.float32)[None], np.arange(h, dtype=np.float32)[:, None]
    shade, seam = np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)
    facet = np.zeros((h, w), dtype=np.intp)
    axes = np.array([hand.angle, hand.angle + 1.05, hand.angle + 2.0, hand.angle + 1.57])
    cuts = max(8, min(14, round(13 / hand.stroke)))
    codes = np.arange(2**cuts)
    # Per facet: how far what is seen there has slipped sideways and down, and its own tint.
    slips = np.zeros((2, codes.size), dtype=np.float32)
    for k in range(cuts):
        angle = axes[k % 4] + rng.normal(0, 0.13)
        px, py = w * rng.uniform(0.08, 0.92), h * rng.uniform(0.08, 0.92)
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        off = (np.float32(px) - across) * sin + (down - np.float32(py)) * cos
        run = np.abs((across - np.float32(px)) * cos + (down - np.float32(py)) * sin)
        reach = np.float32(rng.uniform(0.3, 0.62) * max(w, h))
        window = np.clip((reach - run) * (4 / reach), 0, 1)
        beyond = (off > 0) & (run < reach)
        facet |= beyond.astype(np.intp) << k
        slip = rng.uniform(5, 13) * unit * rng.choice([-1, 1])
        slips += ((codes >> k) & 1) * np.array([[slip * cos], [slip * sin]], dtype=np.float32)
        # One side of the cut darkens towards it, the other lightens: planes open into each other.
        off = np.abs(off)
        fall = np.maximum(0, 1 - off * np.float32(1 / (rng.uniform(34, 58) * unit)))
        fall *= fall * window * np.float32(rng.uniform(0.3, 0.6))
        shade += np.where(beyond, -fall, np.float32(0.6) * fall)
        seam = np.maximum(seam, np.clip(1.5 - off * np.float32(1 / unit), 0, 1) * window)
    study = c.develop(w, h, (np.take(slips[0], facet), np.take(slips[1], facet)), mottle=0.5)
    tones = np.round(study.light * 3) / np.float32(3)
    lab = lit(study.lab, np.float32(0.75) * tones, p, hand.depth)
    tint = rng.normal(0, 1, (3, codes.size)) * np.array([[0.055], [0.011], [0.018]])
    for plane, tints in zip(lab, tint.astype(np.float32), strict=True):
        plane += np.take(tints, facet)
    lab[0] += np.float32(0.27) * np.clip(shade, -1.1, 0.8)
    # The brush runs level in half of the facets and upright in the others.
    level, upright = (
        _grain(rng, w, h, 1.6 * unit, 10 * unit),
        _grain(rng, w, h, 10 * unit, 1.6 * unit),
    )
    grain = np.where(np.take((codes & 3) % 3 == 0, facet), level, upright)
    lab[0] += np.float32(hand.bristle * 0.2) * grain
    line = np.maximum(_contours(study.group, 3, 0.6 * unit) * np.float32(0.8), seam * 0.62)
    line *= np.float32(0.8 * hand.line / 2.6)
    for plane, value in zip(lab, from_hex(hand.ink), strict=True):
        plane += (value - plane) * np.clip(line, 0, 1)
    return np.moveaxis(halve(to_linear(lab)), 0, -1)


def baroque(
    c: Composition, p: Pigments, hand: Hand, rng: np.random.Generator, width: int, height: int
) -> Array:
    """Model the motif in soft glazes, out of a deep brown dark into a single beam of light."""
    w, h, unit = width, height, max(width, height) / 270
    study = c.develop(w * FINE, h * FINE, mottle=0.6)
    # Forms and edges are soft: from here on the picture's own grid is fine enough.
    colour, light = halve(study.lab), halve(study.light[None])[0]
    detail = study.detail[::FINE, ::FINE]
    form = np.float32(1.1) * blur(light, 2.2 * unit) + np.float32(0.5) * light
    form = np.where(form < 0, np.float32(1.25) * form, form)
    across = np.arange(w, dtype=np.float32)[None] / w
    down = np.arange(h, dtype=np.float32)[:, None] / h
    cx, cy = 0.5 + 0.12 * c.lamp + rng.uniform(-0.04, 0.04), rng.uniform(0.4, 0.5)
    a, b = across - np.float32(cx), down - np.float32(cy)
    # The beam falls across the picture, so its pool of light is longer that way.
    along = np.float32(-0.8 * c.lamp) * a + np.float32(0.6) * b
    over = np.float32(0.6 * c.lamp) * a + np.float32(0.8) * b
    pool = np.exp(-(along * along * np.float32(4.2) + over * over * np.float32(7.5)))
    far = 1 - _ramp(detail, 0.1, 0.2)
    billow = smooth_noise(rng, w, h, 26 * unit) + 0.5 * smooth_noise(rng, w, h, 11 * unit)
    lab = lit(colour, form + np.float32(0.3) * far * billow, p, hand.depth)
    for plane in lab:
        # Edges melt: each plane is mostly its own blurred self.
        plane[...] = np.float32(0.4) * plane + np.float32(0.3) * (
            blur(plane * 2 - 1, 0.75 * unit) + 1
        )
    veil = np.clip((1 - pool) * np.float32(0.95) + np.float32(0.05) * billow, 0, 0.94)
    for plane, value in zip(lab, mix(p.dark, p.earth, 0.1), strict=True):
        plane += (value - plane) * veil
    # A steeper curve: the lights are few and the darks are deep.
    lab[0] += np.float32(0.42) * pool * (np.minimum(lab[0], 0.78) - np.float32(0.5))
    lab[0] -= np.float32(0.5) * np.maximum(0, lab[0] - np.float32(0.8))
    lab[1] += np.float32(0.004 + hand.glaze * 0.2)
    lab[2] += np.float32(hand.glaze)
    lab[0] += np.float32(hand.bristle * 0.06) * smooth_noise(rng, w, h, 3.2 * unit)
    lab[0] -= np.float32(0.035) * _cracks(rng, w, h, unit)
    lab[0] = np.maximum(lab[0], np.float32(0.02))
    return np.moveaxis(to_linear(lab), 0, -1)
