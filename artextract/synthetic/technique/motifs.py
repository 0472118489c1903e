"""What stands in a landscape: trees, cottages, boats, fields and meadows."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.pigments import Array, Pigments, mix


def tree(c: Composition, p: Pigments, x: float, foot: float, tall: float, kind: str) -> None:
    """Plant a tree: ``round``, ``poplar`` or ``pine``."""
    rng = c.rng
    leaf = mix(p.green, p.yellow, rng.uniform(0.0, 0.3))
    deep = mix(p.green, p.dark, 0.45)
    trunk = mix(p.earth, p.dark, 0.45)
    wide = 0.045 * tall
    c.add(
        [
            [x - wide, foot],
            [x - wide * 0.5, foot - tall * 0.6],
            [x + wide * 0.5, foot - tall * 0.6],
            [x + wide, foot],
        ],
        trunk,
        flow=1.57,
        bend=(1, 0),
    )
    if kind == "pine":
        group = None
        for k in range(4):
            y, half = foot - tall * (0.15 + 0.2 * k), tall * (0.26 - 0.055 * k)
            group = c.add(
                [[x - half, y], [x, y - tall * 0.36], [x + half, y]],
                leaf,
                deep,
                group=group,
                flow=1.2,
                mottle=0.25,
                bend=(0.8, 0),
            )
        return
    rx, ry = (0.11 * tall, 0.45 * tall) if kind == "poplar" else (0.3 * tall, 0.3 * tall)
    y = foot - tall * (0.58 if kind == "poplar" else 0.7)
    group = c.add(ellipse(x, y, rx, ry), deep, mottle=0.25, swirl=0.5, flow=0.6)
    for _ in range(9):
        t, r = rng.uniform(0, 6.28), np.sqrt(rng.uniform(0, 0.6))
        dx, dy = rx * r * np.cos(t), ry * r * np.sin(t)
        size = rng.uniform(0.3, 0.5)
        sunny = np.clip(0.5 - 0.5 * dy / ry + 0.4 * c.lamp * dx / rx, 0, 1)
        c.add(
            ellipse(x + dx, y + dy, rx * size * 1.1, ry * size),
            mix(deep, leaf, 0.35 + 0.65 * sunny),
            group=group,
            light=0.3 * (sunny - 0.5),
            bend=(0.6, 0.6),
            mottle=0.2,
            swirl=0.5,
        )


def cottage(c: Composition, p: Pigments, x: float, foot: float, size: float) -> None:
    """Build a cottage with a tiled roof, a lit and a shaded wall, a door and windows."""
    wall = mix(p.pale, [p.yellow, p.rose, p.sky][int(c.rng.integers(3))], 0.3)
    roof = mix(p.red, p.earth, c.rng.uniform(0.1, 0.6))
    w, h, side = size, size * 0.55, -c.lamp * size * 0.45
    c.add(rect(x - w / 2, foot - h, x + w / 2, foot), wall, light=0.12, flow=1.57, detail=0.5)
    edge = x + np.sign(side) * w / 2
    c.add(
        [
            [edge, foot],
            [edge, foot - h],
            [edge + side / 2, foot - h * 1.6],
            [edge + side, foot - h],
            [edge + side, foot],
        ],
        wall,
        light=-0.4,
        flow=1.57,
        detail=0.5,
    )
    c.add(
        [
            [x - w / 2 + side * 0.5, foot - h * 1.65],
            [x + w / 2 + side * 0.5, foot - h * 1.65],
            [x + w / 2, foot - h * 0.95],
            [x - w / 2, foot - h * 0.95],
        ],
        roof,
        light=0.05,
        flow=1.2,
        mottle=0.1,
        detail=0.5,
    )
    c.add(
        rect(x - w * 0.05, foot - h * 0.6, x + w * 0.12, foot), mix(p.dark, p.blue, 0.4), detail=0.7
    )
    for dx in (-0.34, 0.26):
        c.add(
            rect(x + w * dx, foot - h * 0.68, x + w * (dx + 0.14), foot - h * 0.35),
            mix(p.dark, p.blue, 0.3),
            detail=0.7,
        )
    stack = x - np.sign(side) * w * 0.2
    c.add(
        rect(stack, foot - h * 2.0, stack + w * 0.1, foot - h * 1.5), roof, light=-0.25, detail=0.6
    )


def sailboat(c: Composition, p: Pigments, x: float, y: float, size: float, sea: int) -> None:
    """Set a small boat with two sails on the water `sea`, with its reflection."""
    sail = [p.pale, mix(p.red, p.yellow, 0.4), mix(p.pale, p.rose, 0.5)][int(c.rng.integers(3))]
    c.add(
        ellipse(x, y + size * 0.26, size * 0.35, size * 0.18), mix(p.blue, p.dark, 0.35), group=sea
    )
    c.add(
        [[x, y], [x, y - size], [x + size * 0.5, y - size * 0.05]],
        sail,
        light=0.1,
        flow=1.3,
        detail=0.6,
    )
    c.add(
        [[x - size * 0.04, y], [x - size * 0.04, y - size * 0.85], [x - size * 0.36, y]],
        sail,
        light=-0.15,
        flow=1.8,
        detail=0.6,
    )
    c.add(
        [
            [x - size * 0.5, y],
            [x + size * 0.58, y - size * 0.02],
            [x + size * 0.36, y + size * 0.17],
            [x - size * 0.34, y + size * 0.17],
        ],
        mix(p.dark, p.red, 0.25),
        detail=0.6,
    )


def furrows(c: Composition, p: Pigments, horizon: float, crops: list[Array]) -> None:
    """Spread strips of field which run together far away."""
    vanish = c.width * c.rng.uniform(0.2, 0.8)
    group = c.new_group()
    edges = np.linspace(-1.6 * c.width, 2.6 * c.width, 15)
    for k in range(14):
        a, b = edges[k], edges[k + 1]
        near, far = (1.0 * a, 1.0 * b), (vanish + (a - vanish) * 0.12, vanish + (b - vanish) * 0.12)
        lean = float(np.arctan2(c.height - horizon, (a + b) / 2 - vanish))
        c.add(
            [
                [far[0], horizon],
                [far[1], horizon],
                [near[1], c.height + 0.05],
                [near[0], c.height + 0.05],
            ],
            mix(crops[k % len(crops)], p.pale, 0.2),
            crops[k % len(crops)],
            mottle=0.16,
            flow=lean,
            group=group + k % len(crops),
            detail=0.2,
        )


def meadow(c: Composition, p: Pigments, ground: int, top: float, foot: float) -> None:
    """Scatter tufts of grass and flowers over the ground, larger as they come nearer."""
    rng = c.rng
    tufts = [mix(p.green, p.dark, 0.35), mix(p.green, p.yellow, 0.65), mix(p.green, p.pale, 0.3)]
    flowers = [[p.red, p.yellow], [p.pale, p.accent], [p.rose, p.pale]][int(rng.integers(3))]
    for _ in range(42):
        t = rng.uniform(0.05, 1) ** 1.2
        x, y, size = c.width * rng.uniform(0, 1), top + (foot - top) * t, 0.012 + 0.03 * t
        if rng.random() < 0.62:
            blade = [[x - size, y], [x - size * 0.5, y - size * 0.7], [x, y - size * 0.1]]
            blade += [[x + size * 0.5, y - size * 0.8], [x + size, y]]
            c.add(blade, tufts[int(rng.integers(3))], group=ground, flow=1.4, detail=0.4)
        else:
            bloom = ellipse(x, y, size * 0.42, size * 0.32, n=10)
            c.add(bloom, flowers[int(rng.integers(2))], group=ground, light=0.05, detail=0.55)
