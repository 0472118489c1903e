"""Planning the collection: what each painter paints, when, in which style and format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from artextract.synthetic.painters import GENRES, PAINTERS, STYLES, Painter
from artextract.synthetic.scenes.subjects import MOODS, SUBJECTS, WORDS

FORMATS = (0.74, 0.8, 0.8, 0.88, 1.0, 1.0, 1.14, 1.25, 1.25, 1.36)  # width over height
OUTLIERS = {
    "borrowed_technique": "Painted in {style}, a technique {name} is not known for.",
    "borrowed_palette": "Painted with the pigments of {other}.",
    "monochrome": "A study in a single colour.",
    "unfinished": "Left unfinished: drawing and bare ground show over much of the picture.",
}


@dataclass(frozen=True)
class Work:
    """The specification of one work: all that `artextract.synthetic.paint` needs.

    Attributes
    ----------
    serial : int
        Place in the collection, in random order; also seeds the picture.
    artist, genre, style, subject, mood, title : str
        What is painted, by whom and how.
    painted : int
        Year in which it was painted.
    year : int or None
        Year in the catalogue, which sometimes lacks it.
    listed : bool
        Whether the catalogue knows the genre.
    proportion, extent : float
        Width over height; longer side relative to the collection's size.
    palette : str
        Whose pigments are used: the artist's own, but for an outlier.
    outlier : str
        Kind of outlier, or empty.
    seed : int
        Seed of the collection.
    """

    serial: int
    artist: str
    genre: str
    style: str
    subject: str
    mood: str
    title: str
    painted: int
    year: int | None
    listed: bool
    proportion: float
    extent: float
    palette: str
    outlier: str
    seed: int

    @property
    def path(self) -> str:
        """Where the picture is kept, relative to the collection's folder."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
        return (
            f"pictures/{self.serial:04d}-{slug}" + (f"-{self.year}" if self.year else "") + ".jpg"
        )

    @property
    def note(self) -> str:
        """One sentence on the outlier, or nothing."""
        words = OUTLIERS.get(self.outlier, "")
        return words.format(style=self.style, name=self.artist, other=self.palette)


def _apportion(shares: Sequence[float], total: int) -> list[int]:
    exact = np.asarray(shares) / sum(shares) * total
    counts = np.floor(exact).astype(int)
    for k in np.argsort(counts - exact, kind="stable")[: total - counts.sum()]:
        counts[k] += 1
    return [int(one) for one in counts]


def _career(painter: Painter, count: int, rng: np.random.Generator, seed: int) -> list[Work]:
    first, last = painter.active
    years = np.sort(rng.integers(first, last + 1, count))
    genres = [
        g for g, k in zip(GENRES, _apportion(painter.genres, count), strict=True) for _ in range(k)
    ]
    rng.shuffle(genres)
    second = count - _apportion([share for _, share in painter.styles], count)[0]
    # The second style gathers at one end of the career, with some overlap.
    place = np.arange(count) / max(count, 1) + rng.normal(0, 0.16, count)
    order = np.argsort(place if painter.early_second else -place, kind="stable")
    seconds = set(order[:second].tolist()) if len(painter.styles) > 1 else set()
    # Every painter is dealt the same formats; within a career the upright ones tend to portraits.
    dealt = np.sort(np.resize(np.array(FORMATS), count))
    upright = {"portrait": 0.0, "still_life": 0.45, "cityscape": 0.55, "landscape": 0.75}
    leaning = np.array([upright[g] for g in genres]) + rng.normal(0, 0.4, count)
    formats = np.empty(count)
    formats[np.argsort(leaning, kind="stable")] = dealt
    works = []
    for k, genre in enumerate(genres):
        subject = list(SUBJECTS[genre])[int(rng.integers(4))]
        inside = genre in ("portrait", "still_life")
        mood = MOODS[
            int(
                rng.choice(
                    5, p=[0.6, 0.1, 0.1, 0.2, 0.0] if inside else [0.36, 0.16, 0.2, 0.18, 0.1]
                )
            )
        ]
        names = SUBJECTS[genre][subject]
        words = ("",) if inside else WORDS[mood]
        title = names[int(rng.integers(len(names)))] + words[int(rng.integers(len(words)))]
        year = int(years[k])
        works.append(
            Work(
                0,
                painter.name,
                genre,
                painter.styles[int(k in seconds)][0],
                subject,
                mood,
                title,
                year,
                None if rng.random() < 0.05 else year,
                rng.random() >= 0.03,
                float(formats[k]),
                float(rng.uniform(1.0, 1.12)),
                painter.name,
                "",
                seed,
            )
        )
    own = {style for style, _ in painter.styles}
    strange = [style for style in STYLES if style not in own]
    others = [one.name for one in PAINTERS if one.name != painter.name]
    for kind, k in zip(
        OUTLIERS, rng.permutation(count)[: 4 if count >= 20 else count // 10], strict=False
    ):
        change: dict[str, str] = {"outlier": kind}
        if kind == "borrowed_technique":
            change["style"] = strange[int(rng.integers(len(strange)))]
        elif kind == "borrowed_palette":
            change["palette"] = others[int(rng.integers(len(others)))]
        works[int(k)] = replace(works[int(k)], **change)  # type: ignore[arg-type]
    return works


def plan(n_works: int = 600, seed: int = 1874) -> list[Work]:
    """Return the specifications of the collection, in the order of their serial numbers.

    The works are shared evenly among the painters, and numbered in random order, so that neither
    number nor format says who painted a picture.
    """
    works: list[Work] = []
    for k, count in enumerate(_apportion([1.0] * len(PAINTERS), n_works)):
        rng = np.random.default_rng(np.random.SeedSequence([seed, 1, k]))
        works += _career(PAINTERS[k], count, rng, seed)
    order = np.random.default_rng(np.random.SeedSequence([seed, 2])).permutation(len(works))
    return [replace(works[int(k)], serial=serial) for serial, k in enumerate(order, start=1)]
