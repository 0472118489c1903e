"""What `import artextract` gives, and what it leaves unloaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import artextract

ROOT = Path(__file__).parents[2]


def python(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_package_loads_nothing_heavy():
    python(
        "import sys, artextract\n"
        "assert 'fit' in dir(artextract) and artextract.__version__\n"
        "heavy = {'torch', 'numpy', 'pandas', 'lightning', 'sklearn', 'rich', 'typer'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )


def test_every_module_loads_without_gallery_and_umap():
    """As on a machine that only trains: pip install artextract, with umap-learn taken away."""
    python(
        "import sys, pkgutil, importlib, artextract\n"
        "for name in ('streamlit', 'plotly', 'umap', 'numba'): sys.modules[name] = None\n"
        "for module in pkgutil.walk_packages(artextract.__path__, 'artextract.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)"
    )


@pytest.mark.parametrize("name", artextract.__all__)
def test_a_public_name_is_what_its_module_calls_so(name: str):
    value = getattr(artextract, name)

    assert value.__name__ == name
    assert value.__module__.startswith("artextract.")


def test_no_other_name_is_made_up():
    with pytest.raises(AttributeError, match="no attribute 'train'"):
        _ = artextract.train  # type: ignore[attr-defined]


def test_type_checkers_are_told_the_same_names():
    tree = ast.parse((ROOT / "artextract" / "__init__.py").read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    told = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert told == artextract._HOME
    assert sorted(told) == artextract.__all__
