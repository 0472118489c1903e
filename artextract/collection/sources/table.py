"""A table of works: text, a workbook or Parquet, with the path of every picture and labels."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Self

import pandas as pd

from artextract.collection.catalogue.artists import count_values
from artextract.collection.catalogue.dates import is_undated, read_date
from artextract.collection.filenames import repair
from artextract.collection.labels import DEFAULT_TASKS, choose_tasks
from artextract.collection.places import (
    ParquetPictures,
    Place,
    archive_of,
    holds_pictures,
    open_place,
    reading,
)
from artextract.collection.sources.addresses import local_paths
from artextract.collection.sources.base import KEPT, Collection
from artextract.collection.sources.details import described
from artextract.collection.sources.files import find_files, from_record, in_record
from artextract.collection.sources.tables.cells import from_list, shown, shown_names
from artextract.collection.sources.tables.columns import assign_roles
from artextract.collection.sources.tables.loading import (
    LoadedTable,
    from_frame,
    is_table,
    load_table,
)
from artextract.store import StoreError

DETAILS = ("path", "title", "year", "split")
SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
SPLITS |= dict.fromkeys(("val", "valid", "validation", "dev"), "val")


class TableSource:
    """A table, and the pictures that it names, on disk or in an archive, or holds itself.

    Parameters
    ----------
    table
        Text with separators, JSON Lines, a workbook or Parquet with ``path``, label columns, and
        perhaps title, year, split; under other names too, see
        :data:`artextract.collection.sources.tables.columns.ROLES`. A Parquet file with pictures
        inside, or a folder of such, names no others.
    images
        Folder to which the paths are relative; None: that of the table.
    root
        Folder above all pictures, to which the keys are relative: `images`, unless paths in the
        table lead out of it. None: found out from the table.
    encoding
        Of a text; None: found out.
    columns
        What a column is (path, artist, a task ...), and how the table calls it.
    """

    kind = "table"

    def __init__(
        self,
        table: Path,
        *,
        images: Path | None = None,
        root: Path | None = None,
        encoding: str | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self.table = Path(table)
        self.images = self.table.parent if images is None else Path(images)
        self.encoding = encoding
        self.columns = dict(columns or {})
        self._root = root
        self._images_given = images is not None

    def __str__(self) -> str:
        return str(self.root)

    @classmethod
    def recognise(
        cls, path: Path, *, labels: Path | None = None, images: Path | None = None
    ) -> Self | None:
        """See :class:`artextract.collection.sources.base.Source`."""
        if is_table(path):
            return cls(path, images=images)
        if path.is_dir():
            return cls(path) if images is None and holds_pictures(path) else None
        archive = archive_of(path)
        for key in archive.tables() if archive else ():
            source = cls(path / key, images=images)
            try:
                source._load()
            except StoreError:  # a table of something else
                continue
            return source
        return None

    @property
    def root(self) -> Path:
        """Folder to which the keys of the works are relative."""
        if self._root is None:
            self._root, _ = self._rooted(self._load()[0]["path"])
        return self._root

    @cached_property
    def _place(self) -> Place:
        inside = holds_pictures(self.table)
        return ParquetPictures(self.table) if inside else open_place(self.root)

    def _rooted(self, paths: pd.Series) -> tuple[Path, pd.Series]:
        """The folder above all pictures, and their paths relative to it."""
        if holds_pictures(self.table):
            return self.table, paths
        return _common_root(self.images, paths)

    def _rows(self) -> LoadedTable:
        """The rows of a table on disk, in an archive, or with the pictures inside."""
        if holds_pictures(self.table):
            return from_frame(ParquetPictures(self.table).table(), self.table)
        with reading(self.table) as file:
            return load_table(file, encoding=self.encoding)

    def _local(self, paths: pd.Series) -> pd.Series:
        """The paths as those of this machine."""
        if holds_pictures(self.table):
            return paths
        place = open_place(self.images)
        known = self._images_given or archive_of(self.images)
        return local_paths(self.table, paths, files=(lambda: place.walk().files) if known else None)

    def read(self, tasks: Sequence[str] | None) -> Collection:
        """List the works of the table.

        Raises
        ------
        StoreError
            If the file cannot be read, it has no column of paths or none of artist, genre and
            style, a task is no column, a column or a path stands twice, a split is none of train,
            val (validation) and test, or no picture is there.
        """
        table, facts, unnamed = self._load()
        by_name = {name.casefold(): name for name in table.columns}
        available = [name.casefold() for name in table.columns if name.casefold() not in DETAILS]
        if tasks is None and not set(DEFAULT_TASKS) & set(available):
            raise StoreError(
                f"{self.table} has the columns {shown_names(list(table.columns))}; expected path "
                f"and at least one of {', '.join(DEFAULT_TASKS)}; say which column it is with "
                "--column artist=NAME"
            )
        chosen = choose_tasks(tasks, available, where=str(self.table))
        # The default ones are read whether or not they are tasks: painters are named by them.
        labels = [name for name in available if name in {*DEFAULT_TASKS, *chosen}]
        works = pd.DataFrame({"path": table["path"]})
        works["title"] = table.get("title")
        works["title"] = works["title"].map(repair, na_action="ignore")
        works = works.astype("str").join(_years(table, facts))
        split = self._splits(table)
        for label in labels:
            works[label] = _label(table[by_name[label]])
            works[f"given_{label}"] = split
        kept = [name for name in table.columns if name.casefold() not in {*DETAILS, *labels}]
        for name in kept:
            works[KEPT + name] = table[name]
        self._root, works["path"] = self._rooted(works["path"])
        works, missing = find_files(works, self._place)
        missing = pd.concat([missing, unnamed], ignore_index=True)
        return described(works, missing, chosen, {"table": facts | {"kept_columns": kept}})

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

    def _load(self) -> tuple[pd.DataFrame, dict[str, Any], pd.DataFrame]:
        """The table with sound paths, facts about it, and the rows that name no picture."""
        loaded = self._rows()
        table, named = assign_roles(loaded.frame, where=str(self.table), columns=self.columns)
        rows = pd.Series(range(1, len(table) + 1), index=table.index)
        blank = table["path"].isna()
        if blank.all():
            _refuse(self.table, blank, table["path"], "a path")
        unnamed = pd.DataFrame(
            {"path": "row " + rows[blank].astype("str"), "reason": "The row names no picture."},
            dtype="str",
        )
        same = table.duplicated() & ~blank
        table = table[~blank & ~same].copy()
        table["path"] = self._local(table["path"])
        twice = table["path"].duplicated()
        if twice.any():
            row = rows[table.index][twice].iloc[0]
            value = table["path"][twice].iloc[0]
            raise StoreError(
                f"{self.table}, row {row} below the header: path is {shown(value)}; expected every "
                "path once"
            )
        facts: dict[str, Any] = {
            "encoding": loaded.encoding,
            "remarks": loaded.remarks,
            "named": named,
            "rows": len(rows),
            "repeated_rows": int(same.sum()),
        }
        return table, facts, unnamed

    def _splits(self, table: pd.DataFrame) -> pd.Series:
        if "split" not in table or table["split"].isna().all():
            return pd.Series(None, index=table.index, dtype="str")
        split = table["split"].str.lower().map(SPLITS).astype("str")
        _refuse(self.table, split.isna(), table["split"], "train, val or test")
        return split


def _label(column: pd.Series) -> pd.Series:
    """A column of labels as text on one line: lists of one, and integers that became floats."""
    if column.isna().all():
        return column
    text = column.map(from_list, na_action="ignore").astype("str")
    text = text.str.replace("\n", "; ").str.split().str.join(" ")
    floats = text.dropna().str.fullmatch(r"-?\d+\.0")
    if len(floats) and floats.all():
        text = text.str.removesuffix(".0")
    return text.where(text.notna() & (text != ""))


def _years(table: pd.DataFrame, facts: dict[str, Any]) -> pd.DataFrame:
    """Columns year, year_from and year_to, and the dates as they are written where they say more.

    What was not understood is put into `facts`.
    """
    if "year" not in table or table["year"].isna().all():
        empty = pd.Series(None, index=table.index, dtype="Int16")
        return pd.DataFrame({"year": empty, "year_from": empty, "year_to": empty})
    written = table["year"]
    dates = {text: read_date(text) for text in written.dropna().unique()}
    found = written.map(dates)
    years = pd.DataFrame(
        {
            "year": [date.year if date else None for date in found.where(found.notna(), None)],
            "year_from": [
                date.earliest if date else None for date in found.where(found.notna(), None)
            ],
            "year_to": [date.latest if date else None for date in found.where(found.notna(), None)],
        },
        index=table.index,
        dtype="Int16",
    )
    undated = {text for text in dates if dates[text] is None and is_undated(text)}
    lost = {text for text in dates if dates[text] is None} - undated
    facts["dates"] = {
        "written": int(written.notna().sum()),
        "intervals": int((years["year_from"].fillna(-1) != years["year_to"].fillna(-1)).sum()),
        "undated": int(written.isin(undated).sum()),
        "not_understood": count_values(written[written.isin(lost)]),
    }
    plain = written.isna() | (written.str.removesuffix(".0") == years["year"].astype("str"))
    if not plain.all():
        years[f"{KEPT}date_as_written"] = written
    return years


def _refuse(path: Path, bad: pd.Series, values: pd.Series, expected: str) -> None:
    """Name the first bad row of a table.

    Raises
    ------
    StoreError
        If any of `bad` is true.
    """
    if bad.any():
        row = values.index[bad.tolist().index(True)]
        raise StoreError(
            f"{path}, row {row + 1} below the header: {values.name} is {shown(values[row])}; "
            f"expected {expected}"
        )


def _common_root(root: Path, paths: pd.Series) -> tuple[Path, pd.Series]:
    """Where paths leave the folder (absolute, or by ``..``), find one above them all."""
    if not paths.str.startswith(("/", "..")).any() and not any(map(os.path.isabs, paths)):
        return root, paths
    full = [os.path.normpath(root.absolute() / path) for path in paths]
    common = Path(os.path.commonpath([Path(path).parent for path in full]))
    relative = [Path(path).relative_to(common).as_posix() for path in full]
    return common, pd.Series(relative, index=paths.index, dtype="str")
