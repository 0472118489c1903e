"""Folders on disk: splits, wrappers, links, names, files of other kinds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.hostile_sources.case import TWO, Case, paint, picture, two, write

HALF = {"train": 4, "test": 4}
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:ae65\nsize 225\n"


def _files(*names: str) -> Callable[[Path], Path]:
    return lambda folder: paint(folder, *names)


def _with(content: dict[str, bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        paint(folder, *two(""))
        for name, data in content.items():
            write(folder, name, data)
        return folder

    return make


def _linked(links: dict[str, str]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        paint(folder, *two(""))
        paint(folder.with_name("elsewhere"), "a.png", "in/b.png")
        for name, target in links.items():
            (folder / name).symlink_to(target)
        return folder

    return make


def _raw_name(name: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        paint(folder, *two(""))
        return write(folder, os.fsdecode(name), picture(99))

    return make


def _nothing(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _pipe(folder: Path) -> Path:
    paint(folder, *two(""))
    os.mkfifo(folder / "Monet" / "pipe.jpg")
    return folder


def _twice(folder: Path) -> Path:
    paint(folder, *two(""))
    for file in (folder / "Monet").iterdir():
        write(folder, f"Claude Monet/{file.name}", file.read_bytes())
    return folder


def _split_case(name: str, *prefixes: str, **expected: Any) -> Case:
    defaults: dict[str, Any] = {"artists": TWO, "splits": HALF}
    return Case("splits", name, _files(*two(*prefixes)), **(defaults | expected))


def _other(name: str, file: str, content: bytes, reason: str) -> Case:
    return Case("other files", name, _with({file: content}), TWO, rejected={file: reason})


LONG = "M" * 255
ACCENTS = "Ren\u00e9 \u6d77 \U0001f3a8"

CASES = [
    _split_case("train and test", "train/", "test/"),
    _split_case("capitals", "Train/", "TEST/"),
    _split_case("training and testing", "training/", "testing/"),
    _split_case("wrapped", "data/x/train/", "data/x/test/"),
    _split_case("wrapped within", "train/images/", "test/images/"),
    _split_case("train and val", "train/", "val/", splits={"train": 3, "val": 4, "test": 1}),
    _split_case("validation", "train/", "validation/", splits={"train": 3, "val": 4, "test": 1}),
    _split_case("dev", "train/", "dev/", splits={"train": 3, "val": 4, "test": 1}),
    Case(
        "splits",
        "three of them",
        _files(*two("train/", "val/", "test/", each=6)),
        {"Degas": 6, "Monet": 6},
        {"train": 4, "val": 4, "test": 4},
        says="test, train, val taken as the splits",
    ),
    Case(
        "splits",
        "within the artists",
        _files(*(f"{a}/{s}/{a}{i}.png" for a in TWO for s in ("train", "test") for i in (1, 2))),
        TWO,
        HALF,
    ),
    Case(
        "splits",
        "of a single artist",
        _files("Monet/train/1.png", "Monet/test/2.png"),
        {"Monet": 2},
        {"train": 1, "test": 1},
    ),
    Case(
        "splits",
        "an artist only in the test",
        _files("train/Degas/1.png", "test/Degas/2.png", "test/Monet/3.png"),
        {"Degas": 2, "Monet": 1},
        {"train": 1, "test": 2},
    ),
    Case(
        "splits",
        "a test without labels",
        _files("train/Degas/1.png", "train/Monet/2.png", "test/3.png"),
        {"Degas": 1, "Monet": 1},
        rejected={"test/3.png": "no artist's sub-folder"},
    ),
    Case(
        "splits",
        "something beside them",
        _files(*two("train/", "test/"), "extra/Degas/e.png"),
        TWO,
        HALF,
        rejected={"extra/Degas/e.png": "in none of test, train"},
    ),
    Case(
        "splits",
        "without artists",
        _files("train/1.png", "test/2.png"),
        error="test and train, which hold pictures but no sub-folders",
    ),
    _split_case("one of them only", "train/", splits=None),
    Case(
        "splits",
        "an artist called Test",
        _files("Test/1.png", "Monet/2.png"),
        {"Test": 1, "Monet": 1},
    ),
    Case(
        "splits",
        "artists called Test and Val",
        _files("Test/1.png", "Val/2.png", "Monet/3.png"),
        {"Test": 1, "Val": 1, "Monet": 1},
    ),
    Case("wrappers", "one", _files(*two("images/")), TWO, says="folders are those in images"),
    Case("wrappers", "five", _files(*two("a/b/c/d/e/")), TWO),
    Case("wrappers", "one around one artist", _files("images/Monet/1.png"), {"Monet": 1}),
    Case(
        "wrappers",
        "with a picture beside",
        _files(*two("images/"), "cover.png"),
        TWO,
        rejected={"cover.png": "no artist's sub-folder"},
    ),
    Case(
        "wrappers",
        "none: periods of an artist",
        _files("Degas/1.png", "Monet/early/2.png"),
        {"Degas": 1, "Monet": 1},
    ),
    Case("wrappers", "one artist's own folder", _files("Monet/1.png", "Monet/2.png"), {"Monet": 2}),
    Case(
        "links",
        "a loop",
        _linked({"Monet/back": ".."}),
        TWO,
        rejected={"Monet/back": "link to input"},
    ),
    Case(
        "links", "to itself", _linked({"Monet/me": "me"}), TWO, rejected={"Monet/me": "link|read"}
    ),
    Case(
        "links",
        "to nowhere",
        _linked({"Monet/x.png": "gone"}),
        TWO,
        rejected={"Monet/x.png": "not exist"},
    ),
    Case("links", "to a folder elsewhere", _linked({"Manet": "../elsewhere"}), TWO | {"Manet": 2}),
    Case(
        "links",
        "an artist under a second name",
        _linked({"A. Degas": "Degas"}),
        TWO,
        rejected={"A. Degas": "link to Degas"},
    ),
    Case(
        "links",
        "to a picture",
        _linked({"Degas/z.png": "../../elsewhere/a.png"}),
        TWO | {"Degas": 5},
    ),
    Case("names", "255 bytes", _files(*two(""), f"{LONG}/{LONG[:251]}.png"), TWO | {LONG: 1}),
    Case(
        "names", "accents and pictograms", _files(*two(""), f"{ACCENTS}/1.png"), TWO | {ACCENTS: 1}
    ),
    Case("names", "a line break", _files(*two(""), "Ma\nnet/1\r.png"), None),
    Case("names", "commas and quotes", _files(*two(""), 'A, "B"/1.png'), TWO | {'A, "B"': 1}),
    Case(
        "names",
        "bytes that are no text",
        _raw_name(b"Monet/\xff\xfe.png"),
        TWO,
        rejected={"Monet/\\udcff\\udcfe.png": "UTF-8"},
    ),
    Case(
        "names",
        "a folder that is no text",
        _raw_name(b"D\xfcrer/1.png"),
        TWO,
        rejected={"D\\udcfcrer/1.png": "UTF-8"},
    ),
    Case("names", "a folder called x.jpg", _files(*two(""), "x.jpg/1.png"), TWO | {"x.jpg": 1}),
    Case(
        "names",
        "endings in capitals",
        _files(*two(""), "Monet/A.JPG", "Monet/B.JpEg"),
        TWO | {"Monet": 6},
    ),
    Case("names", "no ending", _files(*two(""), "Monet/scan"), TWO | {"Monet": 5}),
    Case(
        "names",
        "an ending of another program",
        _files(*two(""), "Monet/a.jpg_large"),
        TWO | {"Monet": 5},
    ),
    Case(
        "other files",
        "JPEG 2000",
        _with({"Monet/a.jp2": picture(9, "JPEG2000")}),
        TWO | {"Monet": 5},
    ),
    _other("PDF", "Monet/a.pdf", b"%PDF-1.4", "PDF document"),
    _other("raw", "Monet/a.CR2", b"II*\0", "raw picture"),
    _other("film", "Monet/a.mp4", b"....ftypisom", "film"),
    _other("sidecar", "Monet/a.xmp", b"<x/>", "sidecar"),
    _other("archive", "Monet/more.zip", b"PK\3\4", "archive"),
    _other("table", "list.csv", b"a,b\n", "table"),
    _other("unknown", "Monet/a.xyz", b"what", "Neither its name"),
    _other("empty", "Monet/a.png", b"", "empty"),
    _other("empty without ending", "Monet/a", b"", "Neither its name"),
    _other("LFS pointer", "Monet/a.jpg", POINTER, "LFS pointer"),
    _other("web page", "Monet/a.jpg", b"<!doctype html><html>", "web page"),
    _other("half a download", "Monet/a.jpg.part", picture(5)[:99], "did not end"),
    Case("other files", "a pipe", _pipe, TWO, rejected={"Monet/pipe.jpg": "pipe or a device"}),
    Case(
        "other files",
        "of systems",
        _with(
            dict.fromkeys(
                (".DS_Store", "Monet/Thumbs.db", "Monet/._1.png", "__MACOSX/a.png", "Desktop.ini"),
                b"x",
            )
        ),
        TWO,
        says="5 hidden files",
    ),
    Case(
        "other files",
        "nothing else",
        lambda f: write(f, "Monet/a.pdf", b"%PDF"),
        error="no pictures but 1 .pdf .*PDF document",
    ),
    Case("other files", "nothing at all", _nothing, error="holds no files"),
    Case(
        "other files",
        "pictures without folders",
        _files("1.png", "2.png"),
        error="2 pictures in .* lie in no sub-folder",
    ),
    Case(
        "other files",
        "pictures with a table",
        lambda f: write(paint(f, "1.png"), "metadata.csv", b"file_name\n"),
        error=r"a table is named itself|named itself, as .*metadata.csv",
    ),
    Case(
        "other files",
        "the same pictures twice",
        _twice,
        TWO | {"Claude Monet": 4},
        says=r"Claude Monet and Monet hold the same pictures \(4 of 4\)",
    ),
    Case(
        "other files",
        "only damaged pictures",
        lambda f: write(f, "Monet/a.png", b"x"),
        error="none of the 1 pictures",
    ),
]
