"""Tables whose paths are none on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.hostile_sources.archives import zipped
from benchmarks.hostile_sources.case import TWO, Case, paint, picture
from benchmarks.hostile_sources.folders import POINTER

NAMES = [f"{('Degas', 'Monet')[i % 2]}/{i} a.png" for i in range(8)]
Made = Callable[[Path], Path | tuple[Path, dict[str, Any]]]


def table(folder: Path, paths: Sequence[str]) -> Path:
    """Write a table of eight works by two artists."""
    rows = "".join(f'"{path}",{("Degas", "Monet")[i % 2]}\n' for i, path in enumerate(paths))
    (folder / "works.csv").write_text("path,artist\n" + rows, "utf-8")
    return folder / "works.csv"


def _named(beginning: str, *, images: str | None = None, names: Sequence[str] = NAMES) -> Made:
    """A table of paths that begin so; the pictures lie in pictures/."""

    def make(folder: Path) -> Path | tuple[Path, dict[str, Any]]:
        paint(folder / "pictures", *NAMES)
        separator = "\\" if "\\" in beginning else "/"
        begun = beginning.format(here=folder.absolute())
        made = table(folder, [begun + name.replace("/", separator) for name in names])
        return made if images is None else (made, {"images": folder / images})

    return make


def _escaped(beginning: str, *, images: str | None = None) -> Made:
    return _named(beginning, images=images, names=[name.replace(" ", "%20") for name in NAMES])


def _one_gone(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The pictures of one artist have the names of another's."""
    paint(folder / "p", "Degas/0.png", "Degas/1.png", "Degas/2.png", "Monet/7.png")
    names = ["Degas/0.png", "Monet/1.png", "Degas/1.png", "Monet/7.png", "Degas/2.png"]
    return table(folder, [f"C:\\w\\{name}" for name in names]), {"images": folder / "p"}


def _in_zip(folder: Path) -> tuple[Path, dict[str, Any]]:
    zipped(folder / "p.zip", {f"wikiart/{name}": picture(i) for i, name in enumerate(NAMES)})
    return table(folder, [f"D:\\scans\\wikiart\\{n}" for n in NAMES]), {"images": folder / "p.zip"}


def _pointer(folder: Path) -> Path:
    folder.mkdir()
    (folder / "works.csv").write_bytes(POINTER)
    return folder / "works.csv"


def _addresses(scheme: str, how: str) -> Case:
    return Case(
        "paths", f"addresses: {scheme}", _named(f"{scheme}bucket/x/"), error=f"addresses.*{how}"
    )


CASES = [
    _addresses("https://", "wget"),
    _addresses("HTTP://", "wget"),
    _addresses("s3://", "aws s3"),
    _addresses("gs://", "gcloud"),
    _addresses("azure://", "fetch"),
    Case(
        "paths", "addresses, fetched", _escaped("https://example.org/iiif/", images="pictures"), TWO
    ),
    Case(
        "paths",
        "a drive",
        _named("C:\\Users\\me\\"),
        error="on the drive C: of a Windows machine.*--images",
    ),
    Case("paths", "a drive with slashes", _named("d:/scans/"), error="on the drive D:"),
    Case("paths", "a drive, its folder given", _named("C:\\Users\\me\\", images="pictures"), TWO),
    Case("paths", "a drive, a folder above given", _named("C:\\x\\pictures\\", images="."), TWO),
    Case("paths", "a share", _named("\\\\museum\\scans\\"), error=r"network share of \\\\museum"),
    Case(
        "paths", "a share, its folder given", _named("\\\\museum\\scans\\", images="pictures"), TWO
    ),
    Case("paths", "another home", _named("/home/nobody/w/", images="pictures"), TWO),
    Case("paths", "file://", _escaped("file://{here}/pictures/"), TWO),
    Case("paths", "file://localhost", _escaped("file://localhost{here}/pictures/"), TWO),
    Case("paths", "file:// of Windows", _escaped("file:///C:/w/"), error="on the drive C:"),
    Case("paths", "%20", _escaped("pictures/"), TWO),
    Case("paths", "in a zip", _in_zip, TWO),
    Case("paths", "other letters in a drive", _named("C:\\x\\PICTURES\\", images="."), TWO),
    Case(
        "paths",
        "none fits",
        _named("C:\\x\\", images="pictures", names=[f"{i}.gif" for i in range(8)]),
        error="none has the end",
    ),
    Case(
        "paths",
        "never another's picture",
        _one_gone,
        {"Degas": 3, "Monet": 1},
        rejected={"Monet/1.png": "not exist"},
    ),
    Case(
        "paths",
        "a name that no disk can hold",
        _named("pictures/", names=[*NAMES[:7], "x" * 300 + ".png"]),
        {"Degas": 4, "Monet": 3},
        rejected={"pictures/" + "x" * 300 + ".png": "not exist"},
    ),
    Case("paths", "an LFS pointer", _pointer, error="Git LFS pointer.*git lfs pull"),
]
