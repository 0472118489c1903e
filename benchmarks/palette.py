"""How far apart the gallery's colours are: CIEDE2000, with every kind of colour vision.

    python -m benchmarks.palette

Prints a row per kind of vision with the two colours that are nearest to each other, and the least
contrast (WCAG) of a colour with the light and the dark page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def linear(colour: str) -> np.ndarray:
    """A hexadecimal colour as linear RGB (3,), 0..1."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (3,), D65, of linear RGB."""
    x, y, z = np.clip(_TO_XYZ @ np.clip(rgb, 0, 1) / _TO_XYZ.sum(axis=1), 0, None)
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """The difference of two L*a*b* colours as Sharma, Wu and Dalal (2005) compute it."""
    (L1, a1, b1), (L2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7)))
    a1, a2 = a1 * stretch, a2 * stretch
    C1, C2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2([b1, b2], [a1, a2])) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    dH = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn) / 2)
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    h = h1 + turn / 2
    cosines = np.cos(np.radians([h - 30, 2 * h, 3 * h + 6, 4 * h - 63]))
    T = 1 + cosines @ [-0.17, 0.24, 0.32, -0.20]
    SL = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    SC, SH = 1 + 0.045 * C, 1 + 0.015 * C * T
    theta = 30 * np.exp(-(((h % 360 - 275) / 25) ** 2))
    RT = -2 * np.sqrt(C**7 / (C**7 + 25.0**7)) * np.sin(np.radians(2 * theta))
    parts = (L2 - L1) / SL, (C2 - C1) / SC, dH / SH
    return float(np.sqrt(sum(p**2 for p in parts) + RT * parts[1] * parts[2]))


def nearest(colours: Sequence[str], vision: str) -> tuple[float, str, str]:
    """The least difference of two of the colours, and which two, as somebody sees them."""
    seen = {colour: lab(VISION[vision] @ linear(colour)) for colour in colours}
    return min((ciede2000(seen[a], seen[b]), a, b) for a, b in combinations(colours, 2))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG has it, 1 to 21."""
    light, dark = sorted((float(_TO_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def shown_colours() -> list[str]:
    """The colours of the map's categories, in their order."""
    code = (ROOT / "app" / "charts" / "config.py").read_text("utf-8")
    return re.findall(r"#[0-9a-f]{6}", code.partition("CATEGORIES = (")[2].partition(")")[0])


def main() -> None:
    """Print the table."""
    colours = shown_colours()
    print("| seen with | least CIEDE2000 | of |\n|---|---|---|")
    for vision in VISION:
        least, one, other = nearest(colours, vision)
        print(f"| {vision} | {least:.1f} | {one}, {other} |")
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for name in ("light", "dark"):
        ground = theme[name]["backgroundColor"]
        least = min(contrast(colour, ground) for colour in colours)
        print(f"{name} page: contrast {least:.2f} or more")


if __name__ == "__main__":
    main()
