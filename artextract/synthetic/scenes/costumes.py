"""What sitters wear: coat, collar, and hair or hat."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse
from artextract.synthetic.technique.pigments import Array, Pigments, mix


def bust(
    c: Composition, p: Pigments, x: float, y: float, r: float, cloth: Array, skin: Array
) -> None:
    h, foot = c.height, y + 1.45 * r
    c.add(
        [
            [x - 0.42 * r, y + 0.3 * r],
            [x + 0.42 * r, y + 0.3 * r],
            [x + 0.55 * r, foot + 0.15 * r],
            [x, foot + 0.5 * r],
            [x - 0.55 * r, foot + 0.15 * r],
        ],
        skin,
        light=-0.32,
        bend=(0.6, 0),
        flow=1.5,
        detail=0.6,
    )
    t = np.linspace(0, 1, 9)
    edge = np.stack([0.45 * r + 1.5 * r * t, foot - 0.12 * r + 0.75 * r * t**1.6], 1)
    right = edge + np.array([x, 0])
    left = (edge * [-1, 1] + [x, 0])[::-1]
    tail = [[x + 2.25 * r, h + 0.1], [x - 2.25 * r, h + 0.1]]
    coat = c.add(
        np.concatenate([right, tail, left, [[x, foot + 0.75 * r]]]),
        cloth,
        mix(cloth, p.dark, 0.3),
        bend=(0.75, 0.1),
        flow=1.1,
        mottle=0.06,
    )
    for s in (-1, 1):  # sleeves fall into folds
        for k in range(3):
            fx = x + s * (0.75 + 0.42 * k) * r
            c.add(
                [
                    [fx, foot + (0.55 + 0.25 * k) * r],
                    [fx + s * 0.05 * r, foot + (1.1 + 0.2 * k) * r],
                    [fx + s * 0.2 * r, h + 0.1],
                    [fx - s * 0.16 * r, h + 0.1],
                    [fx - s * 0.06 * r, foot + (1.15 + 0.2 * k) * r],
                ],
                mix(cloth, p.dark, 0.25),
                light=0.22 if k == 1 else -0.2,
                group=coat,
                flow=1.5,
            )


def collar(
    c: Composition, p: Pigments, x: float, y: float, r: float, kind: str, cloth: Array
) -> None:
    foot = y + 1.42 * r
    linen = mix(p.pale, p.sky, 0.12)
    if kind == "ruff":
        c.add(
            ellipse(x, y + 1.16 * r, 1.12 * r, 0.38 * r),
            mix(linen, p.dark, 0.25),
            bend=(0.5, 0.3),
            detail=0.7,
        )
        for t in np.linspace(0, 2 * np.pi, 22):
            c.add(
                ellipse(
                    x + 0.92 * r * np.cos(t),
                    y + 1.14 * r + 0.28 * r * np.sin(t),
                    0.15 * r,
                    0.1 * r,
                    t,
                ),
                linen,
                bend=(0.9, 0.9),
                light=0.15,
                group=9002,
                detail=0.8,
            )
    elif kind == "scarf":
        tint = mix(p.red if float(cloth[1]) < 0.05 else p.blue, p.pale, 0.1)
        c.add(
            ellipse(x, y + 1.18 * r, 0.66 * r, 0.26 * r),
            tint,
            bend=(0.8, 0.6),
            flow=0.3,
            detail=0.6,
        )
        c.add(
            [
                [x - 0.1 * r, foot - 0.15 * r],
                [x + 0.3 * r, foot - 0.12 * r],
                [x + 0.42 * r, foot + 0.9 * r],
                [x + 0.02 * r, foot + 0.8 * r],
            ],
            tint,
            light=-0.1,
            flow=1.4,
            detail=0.6,
        )
    else:
        for s in (-1, 1):
            c.add(
                [
                    [x, foot + 0.5 * r],
                    [x + s * 0.5 * r, foot - 0.28 * r],
                    [x + s * 0.82 * r, foot + 0.08 * r],
                    [x + s * 0.4 * r, foot + 0.62 * r],
                ],
                linen,
                light=0.12 if s == c.lamp else -0.15,
                flow=1.0,
                detail=0.7,
            )


def head_dress(
    c: Composition, p: Pigments, x: float, y: float, r: float, kind: str, hair: Array, cloth: Array
) -> None:
    a = r * 0.78
    t = np.linspace(np.pi, 2 * np.pi, 16)
    cap = np.stack([x + 1.08 * a * np.cos(t), y - 0.28 * r + 0.86 * r * np.sin(t)], 1)
    if kind == "straw":
        straw = mix(p.yellow, p.pale, 0.25)
        c.add(
            ellipse(x, y - 0.52 * r, 1.75 * a, 0.3 * r, -0.06 * c.lamp),
            straw,
            mix(straw, p.earth, 0.4),
            swirl=0.5,
            detail=0.5,
        )
        c.add(
            np.stack([x + 0.92 * a * np.cos(t), y - 0.55 * r + 0.68 * r * np.sin(t)], 1),
            straw,
            bend=(0.8, 0.4),
        )
        c.add(
            [
                [x - 0.94 * a, y - 0.72 * r],
                [x + 0.94 * a, y - 0.72 * r],
                [x + 0.94 * a, y - 0.52 * r],
                [x, y - 0.45 * r],
                [x - 0.94 * a, y - 0.52 * r],
            ],
            mix(p.red, p.blue, 0.7 * (cloth[1] > 0.05)),
            bend=(0.7, 0),
        )
    elif kind == "cap":
        felt = mix(p.dark, [p.blue, p.red, p.earth][int(c.rng.integers(3))], 0.4)
        c.add(
            ellipse(x - 0.12 * a * c.lamp, y - 0.78 * r, 1.35 * a, 0.42 * r, 0.12 * c.lamp),
            felt,
            bend=(0.8, 0.8),
            swirl=0.6,
        )
        c.add(
            [
                [x - 1.02 * a, y - 0.68 * r],
                [x + 1.02 * a, y - 0.68 * r],
                [x + 0.98 * a, y - 0.45 * r],
                [x, y - 0.52 * r],
                [x - 0.98 * a, y - 0.45 * r],
            ],
            mix(felt, p.dark, 0.4),
            bend=(0.7, 0),
        )
    elif kind == "headscarf":
        tint = mix([p.pale, p.red, p.blue][int(c.rng.integers(3))], p.pale, 0.3)
        wrap = np.concatenate(
            [
                cap * [1, 1.0] + [0, -0.04 * r],
                [
                    [x + 1.1 * a, y + 0.1 * r],
                    [x + 0.85 * a, y - 0.35 * r],
                    [x, y - 0.6 * r],
                    [x - 0.85 * a, y - 0.35 * r],
                    [x - 1.1 * a, y + 0.1 * r],
                ],
            ]
        )
        c.add(wrap, tint, bend=(0.7, 0.5), swirl=0.5)
        c.add(
            [
                [x - 1.15 * a, y - 0.05 * r],
                [x - 0.85 * a, y - 0.35 * r],
                [x - 0.72 * a, y + 0.9 * r],
                [x - 1.2 * a, y + 1.3 * r],
            ],
            tint,
            light=-0.1,
            flow=1.4,
        )
        c.add(
            [
                [x + 1.15 * a, y - 0.05 * r],
                [x + 0.85 * a, y - 0.35 * r],
                [x + 0.72 * a, y + 0.9 * r],
                [x + 1.2 * a, y + 1.3 * r],
            ],
            tint,
            light=-0.25,
            flow=1.7,
        )
    else:
        part = x + 0.3 * a * c.lamp
        fringe = [
            [x + 1.06 * a, y + 0.05 * r],
            [x + 0.84 * a, y - 0.3 * r],
            [x + 0.5 * a, y - 0.52 * r],
            [part, y - 0.68 * r],
            [x - 0.5 * a, y - 0.5 * r],
            [x - 0.84 * a, y - 0.28 * r],
            [x - 1.06 * a, y + 0.05 * r],
        ]
        c.add(
            np.concatenate([cap, fringe]),
            hair,
            mix(hair, p.dark, 0.2),
            bend=(0.6, 0.5),
            swirl=0.6,
            mottle=0.15,
        )
