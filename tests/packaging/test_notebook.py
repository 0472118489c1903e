"""The notebook in docs/: a valid one, whose cells run."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from artextract.store import Store

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return json.loads(NOTEBOOK.read_text("utf-8"))


def test_it_is_of_format_4_5_and_holds_no_output(notebook: dict[str, Any]):
    ids = [cell["id"] for cell in notebook["cells"]]

    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in ids)
    for cell in notebook["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            wanted |= {"execution_count", "outputs"}
            assert (cell["execution_count"], cell["outputs"]) == (None, [])
        assert set(cell) == wanted


def test_every_cell_runs(
    notebook: dict[str, Any],
    explored_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    monkeypatch.setenv("ARTEXTRACT_STORE", str(explored_store.root))
    monkeypatch.chdir(tmp_path)
    with pd.option_context("plotting.backend", "plotly"):  # the notebook's own choice ends here
        run_cells(notebook)


def run_cells(notebook: dict[str, Any]) -> None:
    """Run the cells in order; the last line of each must show something."""
    names: dict[str, Any] = {"__name__": "notebook"}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        *before, last = ast.parse("".join(cell["source"])).body
        exec(compile(ast.Module(before, []), cell["id"], "exec"), names)
        assert isinstance(last, ast.Expr), f"{cell['id']} shows nothing"
        shown = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)
        assert len(shown if isinstance(shown, pd.DataFrame) else shown.data), cell["id"]
