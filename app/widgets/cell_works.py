"""The works in one cell of a confusion matrix, with every model's prediction of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.evaluation import confusion
from labels import display_label, escape_markdown, percent, title_with_year, truncate, works_count
from model_display import ENSEMBLE, ModelDisplay
from widgets.csv_button import csv_button, with_kept_columns
from widgets.thumbnail_grid import Tile, thumbnail_grid

PER_PAGE = 12


@dataclass(frozen=True)
class Cell:
    """A cell of a model's matrix."""

    model: str
    true: str
    predicted: str


def cell_table(
    predictions: Mapping[str, pd.DataFrame], cell: Cell, works: pd.DataFrame
) -> pd.DataFrame:
    """The works in a cell with the predictions of all models on them, surest first.

    Parameters
    ----------
    predictions
        Of each model, as :func:`artextract.evaluation.confusion.predictions` returns it, perhaps
        with classes grouped.
    works
        As :meth:`artextract.store.Store.works` returns them.

    Returns
    -------
    DataFrame with work_id, title, year, creator, true, and for each model (its key as prefix)
    ``_predicted`` and ``_probability`` (0..1).
    """
    found = confusion.cell(predictions[cell.model], cell.true, cell.predicted)
    ids = found["work_id"].to_numpy()
    table = works.loc[ids, ["work_id", "title", "year", "creator"]].reset_index(drop=True)
    for model, frame in predictions.items():
        rows = frame.set_index("work_id").loc[ids]
        table["true"] = rows["true"].to_numpy()
        table[f"{model}_predicted"] = rows["predicted"].to_numpy()
        table[f"{model}_probability"] = rows["probability"].to_numpy()
    return table


def cell_tiles(
    table: pd.DataFrame, model: str, source: Callable[[int], str], display: ModelDisplay
) -> list[Tile]:
    """A tile per row of :func:`cell_table`: title, true label, every model's prediction.

    Parameters
    ----------
    model
        Whose cell it is; it comes first, and what the others predict is compared with it.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    models = [c.removesuffix("_predicted") for c in map(str, table) if c.endswith("_predicted")]
    tiles = []
    for row in table.to_dict("records"):
        lines = [f"True: {display_label(row['true'])}"]
        for name in sorted(models, key=lambda name: name != model):
            predicted = row[f"{name}_predicted"]
            probability = percent(float(row[f"{name}_probability"]))
            if name != model and predicted == row[f"{model}_predicted"]:
                lines.append(f"{display.name(name)}: the same, {probability}")
            else:
                right = " ✓" * (predicted == row["true"])
                label = display_label(predicted)
                lines.append(f"{display.name(name)}: {label}, {probability}{right}")
        title = title_with_year(row["title"], row["year"])
        tiles.append(Tile(int(row["work_id"]), source(int(row["work_id"])), title, lines))
    return tiles


def cell_heading(cell: Cell, n: int, total: int, display: ModelDisplay) -> str:
    """What happens how often: "Monet, predicted as Sisley by the ensemble: 3 of 20 works"."""
    true, predicted = (truncate(display_label(name), 40) for name in (cell.true, cell.predicted))
    what = "predicted correctly" if cell.true == cell.predicted else f"predicted as {predicted}"
    who = "the ensemble" if cell.model == ENSEMBLE else display.name(cell.model)
    return f"{true}, {what} by {who}: {n:,} of {works_count(total)}"


def cell_grids(
    cells: Sequence[Cell],
    predictions: Mapping[str, pd.DataFrame],
    works: pd.DataFrame,
    source: Callable[[int], str],
    display: ModelDisplay,
    *,
    key: str,
) -> None:
    """Show the works of cells side by side, twelve of each at a time, with the whole as CSV.

    A cell without works gets a line instead of a grid.

    Parameters
    ----------
    predictions, works
        As :func:`cell_table` takes them.
    source
        As :func:`cell_tiles` takes it.
    key
        Distinguishes the cells of several matrices.
    """
    tables = {cell: cell_table(predictions, cell, works) for cell in cells}
    headings = {}
    for cell, table in tables.items():
        total = int((predictions[cell.model]["true"] == cell.true).sum())
        headings[cell] = cell_heading(cell, len(table), total, display)
    filled = [cell for cell in cells if len(tables[cell])]
    columns = st.columns(len(filled)) if len(filled) > 1 else [st.container()]
    for place, (column, cell) in enumerate(zip(columns, filled, strict=False)):
        # A file name, and the end of a CSS class: no more than letters and digits.
        slug = re.sub(r"\W+", "-", f"{key} {cell.model} {cell.true} {cell.predicted}")
        name, table = f"{slug}-{place}", tables[cell]
        with column:
            st.markdown(f"**{escape_markdown(headings[cell])}**")
            pages = -(-len(table) // PER_PAGE)
            page = (
                st.pagination(pages, key=f"page-{name}", persist_state="session")
                if pages > 1
                else 1
            )
            shown = table.iloc[(page - 1) * PER_PAGE : page * PER_PAGE]
            thumbnail_grid(
                cell_tiles(shown, cell.model, source, display),
                label=headings[cell],
                key=f"cell-{name}",
                size=112,
                among=table["work_id"].to_numpy(),
            )
            csv_button(
                f"These {len(table):,} as CSV", with_kept_columns(table, works), f"{name}.csv"
            )
    for cell in cells:
        if not len(tables[cell]):
            st.caption(escape_markdown(f"{headings[cell]}."))
