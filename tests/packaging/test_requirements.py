"""One list of what is needed, in two files."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What a requirement is imported as, where that is another name.
IMPORTED_AS = {"scikit-learn": "sklearn", "umap-learn": "umap", "pillow": "PIL"}


def names(requirements: list[str]) -> set[str]:
    found = {re.split(r"[<>=!~\[ ]", line)[0] for line in requirements}
    return {IMPORTED_AS.get(name, name) for name in found}


def imports(folder: str) -> set[str]:
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def test_requirements_txt_is_the_core_and_the_gallery():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]

    assert listed == [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["app"], "-e ."]


def test_the_core_lists_what_it_imports_and_nothing_else():
    core = names(PROJECT["dependencies"])

    assert imports("artextract") - {"artextract"} | {"pyarrow"} == core


def test_the_gallery_lists_what_it_imports_and_nothing_else():
    extra = names(PROJECT["optional-dependencies"]["app"])
    own = {path.stem for path in (ROOT / "app").iterdir()} | {"artextract"}

    assert imports("app") - own - names(PROJECT["dependencies"]) | {"orjson"} == extra
