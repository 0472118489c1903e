"""A source of somebody else's: pictures and their table inside one zip file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Self
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import pandas as pd

from artextract.collection.images import PictureError
from artextract.collection.labels import choose_tasks
from artextract.collection.sources import Collection

PERIODS = ("Early_Works", "late")


class ZipSource:
    """Reads ``works.csv`` and the pictures that it names out of a zip file."""

    kind = "zip"

    def __init__(self, file: Path) -> None:
        self.file = Path(file)
        self._opened: dict[int, ZipFile] = {}  # by process: forks of one handle share its position

    def __str__(self) -> str:
        return str(self.file)

    def __getstate__(self) -> dict[str, Any]:
        return {"file": self.file, "_opened": {}}

    @classmethod
    def recognise(
        cls, path: Path, *, labels: Path | None = None, images: Path | None = None
    ) -> Self | None:
        return cls(path) if path.suffix == ".zip" else None

    def read(self, tasks: Sequence[str] | None) -> Collection:
        archive = self._archive()
        works = pd.read_csv(BytesIO(archive.read("works.csv")), dtype="str").sort_values("path")
        chosen = choose_tasks(tasks, [*works.columns], where=str(self))
        members = {info.filename: f"{info.CRC}-{info.file_size}" for info in archive.infolist()}
        works["stamp"] = works["path"].map(members)
        works["title"], works["picture"] = works["path"], works["path"]
        works["year"] = pd.Series(1880, index=works.index, dtype="Int16")
        works["creator"] = works["artist"]
        for task in chosen:
            works[f"given_{task}"] = works["split"]
        missing = pd.DataFrame(columns=["path", "reason"], dtype="str")
        classes = {task: sorted(works[task].dropna().unique()) for task in chosen}
        return Collection(works.reset_index(drop=True), missing, classes)

    def open(self, key: str) -> BinaryIO:
        try:
            return BytesIO(self._archive().read(key))
        except (KeyError, OSError, BadZipFile) as error:
            raise PictureError(f"The file is not in the archive ({error}).") from error

    def record(self, *, store_root: Path) -> dict[str, Any]:
        return {"kind": self.kind, "images": str(self.file.absolute())}

    @classmethod
    def from_record(cls, record: dict[str, Any], *, store_root: Path) -> Self:
        return cls(Path(record["images"]))

    def _archive(self) -> ZipFile:
        here = os.getpid()
        if here not in self._opened:
            self._opened[here] = ZipFile(self.file)
        return self._opened[here]


def zip_collection(table: Path, file: Path) -> Path:
    """Put the collection of a table into a zip file, with a column ``period`` besides."""
    works = pd.read_csv(table)
    works["period"] = [PERIODS[row * 2 // len(works)] for row in works.index]
    with ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr("works.csv", works.to_csv(index=False))
        for path in works["path"]:
            archive.write(table.parent / path, path)
    return file
