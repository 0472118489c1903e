"""The label tables of the WikiArt release (cs-chan/ArtGAN), taken as they are.

Every task has a class list (``0 Albrecht_Durer``), a training and a test table
(``Style/file.jpg,3``; the release calls the test table ``val``). Some have no ending, some a
header, a blank line, a doubled comma or carriage returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from artextract.store import DEFAULT_TASKS, StoreError

PARTS = {"train": "train", "test": "val"}  # our word: the release's word
ENDINGS = ("", ".csv", ".txt")

_ROW = re.compile(r"\s*(\S.*?)\s*,+\s*(\d+)\s*,*\s*")
_QUOTED = re.compile(r'\s*"((?:[^"]|"")+)"\s*,+\s*"?(\d+)"?\s*,*\s*')
_CLASS = re.compile(r"\s*(\d+)[\s,;:]+(\S.*?)\s*")
_HEADER = re.compile(r"(?!.*\.(?:jpe?g|png|webp|tiff?)\b)(?!.*/).*\D\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Release:
    """The label tables of a release.

    Attributes
    ----------
    classes
        Class names per task, in the order of their numbers; empty for a task without tables.
    rows
        One row per line of the tables, in their order: path, task, part ("train" or "test") and
        label (class number).
    """

    classes: dict[str, list[str]]
    rows: pd.DataFrame


def find_table(folder: Path, task: str, name: str) -> Path | None:
    """Find ``Task/task_name`` below `folder`, or ``task_name`` in it, whichever its ending.

    Raises
    ------
    StoreError
        If two files would do.
    """
    wanted = {f"{task}_{name}{ending}" for ending in ENDINGS}
    found = [
        file
        for place in _folders(folder, task)
        for file in sorted(place.iterdir())
        if file.name.lower() in wanted and file.is_file()
    ]
    if len(found) > 1:
        names = " and ".join(str(file.relative_to(folder)) for file in found)
        raise StoreError(f"{folder} has two tables where one is expected: {names}; remove one")
    return found[0] if found else None


def _folders(folder: Path, task: str) -> Iterator[Path]:
    if folder.is_dir():
        yield folder
        yield from (p for p in sorted(folder.iterdir()) if p.name.lower() == task and p.is_dir())


def has_tables(folder: Path) -> bool:
    """Tell whether `folder` holds a table of the release for any task."""
    return any(
        find_table(folder, task, name)
        for task in DEFAULT_TASKS
        for name in ("class", *PARTS.values())
    )


def _lines(path: Path) -> list[str]:
    data = path.read_bytes()
    if b"\0" in data:
        raise StoreError(f"{path} is no text file; expected a table of the WikiArt release")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    # Not splitlines(): mojibake holds U+0085, at which it would cut a name in two.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_classes(path: Path) -> list[str]:
    """Read a class list: one ``number name`` per line, numbered from 0.

    Raises
    ------
    StoreError
        If a line is not of this form, a number is missing or doubled, or a name is doubled.
    """
    names: dict[int, str] = {}
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        match = _CLASS.fullmatch(line)
        if match is None:
            raise StoreError(f"{path}, line {number}: {line!r}; expected: NUMBER NAME")
        if int(match[1]) in names or match[2] in names.values():
            raise StoreError(f"{path}, line {number}: {line!r} stands there twice")
        names[int(match[1])] = match[2]
    if sorted(names) != list(range(len(names))) or not names:
        raise StoreError(
            f"{path} numbers its {len(names)} classes {sorted(names)}; expected 0, 1, 2 …"
        )
    return [names[number] for number in range(len(names))]


def read_table(path: Path, *, n_classes: int) -> pd.DataFrame:
    """Read a label table: path (``/`` between folders, Unicode NFC) and label (class number).

    Blank lines, one header line, doubled commas, quotes and any line ends are accepted.

    Raises
    ------
    StoreError
        If a line is not of the form ``PATH,NUMBER``, or the number is not below `n_classes`.
    """
    paths: list[str] = []
    labels: list[int] = []
    for number, line in enumerate(_lines(path), start=1):
        match = _QUOTED.fullmatch(line) or _ROW.fullmatch(line)
        if match is None:
            if not line.strip() or (not paths and _HEADER.fullmatch(line)):
                continue
            raise StoreError(f"{path}, line {number}: {line!r}; expected: PATH,CLASS NUMBER")
        if int(match[2]) >= n_classes:
            raise StoreError(
                f"{path}, line {number}: class {match[2]} of {match[1]!r}; "
                f"the class list has 0 to {n_classes - 1}"
            )
        paths.append(match[1].replace('""', '"') if match.re is _QUOTED else match[1])
        labels.append(int(match[2]))
    table = pd.DataFrame({"path": pd.Series(paths, dtype="str"), "label": labels})
    table["path"] = table["path"].str.replace("\\", "/").str.removeprefix("./").str.normalize("NFC")
    return table.astype({"label": "int32"})


def read_release(labels: Path, *, tasks: Sequence[str] = ()) -> Release:
    """Read the label tables of a release.

    Parameters
    ----------
    labels
        The folder that holds ``Artist/``, ``Genre/`` and ``Style/``.
    tasks
        Further ones whose tables are looked for.

    Raises
    ------
    StoreError
        If there is no table for any task, a task has tables but no class list or the other way
        round, or a table cannot be read (file, line, value and expectation are named).
    """
    labels = Path(labels)
    classes: dict[str, list[str]] = {}
    tables = []
    for task in dict.fromkeys([*DEFAULT_TASKS, *tasks]):
        files = {name: find_table(labels, task, name) for name in ("class", *PARTS.values())}
        present = [str(file.relative_to(labels)) for file in files.values() if file]
        missing = [f"{task}_{name}" for name, file in files.items() if file is None]
        classes[task] = []
        if not present:
            continue
        if missing:
            raise StoreError(f"{labels} has {', '.join(present)} but no {' and no '.join(missing)}")
        classes[task] = read_classes(_known(files["class"]))
        for part, name in PARTS.items():
            table = read_table(_known(files[name]), n_classes=len(classes[task]))
            tables.append(table.assign(task=task, part=part))
    if not tables:
        what = ", ".join(f"{task.title()}/{task}_train" for task in DEFAULT_TASKS)
        raise StoreError(
            f"no label tables in {labels}; looked for {what} (.csv, .txt or no ending)"
        )
    rows = pd.concat(tables, ignore_index=True)
    return Release(classes, rows.astype({"task": "category", "part": "category"}))


def _known(file: Path | None) -> Path:
    assert file is not None
    return file
