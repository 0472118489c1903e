"""Composing still lifes: fruit, jugs, bottles and flowers on a draped table."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.scenes.tableware import flowers, fruit, grapes, vessel
from artextract.synthetic.technique.pigments import Array, Pigments, mix


def _cast(c: Composition, p: Pigments, x: float, foot: float, wide: float, cloth: Array) -> None:
    shade = mix(cloth, mix(p.dark, p.accent, 0.3), 0.55)
    outline = ellipse(x - c.lamp * wide * 0.75, foot + wide * 0.02, wide * 1.35, wide * 0.26)
    c.add(outline, shade, group=9003, detail=0.2)


def compose(c: Composition, p: Pigments, subject: str, mood: str, horizon: float) -> None:
    """Compose a still life: ``fruit``, ``flowers``, ``bottles`` or ``breakfast``."""
    rng, w, h = c.rng, c.width, c.height
    edge = h * (0.48 + 0.2 * horizon)
    walls = [
        mix(p.accent, p.dark, 0.3),
        mix(p.earth, p.pale, 0.3),
        mix(p.green, p.earth, 0.4),
        mix(p.blue, p.pale, 0.2),
    ]
    wall = walls[int(rng.integers(4))]
    c.add(
        rect(-0.1, -0.1, w + 0.1, edge + 0.1),
        mix(wall, p.dark, 0.1),
        wall,
        mottle=0.2,
        flow=0.9,
        detail=0.1,
    )
    if rng.random() < 0.5:  # a curtain hangs at one side
        drape, x = (
            mix([p.red, p.green, p.blue][int(rng.integers(3))], p.dark, 0.25),
            w * (0.5 - 0.5 * c.lamp),
        )
        for k in range(4):
            a, b = x + c.lamp * (0.09 * k - 0.02), x + c.lamp * 0.09 * (k + 1)
            c.add(
                [[a, -0.1], [b, -0.1], [b - c.lamp * 0.05, edge + 0.1], [a, edge + 0.1]],
                drape,
                bend=(0.85, 0),
                flow=1.5,
                group=9004,
            )
    cloths = [
        mix(p.pale, p.sky, 0.25),
        mix(p.earth, p.red, 0.25),
        mix(p.blue, p.pale, 0.35),
        mix(p.red, p.dark, 0.2),
    ]
    which = int(rng.integers(4))
    cloth = cloths[which]
    front = h - 0.13
    c.add(
        rect(-0.1, edge, w + 0.1, h + 0.1),
        cloth,
        mix(cloth, p.earth, 0.2),
        mottle=0.08,
        group=9003,
        flow=0.1,
        detail=0.2,
    )
    for k in range(9):  # the cloth falls in folds over the front edge
        a, b = w * k / 9, w * (k + 1) / 9
        c.add(
            [
                [a, front + 0.01 * (k % 2)],
                [b, front + 0.01 * ((k + 1) % 2)],
                [b, h + 0.1],
                [a, h + 0.1],
            ],
            cloth,
            mix(cloth, p.dark, 0.35),
            light=-0.12,
            bend=(0.75, 0),
            flow=1.5,
            group=9005,
        )
    if rng.random() < 0.6:  # a crumpled napkin catches the light
        nx, ny = w * rng.uniform(0.25, 0.75), edge + (front - edge) * 0.75
        napkin = mix(p.pale, p.sky, 0.1) if which else mix(p.blue, p.sky, 0.4)
        fan = np.sort(rng.uniform(0, 2 * np.pi, 9))
        for k in range(9):
            a, b = fan[k], fan[(k + 1) % 9] + (2 * np.pi if k == 8 else 0)
            rim = [[nx + 0.36 * np.cos(q), ny + 0.13 * np.sin(q)] for q in np.linspace(a, b, 4)]
            c.add(
                [[nx, ny - 0.05], *rim],
                napkin,
                light=float(rng.uniform(-0.45, 0.2)),
                flow=(a + b) / 2,
                group=9006,
            )
    back, near = edge + (front - edge) * 0.3, edge + (front - edge) * 0.85
    mid = w * rng.uniform(0.4, 0.6)
    side = 1 if rng.random() < 0.5 else -1
    kinds = ["apple", "lemon", "orange", "pear"]
    if subject == "flowers":
        _cast(c, p, mid, back, 0.16, cloth)
        vessel(c, p, mid, back + 0.05, 0.38, "vase")
        flowers(c, p, mid, back - 0.42 + 0.02, min(0.3, max(0.2, back - 0.42)) + 0.02)
    else:
        first = {"fruit": "jug", "bottles": "bottle", "breakfast": "jug"}[subject]
        tall = rng.uniform(0.5, 0.62) * min(1.1, edge / 0.55)
        for k, kind in enumerate([first, "bottle"] if subject != "breakfast" else [first]):
            vx = mid + side * (0.24 - 0.52 * k) + rng.uniform(-0.03, 0.03)
            _cast(c, p, vx, back, 0.13, cloth)
            vessel(c, p, vx, back, tall * (1 if kind == "bottle" else 0.8), kind)
        if subject == "bottles":
            _cast(c, p, mid, back + 0.03, 0.12, cloth)
            vessel(c, p, mid, back + 0.04, tall * 0.62, "vase")
    if subject == "fruit":  # a bowl heaped with fruit
        bx, by, r = mid - side * 0.06, near - 0.06, 0.075
        _cast(c, p, bx, by, 0.24, cloth)
        dish = mix([p.blue, p.pale, p.earth][int(rng.integers(3))], p.pale, 0.25)
        c.add(ellipse(bx, by - 0.15, 0.25, 0.06), mix(dish, p.dark, 0.5))
        for fx, fy in ((-0.13, -0.1), (0.13, -0.1), (0.0, -0.11), (-0.07, -0.17), (0.08, -0.18)):
            fruit(c, p, bx + fx, by + fy, r, kinds[int(rng.integers(3))])
        t = np.linspace(0, np.pi, 20)
        bowl = np.stack([bx + 0.25 * np.cos(t), by - 0.14 + 0.15 * np.sin(t) ** 0.8], 1)
        c.add(bowl, dish, mix(dish, p.dark, 0.2), bend=(0.9, 0.3), gloss=0.4, detail=0.5)
    elif subject == "breakfast":
        px, py = mid - side * 0.15, near - 0.05
        _cast(c, p, px, py, 0.22, cloth)
        c.add(ellipse(px, py, 0.25, 0.075), mix(p.pale, p.sky, 0.3), light=0.1, swirl=1, detail=0.5)
        c.add(
            ellipse(px, py - 0.008, 0.17, 0.045),
            mix(p.pale, p.sky, 0.45),
            light=-0.08,
            swirl=1,
            detail=0.5,
        )
        crust = mix(p.earth, p.yellow, 0.4)
        c.add(
            ellipse(px, py - 0.07, 0.17, 0.1),
            crust,
            mix(crust, p.dark, 0.3),
            bend=(0.8, 0.9),
            mottle=0.15,
            detail=0.5,
        )
        for slash in (-0.08, 0.0, 0.08):
            c.add(
                ellipse(px + slash, py - 0.1, 0.014, 0.05, 0.5), mix(crust, p.pale, 0.5), detail=0.6
            )
    for _ in range(int(rng.integers(3, 6))):
        fx, fy = w * rng.uniform(0.1, 0.9), near + rng.uniform(-0.05, 0.06)
        size = rng.uniform(0.058, 0.078)
        _cast(c, p, fx, fy, size, cloth)
        fruit(c, p, fx, fy, size, kinds[int(rng.integers(4))])
    if rng.random() < 0.45:
        gx = mid + side * rng.uniform(0.2, 0.35)
        _cast(c, p, gx, near + 0.02, 0.13, cloth)
        grapes(c, p, gx, near + 0.03, 0.032)
