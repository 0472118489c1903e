"""Hundreds of pictures that are wrong in one way or another, opened as command and gallery do.

    python -m benchmarks.hostile_pictures [--quick] [--only KIND] [--json FILE]

Each is opened at the sides that the command, the index and the gallery ask for, in a process that
is ended where it hangs. Told are, by kind, how many were tried, answered with a picture, answered
with a sentence, and wrong: another exception, other answers, a colour that is not the expected,
more than five seconds of processor time, more than 2 GB, or a word on stderr; and how long
an opening took at most.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import resource
import struct
import sys
import tempfile
import time
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageCms

from artextract.collection.images import PictureError, open_picture, thumbnail
from artextract.collection.pictures.profiles import grey_profile, matrix_profile

SIDES = {"command": 224, "index": 320, "gallery": 420, "work": 1600}  # min_side of each
SECONDS, BYTES = 5.0, 2_000_000_000
Tags = dict[int, tuple[str, tuple[int, ...]]]
_WIDE = (0.3127, 0.3290, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)


@dataclass(frozen=True)
class Hostile:
    """A file and what is known of it.

    Attributes
    ----------
    expected
        "picture", "sentence", or "" where both will do.
    colour
        Of the pixel at the upper left, where it is known.
    size
        Bytes to which it is stretched with zeros that take no room.
    """

    kind: str
    name: str
    content: bytes
    expected: str = ""
    colour: tuple[int, int, int] | None = None
    size: int = 0


def encode(picture: Image.Image, format: str, **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    content = BytesIO()
    picture.save(content, format, **options)
    return content.getvalue()


def noise(width: int = 120, height: int = 80) -> Image.Image:
    """Soft colour noise, the same each time."""
    small = np.random.default_rng(0).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, bits: int, colours: int, data: bytes, *more: bytes) -> bytes:
    """A PNG by hand; `more` are chunks before its data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0))
    body = b"".join(more) + chunk(b"IDAT", zlib.compress(data, 1)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + body


def tiff(order: str, tags: Tags, data: bytes) -> bytes:
    """An uncompressed TIFF by hand: tags {number: (type, values)}, one strip behind them."""
    types = {"H": 3, "I": 4, "B": 1}
    tags = dict(sorted((tags | {273: ("I", (0,)), 279: ("I", (len(data),))}).items()))
    table_end = 8 + 2 + 12 * len(tags) + 4
    extra = sum(struct.calcsize(f"{len(v)}{t}") for t, v in tags.values() if len(v) * 4 > 4)
    tags[273] = ("I", (table_end + 2 * extra,))
    entries, outside = b"", b""
    for number, (kind, values) in tags.items():
        value = struct.pack(f"{order}{len(values)}{kind}", *values)
        if len(value) > 4:
            place = struct.pack(f"{order}I", table_end + len(outside))
            outside += value
            value = place
        entries += struct.pack(f"{order}HHI", number, types[kind], len(values)) + value.ljust(
            4, b"\0"
        )
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    body = struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + outside
    return (head + body).ljust(tags[273][1][0], b"\0") + data


def raw_tiff(order: str, photometric: int, bits: int, format: int, pixels: np.ndarray) -> bytes:
    """A TIFF of these pixels: uint, int or float of any depth."""
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    tags: Tags = {256: ("I", (width,)), 257: ("I", (height,)), 258: ("H", (bits,) * samples)}
    tags |= {259: ("H", (1,)), 262: ("H", (photometric,)), 277: ("H", (samples,))}
    tags |= {278: ("I", (height,)), 339: ("H", (format,) * samples)}
    return tiff(order, tags, (pixels.byteswap() if order == ">" else pixels).tobytes())


def modes() -> Iterator[Hostile]:
    """Formats by modes, orientations and frames."""
    every = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "I;16", "F")
    for format, mode in product(("JPEG", "PNG", "WEBP", "TIFF", "AVIF"), every):
        picture = noise()
        if mode == "LAB":
            lab = ImageCms.createProfile("LAB")
            srgb = ImageCms.createProfile("sRGB")
            picture = ImageCms.buildTransform(srgb, lab, "RGB", "LAB").apply(picture)
        elif mode == "I;16":
            picture = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
        elif mode in ("I", "F"):
            picture = picture.convert("L").convert(mode)
        else:
            picture = picture.convert(mode)
        try:
            yield Hostile("modes", f"{format} {mode}", encode(picture, format), "picture")
        except (OSError, ValueError, KeyError):  # not a mode of the format
            continue
    flag = noise()
    for format, orientation in product(("JPEG", "PNG", "WEBP", "TIFF", "AVIF"), range(10)):
        exif = Image.Exif()
        exif[0x0112] = orientation
        content = encode(flag, format, exif=exif)
        yield Hostile("orientations", f"{format} {orientation}", content, "picture")
    for format in ("PNG", "WEBP", "AVIF", "TIFF"):
        more = [Image.new("RGB", flag.size, colour) for colour in ("red", "blue")]
        content = encode(flag, format, save_all=True, append_images=more)
        yield Hostile("several frames", format, content, "picture")
    mpo = encode(noise(400, 300), "MPO", save_all=True, append_images=[noise(90, 90)])
    yield Hostile("several frames", "MPO", mpo, "picture")
    for share in (3, 5, 10):
        cut = len(mpo) // share
        content = mpo[:cut] + bytes(len(mpo) - cut)
        yield Hostile("truncations", f"MPO, blank after 1/{share}", content, "sentence")


def damages() -> Iterator[Hostile]:
    """Truncations, blank tails, flipped bytes."""
    picture = noise(300, 200)
    files = {
        "JPEG": encode(picture, "JPEG"),
        "progressive JPEG": encode(picture, "JPEG", progressive=True),
        "PNG": encode(picture, "PNG"),
        "WebP": encode(picture, "WEBP"),
        "lossless WebP": encode(picture, "WEBP", lossless=True),
        "AVIF": encode(picture, "AVIF", speed=10),
        **{
            f"TIFF {c}": encode(picture, "TIFF", compression=c)
            for c in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits", "zstd", "lzma")
        },
    }
    random = np.random.default_rng(1)
    for name, content in files.items():
        for percent in (0.1, 1, 5, 20, 50, 90):
            end = max(1, int(len(content) * percent / 100))
            # What TIFF writers put at the end, or put first, may leave nothing missing.
            yield Hostile("truncations", f"{name} {percent} %", content[:end], "sentence")
            blank = content[:end] + bytes(len(content) - end)
            yield Hostile("blank tails", f"{name} {percent} %", blank)
        for number in range(20):
            damaged = bytearray(content)
            reach = len(content) if number % 2 else min(len(content), 300)
            for place in random.integers(0, reach, 1 + number):
                damaged[place] = random.integers(0, 256)
            yield Hostile("flipped bytes", f"{name} {number}", bytes(damaged))


def colours() -> Iterator[Hostile]:
    """Profiles, transparency, depths."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    linear = matrix_profile((0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06), 1.0)
    wide = matrix_profile(_WIDE, None).replace(b"-\0", b"sRG")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    profiles = {
        "sRGB": (srgb, (128, 128, 128)),
        "linear": (linear, (188, 188, 188)),
        "wide": (wide, (128, 128, 128)),
        "lab": (lab, (128, 128, 128)),
        "grey": (grey_profile(1.0), None),
        "cut": (srgb[:200], (128, 128, 128)),
        "nonsense": (b"x" * 3000, (128, 128, 128)),
        "huge count": (srgb[:128] + b"\xff" * 300, (128, 128, 128)),
    }
    grey = Image.new("RGB", (64, 48), (128, 128, 128))
    for format, (name, (profile, colour)) in product(
        ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"), profiles.items()
    ):
        for mode in ("RGB", "RGBA", "L", "CMYK"):
            try:
                content = encode(grey.convert(mode), format, icc_profile=profile)
            except (OSError, ValueError, KeyError):
                continue
            known = colour if mode in ("RGB", "RGBA") else None
            yield Hostile("profiles", f"{format} {mode} {name}", content, "picture", known)
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1))
    for order, photometric in product("<>", (0, 1)):
        first = (255, 255, 255) if photometric == 0 else (0, 0, 0)
        content = raw_tiff(order, photometric, 16, 1, ramp)
        yield Hostile("depths", f"16 bits {order}{photometric}", content, "picture", first)
    for order, photometric, bits in product("<>", (0, 1, 2, 8), (16, 32, 64)):
        pixels = (ramp / 65535).astype(f"f{bits // 8}")
        pixels = pixels if photometric < 2 else np.stack([pixels] * 3, axis=2)
        content = raw_tiff(order, photometric, bits, 3, pixels)
        yield Hostile("depths", f"float {order}{photometric} {bits}", content)
    rgb = np.stack([ramp] * 3, axis=2)
    for order, photometric in product("<>", (2, 6, 8, 9)):
        content = raw_tiff(order, photometric, 16, 1, rgb)
        yield Hostile("depths", f"16 bits {order}{photometric}", content)
    white = b"".join(b"\0" + row.tobytes() for row in ramp[:, ::-1].astype(">u2"))
    clear = chunk(b"tRNS", b"\0\0")
    yield Hostile(
        "depths",
        "16-bit PNG, black clear",
        png(64, 48, 16, 0, white, clear),
        "picture",
        (255, 255, 255),
    )
    flat = (b"\0" + b"\x80" * 192) * 48
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    content = png(64, 48, 8, 2, flat, gamma)
    yield Hostile("profiles", "PNG gAMA 1", content, "picture", (188, 188, 188))
    nonsense = chunk(b"cHRM", bytes(32)) + gamma
    yield Hostile("profiles", "PNG cHRM of nothing", png(64, 48, 8, 2, flat, nonsense), "picture")


def confusions() -> Iterator[Hostile]:
    """What is no picture, and what is of other formats."""
    heads = {
        "empty": b"",
        "zeros": bytes(5000),
        "text": b"a painting",
        "html": b"<!doctype html>404",
        "svg": b"<svg xmlns='x'></svg>",
        "pdf": b"%PDF-1.7",
        "zip": b"PK\3\4" + bytes(99),
        "gzip": b"\x1f\x8b\x08" + bytes(99),
        "heic": b"\0\0\0\x18ftypheic" + bytes(99),
        "film": b"\0\0\0\x18ftypisom" + bytes(99),
        "json": b'{"error": 404}',
        "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "psd": b"8BPS" + bytes(99),
        "jxl": b"\xff\x0a" + bytes(99),
        "exr": b"\x76\x2f\x31\x01",
        "riff": b"RIFF\0\0\0\0WAVEfmt ",
        "jpeg start": b"\xff\xd8\xff",
        "png start": b"\x89PNG",
        "tiff start": b"II*\0",
        "webp start": b"RIFF\0\0\0\0WEBPVP8X",
    }
    for name, content in heads.items():
        yield Hostile("confusions", name, content, "sentence")
    yield Hostile("confusions", "JPEG 2000", encode(noise(64, 64), "JPEG2000"), "picture")
    for format in ("GIF", "BMP", "EPS", "PDF", "ICO", "PPM", "TGA", "DDS", "ICNS"):
        yield Hostile("confusions", format, encode(noise(64, 64), format), "sentence")
    for width, height in ((1, 1), (15, 400), (400, 15), (16, 16), (65500, 16), (16, 65500)):
        for format in ("JPEG", "PNG", "TIFF"):
            content = encode(Image.new("RGB", (width, height), "teal"), format)
            expected = "sentence" if min(width, height) < 16 else "picture"
            yield Hostile("shapes", f"{format} {width}×{height}", content, expected)


def exifs() -> Iterator[Hostile]:
    """Damaged EXIF in otherwise sound pictures."""
    exif = Image.Exif()
    exif[0x0112] = 1
    exif[0x010E] = "a painting" * 50
    sound = exif.tobytes()
    random = np.random.default_rng(2)
    for format, number in product(("JPEG", "PNG", "WEBP", "AVIF"), range(15)):
        damaged = bytearray(sound)
        for place in random.integers(6, 60, 1 + number):
            damaged[place] = random.integers(0, 256)
        try:
            content = encode(noise(), format, exif=bytes(damaged))
        except Exception:  # some are too damaged even to be written
            continue
        yield Hostile("EXIF", f"{format} {number}", content, "picture")


def bombs() -> Iterator[Hostile]:
    """What would take minutes or gigabytes."""
    progressive = encode(noise(2000, 1500), "JPEG", progressive=True)
    start = progressive.rfind(b"\xff\xda")
    scan = progressive[start:-2]
    many = progressive[:start] + scan * (3000 if len(scan) < 10_000 else 300) + b"\xff\xd9"
    yield Hostile("bombs", "JPEG of many scans", many, "sentence")
    jpeg = encode(noise(), "JPEG")
    for gigabytes, format in product((1.5, 3), ("JPEG", "WEBP", "AVIF", "PNG", "TIFF")):
        content = encode(noise(), format)
        name = f"{format} of {gigabytes} GB"
        yield Hostile("bombs", name, content, "sentence", size=int(gigabytes * 1e9))
    yield Hostile("bombs", "JPEG of header", jpeg[:20], "sentence", size=400_000_000)
    quantisation = jpeg[:2] + (b"\xff\xdb\xff\xff" + bytes(65533)) * 300 + jpeg[2:]
    yield Hostile("bombs", "JPEG of tables", quantisation, "sentence")
    yield Hostile("bombs", "JPEG of segments", jpeg[:2] + b"\xff\xe5\0\2" * 10**6 + jpeg[2:])
    flat = encode(noise(), "PNG")
    pieces = flat[:33] + chunk(b"teSt", b"") * 300_000 + flat[33:]
    yield Hostile("bombs", "PNG of chunks", pieces, "sentence")
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))
    yield Hostile("bombs", "PNG of text", flat[:33] + text + flat[33:])
    for side, (bits, kind) in product((9000, 13_300, 20_000), ((8, 2), (8, 6), (16, 0), (16, 6))):
        channels = {0: 1, 2: 3, 6: 4}[kind]
        row = bytes(1 + side * channels * bits // 8)
        packed = zlib.compressobj(1)
        data = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
        header = struct.pack(">IIBBBBB", side, side, bits, kind, 0, 0, 0)
        content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data)
        yield Hostile("bombs", f"PNG {side}² {bits}/{kind}", content + chunk(b"IEND", b""))
    for mode, side in product(("L", "RGB"), (13_300, 20_000)):
        picture = Image.new(mode, (side, side), "gray")
        yield Hostile("bombs", f"JPEG {side}² {mode}", encode(picture, "JPEG"), "picture")
    for mode in ("L", "RGBA", "F", "I", "LA", "I;16", "CMYK"):
        picture = Image.new(mode, (13_300, 13_300))
        content = encode(picture, "TIFF", compression="tiff_adobe_deflate")
        yield Hostile("bombs", f"TIFF 13300² {mode}", content)
    profile = matrix_profile(_WIDE, None)
    picture = Image.new("RGB", (12_000, 10_000), "teal")
    content = encode(picture, "PNG", icc_profile=profile, compress_level=1)
    yield Hostile("bombs", "PNG with profile 120 MP", content, "picture")
    picture = Image.new("RGB", (13_000, 13_000), "teal")
    yield Hostile("bombs", "WebP 13000²", encode(picture, "WEBP", method=0), "sentence")
    tags: Tags = {256: ("I", (64,)), 257: ("I", (48,)), 258: ("H", (8,)), 259: ("H", (1,))}
    tags |= {262: ("H", (1,)), 322: ("I", (1,)), 323: ("I", (1,)), 324: ("I", (8,) * 300_000)}
    yield Hostile("bombs", "TIFF of tiles", tiff("<", tags, bytes(4000)), "sentence")


KINDS = (modes, damages, colours, confusions, exifs, bombs)
QUICK = (modes, colours, confusions, exifs)


def judge(made: Hostile, path: Path) -> tuple[str, float]:
    """What came, and the most processor time of one opening, in seconds.

    What came is "picture", "sentence", or what is wrong with the answers.
    """
    path.write_bytes(made.content)
    if made.size:
        os.truncate(path, made.size)
    answers: dict[str, str] = {}
    slowest = 0.0
    for who, side in SIDES.items():
        started = time.process_time()
        answer, wrong = _opened(path, side, made.colour)
        slowest = max(slowest, time.process_time() - started)
        if wrong or slowest > SECONDS:
            return wrong or f"{slowest:.1f} s for the {who}", slowest
        answers[who] = answer
    if len(set(answers.values())) > 1:
        return f"several answers: {answers}", slowest
    answer = answers["command"]
    if made.expected and answer != made.expected:
        return f"{answer}, expected a {made.expected}", slowest
    return answer, slowest


def _opened(path: Path, side: int, colour: tuple[int, ...] | None) -> tuple[str, str]:
    """Whether there is a picture or a sentence, and what is wrong with it, if anything."""
    try:
        picture = open_picture(path, min_side=side)
        pixel = np.asarray(picture)[0, 0].astype(int).tolist()
        if colour and max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) > 4:
            return "picture", f"colour {pixel} for {colour}"
        small = min(open_picture(thumbnail(picture)).size) < 16
        return "picture", "thumbnail without a side" if small else ""
    except PictureError as error:
        text = str(error)
        good = text.endswith(".") and text.isprintable() and len(text) <= 300
        return "sentence", "" if good else f"no sentence: {text!r}"
    except Exception as error:
        return "", f"{type(error).__name__}: {error}"


def _work(jobs: Any, answers: Any, folder: str) -> None:
    """Judge what comes, with stderr in a file, and tell what each took."""
    noise_file = Path(folder, "stderr")
    os.dup2(os.open(noise_file, os.O_CREAT | os.O_RDWR), 2)
    while (made := jobs.get()) is not None:
        os.truncate(noise_file, 0)
        answer, seconds = judge(made, Path(folder, "picture"))
        said = noise_file.read_bytes().decode(errors="replace").strip("\0 \n")
        if said and answer in ("picture", "sentence"):
            answer = f"noise: {said[:100]}"
        answers.put((answer, seconds, _peak()))


def _peak() -> int:
    """Bytes that this process held at most.

    Linux hands the maximum that getrusage tells down from the process that made the pictures.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    held = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
    return int(held.split()[1]) * 1024


class Judging:
    """A process that judges pictures one after the other, and a new one where it dies."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.jobs, self.answers = context.Queue(), context.Queue()
        self.process = context.Process(target=_work, args=(self.jobs, self.answers, self.folder))
        self.process.start()

    def judge(self, made: Hostile) -> tuple[str, float, int]:
        """Answer, seconds, and the peak of memory in bytes."""
        self.jobs.put(made)
        try:
            return self.answers.get(timeout=120)
        except queue.Empty:
            self.process.kill()
            self._start()
            return "hang or crash", 120.0, 0

    def end(self) -> None:
        """Let it go."""
        self.jobs.put(None)
        self.process.join()


def main() -> None:
    """Try all and print a table; exit 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out what is damaged or large")
    parser.add_argument("--only", choices=[kind.__name__ for kind in KINDS], help="one generator")
    parser.add_argument("--json", type=Path, help="every answer")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of Pillow's, about the damage that is written
    kinds = [k for k in KINDS if options.only in (None, k.__name__)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in QUICK if options.quick else kinds:
            judging = Judging(folder)
            for made in kind():
                if kind is bombs:  # each in a process of its own, whose peak of memory is its own
                    judging.end()
                    judging = Judging(folder)
                answer, seconds, peak = judging.judge(made)
                if kind is bombs and peak > BYTES:
                    answer = f"{peak / 1e9:.1f} GB"
                right = answer in ("picture", "sentence")
                rows.append(
                    {"kind": made.kind, "name": made.name, "answer": answer, "right": right}
                    | {"seconds": round(seconds, 2), "GB": round(peak / 1e9, 2)}
                )
                if not right:
                    print(f"{made.kind}: {made.name}: {answer}", file=sys.stderr)
            judging.end()
    frame = pd.DataFrame(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), "utf-8")
    frame["picture"], frame["sentence"] = (frame["answer"] == a for a in ("picture", "sentence"))
    table = frame.groupby("kind").agg(
        tried=("right", "size"),
        picture=("picture", "sum"),
        sentence=("sentence", "sum"),
        right=("right", "sum"),
        seconds=("seconds", "max"),
        GB=("GB", "max"),
    )
    table["wrong"] = table["tried"] - table["right"]
    print(table.to_string())
    print(f"\n{len(frame)} tried, {int((~frame['right']).sum())} wrong")
    sys.exit(int(not frame["right"].all()))


if __name__ == "__main__":
    main()
