"""Composing landscapes: a coast, a valley with a lake, fields, a river."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.skies import ridge, sky, water
from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.motifs import cottage, furrows, meadow, sailboat, tree
from artextract.synthetic.technique.pigments import Pigments, mix


def compose(c: Composition, p: Pigments, subject: str, mood: str, horizon: float) -> None:
    """Compose a landscape: ``coast``, ``valley``, ``fields`` or ``river``."""
    rng, w, h = c.rng, c.width, c.height
    line = h * horizon
    sun = sky(c, p, line, mood)
    glow = sun if mood != "grey" else None
    far = mix(mix(p.blue, p.accent, 0.4), p.sky, 0.45)
    if subject == "coast":
        sea = water(c, p, line, h + 0.05, glow, mood)
        side = -1 if rng.random() < 0.5 else 1
        x = w * (0.5 + 0.5 * side)
        for reach, rise, tint in ((0.55, 0.1, far), (0.32, 0.2, mix(p.green, p.earth, 0.4))):
            c.add(
                [
                    [x + 0.1 * side, line + 0.02],
                    [x + 0.1 * side, line - rise],
                    [x - side * reach * 0.3, line - rise],
                    [x - side * reach * 0.65, line - rise * 0.45],
                    [x - side * reach * w, line + 0.015],
                ],
                tint,
                mix(tint, p.earth, 0.4),
                light=-0.05,
                mottle=0.15,
                flow=0.5 * side,
            )
        for k in range(int(rng.integers(2, 5))):
            size = rng.uniform(0.08, 0.13) * (1 + 0.7 * k)
            y = line + 0.02 + size * 0.45 + 0.03 * k
            sailboat(c, p, w * rng.uniform(0.15, 0.85), y, size, sea)
        if rng.random() < 0.65:
            sand = mix(p.yellow, p.pale, 0.4)
            shore = ridge(c, h - 0.1, 0.05, 2.4, h + 0.1)
            c.add(shore - [0, 0.018], mix(p.pale, p.sky, 0.2), light=0.2)
            c.add(shore, sand, mix(sand, p.earth, 0.35), mottle=0.12, flow=0.12)
        return
    c.add(ridge(c, line - 0.04, 0.07, 3.2, h), far, mix(far, p.pale, 0.3), flow=0.4, detail=0.2)
    c.add(ridge(c, line, 0.035, 4.5, h), mix(far, p.green, 0.55), flow=0.2, mottle=0.1)
    kinds = ["round", "poplar", "pine"]
    kind = kinds[int(rng.integers(3))]
    grass = mix(p.green, p.yellow, 0.35)
    if subject == "valley":
        water(c, p, line + 0.03, line + (h - line) * 0.5, glow, mood)
        for k, t in enumerate((0.3, 0.62)):
            tint = mix(grass, [p.yellow, p.green][k], 0.35)
            lawn = c.add(
                ridge(c, line + (h - line) * (t + 0.1), 0.05, 3.0, h + 0.1),
                tint,
                mix(tint, p.dark, 0.25),
                mottle=0.2,
                flow=0.2 - 0.4 * k,
            )
            meadow(c, p, lawn, line + (h - line) * (t + 0.2), h)
            if k == 0:
                cottage(c, p, w * rng.uniform(0.3, 0.7), line + (h - line) * 0.5, 0.17)
            for _ in range(3):
                tall = rng.uniform(0.2, 0.3) * (1 + 0.6 * k)
                tree(c, p, w * rng.uniform(0.02, 0.98), line + (h - line) * (t + 0.22), tall, kind)
    elif subject == "fields":
        furrows(
            c,
            p,
            line + 0.02,
            [p.yellow, grass, mix(p.yellow, p.red, 0.35), mix(p.green, p.blue, 0.15)],
        )
        for x in np.sort(rng.uniform(0.0, 1.0, 5)) * w:
            tree(c, p, x, line + 0.05, rng.uniform(0.12, 0.22), kind)
        cottage(c, p, w * rng.uniform(0.25, 0.75), line + 0.09, 0.15)
        for k in range(int(rng.integers(2, 4))):
            size, x = rng.uniform(0.1, 0.14) * (1 + 0.6 * k), w * rng.uniform(0.1, 0.9)
            foot = line + (h - line) * (0.38 + 0.24 * k)
            straw = mix(p.yellow, p.earth, 0.25)
            c.add(
                ellipse(x - c.lamp * size * 0.6, foot, size * 1.2, size * 0.16),
                mix(p.dark, p.blue, 0.4),
            )
            c.add(
                [
                    [x - size * 0.75, foot],
                    [x - size * 0.8, foot - size * 0.55],
                    [x - size * 0.3, foot - size * 1.15],
                    [x, foot - size * 1.3],
                    [x + size * 0.3, foot - size * 1.15],
                    [x + size * 0.8, foot - size * 0.55],
                    [x + size * 0.75, foot],
                ],
                mix(straw, p.pale, 0.25),
                straw,
                bend=(1, 0.3),
                mottle=0.15,
                flow=1.2,
                detail=0.5,
            )
    else:
        turf = rect(-0.1, line + 0.02, w + 0.1, h + 0.1)
        lawn = c.add(turf, grass, mix(grass, p.dark, 0.35), mottle=0.2)
        meadow(c, p, lawn, line + 0.06, h)
        along = np.linspace(0, 1, 20)
        mid = w * (0.5 + 0.22 * np.sin(4.2 * along + rng.uniform(0, 6.28)) * (0.3 + along))
        half, level = 0.03 + 0.36 * along**1.4, line + 0.03 + (h - line) * along
        bank = np.concatenate(
            [np.stack([mid - half, level], 1), np.stack([mid + half, level], 1)[::-1]]
        )
        stream = c.add(bank, mix(p.sky, p.pale, 0.3), mix(p.blue, p.dark, 0.15), mottle=0.1)
        for _ in range(40):
            k = int(rng.integers(3, 20))
            spot = mid[k] + half[k] * rng.uniform(-0.75, 0.75)
            tint = [p.pale, p.sky, mix(p.green, p.blue, 0.5), p.accent][int(rng.integers(4))]
            c.add(
                ellipse(spot, level[k], 0.2 * half[k], 0.005 + 0.006 * along[k], n=12),
                mix(p.blue, tint, 0.6),
                group=stream,
            )
        for _ in range(6):
            k = int(rng.integers(2, 17))
            spot = mid[k] + (half[k] + rng.uniform(0.08, 0.3)) * (1 if rng.random() < 0.5 else -1)
            tree(
                c,
                p,
                float(spot),
                float(level[k]),
                0.2 + 0.3 * float(along[k]) + rng.uniform(0, 0.08),
                kind,
            )
