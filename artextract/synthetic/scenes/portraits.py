"""Composing portraits: a bust with face, hair, hat and collar before a backdrop."""

from __future__ import annotations

import numpy as np

from artextract.synthetic.scenes.costumes import bust, collar, head_dress
from artextract.synthetic.scenes.faces import features
from artextract.synthetic.scenes.skies import sky
from artextract.synthetic.scenes.studies import Composition, ellipse, rect
from artextract.synthetic.technique.pigments import Array, Pigments, mix


def _backdrop(c: Composition, p: Pigments, cloth: Array) -> None:
    rng, w, h = c.rng, c.width, c.height
    tones = [
        mix(p.accent, p.dark, 0.35),
        mix(p.blue, p.pale, 0.25),
        mix(p.green, p.earth, 0.35),
        mix(p.earth, p.pale, 0.25),
        mix(p.yellow, p.earth, 0.3),
    ]
    tone = tones[int(rng.integers(len(tones)))]
    wall = c.add(
        rect(-0.1, -0.1, w + 0.1, h + 0.1),
        tone,
        mix(tone, p.dark, 0.3),
        mottle=0.2,
        flow=rng.uniform(0.6, 1.2),
        detail=0.1,
    )
    kind, side = int(rng.integers(4)), -c.lamp
    x = w * (0.5 + 0.5 * side)
    if kind == 0:  # a curtain in folds
        drape = mix([p.red, p.green, p.blue][int(rng.integers(3))], p.dark, 0.2)
        for k in range(5):
            a, b = x - side * 0.075 * k, x - side * 0.075 * (k + 1)
            c.add(
                [
                    [a, -0.1],
                    [b, -0.1],
                    [b + side * 0.03 * k, h * 0.6],
                    [b + side * 0.02 * k, h + 0.1],
                    [a, h + 0.1],
                ],
                drape,
                bend=(0.85, 0),
                flow=1.5,
                group=9001,
            )
    elif kind == 1:  # a window on a landscape
        x0, x1 = sorted((w * (0.5 - 0.46 * side), w * (0.5 - 0.2 * side)))
        c.add(rect(x0 - 0.02, 0.1, x1 + 0.02, h * 0.46), mix(p.earth, p.dark, 0.4))
        c.add(rect(x0, 0.12, x1, h * 0.44), p.sky, mix(p.sky, p.pale, 0.6))
        c.add(rect(x0, h * 0.33, x1, h * 0.44), mix(p.green, p.blue, 0.4))
        c.add(
            rect((x0 + x1) / 2 - 0.008, 0.12, (x0 + x1) / 2 + 0.008, h * 0.44),
            mix(p.earth, p.dark, 0.4),
        )
    elif kind == 2:  # blossom on wallpaper
        for _ in range(9):
            cx, cy = rng.uniform(0, w), rng.uniform(0, h * 0.8)
            for t in np.linspace(0, 6.28, 6)[:5]:
                c.add(
                    ellipse(cx + 0.026 * np.cos(t), cy + 0.026 * np.sin(t), 0.02, 0.02),
                    mix(cloth, p.pale, 0.4),
                    group=wall,
                )
            c.add(ellipse(cx, cy, 0.014, 0.014), p.yellow, group=wall)


def compose(c: Composition, p: Pigments, subject: str, mood: str, horizon: float) -> None:
    """Compose a portrait: ``lady``, ``peasant``, ``gentleman`` or ``elder``."""
    rng, w, h = c.rng, c.width, c.height
    cloths = [
        mix(p.blue, p.dark, 0.3),
        mix(p.red, p.dark, 0.15),
        mix(p.green, p.dark, 0.25),
        mix(p.accent, p.dark, 0.2),
        mix(p.dark, p.earth, 0.25),
        mix(p.yellow, p.earth, 0.25),
    ]
    cloth = cloths[int(rng.integers(len(cloths)))]
    hairs = [mix(p.dark, p.earth, 0.35), mix(p.earth, p.yellow, 0.35), mix(p.earth, p.red, 0.4)]
    hair = hairs[int(rng.integers(3))] if subject != "elder" else mix(p.pale, p.dark, 0.3)
    skin = mix(mix(p.rose, p.pale, 0.42), p.yellow, 0.12)
    if mood in ("dusk", "dawn", "noon") and rng.random() < 0.4:
        sky(c, p, h * (0.45 + 0.3 * horizon), mood)
        tint = mix(p.green, p.blue, 0.3)
        c.add(
            rect(-0.1, h * (0.45 + 0.3 * horizon), w + 0.1, h + 0.1),
            tint,
            mix(tint, p.dark, 0.4),
            mottle=0.25,
        )
    else:
        _backdrop(c, p, cloth)
    r = rng.uniform(0.215, 0.25) * min(1.12, h)
    x, y = w * 0.5 + rng.uniform(-0.06, 0.06), max(h * rng.uniform(0.36, 0.42), 1.5 * r)
    turn = float(rng.uniform(0.15, 0.6) * rng.choice([-1, 1]))
    long_hair = subject == "lady" or (subject == "peasant" and rng.random() < 0.5)
    if long_hair:
        c.add(
            ellipse(x, y + 0.12 * r, 0.98 * r, 1.12 * r),
            mix(hair, p.dark, 0.25),
            bend=(0.5, 0.3),
            swirl=0.5,
            mottle=0.2,
        )
    else:
        for s in (-1, 1):
            ear = ellipse(x + s * 0.76 * r, y + 0.06 * r, 0.1 * r, 0.19 * r)
            c.add(ear, mix(skin, p.red, 0.15), light=-0.1, detail=0.7)
        c.add(ellipse(x, y - 0.2 * r, 0.83 * r, 0.86 * r), mix(hair, p.dark, 0.25))
    bust(c, p, x, y, r, cloth, skin)
    worn = {"lady": ["ruff", "linen", "linen"], "peasant": ["scarf", "linen", "scarf"]}.get(
        subject, ["linen", "ruff", "scarf"]
    )[int(rng.integers(3))]
    collar(c, p, x, y, r, worn, cloth)
    features(c, p, x, y, r, turn, skin)
    if subject in ("gentleman", "elder"):
        mid, a = x + 0.4 * 0.74 * r * turn, 0.74 * r
        if subject == "elder" or rng.random() < 0.5:
            c.add(
                [
                    [x - 0.93 * a, y + 0.15 * r],
                    [x - 0.6 * a, y + 0.5 * r],
                    [mid, y + 0.66 * r],
                    [x + 0.6 * a, y + 0.5 * r],
                    [x + 0.93 * a, y + 0.15 * r],
                    [x + 0.7 * a, y + 0.95 * r],
                    [mid, y + 1.3 * r],
                    [x - 0.7 * a, y + 0.95 * r],
                ],
                hair,
                mix(hair, p.dark, 0.3),
                bend=(0.7, 0),
                flow=1.5,
                mottle=0.2,
                detail=0.6,
            )
            c.add(ellipse(mid, y + 0.6 * r, 0.2 * a, 0.05 * r), mix(p.red, p.rose, 0.5), detail=0.9)
        c.add(
            [
                [mid, y + 0.42 * r],
                [mid + 0.45 * a, y + 0.58 * r],
                [mid + 0.2 * a, y + 0.55 * r],
                [mid, y + 0.52 * r],
                [mid - 0.2 * a, y + 0.55 * r],
                [mid - 0.45 * a, y + 0.58 * r],
            ],
            mix(hair, p.dark, 0.2),
            detail=0.9,
        )
    dress = {
        "lady": ["hair", "straw", "hair"],
        "peasant": ["headscarf", "straw", "headscarf"],
        "gentleman": ["hair", "cap", "cap"],
        "elder": ["cap", "hair", "hair"],
    }[subject]
    head_dress(c, p, x, y, r, dress[int(rng.integers(3))], hair, cloth)
