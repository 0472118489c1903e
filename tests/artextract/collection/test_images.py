import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from artextract.collection.images import PictureError, open_picture, thumbnail


def encode(picture: Image.Image, format: str, **options: object) -> bytes:
    content = BytesIO()
    picture.save(content, format, **options)
    return content.getvalue()


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8))
JPEG, PNG = encode(NOISE, "JPEG"), encode(NOISE, "PNG")
# Red left, blue right.
FLAG = Image.new("RGB", (64, 32), (255, 0, 0))
FLAG.paste((0, 0, 255), (32, 0, 64, 32))


def png_of(width: int, height: int) -> bytes:
    """The header of a huge picture, and next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (JPEG[: len(JPEG) // 2], "truncated"),
        (JPEG[:-2], "truncated"),
        (encode(NOISE, "JPEG", progressive=True)[:-40], "truncated"),
        (PNG[: len(PNG) // 2], "truncated"),
        (JPEG[:700] + bytes(len(JPEG) - 700), "truncated"),
        (JPEG[:100], "truncated"),
        (encode(NOISE, "WEBP")[:500], "damaged"),
        (encode(NOISE, "TIFF")[:500], "damaged|truncated"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b'<?xml version="1.0"?><svg xmlns="x"></svg>', "SVG"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"PK\x03\x04...", "zip"),
        (encode(NOISE, "EPS"), "PostScript"),
        (b"\0\0\0\x18ftypheic....", "HEIC"),
        (encode(NOISE, "PCX"), "no picture that can be read"),
        (b"a painting", "no picture that can be read"),
        (encode(NOISE, "GIF"), "GIF"),
        (encode(NOISE, "BMP"), "BMP"),
        (encode(NOISE.resize((1, 1)), "WEBP"), "1×1 pixels"),
        (encode(NOISE.resize((500, 1)), "PNG"), "500×1 pixels"),
        (png_of(13_400, 13_400), "179 million pixels"),
        (png_of(2**31 - 1, 2**31 - 1), "179 million pixels"),
    ],
)
def test_what_is_no_picture_gets_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(PictureError, match=reason) as raised:
        open_picture(content, min_side=32)
    assert str(raised.value).endswith(".")


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="does not exist"):
        open_picture(tmp_path / "nowhere.jpg")
    with pytest.raises(PictureError, match="folder"):
        open_picture(tmp_path)


def test_path_bytes_and_stream_give_the_same(tmp_path: Path) -> None:
    file = tmp_path / "misnamed.jpg"
    file.write_bytes(PNG)
    stream = BytesIO(PNG)
    stream.seek(0, 2)
    for source in (file, PNG, stream):
        assert np.array_equal(np.asarray(open_picture(source)), np.asarray(NOISE))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_rotation(format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: what was left is up
    picture = open_picture(encode(FLAG, format, exif=exif))
    assert picture.size == (32, 64)
    red, _, blue = picture.getpixel((16, 8))
    assert red > 200 > 50 > blue
    assert not picture.info


def ramp(dtype: str, top: float) -> Image.Image:
    return Image.fromarray(np.linspace(0, top, 32 * 32).reshape(32, 32).astype(dtype))


@pytest.mark.parametrize(
    "content",
    [
        encode(ramp("uint16", 65535), "PNG"),
        encode(ramp("uint16", 65535), "TIFF"),
        encode(ramp("int32", 65535), "TIFF"),
        encode(ramp("float32", 1), "TIFF"),
    ],
)
def test_deep_greys_are_scaled_and_not_clipped(content: bytes) -> None:
    grey = np.asarray(open_picture(content))[..., 0]
    assert (grey.min(), grey.max()) == (0, 255)
    assert grey.mean() == pytest.approx(127.5, abs=1)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGBA", (32, 32), (200, 0, 0, 0)),
        Image.new("LA", (32, 32), (0, 0)),
        Image.new("P", (32, 32), 0),
    ],
)
def test_transparency_lies_on_white(picture: Image.Image) -> None:
    options = {"transparency": 0} if picture.mode == "P" else {}
    assert open_picture(encode(picture, "PNG", **options)).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(("format", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB")])
def test_colours_are_those_that_an_embedded_profile_means(format: str, mode: str) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    head = bytearray(srgb.replace(b"s\0R\0G\0B", b"n\0o\0n\0e"))  # its name
    for name, other in ((b"rXYZ", b"????"), (b"gXYZ", b"rXYZ"), (b"????", b"gXYZ")):
        head = head.replace(name, other, 1)  # in the table of tags: red is green, green is red
    red = Image.new("RGB", (32, 32), (255, 0, 0)).convert(mode)
    swapped = open_picture(encode(red, format, icc_profile=bytes(head))).getpixel((9, 9))
    np.testing.assert_allclose(swapped, (0, 255, 0), atol=3)
    for harmless in (srgb, b"damaged", bytes(head[:200])):
        kept = open_picture(encode(red, format, icc_profile=harmless)).getpixel((9, 9))
        np.testing.assert_allclose(kept, (255, 0, 0), atol=3)


def test_cmyk_and_the_first_frame() -> None:
    cmyk = open_picture(encode(FLAG.convert("CMYK"), "JPEG", quality=95))
    red, green, blue = cmyk.getpixel((8, 8))
    assert red > 200
    assert max(green, blue) < 50
    later = Image.new("RGB", FLAG.size, (0, 255, 0))
    film = encode(FLAG, "WEBP", save_all=True, append_images=[later], lossless=True)
    assert open_picture(film).getpixel((8, 8)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 600), (300, 400), (257, 255)])
def test_min_side_keeps_both_sides_long_enough(size: tuple[int, int]) -> None:
    picture = open_picture(encode(Image.new("RGB", size, "olive"), "JPEG"), min_side=256)
    assert min(picture.size) >= min(256, *size)
    assert min(picture.size) < 512 or picture.size == size
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_thumbnail_keeps_the_shape() -> None:
    small = open_picture(thumbnail(NOISE.resize((640, 1280))))
    assert small.size == (160, 320)
    assert open_picture(thumbnail(NOISE)).size == NOISE.size


def test_nothing_is_said_by_the_decoder(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)  # NOISE is large enough for a warning
    broken_exif = JPEG[:2] + b"\xff\xe1\x00\x14Exif\0\0II*\0\xff\xff\xff\x7f\1\1\1\1" + JPEG[2:]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ThreadPoolExecutor(4) as pool:
            pictures = list(pool.map(open_picture, [broken_exif, PNG, JPEG] * 4))
    assert {picture.size for picture in pictures} == {NOISE.size}
    assert capfd.readouterr() == ("", "")


ENCODED = [
    encode(NOISE, "JPEG"),
    encode(NOISE, "JPEG", progressive=True),
    encode(NOISE, "PNG"),
    encode(NOISE, "WEBP"),
    encode(NOISE.convert("RGBA"), "TIFF", compression="tiff_lzw"),
]


@settings(max_examples=150, deadline=None)
@given(
    content=st.sampled_from(ENCODED),
    holes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=4),
    near_front=st.booleans(),
)
def test_damage_gives_a_picture_or_a_sentence(
    content: bytes, holes: list[tuple[float, bytes]], near_front: bool
) -> None:
    damaged = bytearray(content)
    reach = min(len(content), 400) if near_front else len(content)
    for where, data in holes:
        start = int(where * (reach - len(data)))
        damaged[start : start + len(data)] = data
    picture = None
    with suppress(PictureError):  # any other exception fails the test
        picture = open_picture(bytes(damaged), min_side=32)
    assert picture is None or picture.mode == "RGB"
