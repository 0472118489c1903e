"""What the folders of the package may import: only what lies below them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "artextract"
# From the ground up. Folders on one floor do not know each other.
FLOORS = (
    {"progress", "files"},
    {"store", "synthetic"},
    {"collection"},
    {"models"},
    {"inference"},
    {"training", "evaluation"},
    {"oeuvres"},
    {"pipeline"},
    {"cli"},
    {"__main__"},
)
LEVEL = {folder: level for level, floor in enumerate(FLOORS) for folder in floor}
FOREIGN = {"streamlit", "plotly"}  # to the whole package: they belong to the app


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a file imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports by dots"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def violations(package: Path) -> list[str]:
    """Each import in `package` that goes upwards, sideways, or to what belongs to the app."""
    found = []
    for path in sorted(package.rglob("*.py")):
        part = path.relative_to(package).parts[0].removesuffix(".py")
        for line, name in imported(path):
            where = f"{path.relative_to(package.parent)}:{line} imports {name}"
            top, _, rest = name.partition(".")
            if top in FOREIGN:
                found.append(where)
            if top != "artextract" or part == "__init__":  # the front door names everything
                continue
            other = rest.partition(".")[0]
            if other != part and LEVEL.get(other, -1) >= LEVEL[part]:
                found.append(where)
    return found


def test_imports_run_downwards_only():
    assert violations(PACKAGE) == []


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        ("store", "from artextract.collection.images import open_picture"),
        ("training", "def fit():\n    from artextract.evaluation import evaluate"),
        ("evaluation", "import artextract.oeuvres.explore"),
        ("oeuvres", "import streamlit as st"),
    ],
)
def test_an_import_upwards_is_found(tmp_path: Path, folder: str, line: str):
    (tmp_path / "artextract" / folder).mkdir(parents=True)
    (tmp_path / "artextract" / folder / "new.py").write_text(line)

    assert len(violations(tmp_path / "artextract")) == 1


def test_no_folder_is_crowded():
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    modules = {f.name: len([p for p in f.glob("*.py") if p.name != "__init__.py"]) for f in folders}

    assert {name: n for name, n in modules.items() if n > 12} == {}
