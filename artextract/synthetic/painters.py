"""The eight invented painters of the collection."""

from __future__ import annotations

from dataclasses import dataclass

from artextract.synthetic.technique.hands import Hand
from artextract.synthetic.technique.pigments import Palette

GENRES = ("landscape", "cityscape", "portrait", "still_life")
STYLES = ("Pointillism", "Impressionism", "Cloisonnism", "Cubism", "Baroque")


@dataclass(frozen=True)
class Painter:
    """An invented painter.

    Attributes
    ----------
    name : str
        As people write it.
    born, died : int
        Years of life.
    active : pair of int
        First and last year of the works in the collection.
    description : str
        One sentence for the gallery.
    styles : tuple of (style, share)
        Main style first; the shares add to 1.
    early_second : bool
        Whether the second style belongs to the early years rather than the late ones.
    genres : tuple of float
        Leaning towards each of `GENRES`.
    palette, hand
        Pigments and habits.
    warming, darkening, growing : float
        How warmth, lightness and stroke size drift from the first to the last year.
    """

    name: str
    born: int
    died: int
    active: tuple[int, int]
    description: str
    styles: tuple[tuple[str, float], ...]
    early_second: bool
    genres: tuple[float, float, float, float]
    palette: Palette
    hand: Hand
    warming: float
    darkening: float
    growing: float


PAINTERS: tuple[Painter, ...] = (
    Painter(
        name="Ilse van der Maar", born=1859, died=1931, active=(1884, 1921),
        description="Invented. Left the broad strokes of her Zeeland youth for fine, pearly "
        "dots in which every year the dunes grew a little warmer.",
        styles=(("Pointillism", 0.66), ("Impressionism", 0.34)), early_second=True,
        genres=(0.5, 0.2, 0.12, 0.18),
        palette=Palette(
            pale="#f6efdf", sky="#b3d0e4", blue="#6f9fc6", green="#93b08a", yellow="#ecd396",
            red="#dc9078", rose="#e8c0bb", earth="#c2aa8d", dark="#4c5f8a", accent="#ab9fd0",
        ),
        hand=Hand(
            stroke=0.95, angle=0.1, follow=0.7, dab=1.05, depth=0.85, relief=0.3,
            ground="#efe6d2", weave=0.02, horizon=(0.34, 0.44), lamp=-1, wobble=0.003,
            ink="#4c5f8a",
        ),
        warming=0.035, darkening=-0.03, growing=0.4,
    ),
    Painter(
        name="Aurèle Castagnac", born=1861, died=1926, active=(1888, 1924),
        description="Invented. Built the heat of the south from square dabs of orange and "
        "cobalt, larger and hotter as his eyesight failed.",
        styles=(("Pointillism", 0.72), ("Impressionism", 0.28)), early_second=False,
        genres=(0.42, 0.26, 0.16, 0.16),
        palette=Palette(
            pale="#ffe7ae", sky="#f4b773", blue="#2f62c4", green="#4d9a4a", yellow="#fbc62b",
            red="#e4512a", rose="#f0907f", earth="#bd6a30", dark="#4b2a78", accent="#9059c0",
        ),
        hand=Hand(
            stroke=1.28, angle=0.0, follow=0.12, dab=1.28, depth=1.0, relief=0.5,
            ground="#e8b27a", weave=0.03, horizon=(0.44, 0.54), lamp=1, wobble=0.006,
            ink="#4b2a78",
        ),
        warming=0.03, darkening=-0.04, growing=0.45,
    ),
    Painter(
        name="Edith Harrowgate", born=1848, died=1919, active=(1872, 1912),
        description="Invented. Painted wet river valleys and quiet rooms in silver and green, "
        "always with the same slanting brush.",
        styles=(("Impressionism", 0.82), ("Pointillism", 0.18)), early_second=False,
        genres=(0.46, 0.16, 0.2, 0.18),
        palette=Palette(
            pale="#e9ede4", sky="#bccbcb", blue="#7c9aa0", green="#5d8552", yellow="#cdc27f",
            red="#a5685a", rose="#dab9a8", earth="#8d8060", dark="#2b4539", accent="#9db39a",
        ),
        hand=Hand(
            stroke=0.95, angle=-0.85, follow=0.3, dab=1.35, depth=0.95, relief=0.4, bristle=0.07,
            ground="#aab29b", weave=0.035, horizon=(0.4, 0.5), lamp=-1, ink="#2b4539",
        ),
        warming=0.03, darkening=-0.05, growing=0.5,
    ),
    Painter(
        name="Cornelis Halewijck", born=1602, died=1671, active=(1628, 1668),
        description="Invented. A Haarlem tonalist who needed little more than pewter, olive and "
        "one cool window on the left; his last works are almost black.",
        styles=(("Baroque", 1.0),), early_second=False,
        genres=(0.3, 0.18, 0.17, 0.35),
        palette=Palette(
            pale="#f0ead2", sky="#aebfc0", blue="#54788a", green="#6a7440", yellow="#dcc06a",
            red="#93553a", rose="#dcb294", earth="#85693f", dark="#1b1b11", accent="#a9b09a",
        ),
        hand=Hand(
            stroke=1.0, angle=0.3, depth=0.95, bristle=0.18, weave=0.02, horizon=(0.56, 0.64),
            lamp=-1, wobble=0.002, glaze=0.006, ink="#15181a", ground="#7d745c",
        ),
        warming=0.015, darkening=-0.12, growing=0.3,
    ),
    Painter(
        name="Maëlle Kerouaz", born=1866, died=1938, active=(1888, 1926),
        description="Invented. Drew the Breton coast like stained glass, in vermilion, emerald "
        "and ultramarine between heavy blue contours.",
        styles=(("Cloisonnism", 0.82), ("Pointillism", 0.18)), early_second=True,
        genres=(0.36, 0.2, 0.26, 0.18),
        palette=Palette(
            pale="#f8edcb", sky="#7cc6bd", blue="#1c63a8", green="#149060", yellow="#f6b81c",
            red="#dc3420", rose="#f4a58c", earth="#b0652c", dark="#132454", accent="#8a3f93",
        ),
        hand=Hand(
            stroke=1.1, angle=0.5, follow=0.8, dab=1.1, depth=0.9, bristle=0.1, line=2.9,
            ink="#131f4e", ground="#f0dfb4", weave=0.03, horizon=(0.28, 0.38), lamp=1,
            wobble=0.008,
        ),
        warming=0.02, darkening=-0.04, growing=0.45,
    ),
    Painter(
        name="Setsurō Hanazawa", born=1879, died=1955, active=(1901, 1938),
        description="Invented. Came from Kyoto to Montparnasse with indigo and rice paper in "
        "his luggage, and cut his prints into facets after 1915.",
        styles=(("Cloisonnism", 0.62), ("Cubism", 0.38)), early_second=False,
        genres=(0.34, 0.22, 0.26, 0.18),
        palette=Palette(
            pale="#f3e8cf", sky="#e2d9bd", blue="#2c4f82", green="#8aab93", yellow="#e0bd7a",
            red="#cb4632", rose="#eec0ac", earth="#ad9779", dark="#22262f", accent="#7496ae",
        ),
        hand=Hand(
            stroke=0.9, angle=0.25, depth=0.75, bristle=0.12, line=1.9, ink="#1d2129",
            ground="#efe4c9", weave=0.022, coarse=2.2, horizon=(0.24, 0.36), lamp=-1,
            wobble=0.003,
        ),
        warming=0.03, darkening=-0.05, growing=0.35,
    ),
    Painter(
        name="Joaquim Berengué", born=1883, died=1951, active=(1908, 1940),
        description="Invented. Took Barcelona apart in ochre, umber and moss; before that he "
        "outlined it as patiently as a glazier.",
        styles=(("Cubism", 0.76), ("Cloisonnism", 0.24)), early_second=True,
        genres=(0.2, 0.28, 0.24, 0.28),
        palette=Palette(
            pale="#ead7a4", sky="#cfa662", blue="#6b7666", green="#84823f", yellow="#d9a441",
            red="#a84a24", rose="#d9a877", earth="#96652f", dark="#33200f", accent="#5f6a58",
        ),
        hand=Hand(
            stroke=1.1, angle=0.9, depth=1.1, bristle=0.22, line=2.8, ink="#241d18",
            ground="#b9a27a", weave=0.035, horizon=(0.4, 0.5), lamp=1, wobble=0.005,
        ),
        warming=0.03, darkening=-0.05, growing=0.4,
    ),
    Painter(
        name="Benedetta Orsalino", born=1594, died=1659, active=(1616, 1656),
        description="Invented. Lit crimson cloth and gilded skin from the right with a single "
        "candle, in rooms that swallow everything else.",
        styles=(("Baroque", 1.0),), early_second=False,
        genres=(0.18, 0.16, 0.4, 0.26),
        palette=Palette(
            pale="#fbe2ac", sky="#b98a63", blue="#34456f", green="#59591f", yellow="#eba62f",
            red="#b01f1b", rose="#eaa880", earth="#7c4321", dark="#150906", accent="#d27c2c",
        ),
        hand=Hand(
            stroke=1.1, angle=-0.3, depth=1.15, bristle=0.14, weave=0.03, coarse=4.0,
            horizon=(0.46, 0.56), lamp=1, wobble=0.004, glaze=0.018, ink="#150906",
            ground="#6a3c20",
        ),
        warming=0.03, darkening=-0.06, growing=0.35,
    ),
)  # fmt: skip


def painter(name: str) -> Painter:
    """Return the painter called `name`."""
    return next(one for one in PAINTERS if one.name == name)
