"""Painting with separate touches of the brush: pointillism and impressionism.

Each technique takes a composition, pigments, the painter's hand, a random generator and the size
of the picture, and returns linear light, float32 (height, width, 3) in 0..1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from artextract.synthetic.scenes.studies import Composition, Study
from artextract.synthetic.technique.hands import Hand
from artextract.synthetic.technique.pigments import Array, Pigments, from_hex, to_linear

FINE = 2  # touches are drawn this much larger than the picture, then averaged down


def halve(planes: Array) -> Array:
    """Average each 2 by 2 block of float32 (n, H, W) planes into (n, H / 2, W / 2)."""
    sums = planes[:, 0::2, 0::2] + planes[:, 0::2, 1::2]
    sums += planes[:, 1::2, 0::2]
    sums += planes[:, 1::2, 1::2]
    sums *= np.float32(0.25)
    return sums


def lit(lab: Array, light: Array, p: Pigments, depth: float) -> Array:
    """Return local colour with light and shade: shadows lean to `p.dark`, lights to `p.pale`.

    `lab` is float32 (3, ...), `light` float32 (...), `depth` the contrast of the modelling.
    """
    shade = np.clip(-light, 0, 1) * np.float32(0.62 * depth)
    shine = np.clip(light, 0, 1) * np.float32(0.55 * depth)
    out = np.empty_like(lab)
    for plane, colour, dark, pale in zip(out, lab, p.dark, p.pale, strict=True):
        plane[...] = colour + (dark - colour) * shade + (pale - colour) * shine
    return out


def scatter(rng: np.random.Generator, width: int, height: int, step: float) -> tuple[Array, Array]:
    """Return x and y, float32 (n,), of a jittered grid of touches in random order."""
    xs, ys = np.meshgrid(
        np.arange(-step / 2, width + step, step), np.arange(0, height + step, step)
    )
    xs[1::2] += step / 2
    x = (xs + rng.uniform(-0.36, 0.36, xs.shape) * step).ravel()
    y = (ys + rng.uniform(-0.36, 0.36, ys.shape) * step).ravel()
    order = rng.permutation(x.size)
    return x[order].astype(np.float32), y[order].astype(np.float32)


def _pick(plane: NDArray[Any], x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    rows, columns = plane.shape[-2:]
    iy = np.clip(y.astype(np.int32), 0, rows - 1)
    ix = np.clip(x.astype(np.int32), 0, columns - 1)
    return plane[..., iy, ix]


class Touches:
    """A pile of brush touches, each an elongated dab with its colour, laid in order."""

    def __init__(self) -> None:
        """Start with a bare canvas."""
        self._parts: list[tuple[Array, Array, Array, Array, Array, Array, Array]] = []

    def add(
        self, x: Array, y: Array, angle: Array, long: Array, wide: Array, curve: Array, lab: Array
    ) -> None:
        """Add n touches: centres, angle, half length and half width in px, bend, OkLab (3, n)."""
        self._parts.append((x, y, angle, long, wide, curve, lab))

    def render(
        self, width: int, height: int, ground: Array, hand: Hand, rng: np.random.Generator
    ) -> Array:
        """Paint the touches on `ground`, OkLab; return linear light, float32 (H, W, 3)."""
        x, y, angle, long, wide, curve, lab = (
            np.concatenate([part[k] for part in self._parts], axis=-1) for k in range(7)
        )
        along = np.array([-1, -0.72, 0, 0.72, 1, 0.72, 0, -0.72], dtype=np.float32)[None, :]
        across = np.array([0, -0.8, -1, -0.8, 0, 0.8, 1, 0.8], dtype=np.float32)[None, :]
        along = along * (1 + rng.uniform(-0.12, 0.12, (x.size, 8)).astype(np.float32))
        across = across * (1 + rng.uniform(-0.15, 0.15, (x.size, 8)).astype(np.float32))
        u = along * long[:, None]
        v = across * wide[:, None] + curve[:, None] * (along * along - 0.4) * long[:, None]
        cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        corners = (
            np.stack([x[:, None] + u * cos - v * sin, y[:, None] + u * sin + v * cos], -1) * FINE
        )
        image = Image.new("I", (width * FINE, height * FINE), 0)
        draw = ImageDraw.Draw(image)
        for i, polygon in enumerate(corners.reshape(x.size, -1).tolist(), start=1):
            draw.polygon(polygon, fill=i)
        number = np.array(image, dtype=np.intp)
        first = np.zeros(1, dtype=np.float32)

        def of(values: NDArray[Any]) -> Array:
            return np.take(np.concatenate([first, values.astype(np.float32)]), number)

        colours = np.concatenate([ground[:, None], lab], axis=1)
        linear = to_linear(colours)
        planes = np.empty((3, *number.shape), dtype=np.float32)
        for plane, values in zip(planes, linear, strict=True):
            np.take(values, number, out=plane, mode="clip")
        # How far each pixel lies from the spine of its touch.
        cos, sin = np.cos(angle), np.sin(angle)
        xs = np.arange(width * FINE, dtype=np.float32)[None]
        ys = np.arange(height * FINE, dtype=np.float32)[:, None]
        side = ys * of(cos) - xs * of(sin) + of((x * sin - y * cos) * FINE)
        dome = side * of(1 / (wide * FINE))
        phase = rng.uniform(0, 6.28, x.size).astype(np.float32)
        relief = hand.relief * (1 - dome * dome) + hand.bristle * np.sin(
            side * np.float32(2.1) + of(phase)
        )
        slope = np.zeros_like(relief)
        slope[1:, 1:] = relief[1:, 1:] - relief[:-1, :-1]
        slope *= number > 0
        planes *= 1 + np.clip(slope, -0.5, 0.5) * np.float32(0.8)
        return np.moveaxis(halve(planes), 0, -1)


def _colour(study: Study, p: Pigments, hand: Hand) -> Array:
    return lit(study.lab, study.light, p, hand.depth)


def pointillism(
    c: Composition, p: Pigments, hand: Hand, rng: np.random.Generator, width: int, height: int
) -> Array:
    """Paint in dots of the local colour, its neighbours and its split complements."""
    study = c.develop(width, height, flow=True)
    colour = _colour(study, p, hand)
    unit = max(width, height) / 270
    pile = Touches()
    for layer, (step, size) in enumerate(((5.9, 4.5), (6.4, 3.9), (5.0, 2.6))):
        x, y = scatter(rng, width, height, step * hand.stroke * unit)
        if layer == 2:
            keep = _pick(study.detail, x, y) > 0.45
            x, y = x[keep], y[keep]
        lab = _pick(colour, x, y)
        n, draw = x.size, rng.random(x.size)
        turn = rng.uniform(0.35, 0.8, n) * rng.choice([-1, 1], n)
        contrary = (draw > 0.86) & (layer < 2)
        turn = np.where(draw < 0.42, turn * 0.25, np.where(contrary, np.pi + 0.7 * turn, turn))
        chroma = np.hypot(lab[1], lab[2])
        # Greys have no hue to split, so they borrow some from the painter's accent.
        hue = np.where(
            chroma > 0.02, np.arctan2(lab[2], lab[1]), np.arctan2(p.accent[2], p.accent[1])
        )
        strength = np.where(contrary, 1.0, 1.4) * np.maximum(chroma, 0.048)
        jitter = (
            rng.normal(0, 0.032, n) + np.where(contrary, 0.03, 0) + np.where(draw < 0.12, 0.05, 0)
        )
        dots = np.stack(
            [lab[0] + jitter, strength * np.cos(hue + turn), strength * np.sin(hue + turn)]
        )
        if layer == 2:
            dots[1:] = lab[1:] * 1.15
        radius = (size * hand.stroke * unit * rng.uniform(0.82, 1.12, n)).astype(np.float32)
        flow = _pick(study.flow, x, y)
        angle = hand.angle + hand.follow * (flow - hand.angle)
        squash = np.float32(1 + 0.45 * (hand.dab - 1))  # a dot stays a dot in every hand
        pile.add(
            x,
            y,
            angle.astype(np.float32),
            radius * squash,
            radius / squash,
            np.zeros(n, np.float32),
            dots.astype(np.float32),
        )
    return pile.render(width, height, from_hex(hand.ground), hand, rng)


def impressionism(
    c: Composition, p: Pigments, hand: Hand, rng: np.random.Generator, width: int, height: int
) -> Array:
    """Paint in broken strokes which follow the form, large ones first."""
    study = c.develop(width, height, flow=True)
    colour = _colour(study, p, hand)
    unit = max(width, height) / 270 * hand.stroke
    pile = Touches()
    for step, long, wide, detail in (
        (8.5, 15.5, 4.5, -1.0),
        (5.6, 11.0, 2.8, -1.0),
        (4.0, 5.0, 1.9, 0.42),
        (2.8, 2.9, 1.4, 0.65),
    ):
        x, y = scatter(rng, width, height, step * unit)
        if detail > 0:
            keep = _pick(study.detail, x, y) > detail
            x, y = x[keep], y[keep]
        n = x.size
        flow = _pick(study.flow, x, y)
        # Angles are halved lines: lean the flow to the hand's own slant the short way round.
        lean = np.mod(flow - hand.angle + np.pi / 2, np.pi) - np.pi / 2
        angle = hand.angle + hand.follow * lean + rng.normal(0, 0.16, n)
        half = long * unit * rng.uniform(0.7, 1.2, n)
        here = _pick(study.group, x, y)
        for sign in (-1, 1):  # a stroke that would leave its object is cut short
            gone = (
                _pick(study.group, x + sign * half * np.cos(angle), y + sign * half * np.sin(angle))
                != here
            )
            half = np.where(gone, half * 0.62, half)
        lab = _pick(colour, x, y)
        loose = 1.0 if detail < 0 else 0.45
        lab[0] += rng.normal(0, 0.034 * loose, n)
        warm = rng.normal(0, 0.016 * loose, n)
        lab[1] += 0.5 * warm + rng.normal(0, 0.01 * loose, n)
        lab[2] += warm
        lab[1:] *= 1.1
        curve = rng.normal(0, 0.12, n)
        pile.add(
            x,
            y,
            angle.astype(np.float32),
            half.astype(np.float32),
            (wide * unit * rng.uniform(0.8, 1.2, n)).astype(np.float32),
            curve.astype(np.float32),
            lab,
        )
    return pile.render(width, height, from_hex(hand.ground), hand, rng)
