"""Zip and tar archives: layouts, damage, and archives made to do harm."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.hostile_sources.case import TWO, Case, paint, picture, two
from benchmarks.hostile_sources.folders import HALF

Files = dict[str, bytes]
LAYOUT = {name: picture(number) for number, name in enumerate(two(""))}
SPLITS = {f"pd/{name}": picture(n) for n, name in enumerate(two("train/", "test/"))}
TABLE = "path,artist,split\n" + "".join(
    f"p/{i}.png,{'Degas' if i % 2 else 'Monet'},{'train' if i < 4 else 'test'}\n" for i in range(8)
)
WITH_TABLE = {f"x/p/{i}.png": picture(i) for i in range(8)} | {"x/works.csv": TABLE.encode()}


def zipped(path: Path, files: Files, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(
    path: Path, files: Files, mode: str = "w", more: Callable[[Any], None] | None = None
) -> Path:
    """Write a tar archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if more:
            more(archive)
    return path


def _zip(files: Files, method: int = zipfile.ZIP_DEFLATED) -> Callable[[Path], Path]:
    return lambda folder: zipped(folder / "a.zip", files, method)


def _tar(files: Files, name: str = "a.tar", mode: str = "w") -> Callable[[Path], Path]:
    return lambda folder: tarred(folder / name, files, mode)


def _changed(
    make: Callable[[Path], Path], change: Callable[[bytearray], Any]
) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = make(folder)
        content = bytearray(path.read_bytes())
        changed = change(content)
        path.write_bytes(content if changed is None else changed)
        return path

    return made


def _set_directory(offset: int, value: bytes) -> Callable[[bytearray], None]:
    """Change the last member's entry in the directory of a zip."""

    def change(content: bytearray) -> None:
        entry = content.rfind(b"PK\1\2")
        content[entry + offset : entry + offset + len(value)] = value

    return change


def _flip(content: bytearray) -> None:
    content[content.find(b"IDAT") + 8] ^= 0xFF


def _special(kind: bytes, target: str = "") -> Callable[[Path], Path]:
    def add(archive: Any) -> None:
        info = tarfile.TarInfo("Monet/z.png")
        info.type, info.linkname = kind, target
        archive.addfile(info)

    return lambda folder: tarred(folder / "a.tar", LAYOUT, more=add)


def _twice(folder: Path) -> Path:
    path = zipped(folder / "a.zip", LAYOUT)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("Monet/00.png", picture(77))
    return path


def _bomb(folder: Path) -> Path:
    return zipped(folder / "a.zip", LAYOUT | {"Monet/z.png": bytes(2**28 + 1)})


def _overlapping(folder: Path) -> Path:
    """Two entries of the directory for one member that seems to reach over the next."""
    path = zipped(folder / "a.zip", LAYOUT, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    entry = content.find(b"PK\1\2")
    size = struct.unpack_from("<I", content, entry + 20)[0]
    struct.pack_into("<II", content, entry + 20, size + 500, size + 500)
    path.write_bytes(content)
    return path


def _zstandard(folder: Path) -> Path:
    import pyarrow as pa

    plain = tarred(folder / "a.tar", LAYOUT)
    path = plain.with_name("a.tar.zst")
    with pa.CompressedOutputStream(str(path), "zstd") as stream:
        stream.write(plain.read_bytes())
    return path


def _damaged(
    name: str, change: Callable[[bytearray], Any], reason: str, method: int = zipfile.ZIP_STORED
) -> Case:
    """A zip of which the last member, a fifth one by Monet, is damaged."""
    make = _changed(_zip(LAYOUT | {"Monet/z.png": picture(50)}, method), change)
    return Case("zip", name, make, TWO, rejected={"Monet/z.png": reason})


def _flip_last(content: bytearray) -> None:
    content[content.rfind(b"PK\3\4") + 60] ^= 0xFF


ZIPS = [
    Case("zip", "a folder per artist", _zip(LAYOUT), TWO),
    Case("zip", "stored", _zip(LAYOUT, zipfile.ZIP_STORED), TWO),
    Case("zip", "bzip2", _zip(LAYOUT, zipfile.ZIP_BZIP2), TWO),
    Case("zip", "LZMA", _zip(LAYOUT, zipfile.ZIP_LZMA), TWO),
    Case("zip", "splits in a wrapper", _zip(SPLITS), TWO, HALF),
    Case("zip", "a table inside", _zip(WITH_TABLE), TWO, HALF),
    Case(
        "zip",
        "a table of something else",
        _zip(LAYOUT | {"log.csv": b"a,b\n1,2\n"}),
        TWO,
        rejected={"log.csv": "table"},
    ),
    Case("zip", "backslashes", _zip({n.replace("/", "\\"): c for n, c in LAYOUT.items()}), TWO),
    Case(
        "zip",
        "of macOS",
        _zip(LAYOUT | {"__MACOSX/Monet/._0.png": b"x", ".DS_Store": b"x"}),
        TWO,
        says="2 hidden",
    ),
    Case(
        "zip",
        "a name that leads out",
        _zip(LAYOUT | {"../../z.png": picture(9)}),
        TWO,
        rejected={"../../z.png": "out of the archive"},
    ),
    Case(
        "zip",
        "an absolute name",
        _zip(LAYOUT | {"/etc/z.png": picture(9)}),
        TWO,
        rejected={"/etc/z.png": "out of the archive"},
    ),
    Case(
        "zip",
        "a drive in a name",
        _zip(LAYOUT | {"C:\\z.png": picture(9)}),
        TWO,
        rejected={"C:/z.png": "out of the archive"},
    ),
    Case("zip", "a name twice", _twice, TWO, rejected={"Monet/00.png (1)": "same name"}),
    Case("zip", "a bomb", _bomb, TWO, rejected={"Monet/z.png": "would take 268 MB"}),
    Case(
        "zip",
        "overlapping members",
        _overlapping,
        {"Degas": 3, "Monet": 4},
        rejected={"Degas/00.png": "overlaps"},
    ),
    _damaged("a wrong checksum", _flip_last, "checksum"),
    _damaged(
        "a damaged deflated member", _flip_last, "damaged in the archive", zipfile.ZIP_DEFLATED
    ),
    _damaged("an encrypted member", _set_directory(8, b"\1"), "encrypted"),
    _damaged("an unknown compression", _set_directory(10, b"\x5f"), "compressed by XZ"),
    _damaged("a size that is too small", _set_directory(24, b"\x09\0\0\0"), "sizes differ"),
    _damaged(
        "a size that lies",
        _set_directory(24, b"\x09\0\0\0"),
        "size or checksum",
        zipfile.ZIP_DEFLATED,
    ),
    _damaged(
        "a member that is elsewhere",
        _set_directory(42, b"\xff\xff\xff\0"),
        "not where the archive says",
    ),
    Case(
        "zip",
        "cut",
        _changed(_zip(LAYOUT), lambda c: c[:-50]),
        error="cannot be read as a zip .*download it again",
    ),
    Case("zip", "empty", _zip({}), error="holds no files"),
    Case(
        "zip", "no zip", _changed(_zip({}), lambda c: b"nothing"), error="cannot be read as a zip"
    ),
    Case(
        "zip",
        "a RAR called zip",
        _changed(_zip({}), lambda c: b"Rar!\x1a\7\0"),
        error="is a RAR archive",
    ),
    Case(
        "zip",
        "UTF-8 without its flag",
        lambda f: _changed(_zip(LAYOUT | {"D\u00fcrer/1.png": picture(9)}), _clear_flags)(f),
        TWO | {"D\u00fcrer": 1},
    ),
]


def _clear_flags(content: bytearray) -> None:
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            content[at + offset + 1] &= ~0x08


TARS = [
    Case("tar", "a folder per artist", _tar(LAYOUT), TWO),
    Case("tar", "splits in a wrapper", _tar(SPLITS), TWO, HALF),
    Case("tar", "names with ./", _tar({f"./{n}": c for n, c in LAYOUT.items()}), TWO),
    Case("tar", "a table inside", _tar(WITH_TABLE), TWO, HALF),
    Case("tar", "gzip", _tar(LAYOUT, "a.tar.gz", "w:gz"), TWO),
    Case("tar", "gzip called tgz", _tar(SPLITS, "a.tgz", "w:gz"), TWO, HALF),
    Case("tar", "bzip2", _tar(LAYOUT, "a.tar.bz2", "w:bz2"), TWO),
    Case("tar", "xz", _tar(LAYOUT, "a.tar.xz", "w:xz"), TWO),
    Case("tar", "Zstandard", _zstandard, TWO),
    Case("tar", "a hard link", _special(tarfile.LNKTYPE, "Monet/00.png"), TWO | {"Monet": 5}),
    Case("tar", "a link", _special(tarfile.SYMTYPE, "00.png"), TWO | {"Monet": 5}),
    Case(
        "tar",
        "a link out",
        _special(tarfile.SYMTYPE, "/etc/passwd"),
        TWO,
        rejected={"Monet/z.png": "not in the archive"},
    ),
    Case(
        "tar",
        "a pipe",
        _special(tarfile.FIFOTYPE),
        TWO,
        rejected={"Monet/z.png": "pipe or a device"},
    ),
    Case(
        "tar",
        "a name that leads out",
        _tar(LAYOUT | {"../z.png": picture(9)}),
        TWO,
        rejected={"../z.png": "out of the archive"},
    ),
    Case(
        "tar",
        "bytes that are no text",
        _tar(LAYOUT | {"Monet/\udcff.png": picture(9)}),
        TWO,
        rejected={"Monet/\\udcff.png": "UTF-8"},
    ),
    Case(
        "tar",
        "long names",
        _tar(LAYOUT | {f"{'M' * 200}/{'x' * 200}.png": picture(9)}),
        TWO | {"M" * 200: 1},
    ),
    Case(
        "tar",
        "cut within a picture",
        _changed(_tar(LAYOUT), lambda c: c[: 512 * 13 + 200]),
        None,
        rejected={"a.tar": "damaged", "Monet/00.png": "ends within"},
    ),
    Case(
        "tar",
        "cut gzip",
        _changed(_tar(LAYOUT, "a.tar.gz", "w:gz"), lambda c: c[: len(c) * 3 // 4]),
        None,
        rejected={"a.tar.gz": "damaged", "Monet/01.png": "ends within"},
    ),
    Case(
        "tar",
        "garbage",
        _changed(_tar(LAYOUT), lambda c: b"x" * 5000),
        error="cannot be read as a tar",
    ),
    Case("tar", "empty", _tar({}), error="holds no files"),
    Case(
        "tar",
        "another archive",
        lambda f: (paint(f, "x"), (f / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c"))[0] / "a.7z",
        error="is a 7z archive",
    ),
]
CASES = [*ZIPS, *TARS]
