"""The map of a collection as the browser gets it: a point per work, coloured by what is asked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from charts.config import CATEGORIES
from charts.map_regions import Region
from labels import display_label

UNITS = 65_535  # of the longer side of a map: what its coordinates are whole numbers of
GREY, FAINT = "#8c8274", "#b3aca1"
OTHERS = "Others"
UNKNOWN = "Not known"
UNDATED = "Undated"
_RIGHT = {"Right": "#5b9160", "Wrong": "#c9553c"}
_SCALE = ((0, "#3d5f94"), (0.35, "#3a9aa0"), (0.65, "#d0a437"), (1, "#c9412c"))
_STEPS = 200  # of a scale of colours
NO_YEAR = -32_768


@dataclass(frozen=True)
class Legend:
    """What a colour means: one line of the legend."""

    name: str
    colour: str  # hexadecimal RGB
    n: int  # works
    grey: bool = False  # below the others, and fainter
    hollow: bool = False  # a ring and not a dot


@dataclass(frozen=True)
class Extent:
    """How a map's own coordinates, upwards as in a chart, become whole numbers, downwards."""

    left: float
    top: float
    side: float

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray) -> Extent:
        """The extent of points; at least one of them."""
        side = max(float(np.ptp(x)), float(np.ptp(y))) or 1.0
        return cls(float(x.min()), float(y.max()), side)

    def units(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates as uint16, what lies outside at the edge."""
        across = (np.asarray(x, np.float64) - self.left) / self.side
        down = (self.top - np.asarray(y, np.float64)) / self.side
        whole = (np.rint(UNITS * np.clip(v, 0, 1)).astype(np.uint16) for v in (across, down))
        return next(whole), next(whole)


@dataclass(frozen=True)
class MapPoints:
    """Works as points, in the order in which they are drawn.

    Attributes
    ----------
    work_ids
        int32 (n,).
    x, y
        uint16 (n,), to the right and downwards: the longer side of the map is 0..65535.
    places
        uint8 (n,): places in the legend; from ``len(legend)`` on, steps of the scale.
    years
        int16 (n,), :data:`NO_YEAR` where unknown.
    scale
        Of colours that mean numbers: title, least, most, and ``_STEPS`` colours; else None.
    extent
        Of the map's own coordinates.
    regions
        Names of parts of the map.
    """

    work_ids: np.ndarray
    x: np.ndarray
    y: np.ndarray
    places: np.ndarray
    years: np.ndarray
    legend: tuple[Legend, ...]
    extent: Extent
    scale: dict[str, Any] | None = None
    regions: tuple[Region, ...] = ()

    def packed(self, of: str) -> bytes:
        """All of it for the browser: the length of a header in JSON, the header, the columns.

        Eleven bytes per work and a few hundred per name, whatever they are: of 81,446 works .9 MB.

        Parameters
        ----------
        of
            Which map it is: places on one are places on no other.
        """
        columns = b"".join(
            np.ascontiguousarray(column, dtype=kind).tobytes()
            for column, kind in (
                (self.work_ids, "<i4"),
                (self.x, "<u2"),
                (self.y, "<u2"),
                (self.years, "<i2"),
                (self.places, "u1"),
            )
        )
        header = {
            "of": of,
            "n": len(self.work_ids),
            "wide": int(self.x.max(initial=0)),
            "tall": int(self.y.max(initial=0)),
            "legend": [vars(entry) for entry in self.legend],
            "scale": self.scale,
            "regions": [[r.name, r.x, r.y, r.n] for r in self.regions],
        }
        told = json.dumps(header)
        header["token"] = hashlib.blake2b(columns + told.encode(), digest_size=8).hexdigest()
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 4)
        return len(text).to_bytes(4, "little") + text + columns


def categories(values: pd.Series, *, n: int = len(CATEGORIES)) -> pd.Series:
    """The `n` most frequent values for people; the rest are others, the missing unknown."""
    known = values[values.notna() & (values != "")]
    largest = known.value_counts().index[:n]
    kept = known.isin(largest)
    display = {label: display_label(str(label)) for label in largest}
    names = known.astype(object).map(display).where(kept, OTHERS)
    return names.reindex(values.index).fillna(UNKNOWN)


def map_points(
    table: pd.DataFrame,
    *,
    by: str,
    continuous: bool = False,
    missing: str = UNKNOWN,
    others: str = OTHERS,
    regions: tuple[Region, ...] = (),
) -> MapPoints:
    """Colour and order the works of a map.

    Grey points come first and lie below. The others come in a random order that is always the same:
    where classes overlap, none hides the other.

    Parameters
    ----------
    table
        work_id, x, y, year (NaN where unknown), other (bool: by another than the artist who is
        asked for, always grey) and value: a category (text), or a number where `continuous`, NaN
        where nothing is known. At least one row.
    by
        What the colours mean.
    missing, others
        What the works are called of which nothing is known, and those that are `other`.
    """
    other = table["other"].to_numpy(bool)
    if continuous:
        numbers = table["value"].to_numpy(np.float64)
        known = np.isfinite(numbers) & ~other
        places = np.where(other, 0, 1)
        greys = [
            (others, FAINT, other, False),
            (missing, GREY, ~known & ~other, missing == UNDATED),
        ]
        low, high = (numbers[known].min(), numbers[known].max()) if known.any() else (0, 0)
        steps = np.zeros(len(table), np.int64)
        steps[known] = np.rint((numbers[known] - low) / ((high - low) or 1) * (_STEPS - 1))
        places = np.where(known, 2 + steps, places)
        legend = [Legend(n, c, int(rows.sum()), True, h) for n, c, rows, h in greys]
        scale = {"title": by, "least": float(low), "most": float(high), "colours": _scale_colours()}
    else:
        names = table["value"].astype(object).replace({UNKNOWN: missing}).mask(other, others)
        legend = _colours(names, missing=missing, greys=(others, OTHERS, missing))
        at = {entry.name: place for place, entry in enumerate(legend)}
        places = names.map(at).to_numpy(np.int64)
        scale = None
    extent = Extent.of(table["x"].to_numpy(), table["y"].to_numpy())
    x, y = extent.units(table["x"], table["y"])
    n_grey = sum(entry.grey for entry in legend)
    shuffled = np.random.default_rng(0).permutation(len(table))
    order = shuffled[np.argsort(np.minimum(places[shuffled], n_grey), kind="stable")]
    years = table["year"].to_numpy(np.float64)
    years = np.where(np.isfinite(years), np.nan_to_num(years), NO_YEAR)
    return MapPoints(
        table["work_id"].to_numpy(np.int32)[order],
        x[order],
        y[order],
        places[order].astype(np.uint8),
        years[order].astype(np.int16),
        tuple(legend),
        extent,
        scale,
        regions,
    )


def _scale_colours() -> list[str]:
    stops = [place for place, _ in _SCALE]
    channels = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for _, c in _SCALE])
    wanted = np.linspace(0, 1, _STEPS)
    mixed = [np.rint(np.interp(wanted, stops, channels[:, i])).astype(int) for i in range(3)]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in zip(*mixed, strict=True)]


def _colours(names: pd.Series, *, missing: str, greys: tuple[str, ...]) -> list[Legend]:
    """Categories in the order in which they are drawn: grey ones first, below the others."""
    counts = names.value_counts()
    if set(counts.index) <= {*_RIGHT, *greys}:
        coloured = [(name, colour) for name, colour in _RIGHT.items() if name in counts]
    else:
        known = sorted(str(name) for name in counts.index if name not in greys)
        # A colour belongs to a name and not to its rank, which a filter would change.
        coloured = list(zip(known, CATEGORIES, strict=False))
    below = [name for name in dict.fromkeys(greys) if name in counts]
    legend = [
        Legend(name, GREY if name == missing else FAINT, int(counts[name]), True, name == UNDATED)
        for name in below
    ]
    return legend + [Legend(name, colour, int(counts[name])) for name, colour in coloured]
