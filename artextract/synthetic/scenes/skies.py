"""The large parts of an outdoor picture: sky, hills and water."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.pigments import Pigments, mix


def ridge(c: Composition, y: float, height: float, bumps: float, foot: float) -> np.ndarray:
    """Return the outline of a line of hills from `y` (give or take `height`) down to `foot`."""
    x = np.linspace(-0.05, c.width + 0.05, 48)
    phase = c.rng.uniform(0, 6.28, 3)
    top = y - height * (
        0.6 * np.sin(bumps * x + phase[0])
        + 0.3 * np.sin(2.3 * bumps * x + phase[1])
        + 0.1 * np.sin(6.1 * bumps * x + phase[2])
    )
    return np.concatenate([np.stack([x, top], 1), [[c.width + 0.05, foot], [-0.05, foot]]])


def sky(c: Composition, p: Pigments, horizon: float, mood: str) -> float:
    """Lay sky, sun or moon and clouds above `horizon`; return where across the sun stands."""
    rng = c.rng
    low = mix(p.sky, p.pale, 0.65)
    high = mix(p.sky, p.blue, 0.35)
    if mood in ("dusk", "dawn"):
        low = mix(mix(p.yellow, p.red, 0.35), p.pale, 0.35)
        high = mix(mix(p.sky, p.rose, 0.3), p.accent, 0.3)
    elif mood == "grey":
        low, high = mix(p.pale, p.sky, 0.5), mix(p.sky, p.earth, 0.25)
    elif mood == "night":
        low, high = mix(p.blue, p.sky, 0.3), mix(p.blue, p.dark, 0.5)
    back = c.add(rect(-0.1, -0.1, c.width + 0.1, horizon + 0.05), high, low, detail=0.1)
    sun = c.width * rng.uniform(0.18, 0.82)
    if mood != "grey":
        y = horizon * (
            rng.uniform(0.55, 0.85) if mood in ("dusk", "dawn") else rng.uniform(0.2, 0.5)
        )
        disc = mix(p.pale, p.yellow, 0.25 if mood == "night" else 0.6)
        size = rng.uniform(0.045, 0.07)
        for grow, share in ((3.2, 0.18), (2.1, 0.36)):
            halo = mix(mix(high, low, y / horizon), disc, share)
            c.add(
                ellipse(sun, y, size * grow, size * grow), halo, group=back, swirl=1.0, detail=0.1
            )
        c.add(ellipse(sun, y, size, size), disc, light=0.35, swirl=1.0, detail=0.6)
    for _ in range(int(rng.integers(1, 4)) + (2 if mood == "grey" else 0)):
        x, y = c.width * rng.uniform(0.0, 1.0), horizon * rng.uniform(0.12, 0.7)
        span, group = rng.uniform(0.1, 0.24), None
        tint = mix(p.pale, low, 0.25) if mood != "night" else mix(high, p.pale, 0.25)
        under = mix(tint, mix(p.accent, high, 0.5), 0.55)
        for step in np.linspace(-1, 1, 5):
            puff = span * (0.42 - 0.2 * abs(step)) * rng.uniform(0.8, 1.2)
            outline = ellipse(x + step * span, y - puff * 0.35, puff * 1.25, puff * 0.62)
            group = c.add(outline, tint, under, swirl=0.3, group=group, detail=0.15)
    return float(sun)


def water(
    c: Composition, p: Pigments, top: float, foot: float, sun: float | None, mood: str
) -> int:
    """Lay a sheet of water with glints, and the sun's path on it."""
    rng = c.rng
    near = mix(p.blue, p.dark, 0.45 if mood == "night" else 0.15)
    far = mix(p.blue, p.sky, 0.6)
    if mood in ("dusk", "dawn"):
        far = mix(far, mix(p.yellow, p.rose, 0.5), 0.4)
    group = c.add(rect(-0.1, top, c.width + 0.1, foot), far, near, detail=0.2, mottle=0.08)
    for _ in range(46):
        t = rng.uniform(0.02, 1) ** 1.3
        y, x = top + (foot - top) * t, rng.uniform(0, c.width)
        tint = [p.sky, p.pale, mix(p.blue, p.dark, 0.4), p.accent][int(rng.integers(4))]
        wide = (0.02 + 0.09 * t) * rng.uniform(0.5, 1.3)
        body = mix(mix(far, near, t), tint, 0.45)
        c.add(ellipse(x, y, wide, 0.004 + 0.009 * t, n=12), body, group=group, detail=0.3)
    if sun is not None:
        glow = mix(p.yellow, p.pale, 0.55)
        for t in np.linspace(0.03, 1, 16):
            y = top + (foot - top) * t
            x, wide = (
                sun + rng.normal(0, 0.02 + 0.03 * t),
                rng.uniform(0.5, 1.2) * (0.035 + 0.05 * t),
            )
            c.add(
                ellipse(x, y, wide, 0.005 + 0.009 * t, n=12),
                mix(far, glow, 0.85),
                group=group,
                light=0.2,
                detail=0.4,
            )
    return group
