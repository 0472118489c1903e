"""A table of works: CSV or Parquet, with the path of every picture and columns of labels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Self

import pandas as pd

from artextract.collection.filenames import FIRST_YEAR, LAST_YEAR
from artextract.collection.labels import DEFAULT_TASKS, choose_tasks
from artextract.collection.places import (
    ParquetPictures,
    Place,
    archive_of,
    holds_pictures,
    open_place,
    reading,
    with_class_names,
)
from artextract.collection.sources.addresses import local_paths, refuse_pointer
from artextract.collection.sources.base import Collection
from artextract.collection.sources.details import described
from artextract.collection.sources.files import find_files, from_record, in_record
from artextract.collection.sources.table_files import SUFFIXES, load_table, refuse
from artextract.store import StoreError

DETAILS = ("path", "title", "year", "split")
SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
SPLITS |= dict.fromkeys(("val", "valid", "validation"), "val")


class TableSource:
    """A table on disk, and the pictures that it names.

    Parameters
    ----------
    table
        CSV or Parquet with ``path``, label columns, and perhaps title, year, split.
    images
        Folder to which the paths are relative; None: that of the table.
    root
        Folder above all pictures, to which the keys are relative: `images`, unless paths in the
        table lead out of it. None: found out from the table.
    """

    kind = "table"

    def __init__(
        self, table: Path, *, images: Path | None = None, root: Path | None = None
    ) -> None:
        self.table = Path(table)
        self.images = self.table.parent if images is None else Path(images)
        self._root = root
        self._images_given = images is not None

    def __str__(self) -> str:
        return str(self.root)

    @classmethod
    def recognise(
        cls, path: Path, *, labels: Path | None = None, images: Path | None = None
    ) -> Self | None:
        """See :class:`artextract.collection.sources.base.Source`."""
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            return cls(path, images=images)
        if path.is_dir():
            return cls(path) if images is None and holds_pictures(path) else None
        archive = archive_of(path)
        for key in archive.tables() if archive else ():
            try:
                _load(path / key)
            except StoreError:  # a table of something else
                continue
            return cls(path / key, images=images)
        return None

    @property
    def root(self) -> Path:
        """Folder to which the keys of the works are relative."""
        if self._root is None:
            self._root, _ = self._rooted(_load(self.table)["path"])
        return self._root

    @cached_property
    def _place(self) -> Place:
        inside = holds_pictures(self.table)
        return ParquetPictures(self.table) if inside else open_place(self.root)

    def _rooted(self, paths: pd.Series) -> tuple[Path, pd.Series]:
        """The folder above all pictures, and their paths relative to it."""
        if holds_pictures(self.table):
            return self.table, paths
        where = open_place(self.images)
        known = self._images_given or archive_of(self.images)
        paths = local_paths(
            self.table, paths, files=(lambda: where.walk().files) if known else None
        )
        refuse(self.table, paths.duplicated(), paths, "every path once")
        return _common_root(self.images, paths)

    def read(self, tasks: Sequence[str] | None) -> Collection:
        """List the works of the table.

        Raises
        ------
        StoreError
            If the file cannot be read, it has no column path or none of artist, genre and style, a
            task is no column, a path is blank or doubled, a year is no number, a split is none of
            train, val (validation) and test, or no picture is there.
        """
        table = _load(self.table)
        found = ", ".join(table.columns)
        available = [column for column in table.columns if column not in DETAILS]
        if tasks is None and not set(DEFAULT_TASKS) & set(available):
            raise StoreError(
                f"{self.table} has the columns {found}; expected path and at least one of "
                f"{', '.join(DEFAULT_TASKS)}"
            )
        chosen = choose_tasks(tasks, available, where=str(self.table))
        # The default ones are read whether or not they are tasks: painters are named by them.
        labels = [column for column in available if column in {*DEFAULT_TASKS, *chosen}]
        ignored = [column for column in available if column not in labels]
        table = table.reindex(columns=[*DETAILS, *labels])
        for column in table.columns.drop("path"):
            table[column] = _text(table[column])
        year = pd.to_numeric(table["year"], errors="coerce")
        bad = table["year"].notna() & year.isna()
        refuse(self.table, bad, table["year"], "a year as a number")
        table["year"] = year.where(year.between(FIRST_YEAR, LAST_YEAR)).round()
        split = table["split"].str.lower().map(SPLITS).astype("str")
        if table["split"].notna().any():
            refuse(self.table, split.isna(), table["split"], "train, val or test")
        for label in labels:
            table[f"given_{label}"] = split
        self._root, table["path"] = self._rooted(table["path"])
        works, missing = find_files(table.drop(columns="split"), self._place)
        return described(works, missing, chosen, {"ignored_columns": ignored})

    def open(self, key: str) -> BinaryIO:
        """Open a picture that the table names."""
        return self._place.open(key)

    def record(self, *, store_root: Path) -> dict[str, Any]:
        """Kind, table, the folder that its paths start from, and the one above all pictures."""
        return {
            "kind": self.kind,
            "table": in_record(self.table, store_root),
            "paths_from": in_record(self.images, store_root),
            "images": in_record(self.root, store_root),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any], *, store_root: Path) -> Self:
        """Return the table that was recorded."""
        names = ("table", "paths_from", "images")
        table, images, root = (from_record(record[name], store_root) for name in names)
        return cls(table, images=images, root=root)


def _load(path: Path) -> pd.DataFrame:
    """The table with sound paths, its columns in small letters."""
    table = _rows(path)
    table.columns = table.columns.astype(str).str.strip().str.lower()
    found = ", ".join(table.columns)
    if "path" not in table:
        raise StoreError(
            f"{path} has the columns {found}; expected path and at least one of "
            f"{', '.join(DEFAULT_TASKS)}"
        )
    if table.columns.duplicated().any():
        raise StoreError(f"{path} has a column twice: {found}")
    table["path"] = _text(table["path"])
    refuse(path, table["path"].isna(), table["path"], "a path")
    return table


def _rows(path: Path) -> pd.DataFrame:
    """The rows of a table on disk, in an archive, or with the pictures inside."""
    if holds_pictures(path):
        return ParquetPictures(path).table()
    with reading(path) as file:
        refuse_pointer(file)
        table = load_table(file)
        return with_class_names(table, file) if file.suffix.lower() == ".parquet" else table


def _text(column: pd.Series) -> pd.Series:
    text = column.astype("str").str.strip().str.normalize("NFC")
    return text.where(column.notna() & (text != ""))


def _common_root(root: Path, paths: pd.Series) -> tuple[Path, pd.Series]:
    """Where paths leave the folder (absolute, or by ``..``), find one above them all."""
    if not paths.str.startswith(("/", "..")).any() and not any(map(os.path.isabs, paths)):
        return root, paths
    full = [os.path.normpath(root.absolute() / path) for path in paths]
    common = Path(os.path.commonpath([Path(path).parent for path in full]))
    relative = [Path(path).relative_to(common).as_posix() for path in full]
    return common, pd.Series(relative, index=paths.index, dtype="str")
