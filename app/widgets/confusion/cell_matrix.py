"""A matrix of cells that can be clicked, and walked through by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from charts.confusion_matrix import CellMatrix

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

_component = st.components.v2.component(
    "artextract_cell_matrix",
    html='<div class="matrix"></div><div class="tip" aria-hidden="true" hidden></div>',
    css=_CSS,
    js=_JS,
)


def cell_matrix(
    matrix: CellMatrix,
    *,
    key: str,
    on_cell: Callable[[], None],
    chosen: tuple[int, int] | None = None,
    mirror: bool = False,
) -> int | None:
    """Show a matrix, as large as the window allows.

    Parameters
    ----------
    on_cell
        Called before the page runs again after a click; :func:`clicked_cell` says where it was.
    chosen
        Row and column of the cell with a frame.
    mirror
        Whether the same cell the other way round has a dotted frame.

    Returns
    -------
    The number of the row or column whose name was clicked; None where none was.
    """
    answer = _component(
        key=key,
        data=asdict(matrix) | {"chosen": chosen, "mirror": mirror},
        on_cell_change=on_cell,
        on_name_change=lambda: None,
    )
    name = answer.name
    inside = isinstance(name, int | float) and 0 <= name < len(matrix.rows) and bool(matrix.opens)
    return int(name) if inside else None


def clicked_cell(
    state: Mapping[str, Any], rows: Sequence[str], columns: Sequence[str]
) -> tuple[str, str] | None:
    """Names of the row and the column of the cell that was clicked, None without one.

    Parameters
    ----------
    state
        Streamlit's state of the component. It comes from a browser, so nothing in it is trusted.
    """
    place = state.get("cell")
    if not isinstance(place, list) or len(place) != 2:
        return None
    if not all(isinstance(i, int | float) and i == int(i) for i in place):
        return None
    row, column = (int(i) for i in place)
    if not (0 <= row < len(rows) and 0 <= column < len(columns)):
        return None
    return rows[row], columns[column]
