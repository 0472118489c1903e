"""Three kinds of source, read into one form: a WikiArt release, a table, a folder per artist."""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection import filenames as names
from artextract.collection.audit import audit_release
from artextract.collection.sources.files import find_files, list_pictures
from artextract.collection.sources.wikiart_tables import has_tables, read_release
from artextract.store import DEFAULT_TASKS, StoreError

COLUMNS = ("path", *DEFAULT_TASKS, "title", "year", "split")
SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
SPLITS |= dict.fromkeys(("val", "valid", "validation"), "val")
_SLUG = re.compile(r"[^\W\d_A-Z]+(?:[-.]+[^\W\d_A-Z]+)+")  # claude-monet, not IMG or scan
# Two of these as sub-folders: pictures of the release without its tables, not painters.
_STYLES = frozenset(
    ("Baroque", "Cubism", "Expressionism", "Impressionism", "Realism", "Romanticism", "Symbolism")
)


@dataclass(frozen=True)
class Collection:
    """What a source says about its works, before any picture has been opened.

    Attributes
    ----------
    kind
        "release", "table" or "folders".
    images
        Folder to which the paths are relative.
    works
        Sorted by path: path, size (bytes), mtime_ns, title, year (Int16), creator, picture,
        artist, genre, style, given_artist, given_genre, given_style (see
        :func:`artextract.collection.splits.assign_splits`).
    missing
        path and reason of works whose picture is not there.
    classes
        Class names per task; empty where nothing is labelled.
    by_picture
        Whether works of the same ``picture`` are the same picture in two folders.
    facts
        For the audit.
    """

    kind: str
    images: Path
    works: pd.DataFrame
    missing: pd.DataFrame
    classes: dict[str, list[str]]
    by_picture: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


def read_collection(
    source: Path, *, labels: Path | None = None, images: Path | None = None
) -> Collection:
    """Recognise the kind of `source` and read it.

    Parameters
    ----------
    source
        (a) a folder of the WikiArt release, (b) a CSV or Parquet table with ``path`` and any of
        artist, genre, style, title, year, split, or (c) a folder with one sub-folder per artist.
    labels
        Where the release's tables are, if not in `source`.
    images
        Where the pictures are, if not in `source` or beside the table.

    Raises
    ------
    StoreError
        If a place does not exist, the source is of no known kind, a table is faulty (see
        :func:`read_table` and :func:`artextract.collection.sources.wikiart_tables.read_release`),
        or no picture is there.
    """
    for place, option in ((source, "SOURCE"), (labels, "--labels"), (images, "--images")):
        if place is not None and not Path(place).exists():
            raise StoreError(f"{option} {place} does not exist")
    if source.is_file() and labels is not None:
        raise StoreError(f"--labels goes with a folder of the WikiArt release; {source} is a file")
    if source.is_file():
        collection = read_table(source, images=images)
    elif labels is not None or has_tables(source):
        collection = read_wikiart(labels or source, images=images or source)
    else:
        collection = read_folders(images or source)
    if collection.works.empty:
        raise StoreError(
            f"none of the {len(collection.missing):,} pictures is in {collection.images}; "
            "say where they are with --images DIR"
        )
    return collection


def read_wikiart(labels: Path, *, images: Path) -> Collection:
    """Read a WikiArt release: see :func:`read_collection`."""
    release = read_release(labels)
    # Sorted, so that of contradicting rows the same one counts however the tables are ordered;
    # "test" sorts before "train".
    rows = release.rows.astype({"part": "str"}).sort_values(["path", "part", "label"])
    rows = rows.drop_duplicates(["path", "task"])
    works = pd.DataFrame({"path": rows["path"].unique()}).set_index("path")
    for task in DEFAULT_TASKS:
        own = rows[rows["task"] == task].set_index("path")
        name = pd.Series(release.classes[task], dtype="str")
        works[task] = own["label"].map(name).astype("str")
        works[f"given_{task}"] = own["part"]
    works, missing = find_files(works.reset_index(), images)
    parts = [names.split_stem(stem) for stem in _stems(works["path"])]
    # A name without a painter in front says nothing: "01.jpg" in two folders is two pictures.
    signed = np.array([bool(head) for head, _ in parts])
    works["picture"] = _stems(works["path"]).where(signed, works["path"])
    works["creator"] = _creators(works["artist"], [head for head, _ in parts])
    works = _with_titles(works, [rest for _, rest in parts])
    return Collection(
        "release", images, works, missing, release.classes, True, {"tables": audit_release(release)}
    )


def read_table(path: Path, *, images: Path | None) -> Collection:
    """Read a table of works: see :func:`read_collection`.

    Raises
    ------
    StoreError
        If the file is neither CSV nor Parquet, it has no column path or none of artist, genre and
        style, a path is blank or doubled, a year is no number, or a split is none of train, val
        (validation) and test.
    """
    table = _load(path)
    table.columns = table.columns.astype(str).str.strip().str.lower()
    found = ", ".join(table.columns)
    if "path" not in table or not set(DEFAULT_TASKS) & set(table.columns):
        raise StoreError(
            f"{path} has the columns {found}; expected path and at least one of "
            f"{', '.join(DEFAULT_TASKS)}"
        )
    if table.columns.duplicated().any():
        raise StoreError(f"{path} has a column twice: {found}")
    ignored = [column for column in table.columns if column not in COLUMNS]
    table = table.drop(columns=ignored).reindex(columns=list(COLUMNS))
    for column in table:
        table[column] = _text(table[column])
    _refuse(path, table["path"].isna(), table["path"], "a path")
    table["path"] = [os.path.normpath(p.replace("\\", "/")) for p in table["path"]]
    _refuse(path, table["path"].duplicated(), table["path"], "every path once")
    year = pd.to_numeric(table["year"], errors="coerce")
    _refuse(path, table["year"].notna() & year.isna(), table["year"], "a year as a number")
    table["year"] = year.where(year.between(names.FIRST_YEAR, names.LAST_YEAR)).round()
    split = table["split"].str.lower().map(SPLITS).astype("str")
    if table["split"].notna().any():
        _refuse(path, split.isna(), table["split"], "train, val or test")
    for task in DEFAULT_TASKS:
        table[f"given_{task}"] = split
    root = Path(images or path.parent)
    root, table["path"] = _common_root(root, table["path"])
    works, missing = find_files(table.drop(columns="split"), root)
    return _labelled("table", root, works, missing, {"ignored_columns": ignored})


def read_folders(source: Path) -> Collection:
    """Read a folder with one sub-folder per artist: see :func:`read_collection`."""
    if len(_STYLES & {entry.name for entry in os.scandir(source) if entry.is_dir()}) > 1:
        raise StoreError(
            f"{source} has the style folders of WikiArt but no label tables "
            "(Artist/artist_train …); say where they are with --labels DIR"
        )
    works, missing = list_pictures(source)
    if works.empty:
        raise StoreError(
            f"{source} is no collection; looked for the tables of a WikiArt release "
            "(Artist/artist_train …), and for sub-folders with pictures, one per artist; "
            "a CSV or Parquet table is named itself"
        )
    works["artist"] = works["path"].str.split("/").str[0]
    for column in ("genre", "style", "title", *(f"given_{task}" for task in DEFAULT_TASKS)):
        works[column] = pd.Series(None, index=works.index, dtype="str")
    works["year"] = float("nan")
    return _labelled("folders", source, works, missing, {})


def _labelled(
    kind: str, root: Path, works: pd.DataFrame, missing: pd.DataFrame, facts: dict[str, Any]
) -> Collection:
    classes = {task: sorted(works[task].dropna().unique()) for task in DEFAULT_TASKS}
    slugs = {artist: names.slug(artist) for artist in classes["artist"]}
    heads, texts = [], []
    for stem, artist in zip(_stems(works["path"]), works["artist"], strict=True):
        head, rest = names.split_stem(stem)
        own = names.slug(head) == slugs[artist] if artist in slugs else bool(_SLUG.fullmatch(head))
        heads.append(head if own else "")
        texts.append(rest if own else stem)
    works["creator"] = _creators(works["artist"], heads)
    works = _with_titles(works, texts)
    works["picture"] = works["path"]
    return Collection(kind, root, works, missing, classes, False, facts)


def _creators(artists: pd.Series, slugs: list[str]) -> pd.Series:
    """Return the painters' names for display: by label, else by file name, else missing."""
    spelled = names.same_spelling(slugs, artists)
    labelled = {artist: names.creator(artist) for artist in artists.dropna().unique()}
    shown = [
        labelled.get(artist) or (spelled[text] if text else None)
        for artist, text in zip(artists, slugs, strict=True)
    ]
    return pd.Series(shown, index=artists.index, dtype="str")


def _with_titles(works: pd.DataFrame, texts: list[str]) -> pd.DataFrame:
    """Add title and year from the file names where the source has none."""
    read = [names.title_and_year(text) for text in texts]
    title = pd.Series([title for title, _ in read], index=works.index, dtype="str")
    year = pd.Series([year for _, year in read], index=works.index, dtype="Int16")
    works["title"] = works["title"].fillna(title) if "title" in works else title
    works["year"] = works["year"].astype("Int16").fillna(year) if "year" in works else year
    return works


def _stems(paths: pd.Series) -> pd.Series:
    return paths.str.rsplit("/", n=1).str[-1].str.rsplit(".", n=1).str[0]


def _load(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            text = path.read_bytes()
            try:
                content = text.decode("utf-8-sig")
            except UnicodeDecodeError:
                content = text.decode("cp1252", errors="replace")
            header = content.split("\n", 1)[0]
            separator = max(",;\t", key=header.count)
            rows = [line for line in content.splitlines()[1:] if line.strip()]
            if not header.rstrip().endswith(separator) and all(
                row.endswith(separator) for row in rows
            ):  # as spreadsheets leave it behind an empty column
                content = "\n".join([header.rstrip(), *(row[:-1] for row in rows)])
            with warnings.catch_warnings():
                # Longer rows than the header: pandas would take their first field for a label.
                warnings.simplefilter("error", pd.errors.ParserWarning)
                return pd.read_csv(
                    StringIO(content),
                    sep=separator,
                    dtype="str",
                    keep_default_na=False,
                    index_col=False,
                )
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        raise StoreError(f"{path} cannot be read as a table ({error})") from error
    raise StoreError(f"{path} is no table; expected a .csv or .parquet file, or a folder")


def _text(column: pd.Series) -> pd.Series:
    text = column.astype("str").str.strip().str.normalize("NFC")
    return text.where(column.notna() & (text != ""))


def _refuse(path: Path, bad: pd.Series, values: pd.Series, expected: str) -> None:
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise StoreError(
            f"{path}, row {row + 1} below the header: {values.name} is {values.iloc[row]!r}; "
            f"expected {expected}"
        )


def _common_root(root: Path, paths: pd.Series) -> tuple[Path, pd.Series]:
    """Where paths leave the folder (absolute, or by ``..``), find one above them all."""
    if not paths.str.startswith(("/", "..")).any() and not any(map(os.path.isabs, paths)):
        return root, paths
    full = [os.path.normpath(Path(root).absolute() / path) for path in paths]
    common = Path(os.path.commonpath([Path(path).parent for path in full]))
    relative = [Path(path).relative_to(common).as_posix() for path in full]
    return common, pd.Series(relative, index=paths.index, dtype="str")
