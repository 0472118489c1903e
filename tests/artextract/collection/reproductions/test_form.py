"""Whether a picture is round, or a drawing."""

import numpy as np
from PIL import Image, ImageDraw

from artextract.collection.reproductions.form import DRAWING_FROM, ROUND_FROM, form


def painted(seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((200, 200), Image.Resampling.BICUBIC)


def test_a_round_picture_is_told_from_a_dark_corner():
    mask = Image.new("L", (200, 200))
    ImageDraw.Draw(mask).ellipse((0, 0, 199, 199), fill=255)
    tondo = Image.composite(painted(), Image.new("RGB", (200, 200), "white"), mask)
    assert form(tondo)[0] >= ROUND_FROM
    portrait = Image.new("RGB", (200, 200), (24, 20, 18))  # dark to its corners and within
    portrait.paste(painted().resize((60, 80)), (70, 60))
    for other in (painted(), portrait, Image.new("RGB", (200, 200), "white")):
        assert form(other)[0] < ROUND_FROM


def test_a_drawing_is_told_from_a_painting_and_from_an_empty_sheet():
    sheet = Image.new("RGB", (200, 200), (225, 210, 180))
    draw = ImageDraw.Draw(sheet)
    assert form(sheet)[1] == 0
    for x in range(40, 160, 8):
        draw.line((x, 40, 200 - x, 160), fill=(70, 50, 30), width=2)
    assert form(sheet)[1] >= DRAWING_FROM
    draw.rectangle((20, 20, 120, 90), fill=(200, 40, 40))  # a second hue
    assert form(sheet)[1] == 0
    assert form(painted())[1] == 0


def test_a_strip_without_corners_is_not_round():
    for size in ((4000, 1), (1, 4000), (1, 1), (65_500, 16)):
        assert form(Image.new("RGB", size, "white")) == (0.0, 0.0)
