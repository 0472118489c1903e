"""Pictures as museums and phones make them: colour, alpha, shape, and the bounds on them."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from artextract.collection.images import PictureError, open_picture, picture_size, thumbnail
from artextract.collection.pictures import jpeg, limits
from artextract.collection.pictures.memory import MemoryBudget
from artextract.collection.pictures.profiles import (
    SRGB_CHROMATICITIES,
    grey_profile,
    matrix_profile,
    transform_to_srgb,
)
from benchmarks.hostile_pictures import QUICK, Hostile, chunk, judge, noise, png, raw_tiff

WIDE = (0.3127, 0.3290, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RAMP = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (32, 1))


def encode(picture: Image.Image, format: str, **options: Any) -> bytes:
    content = BytesIO()
    picture.save(content, format, **options)
    return content.getvalue()


def corner(content: bytes) -> tuple[int, ...]:
    return tuple(np.asarray(open_picture(content))[0, 0].tolist())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_alpha_stays_where_a_profile_is_refused(mode: str) -> None:
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0)).convert(mode)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    options = {"transparency": 0} if mode == "P" else {}
    assert corner(encode(clear, "PNG", icc_profile=lab, **options)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_a_profile_is_known_by_its_colours_and_not_by_its_name(format: str) -> None:
    linear = matrix_profile(SRGB_CHROMATICITIES, 1.0).replace(b"-\0", b"sR")
    grey = Image.new("RGB", (32, 32), (128, 128, 128))
    np.testing.assert_allclose(corner(encode(grey, format, icc_profile=linear)), 188, atol=2)
    wide = matrix_profile(WIDE, None).replace(b"-\0", b"sR")
    red = Image.new("RGB", (32, 32), (200, 60, 60))
    assert corner(encode(red, format, icc_profile=wide))[0] > 210
    assert transform_to_srgb(SRGB, "RGB") is None
    assert transform_to_srgb(matrix_profile(SRGB_CHROMATICITIES, None), "RGB") is None


def test_what_a_png_says_of_its_colours_in_chunks() -> None:
    grey = (b"\0" + b"\x80" * 96) * 32
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    assert corner(png(32, 32, 8, 2, grey, gamma)) == (188, 188, 188)
    usual = chunk(b"gAMA", struct.pack(">I", 45_455))
    assert corner(png(32, 32, 8, 2, grey, usual)) == (128, 128, 128)
    stated = chunk(b"sRGB", b"\0") + gamma
    assert corner(png(32, 32, 8, 2, grey, stated)) == (128, 128, 128)
    red = (b"\0" + b"\xc8\x3c\x3c" * 32) * 32
    display_p3 = chunk(b"cICP", bytes([12, 13, 0, 1]))
    assert corner(png(32, 32, 8, 2, red, display_p3))[0] > 210
    nonsense = chunk(b"cHRM", bytes(32)) + gamma
    assert corner(png(32, 32, 8, 2, grey, nonsense)) == (128, 128, 128)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("photometric", "first"), [(0, 255), (1, 0)])
def test_16_bit_greys_know_which_end_is_white(order: str, photometric: int, first: int) -> None:
    content = raw_tiff(order, photometric, 16, 1, RAMP)
    assert corner(content) == (first,) * 3
    assert np.asarray(open_picture(content)).mean() == pytest.approx(127.5, abs=1)


@pytest.mark.parametrize("bits", [32, 64])
def test_floating_greys_are_read(bits: int) -> None:
    content = raw_tiff(">", 1, bits, 3, (RAMP / 65535).astype(f"f{bits // 8}"))
    assert np.asarray(open_picture(content)).mean() == pytest.approx(127.5, abs=1)


def test_lab_is_read_and_other_kinds_are_named() -> None:
    lab = Image.new("LAB", (32, 32), (200, 128, 128))
    np.testing.assert_allclose(corner(encode(lab, "TIFF")), 194, atol=3)
    colours = np.stack([RAMP] * 3, axis=2)
    for content, kind in (
        (raw_tiff("<", 8, 16, 1, colours), "16-bit whole-number CIELab"),
        (raw_tiff("<", 2, 32, 3, (colours / 65535).astype("f4")), "32-bit floating-point RGB"),
        (raw_tiff(">", 1, 16, 3, (RAMP / 65535).astype("f2")), "16-bit floating-point grey"),
    ):
        with pytest.raises(PictureError, match=kind) as raised:
            open_picture(content)
        assert "damaged" not in str(raised.value)


def test_a_transparent_value_of_a_deep_png() -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in RAMP.astype(">u2"))
    picture = np.asarray(open_picture(png(64, 32, 16, 0, rows, chunk(b"tRNS", b"\0\0"))))
    assert picture[0, 0].tolist() == [255] * 3  # clear
    assert picture[0, 1].mean() < 10
    assert picture[0, -1].tolist() == [255] * 3  # white


def test_deep_greys_have_profiles_too() -> None:
    grey = Image.fromarray(np.full((32, 32), 32896, np.uint16))
    np.testing.assert_allclose(
        corner(encode(grey, "PNG", icc_profile=grey_profile(1.0))), 188, atol=2
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF"])
def test_greys_may_have_a_profile_of_colours(format: str) -> None:
    linear = matrix_profile(SRGB_CHROMATICITIES, 1.0)
    for grey in (Image.new("L", (32, 32), 128), Image.fromarray(np.full((32, 32), 32896, "u2"))):
        if format != "JPEG" or grey.mode == "L":
            content = encode(grey, format, icc_profile=linear)
            np.testing.assert_allclose(corner(content), 188, atol=2)


def test_an_mpo_is_a_jpeg() -> None:
    whole = encode(noise(400, 300), "MPO", save_all=True, append_images=[noise(99, 99)])
    assert open_picture(whole, min_side=100).size == (133, 100) or open_picture(whole).size
    cut = len(whole) // 3
    with pytest.raises(PictureError, match="truncated"):
        open_picture(whole[:cut] + bytes(len(whole) - cut))
    # The first picture is whole, whatever happened to the second.
    assert open_picture(whole[:-200] + bytes(200)).size == (400, 300)


def test_a_jpeg_of_200_megapixels_is_decoded_small() -> None:
    content = encode(Image.new("L", (20_000, 10_000), 128), "JPEG")
    assert open_picture(content, min_side=320).size == (2500, 1250)
    assert picture_size(content) == (20_000, 10_000)
    with pytest.raises(PictureError, match="20000×10000 pixels"):
        open_picture(content)


def test_a_large_picture_is_made_smaller_in_bands() -> None:
    content = encode(noise(6000, 3000), "PNG", compress_level=1)
    small = open_picture(content, min_side=300)
    assert small.size == (600, 300)
    wanted = np.asarray(noise(6000, 3000).reduce(10), int)
    assert np.abs(np.asarray(small, int) - wanted).max() <= 1


@pytest.mark.parametrize("size", [(65_500, 16), (16, 65_500)])
def test_a_strip_has_a_thumbnail(size: tuple[int, int]) -> None:
    small = open_picture(thumbnail(Image.new("RGB", size, "teal")))
    assert sorted(small.size) == [16, 320]


def test_a_jpeg_of_many_scans_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    progressive = encode(noise(), "JPEG", progressive=True)
    start = progressive.rfind(b"\xff\xda")
    many = progressive[:start] + progressive[start:-2] * 2000 + b"\xff\xd9"
    with pytest.raises(PictureError, match="progressive JPEG"):
        open_picture(many, min_side=32)
    monkeypatch.setattr(jpeg, "MAX_SCANNED", 9 * 120 * 80)
    with pytest.raises(PictureError, match="progressive JPEG"):
        open_picture(progressive, min_side=32)
    open_picture(encode(noise(), "JPEG"), min_side=32)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_file_of_gigabytes_is_not_read(format: str, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(encode(noise(), format))
    os.truncate(path, 3 * 10**9)
    with pytest.raises(PictureError, match="2,861 MB"):
        open_picture(path)


def test_what_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = encode(noise(), "PNG")
    monkeypatch.setattr(limits, "MAX_MEMORY", 50_000)
    with pytest.raises(PictureError, match="to decode"):
        open_picture(content)


def test_memory_is_shared() -> None:
    budget, second = MemoryBudget(10), Event()

    def wait() -> None:
        with budget.take(99):  # more than there is: alone
            second.set()

    with budget.take(4), budget.take(6):
        (thread := Thread(target=wait)).start()
        assert not second.wait(0.05)
    thread.join(5)
    assert second.is_set()
    assert budget.taken == 0


def test_libtiff_keeps_its_words_to_itself(tmp_path: Path) -> None:
    content = bytearray(encode(noise(300, 300), "TIFF", compression="tiff_lzw"))
    content[3000:3100] = b"\xff" * 100
    (path := tmp_path / "damaged.tif").write_bytes(content)
    code = (
        "from artextract.collection.images import *\n"
        f"try: open_picture({str(path)!r})\nexcept PictureError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "damaged" in done.stdout
    assert done.stderr == ""


def made() -> Iterator[Hostile]:
    for kind in QUICK:
        yield from islice(kind(), None, None, 3)


def test_hostile_pictures_get_the_same_answer_everywhere(tmp_path: Path) -> None:
    answers = [(h.kind, h.name, judge(h, tmp_path / "picture")[0]) for h in made()]
    assert [a for a in answers if a[2] not in ("picture", "sentence")] == []
    assert len(answers) > 120
