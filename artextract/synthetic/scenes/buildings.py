"""What cities are composed of: gabled fronts, roofs, towers, bridges and passers-by."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.pigments import Array, Pigments, mix


def walls_of(p: Pigments) -> list[Array]:
    """Return the colours of plaster and brick."""
    return [
        mix(p.pale, p.yellow, 0.35),
        mix(p.rose, p.pale, 0.3),
        mix(p.red, p.earth, 0.45),
        mix(p.sky, p.pale, 0.4),
        mix(p.earth, p.pale, 0.35),
        mix(p.accent, p.pale, 0.4),
    ]


def house(
    c: Composition, p: Pigments, x: float, foot: float, wide: float, tall: float, night: bool
) -> None:
    """Build a town house front with a gable or a hipped roof and rows of windows."""
    rng = c.rng
    walls = walls_of(p)
    wall = walls[int(rng.integers(len(walls)))]
    roof = mix(mix(p.red, p.earth, rng.uniform(0.2, 0.8)), p.dark, 0.15)
    top, light = foot - tall, float(rng.choice([-0.25, 0.0, 0.12]))
    kind = int(rng.integers(3))
    peak = top - wide * rng.uniform(0.4, 0.6)
    if kind == 0:  # a triangular roof with its eaves
        c.add(
            [[x - wide * 0.04, top], [x + wide / 2, peak], [x + wide * 1.04, top]],
            roof,
            light=light,
            flow=0.8,
            detail=0.4,
        )
    elif kind == 1:  # a stepped gable
        steps = [[x, top]]
        for k in range(4):
            y = top + (peak - top) * (k + 1) / 4
            steps += [[x + wide * 0.11 * k, y], [x + wide * 0.11 * (k + 1), y]]
        mirrored = [[2 * x + wide - a, b] for a, b in reversed(steps)]
        c.add(steps + mirrored, wall, light=light, flow=1.57, detail=0.4)
    else:  # a slope of tiles
        c.add(
            [[x, top], [x + wide * 0.12, peak], [x + wide * 0.88, peak], [x + wide, top]],
            roof,
            light=light,
            flow=1.2,
            mottle=0.1,
            detail=0.4,
        )
        c.add(
            rect(x + wide * 0.6, peak - wide * 0.18, x + wide * 0.75, peak + wide * 0.1),
            roof,
            light=-0.2,
        )
    c.add(
        rect(x, top, x + wide, foot),
        wall,
        mix(wall, p.earth, 0.2),
        light=light,
        flow=1.57,
        mottle=0.07,
        detail=0.4,
    )
    columns, rows = (3 if wide > 0.2 else 2), max(2, int(tall / 0.13))
    dark, lit = mix(p.dark, p.blue, 0.35), mix(p.yellow, p.pale, 0.3)
    for row in range(rows):
        for column in range(columns):
            gx = x + wide * (column + 0.5) / columns
            gy = top + tall * (row + 0.45) / rows
            half = wide * 0.16 * 2 / columns, tall * 0.26 / rows
            door = row == rows - 1 and column == columns // 2
            glow = night and rng.random() < 0.45
            c.add(
                rect(gx - half[0], gy - half[1], gx + half[0], foot if door else gy + half[1]),
                mix(p.red, p.dark, 0.5) if door else lit if glow else dark,
                light=0.35 if glow else 0.0,
                detail=0.7,
                flow=1.57,
            )


def row(c: Composition, p: Pigments, foot: float, tall: float, wide: float, night: bool) -> None:
    """Line up house fronts from edge to edge."""
    x = -wide * c.rng.uniform(0, 1)
    while x < c.width:
        step = wide * c.rng.uniform(0.75, 1.25)
        house(c, p, x, foot, step, tall * c.rng.uniform(0.75, 1.15), night)
        x += step


def tower(c: Composition, p: Pigments, x: float, foot: float, tall: float) -> None:
    """Raise a church tower with a spire, or a dome."""
    stone = mix(p.earth, p.pale, 0.45)
    half = tall * 0.11
    slate = mix(mix(p.blue, p.dark, 0.3), p.accent, 0.3)
    if c.rng.random() < 0.5:
        c.add(
            [
                [x - half * 1.1, foot - tall * 0.6],
                [x, foot - tall],
                [x + half * 1.1, foot - tall * 0.6],
            ],
            slate,
            bend=(0.9, 0),
            flow=1.57,
            detail=0.5,
        )
    else:
        half *= 1.5
        c.add(rect(x - half * 0.12, foot - tall * 0.95, x + half * 0.12, foot - tall * 0.7), stone)
        c.add(
            ellipse(x, foot - tall * 0.6, half, tall * 0.22),
            slate,
            bend=(1, 0.8),
            swirl=0.5,
            detail=0.5,
        )
    c.add(
        rect(x - half, foot - tall * 0.6, x + half, foot),
        stone,
        bend=(0.75, 0),
        flow=1.57,
        detail=0.4,
    )
    for y in (0.5, 0.36):
        arch = ellipse(x, foot - tall * y, half * 0.28, tall * 0.045)
        c.add(arch, mix(p.dark, p.blue, 0.3), detail=0.7)


def bridge(c: Composition, p: Pigments, deck: float, foot: float, arches: int, back: Array) -> None:
    """Throw an arched stone bridge over the water from edge to edge."""
    stone = mix(p.earth, p.pale, 0.35)
    t = np.linspace(0, 1, 24)
    camber = deck - 0.05 * np.sin(np.pi * t)
    top = np.stack([-0.05 + t * (c.width + 0.1), camber], 1)
    c.add(
        np.concatenate([top, [[c.width + 0.05, foot], [-0.05, foot]]]),
        stone,
        mix(stone, p.dark, 0.2),
        mottle=0.1,
        detail=0.5,
    )
    span = c.width / arches
    for k in range(arches):
        x, r = span * (k + 0.5), span * 0.39
        angle = np.linspace(np.pi, 2 * np.pi, 18)
        arch = np.stack([x + r * np.cos(angle), foot + (foot - deck) * 0.8 * np.sin(angle)], 1)
        c.add(
            np.concatenate([arch, [[x + r, foot + 0.01], [x - r, foot + 0.01]]]),
            mix(p.dark, back, 0.35),
            back,
            detail=0.4,
        )
    c.add(
        np.concatenate([top - [0, 0.018], (top + np.array([0, 0.012]))[::-1]]),
        mix(stone, p.pale, 0.5),
        light=0.2,
        detail=0.5,
    )


def walker(c: Composition, p: Pigments, x: float, foot: float, tall: float) -> None:
    """Place a small figure in a coat or a skirt, with a hat."""
    coats = [mix(p.dark, p.blue, 0.35), mix(p.red, p.dark, 0.25), mix(p.dark, p.earth, 0.4)]
    coat = coats[int(c.rng.integers(3))]
    shadow = ellipse(x - c.lamp * tall * 0.22, foot, tall * 0.28, tall * 0.04)
    c.add(shadow, mix(p.dark, p.accent, 0.4))
    skirt = bool(c.rng.random() < 0.5)
    hem = 0.2 if skirt else 0.13
    outline = [(hem, 0.0), (0.1, -0.5), (0.15, -0.72), (0.09, -0.8)]
    right = [[x + a * tall, foot + b * tall] for a, b in outline]
    left = [[x - a * tall, foot + b * tall] for a, b in reversed(outline)]
    body = c.add(right + left, coat, bend=(0.8, 0), flow=1.57, detail=0.7)
    if skirt:  # an apron or a jacket of another colour above the skirt
        top = [[x - 0.1 * tall, foot - 0.5 * tall], [x + 0.1 * tall, foot - 0.5 * tall]]
        shoulders = [[x + 0.15 * tall, foot - 0.72 * tall], [x - 0.15 * tall, foot - 0.72 * tall]]
        c.add(top + shoulders, mix(p.pale, p.earth, 0.25), group=body, detail=0.7)
    else:  # two legs
        gap = [[x - 0.02 * tall, foot], [x, foot - 0.4 * tall], [x + 0.02 * tall, foot]]
        c.add(gap, mix(p.earth, p.pale, 0.4), group=body, detail=0.7)
    head = ellipse(x, foot - tall * 0.88, tall * 0.075, tall * 0.1, n=14)
    c.add(head, mix(p.rose, p.earth, 0.2), group=body, detail=0.7)
    hat = mix(p.yellow, p.pale, 0.3) if skirt else mix(p.dark, coat, 0.3)
    brim = ellipse(x, foot - tall * 0.94, tall * (0.13 if skirt else 0.11), tall * 0.03, n=14)
    c.add(brim, hat, group=body, detail=0.7)
    crown = ellipse(x, foot - tall * 0.98, tall * 0.07, tall * 0.06, n=14)
    c.add(crown, hat, group=body, detail=0.7)
