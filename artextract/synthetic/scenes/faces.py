"""Composing a face: its planes, nose, eyes, brows and lips."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse
from artextract.synthetic.technique.pigments import Array, Pigments, mix


def features(
    c: Composition, p: Pigments, x: float, y: float, r: float, turn: float, skin: Array
) -> None:
    """Lay the face of half height `r` around (x, y), turned aside by `turn`, -1..1."""
    rng, a, side = c.rng, r * 0.74, c.lamp
    shade = mix(skin, mix(p.earth, p.dark, 0.35), 0.42)
    face = c.new_group()
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    jaw = 1 - 0.26 * np.maximum(0, np.sin(t)) ** 2
    c.add(
        np.stack([x + a * np.cos(t) * jaw + 0.06 * a * turn, y + r * np.sin(t)], 1),
        skin,
        mix(skin, p.rose, 0.25),
        bend=(0.85, 0.55),
        light=0.12,
        swirl=0.4,
        flow=0.8,
        detail=0.8,
    )
    mid = x + 0.42 * a * turn
    for s in (-1, 1):  # cheeks
        c.add(
            ellipse(mid + s * 0.5 * a, y + 0.3 * r, 0.25 * a, 0.15 * r),
            mix(skin, mix(p.rose, p.red, 0.35), 0.3),
            light=0.24 * s * side - 0.03,
            bend=(0.22, 0.1),
            group=face,
            swirl=0.6,
            detail=0.7,
        )
    # The nose: a lit ridge, a shaded flank and the shadow under its tip.
    c.add(
        [
            [mid - side * 0.02 * a, y - 0.1 * r],
            [mid - side * 0.24 * a, y + 0.3 * r],
            [mid, y + 0.36 * r],
            [mid + side * 0.04 * a, y],
        ],
        shade,
        group=face,
        flow=1.5,
        detail=0.9,
    )
    c.add(
        [
            [mid, y - 0.12 * r],
            [mid + side * 0.1 * a, y + 0.3 * r],
            [mid - side * 0.05 * a, y + 0.33 * r],
            [mid - side * 0.05 * a, y - 0.1 * r],
        ],
        mix(skin, p.pale, 0.3),
        light=0.15,
        group=face,
        flow=1.5,
        detail=0.9,
    )
    c.add(
        ellipse(mid - side * 0.04 * a, y + 0.36 * r, 0.2 * a, 0.05 * r),
        shade,
        light=-0.2,
        group=face,
        detail=0.9,
    )
    iris = [mix(p.blue, p.dark, 0.5), mix(p.earth, p.dark, 0.7), mix(p.green, p.dark, 0.6)][
        int(rng.integers(3))
    ]
    lash = mix(p.dark, p.earth, 0.2)
    for s in (-1, 1):
        ex, wide = mid + s * 0.41 * a, 0.2 * a * (1 - 0.25 * (s * turn > 0) * abs(turn))
        c.add(
            ellipse(ex, y - 0.08 * r, wide * 1.45, 0.15 * r),
            shade,
            light=0.12 + 0.2 * s * side,
            group=face,
            detail=0.8,
        )
        white = ellipse(ex, y - 0.04 * r, wide, 0.068 * r)
        c.add(white, mix(p.pale, skin, 0.3), group=face, detail=1.0)
        c.add(
            ellipse(ex + 0.3 * wide * turn, y - 0.045 * r, 0.075 * r, 0.068 * r),
            iris,
            group=face,
            detail=1.0,
        )
        c.add(
            [
                [ex - 1.15 * wide, y - 0.03 * r],
                [ex - 0.5 * wide, y - 0.11 * r],
                [ex + 0.5 * wide, y - 0.11 * r],
                [ex + 1.15 * wide, y - 0.03 * r],
                [ex, y - 0.075 * r],
            ],
            lash,
            group=face,
            detail=1.0,
        )
        c.add(
            [
                [ex - 1.3 * wide, y - (0.2 - 0.03 * s) * r],
                [ex, y - 0.29 * r],
                [ex + 1.3 * wide, y - (0.2 + 0.03 * s) * r],
                [ex, y - 0.235 * r],
            ],
            mix(lash, p.earth, 0.3),
            group=face,
            detail=0.9,
        )
    lips = mix(p.red, p.rose, 0.4)
    c.add(
        [
            [mid - 0.34 * a, y + 0.57 * r],
            [mid - 0.1 * a, y + 0.52 * r],
            [mid, y + 0.54 * r],
            [mid + 0.1 * a, y + 0.52 * r],
            [mid + 0.34 * a, y + 0.57 * r],
            [mid, y + 0.59 * r],
        ],
        mix(lips, p.dark, 0.35),
        group=face,
        detail=1.0,
    )
    c.add(
        ellipse(mid, y + 0.615 * r, 0.23 * a, 0.05 * r),
        mix(lips, p.pale, 0.15),
        group=face,
        detail=1.0,
    )
    c.add(ellipse(mid, y + 0.72 * r, 0.2 * a, 0.025 * r), shade, group=face, detail=0.7)
