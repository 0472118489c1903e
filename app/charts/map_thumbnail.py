"""The map of a collection as a picture: drawn in a moment, by NumPy and Pillow alone."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pandas as pd
from PIL import Image

from charts.config import CATEGORIES
from labels import display_label

SIZE = (960, 640)  # pixels
NAMED = 24  # artists at most whose names are offered
_GREY = "#8c8274"
_MARGIN = 0.03  # of the picture
_FINER = 2  # drawn so many times larger, then made smaller: dots become round


@dataclass(frozen=True)
class MapName:
    """Where on the map most works of an artist lie."""

    name: str
    x: float  # 0..1 from the left
    y: float  # 0..1 from the top


def map_thumbnail(
    points: pd.DataFrame, creators: pd.Series, *, size: tuple[int, int] = SIZE
) -> tuple[bytes, list[MapName]]:
    """Draw a dot per work, coloured by artist as on the Map page, on a transparent ground.

    Parameters
    ----------
    points
        work_id, x and y.
    creators
        Who made each work, by work_id; missing where it is not known. The largest oeuvres have
        colours, the others are grey.
    size
        Width and height in pixels.

    Returns
    -------
    A WebP, and the names of the largest oeuvres, largest first, where most of their works lie.
    """
    by = creators.reindex(points["work_id"]).to_numpy(dtype=object)
    counts = pd.Series(by).dropna().value_counts()
    coloured = sorted(map(str, counts.index[: len(CATEGORIES)]), key=display_label)
    x, y = _placed(points[["x", "y"]].to_numpy(np.float64), size)
    numbers = pd.Index(coloured).get_indexer(pd.Index(by))  # -1: grey
    palette = np.array([_rgb(colour) for colour in (*CATEGORIES[: len(coloured)], _GREY)], np.uint8)
    opacity = np.where(numbers < 0, 150, 235).astype(np.uint8)
    # Grey first, and the rest in an order that favours nobody.
    order = np.argsort(np.where(numbers < 0, -1, np.random.default_rng(0).random(len(x))))
    radius = _FINER * (1.2 if len(x) > 20_000 else 2.1 if len(x) > 3000 else 3.2)
    canvas = np.zeros((size[1] * _FINER, size[0] * _FINER, 4), np.uint8)
    canvas[..., :3] = palette[-1]  # of what is transparent, so that edges do not darken
    column, row = ((at[order] * _FINER).astype(np.int64) for at in (x, y))
    pixels = np.column_stack([palette[numbers[order]], opacity[order]])
    reach = int(np.ceil(radius))
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            if down**2 + across**2 <= radius**2:
                rows = (row + down).clip(0, canvas.shape[0] - 1)
                canvas[rows, (column + across).clip(0, canvas.shape[1] - 1)] = pixels
    drawn = Image.fromarray(canvas).resize(size, Image.Resampling.BOX)
    drawn.save(file := BytesIO(), "WEBP", quality=82, alpha_quality=90, method=2)
    names = [
        MapName(str(name), *_densest(x[by == name] / size[0], y[by == name] / size[1]))
        for name in counts.index[:NAMED]
    ]
    return file.getvalue(), names


def _placed(points: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of the points, as large as they fit, with one scale for both directions."""
    if not len(points):
        return np.zeros(0), np.zeros(0)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array(size) * (1 - 2 * _MARGIN)
    scale = float((room / np.maximum(high - low, 1e-9)).min())
    at = (points - (low + high) / 2) * scale * (1, -1) + np.array(size) / 2
    return at[:, 0], at[:, 1]


def _densest(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The middle of the densest part of some points in 0..1."""
    counts, edges_x, edges_y = np.histogram2d(x, y, bins=(16, 12), range=((0, 1), (0, 1)))
    i, j = np.unravel_index(int(counts.argmax()), counts.shape)
    near = (x >= edges_x[i]) & (x <= edges_x[i + 1]) & (y >= edges_y[j]) & (y <= edges_y[j + 1])
    return round(float(x[near].mean()), 4), round(float(y[near].mean()), 4)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
