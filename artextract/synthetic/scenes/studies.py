"""A composition of shapes, and the study (local colour, light, direction) it develops into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from artextract.synthetic.technique.pigments import Array

# Columns of the attribute table, one row per shape.
_COLUMNS = (
    *("L0", "a0", "b0", "L1", "a1", "b1", "cx", "cy", "rx", "ry", "light", "bend_x", "bend_y"),
    *("gloss", "mottle", "flow", "swirl", "detail"),
)


@dataclass(frozen=True)
class Study:
    """What a technique paints from.

    Attributes
    ----------
    lab : float32 (3, H, W)
        Local colour in OkLab, without light and shade.
    light : float32 (H, W)
        Light falling on the form, about -1 (deep shade) to 1 (highlight), 0 neutral.
    group : int32 (H, W)
        Which object each point belongs to; outlines run between objects.
    flow : float32 (H, W)
        Direction of the form in radians, which brushes follow.
    detail : float32 (H, W)
        How finely a place deserves to be painted, 0..1.
    """

    lab: Array
    light: Array
    group: NDArray[np.int32]
    flow: Array
    detail: Array


def ellipse(
    cx: float, cy: float, rx: float, ry: float, angle: float = 0.0, n: int = 28
) -> NDArray[np.float64]:
    """Return the outline, (n, 2), of an ellipse turned by `angle` radians."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    x, y = rx * np.cos(t), ry * np.sin(t)
    return np.stack(
        [cx + x * np.cos(angle) - y * np.sin(angle), cy + x * np.sin(angle) + y * np.cos(angle)], 1
    )


def rect(x0: float, y0: float, x1: float, y1: float) -> NDArray[np.float64]:
    """Return the four corners, (4, 2), of an upright rectangle."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)


def smooth_noise(rng: np.random.Generator, width: int, height: int, cell: float) -> Array:
    """Return smooth noise, float32 (height, width) in about -1..1, with features of `cell` px."""
    rows, cols = max(2, int(height / cell) + 2), max(2, int(width / cell) + 2)
    grid = Image.fromarray(rng.uniform(-1, 1, (rows, cols)).astype(np.float32))
    return np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


class Composition:
    """Shapes laid one over the other, far to near, on a picture whose shorter side is 1."""

    def __init__(self, width: float, height: float, lamp: float, rng: np.random.Generator) -> None:
        """Start an empty picture; `lamp` is -1 for light from the left, 1 from the right."""
        self.width, self.height, self.lamp, self.rng = width, height, lamp, rng
        self._outlines: list[NDArray[np.float64]] = []
        self._rows: list[list[float]] = []
        self._groups: list[int] = []
        self._phase = rng.uniform(0, 6.28, 4)
        self.wobble = 0.004

    def new_group(self) -> int:
        """Return a fresh object number, for shapes to share."""
        return len(self._groups) + 1

    def add(
        self,
        outline: ArrayLike,
        colour: Array,
        lower: Array | None = None,
        *,
        light: float = 0.0,
        bend: tuple[float, float] = (0.0, 0.0),
        gloss: float = 0.0,
        mottle: float = 0.0,
        flow: float = 0.0,
        swirl: float = 0.0,
        detail: float = 0.3,
        group: int | None = None,
    ) -> int:
        """Lay a polygon and return its object number.

        Parameters
        ----------
        outline : array_like (n, 2)
            Corners in picture units.
        colour, lower : float32 (3,)
            OkLab at the top and, if it changes, at the bottom.
        light : float
            Light on the whole shape, -1..1.
        bend : pair of float
            How far the form rounds away sideways and up and down: (1, 1) a ball, (1, 0) a column.
        gloss, mottle : float
            Strength of a specular highlight, and of irregular light such as foliage has.
        flow, swirl : float
            Brush direction in radians, and the share of it which circles the centre.
        detail : float
            How finely to paint, 0..1.
        group : int, optional
            Object number to join.
        """
        points = np.asarray(outline, dtype=float)
        (x0, y0), (x1, y1) = points.min(0), points.max(0)
        bottom = colour if lower is None else lower
        centre = [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 + 1e-4, (y1 - y0) / 2 + 1e-4]
        number = self.new_group() if group is None else group
        self._outlines.append(points)
        self._rows.append(
            [*colour, *bottom, *centre, light, *bend, gloss, mottle, flow, swirl, detail]
        )
        self._groups.append(number)
        return number

    def rasterise(self, width: int, height: int) -> NDArray[np.intp]:
        """Return which shape, intp (height, width), is seen at each pixel."""
        image = Image.new("I", (width, height), 0)
        draw = ImageDraw.Draw(image)
        scale, phase = min(width, height), self._phase
        for i, outline in enumerate(self._outlines):
            x, y = outline[:, 0], outline[:, 1]
            # One smooth field moves every corner, so that shared corners stay together.
            dx = np.sin(9 * y + 5 * x + phase[0]) + 0.6 * np.sin(23 * y - 11 * x + phase[1])
            dy = np.sin(8 * x - 6 * y + phase[2]) + 0.6 * np.sin(21 * x + 13 * y + phase[3])
            moved = np.stack([x + self.wobble * dx, y + self.wobble * dy], 1) * scale
            draw.polygon(moved.ravel().tolist(), fill=i)
        return np.array(image, dtype=np.intp)

    def develop(
        self,
        width: int,
        height: int,
        shift: tuple[Array, Array] | None = None,
        *,
        mottle: float = 1.0,
        flow: bool = False,
    ) -> Study:
        """Develop the composition into a study of ``height`` by ``width`` pixels.

        Parameters
        ----------
        width, height : int
            Size in px.
        shift : pair of float32 (H, W), optional
            How many px to the right and down of each pixel to look.
        mottle : float
            How much of the irregular light to keep.
        flow : bool
            Whether the directions are needed; they are 0 otherwise.
        """
        scale = 1 / min(width, height)
        xs = np.arange(width, dtype=np.float32)[None]
        ys = np.arange(height, dtype=np.float32)[:, None]
        seen = self.rasterise(width, height)
        if shift is not None:
            xs = np.clip(xs + shift[0], 0, width - 1)
            ys = np.clip(ys + shift[1], 0, height - 1)
            seen = seen[ys.astype(np.intp), xs.astype(np.intp)]
        table = dict(zip(_COLUMNS, np.array(self._rows, dtype=np.float32).T, strict=True))

        def of(values: NDArray[np.float32]) -> Array:
            return np.take(np.ascontiguousarray(values), seen)

        # Each shape's own coordinates, -1..1 across and down, as a slope and an offset per shape.
        u0, u1 = -table["cx"] / table["rx"], np.float32(scale) / table["rx"]
        v0, v1 = -table["cy"] / table["ry"], np.float32(scale) / table["ry"]
        v = ys * of(v1) + of(v0)
        down = np.clip(v * np.float32(0.5) + np.float32(0.5), 0, 1)
        lab = np.empty((3, height, width), dtype=np.float32)
        for plane, name in zip(lab, "Lab", strict=True):
            upper, lower = table[f"{name}0"], table[f"{name}1"]
            np.multiply(of(lower - upper), down, out=plane)
            plane += of(upper)
        lx, ly, lz = np.float32(0.62 * self.lamp), np.float32(-0.5), np.float32(0.6)
        bu = xs * of(u1 * table["bend_x"]) + of(u0 * table["bend_x"])
        bv = v * of(table["bend_y"])
        light = of(table["light"]) + lx * bu + ly * bv
        light += lz * (np.sqrt(np.maximum(0, 1 - bu * bu - bv * bv)) - 1)
        if table["gloss"].any():
            where = np.nonzero(of(table["gloss"]))
            shape = seen[where]
            place = np.broadcast_to(xs, seen.shape)[where]
            u = place * u1[shape] + u0[shape]
            far = (u - 0.42 * self.lamp) ** 2 + (v[where] + 0.42) ** 2
            light[where] += table["gloss"][shape] * np.exp(-far / np.float32(0.035))
        noise = smooth_noise(self.rng, width, height, 0.035 / scale)
        light += of(table["mottle"] * np.float32(mottle)) * noise
        group = np.take(np.array(self._groups, dtype=np.int32), seen)
        angles = np.zeros_like(light)
        if flow:
            around = np.arctan2(v, xs * of(u1) + of(u0)) + np.float32(np.pi / 2)
            sway = smooth_noise(self.rng, width, height, 0.2 / scale)
            angles = of(table["flow"]) + of(table["swirl"]) * around + np.float32(0.25) * sway
        return Study(lab, light, group, angles, of(table["detail"]))
