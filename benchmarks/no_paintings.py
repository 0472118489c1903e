"""Pictures that are no paintings, made from nothing but numpy and Pillow.

    python -m benchmarks.no_paintings FOLDER [--each 25]

Noise of several spectra, flat fields, gradients, pages of text, screenshots, charts, line drawings
and cuttings of the two photographs that scikit-learn ships.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 480
SENTENCE = (
    "the quarterly report shows that deliveries to the northern region rose while costs of "
    "storage fell and the committee agreed to meet again in spring with a revised proposal"
)
WORDS = SENTENCE.split()


def noise(rng: np.random.Generator) -> Image.Image:
    """Amplitude falling as 1 / frequency ** exponent, in grey or in colours."""
    exponent = rng.choice([0.0, 0.5, 1.0, 1.5, 2.0])
    channels = 3 if rng.random() < 0.7 else 1
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    frequency[0, 0] = 1 / SIDE
    field = np.stack(
        [
            np.fft.irfft2(np.fft.rfft2(rng.normal(size=(SIDE, SIDE))) / frequency**exponent)
            for _ in range(channels)
        ],
        axis=-1,
    )
    field = (field - field.mean()) / field.std()
    values = np.clip(128 + rng.uniform(25, 80) * field, 0, 255).astype(np.uint8)
    return Image.fromarray(np.repeat(values, 4 - channels, axis=2)[..., :3])


def flat(rng: np.random.Generator) -> Image.Image:
    """One colour, sometimes with a trace of noise, as of a lens cap."""
    values = np.full((SIDE, SIDE, 3), rng.integers(0, 256, 3), float)
    if rng.random() < 0.5:
        values += rng.normal(0, rng.uniform(1, 4), values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def gradient(rng: np.random.Generator) -> Image.Image:
    """From one colour to another, along a line or from a point."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    angle = rng.uniform(0, 2 * np.pi)
    t = x * np.cos(angle) + y * np.sin(angle)
    if rng.random() < 0.4:
        t = np.hypot(x - rng.random(), y - rng.random())
    t = (t - t.min()) / (t.max() - t.min())
    first, second = rng.integers(0, 256, (2, 3))
    return Image.fromarray((first + t[..., None] * (second - first)).astype(np.uint8))


def _lines(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    box: tuple[int, int, int, int],
    size: int,
    colour: tuple[int, ...],
) -> None:
    font = ImageFont.load_default(size)
    left, top, right, bottom = box
    while top < bottom:
        line = " ".join(rng.choice(WORDS, 30))
        draw.text((left, top), line[: max(4, int((right - left) / (size * 0.5)))], colour, font)
        top += int(size * rng.choice([1.4, 1.4, 1.4, 2.6]))


def text(rng: np.random.Generator) -> Image.Image:
    """A page of print."""
    paper = int(rng.integers(225, 256))
    picture = Image.new("RGB", (SIDE * 3 // 4, SIDE), (paper, paper, paper - int(rng.integers(18))))
    ink = (int(rng.integers(0, 60)),) * 3
    _lines(
        ImageDraw.Draw(picture),
        rng,
        (34, 34, SIDE * 3 // 4 - 30, SIDE - 30),
        int(rng.integers(9, 20)),
        ink,
    )
    return picture


def screenshot(rng: np.random.Generator) -> Image.Image:
    """A window with a bar, a menu, boxes and text."""
    dark = rng.random() < 0.4
    ground, ink = ((30, 32, 38), (220, 220, 225)) if dark else ((248, 248, 250), (40, 40, 50))
    picture = Image.new("RGB", (SIDE * 4 // 3, SIDE), ground)
    draw = ImageDraw.Draw(picture)
    accent = tuple(int(v) for v in rng.integers(40, 230, 3))
    draw.rectangle((0, 0, SIDE * 4 // 3, 34), accent)
    draw.rectangle((0, 34, 130, SIDE), tuple(max(0, c - 14) for c in ground))
    _lines(draw, rng, (12, 50, 120, SIDE - 40), 12, ink)
    for _ in range(int(rng.integers(2, 6))):
        x, y = int(rng.integers(150, 480)), int(rng.integers(50, 400))
        draw.rounded_rectangle(
            (x, y, x + int(rng.integers(70, 240)), y + int(rng.integers(30, 120))),
            6,
            tuple(int(v) for v in rng.integers(120, 256, 3)),
            outline=ink,
        )
    _lines(draw, rng, (150, 60, 600, int(rng.integers(150, 440))), 13, ink)
    return picture


def chart(rng: np.random.Generator) -> Image.Image:
    """Bars, a line or a pie, with axes."""
    picture = Image.new("RGB", (SIDE * 4 // 3, SIDE), "white")
    draw = ImageDraw.Draw(picture)
    colours = [tuple(int(v) for v in c) for c in rng.integers(20, 230, (8, 3))]
    kind = rng.integers(3)
    if kind == 2:
        ends = np.cumsum(rng.dirichlet(np.ones(6))) * 360
        for i, (a, b) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            draw.pieslice((150, 50, 500, 400), float(a), float(b), colours[i], outline="white")
    else:
        draw.line((60, 40, 60, 420), "black", 2)
        draw.line((60, 420, 600, 420), "black", 2)
        for y in range(60, 420, 60):
            draw.line((60, y, 600, y), (215, 215, 215))
        if kind == 0:
            for i in range(9):
                draw.rectangle(
                    (75 + 58 * i, int(rng.integers(70, 400)), 115 + 58 * i, 419), colours[i % 3]
                )
        else:
            for i in range(3):
                ys = np.clip(240 + np.cumsum(rng.normal(0, 22, 40)), 60, 410)
                draw.line([(60 + 13 * n, int(y)) for n, y in enumerate(ys)], colours[i], 3)
    _lines(draw, rng, (200, 435, 500, 450), 14, (0, 0, 0))
    return picture


def line_drawing(rng: np.random.Generator) -> Image.Image:
    """Thin strokes, circles and polygons on white, as of a diagram."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(6, 30))):
        points = [tuple(int(v) for v in p) for p in rng.integers(20, SIDE - 20, (4, 2))]
        width = int(rng.integers(1, 4))
        if rng.random() < 0.5:
            draw.line(points, "black", width)
        else:
            (x, y), r = points[0], int(rng.integers(8, 90))
            draw.ellipse((x - r, y - r, x + r, y + r), outline="black", width=width)
    return picture


def photograph(rng: np.random.Generator) -> Image.Image:
    """A cutting of one of scikit-learn's two photographs, half to all of it."""
    from sklearn.datasets import load_sample_image

    pixels = load_sample_image(str(rng.choice(["china.jpg", "flower.jpg"])))
    picture = Image.fromarray(pixels)
    share = rng.uniform(0.5, 1)
    width, height = (int(share * n) for n in picture.size)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    cut = picture.crop((left, top, left + width, top + height))
    return cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else cut


KINDS: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "noise": noise,
    "flat": flat,
    "gradient": gradient,
    "text": text,
    "screenshot": screenshot,
    "chart": chart,
    "line drawing": line_drawing,
    "photograph": photograph,
}


def no_paintings(each: int = 32, *, seed: int = 0) -> list[tuple[str, Image.Image]]:
    """Kind and picture, `each` of every kind; the same for the same seed."""
    return [
        (kind, make(np.random.default_rng([seed, number, i])))
        for number, (kind, make) in enumerate(KINDS.items())
        for i in range(each)
    ]


def main() -> None:
    """Write them to a folder, to look at."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", type=int, default=32)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for i, (kind, picture) in enumerate(no_paintings(options.each)):
        picture.save(options.folder / f"{kind.replace(' ', '-')}-{i:03d}.png")


if __name__ == "__main__":
    main()
