"""Composing cityscapes: a street, rooftops, a canal, a bridge."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.buildings import bridge, row, tower, walker, walls_of
from artextract.synthetic.scenes.skies import sky, water
from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.pigments import Pigments, mix


def _street(c: Composition, p: Pigments, line: float, night: bool) -> None:
    rng, w, h = c.rng, c.width, c.height
    vanish = w * rng.uniform(0.38, 0.62)
    tower(c, p, vanish, line + 0.02, 0.42)
    ground = mix(p.earth, p.pale, 0.4)
    c.add(
        [
            [-0.1, h + 0.1],
            [-0.1, h],
            [vanish - 0.05, line],
            [vanish + 0.05, line],
            [w + 0.1, h],
            [w + 0.1, h + 0.1],
        ],
        mix(ground, p.pale, 0.3),
        mix(ground, p.accent, 0.3),
        mottle=0.12,
        flow=0.0,
    )
    walls = walls_of(p)
    for side in (-1, 1):
        depth = np.array([0.13, 0.24, 0.42, 0.7, 1.25])
        edge = vanish + (side * 0.08 + (w * (0.5 + 0.5 * side) - vanish)) * depth
        for k in range(4):
            a, b, da, db = edge[k], edge[k + 1], depth[k], depth[k + 1]
            up = rng.uniform(0.62, 0.95) * max(line, 0.5)
            wall = walls[int(rng.integers(len(walls)))]
            low_a, low_b = line + (h - line) * da * 0.93, line + (h - line) * db * 0.93
            light = 0.15 if side != np.sign(c.lamp) else -0.32
            c.add(
                [[a, line - up * da], [b, line - up * db], [b, low_b], [a, low_a]],
                wall,
                mix(wall, p.earth, 0.3),
                light=light,
                flow=1.57,
                mottle=0.06,
                detail=0.4,
            )
            c.add(
                [
                    [a, line - up * da],
                    [b, line - up * db],
                    [b - side * 0.05 * db, line - up * db * 1.25],
                    [a - side * 0.02 * da, line - up * da * 1.25],
                ],
                mix(p.red, p.earth, 0.5),
                light=light,
                detail=0.4,
            )
            for u0, u1 in ((0.18, 0.4), (0.6, 0.82)):
                for v0, v1 in ((0.2, 0.5), (0.9, 1.2)):
                    box = []
                    for uu, vv in ((u0, v0), (u1, v0), (u1, v1), (u0, v1)):
                        d = da + (db - da) * uu
                        box.append([a + (b - a) * uu, line + (up * -0.98 + vv * up * 0.62) * d])
                    glow = night and rng.random() < 0.5
                    c.add(
                        box,
                        mix(p.yellow, p.pale, 0.3) if glow else mix(p.dark, p.blue, 0.35),
                        light=0.35 if glow else 0,
                        detail=0.6,
                    )
    for _ in range(5):
        t = rng.uniform(0.25, 0.8)
        walker(
            c,
            p,
            vanish + rng.uniform(-0.5, 0.5) * w * t * 0.6,
            line + (h - line) * t,
            0.07 + 0.2 * t,
        )


def compose(c: Composition, p: Pigments, subject: str, mood: str, horizon: float) -> None:
    """Compose a cityscape: ``canal``, ``rooftops``, ``street`` or ``bridge``."""
    rng, w, h = c.rng, c.width, c.height
    line = h * (0.35 + 0.35 * horizon)
    night = mood in ("night", "dusk")
    sun = sky(c, p, line, mood)
    haze = mix(mix(p.accent, p.blue, 0.5), p.sky, 0.5)
    if subject == "street":
        _street(c, p, line, night)
        return
    if subject == "rooftops":
        c.add(rect(-0.1, line - 0.02, w + 0.1, h + 0.1), haze)
        tower(c, p, w * rng.uniform(0.2, 0.8), line + 0.15, rng.uniform(0.45, 0.6))
        for k, foot in enumerate((0.14, 0.4, 0.75, 1.1)):
            row(c, p, line + (h - line) * foot, 0.13 + 0.05 * k, 0.17 + 0.06 * k, night)
        return
    x = -0.05
    while x < w:  # a far skyline in the haze
        wide, tall = rng.uniform(0.05, 0.12), rng.uniform(0.06, 0.15)
        c.add(
            rect(x, line - tall, x + wide, line + 0.02),
            haze,
            mix(haze, p.pale, 0.3),
            group=9999,
            flow=1.57,
        )
        x += wide
    tower(c, p, w * rng.uniform(0.2, 0.8), line + 0.01, rng.uniform(0.34, 0.46))
    if subject == "canal":
        quay = line + (h - line) * 0.3
        row(c, p, quay, line * 0.62, 0.24, night)
        c.add(rect(-0.1, quay, w + 0.1, quay + 0.035), mix(p.earth, p.pale, 0.4), light=0.1)
        c.add(
            rect(-0.1, quay + 0.035, w + 0.1, quay + 0.075), mix(p.earth, p.dark, 0.4), light=-0.1
        )
        for _ in range(3):
            walker(c, p, w * rng.uniform(0.05, 0.95), quay + 0.02, 0.085)
        pool = water(c, p, quay + 0.075, h + 0.05, None, mood)
        walls = walls_of(p)
        for _ in range(34):
            t = rng.uniform(0, 0.8)
            y = quay + 0.08 + (h - quay) * t
            tint = mix(walls[int(rng.integers(len(walls)))], p.blue, 0.35 + 0.3 * t)
            c.add(
                ellipse(w * rng.uniform(0, 1), y, rng.uniform(0.03, 0.09), 0.008 + 0.006 * t, n=12),
                tint,
                group=pool,
                detail=0.3,
            )
        for k in range(2):
            bx, by, s = (
                w * rng.uniform(0.15, 0.85),
                quay + (h - quay) * (0.45 + 0.25 * k),
                0.16 + 0.06 * k,
            )
            c.add(
                [
                    [bx - s, by - s * 0.22],
                    [bx + s, by - s * 0.26],
                    [bx + s * 0.75, by + s * 0.12],
                    [bx - s * 0.78, by + s * 0.12],
                ],
                mix(p.dark, [p.red, p.blue][k], 0.45),
                detail=0.5,
            )
            c.add(
                ellipse(bx, by - s * 0.2, s * 0.72, s * 0.08),
                mix(p.earth, p.pale, 0.3),
                light=-0.1,
                detail=0.5,
            )
        return
    water(c, p, line + 0.01, h + 0.05, sun if mood != "grey" else None, mood)
    bridge(
        c,
        p,
        line + 0.06,
        line + (h - line) * 0.42,
        int(rng.integers(2, 5)),
        mix(p.blue, p.sky, 0.4),
    )
    for _ in range(5):
        walker(c, p, w * rng.uniform(0.03, 0.97), line + 0.05, 0.1)
    quay = h - 0.08
    if rng.random() < 0.6:
        c.add(
            [[-0.1, quay], [w * 0.55, h - 0.02], [w * 0.6, h + 0.1], [-0.1, h + 0.1]],
            mix(p.earth, p.pale, 0.3),
            mottle=0.1,
        )
        for _ in range(2):
            walker(c, p, w * rng.uniform(0.05, 0.4), h - 0.04, 0.22)
