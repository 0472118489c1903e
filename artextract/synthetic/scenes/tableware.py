"""What still lifes are composed of: fruit, grapes, vessels and flowers."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.pigments import Pigments, mix


def _turned(
    c: Composition, x: float, foot: float, profile: list[tuple[float, float]]
) -> np.ndarray:
    """Return the outline of a vessel from half widths at heights, foot to lip."""
    heights = np.linspace(profile[0][1], profile[-1][1], 24)
    half = np.interp(heights, [b for _, b in profile], [a for a, _ in profile])
    half = np.convolve(np.pad(half, 2, mode="edge"), [0.1, 0.2, 0.4, 0.2, 0.1], mode="valid")
    side = np.stack([half, foot - heights], 1)
    return np.concatenate([side * [1, 1] + [x, 0], (side * [-1, 1] + [x, 0])[::-1]])


def fruit(c: Composition, p: Pigments, x: float, foot: float, r: float, kind: str) -> None:
    """Put down an ``apple``, ``lemon``, ``orange`` or ``pear`` of radius `r` standing at `foot`."""
    rng, y = c.rng, foot - r * 0.92
    stem = mix(p.dark, p.earth, 0.4)
    if kind == "lemon":
        tilt = rng.uniform(-0.4, 0.4)
        tint = mix(p.yellow, p.pale, 0.1)
        for s in (-1, 1):
            c.add(
                ellipse(
                    x + s * r * 1.12 * np.cos(tilt),
                    y + s * r * 1.12 * np.sin(tilt),
                    r * 0.22,
                    r * 0.18,
                ),
                tint,
                light=-0.1,
                group=c.new_group() if s < 0 else None,
                detail=0.6,
            )
        c.add(
            ellipse(x, y + r * 0.1, r * 1.15, r * 0.85, tilt),
            tint,
            mix(tint, p.green, 0.3),
            bend=(0.9, 0.9),
            gloss=0.5,
            swirl=0.7,
            detail=0.6,
        )
        return
    if kind == "pear":
        tint = mix(p.yellow, p.green, 0.45)
        body = _turned(
            c,
            x,
            foot,
            [(0.45 * r, 0), (r, 0.5 * r), (0.98 * r, r), (0.5 * r, 1.7 * r), (0.3 * r, 2.3 * r)],
        )
        c.add(
            body,
            tint,
            mix(tint, p.red, 0.2),
            bend=(0.95, 0.5),
            gloss=0.4,
            swirl=0.3,
            flow=0.8,
            detail=0.6,
        )
        c.add(
            [
                [x - 0.04 * r, foot - 2.2 * r],
                [x + 0.3 * r, foot - 2.75 * r],
                [x + 0.1 * r, foot - 2.2 * r],
            ],
            stem,
        )
        return
    tint = (
        mix(p.red, p.yellow, rng.uniform(0.0, 0.3))
        if kind == "apple"
        else mix(p.red, p.yellow, 0.55)
    )
    c.add(
        ellipse(x, y, r, r * 0.94),
        tint,
        mix(tint, p.red, 0.4),
        bend=(0.95, 0.95),
        gloss=0.6,
        swirl=0.8,
        detail=0.6,
    )
    if kind == "apple":
        c.add(ellipse(x, y - r * 0.72, r * 0.3, r * 0.12), mix(tint, p.dark, 0.5), detail=0.7)
        c.add(
            [[x - 0.05 * r, y - 0.7 * r], [x + 0.2 * r, y - 1.25 * r], [x + 0.07 * r, y - 0.7 * r]],
            stem,
            detail=0.7,
        )


def grapes(c: Composition, p: Pigments, x: float, foot: float, r: float) -> None:
    """Lay down a bunch of grapes."""
    tint = [mix(p.accent, p.dark, 0.35), mix(p.green, p.yellow, 0.4)][int(c.rng.integers(2))]
    for k in range(5):
        for j in range(5 - k):
            gx, gy = (
                x + (j - (4 - k) / 2) * r * 1.35,
                foot - r * (0.6 + 1.05 * k) + r * 0.25 * (j % 2),
            )
            c.add(ellipse(gx, gy, r, r), tint, bend=(0.95, 0.95), gloss=0.6, swirl=0.7, detail=0.6)


def vessel(c: Composition, p: Pigments, x: float, foot: float, tall: float, kind: str) -> None:
    """Stand a ``bottle``, ``jug`` or ``vase`` on the table."""
    rng = c.rng
    if kind == "bottle":
        glass = mix(mix(p.green, p.dark, 0.5), p.blue, rng.uniform(0, 0.3))
        outline = _turned(
            c,
            x,
            foot,
            [(0.17, 0), (0.18, 0.05), (0.18, 0.56), (0.07, 0.74), (0.065, 0.98), (0.08, 1.0)],
        )
        outline = (outline - [x, foot]) * tall + [x, foot]
        g = c.add(outline, glass, mix(glass, p.dark, 0.3), bend=(0.9, 0), flow=1.57, detail=0.5)
        lx = x + c.lamp * 0.09 * tall
        c.add(
            rect(lx - 0.014 * tall, foot - 0.52 * tall, lx + 0.014 * tall, foot - 0.14 * tall),
            mix(glass, p.pale, 0.6),
            light=0.3,
            group=g,
            flow=1.57,
            detail=0.6,
        )
        if rng.random() < 0.5:
            c.add(
                rect(x - 0.175 * tall, foot - 0.4 * tall, x + 0.175 * tall, foot - 0.2 * tall),
                mix(p.pale, p.earth, 0.2),
                bend=(0.8, 0),
                detail=0.5,
            )
        return
    clay = [
        mix(p.blue, p.pale, 0.2),
        mix(p.pale, p.earth, 0.15),
        mix(p.earth, p.red, 0.45),
        mix(p.accent, p.pale, 0.2),
    ]
    tint = clay[int(rng.integers(4))]
    if kind == "jug":
        s = -c.lamp
        ring = [
            ellipse(x + s * 0.27 * tall, foot - 0.62 * tall, 0.16 * tall * k, 0.22 * tall * k)
            for k in (1.0, 0.62)
        ]
        c.add(
            np.concatenate([ring[0], ring[0][:1], ring[1][:1], ring[1][::-1]]),
            mix(tint, p.dark, 0.25),
            detail=0.6,
        )
        profile = [(0.17, 0), (0.3, 0.2), (0.33, 0.4), (0.2, 0.72), (0.19, 0.9), (0.24, 1.0)]
    else:
        profile = [(0.16, 0), (0.27, 0.3), (0.3, 0.6), (0.17, 0.9), (0.22, 1.0)]
    outline = (_turned(c, x, foot, profile) - [x, foot]) * tall + [x, foot]
    g = c.add(outline, tint, mix(tint, p.dark, 0.15), bend=(0.95, 0.15), flow=1.57, detail=0.5)
    c.add(
        ellipse(x + c.lamp * 0.13 * tall, foot - 0.45 * tall, 0.035 * tall, 0.09 * tall),
        mix(tint, p.pale, 0.7),
        light=0.4,
        group=g,
        detail=0.6,
    )
    c.add(ellipse(x, foot - tall, 0.225 * tall, 0.05 * tall), mix(tint, p.dark, 0.55), detail=0.6)


def flowers(c: Composition, p: Pigments, x: float, y: float, r: float) -> None:
    """Fill a vase with leaves and blossom around (x, y)."""
    rng = c.rng
    for t in np.linspace(0, 2 * np.pi, 15):
        d = r * rng.uniform(0.75, 1.1)
        leaf = mix(p.green, p.dark, rng.uniform(0.1, 0.45))
        c.add(
            ellipse(x + d * np.cos(t), y + d * 0.9 * np.sin(t), r * 0.32, r * 0.13, t),
            leaf,
            mottle=0.15,
            flow=t,
        )
    c.add(ellipse(x, y, r * 0.85, r * 0.8), mix(p.green, p.dark, 0.45), mottle=0.3)
    tints = [p.red, p.rose, p.yellow, p.pale, mix(p.accent, p.pale, 0.2), mix(p.blue, p.pale, 0.3)]
    chosen = rng.permutation(6)[:3]
    for k in range(12):
        t, d = k * 2.399, r * np.sqrt((k + 0.4) / 12) * 0.95
        cx, cy, size = x + d * np.cos(t), y + 0.9 * d * np.sin(t), r * rng.uniform(0.2, 0.3)
        tint = tints[int(chosen[k % 3])]
        group = c.new_group()
        for petal in np.linspace(0, 2 * np.pi, 7)[:6] + rng.uniform(0, 1):
            c.add(
                ellipse(
                    cx + size * 0.55 * np.cos(petal),
                    cy + size * 0.55 * np.sin(petal),
                    size * 0.55,
                    size * 0.38,
                    petal,
                ),
                tint,
                light=0.2 * np.cos(petal - (3.9 if c.lamp < 0 else 5.5)),
                group=group,
                flow=petal,
                detail=0.6,
            )
        c.add(
            ellipse(cx, cy, size * 0.3, size * 0.3),
            mix(p.yellow, p.earth, 0.3),
            light=-0.1,
            detail=0.7,
        )
