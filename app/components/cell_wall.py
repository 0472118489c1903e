"""The paintings in one cell of a confusion matrix, with what every model said of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from artextract.confusion import cell
from components.csv_button import csv_button
from components.labels import MODELS, for_markdown, percent, spoken, titled
from components.paintings import Painting, paintings

PER_PAGE = 12


def cell_table(
    said: Mapping[str, pd.DataFrame], model: str, true: str, predicted: str, works: pd.DataFrame
) -> pd.DataFrame:
    """The works in a cell with the opinions of all models on them, surest mistake first.

    Parameters
    ----------
    said
        Of each model, as :func:`artextract.confusion.opinions` returns it, perhaps lumped.
    model
        Whose cell it is.
    works
        As :meth:`artextract.store.Store.works` returns them.

    Returns
    -------
    DataFrame with work_id, title, year, creator, true, and for each model (its key as prefix)
    ``_predicted`` and ``_probability`` (0..1).
    """
    ids = cell(said[model], true, predicted)["work_id"].to_numpy()
    known = works.loc[ids, ["work_id", "title", "year", "creator"]].reset_index(drop=True)
    for name, opinions in said.items():
        rows = opinions.set_index("work_id").loc[ids]
        known["true"] = rows["true"].to_numpy()
        known[f"{name}_predicted"] = rows["predicted"].to_numpy()
        known[f"{name}_probability"] = rows["probability"].to_numpy()
    return known


def cell_cards(table: pd.DataFrame, source: Callable[[int], str]) -> list[Painting]:
    """A painting per row of :func:`cell_table`: title, true label, every model's answer."""
    models = [column.removesuffix("_predicted") for column in table if "_predicted" in column]
    cards = []
    for row in table.to_dict("records"):
        lines = [f"Is: {spoken(row['true'])}"]
        for model in models:
            answer, sure = row[f"{model}_predicted"], percent(float(row[f"{model}_probability"]))
            right = " ✓" if answer == row["true"] else ""
            lines.append(f"{MODELS.get(model, model)}: {spoken(answer)}, {sure}{right}")
        title = titled(row["title"], row["year"])
        cards.append(Painting(int(row["work_id"]), source(int(row["work_id"])), title, lines))
    return cards


def cell_wall(table: pd.DataFrame, source: Callable[[int], str], *, heading: str, key: str) -> None:
    """Show the works of a cell, twelve at a time, under a heading, with the whole of it as CSV.

    Parameters
    ----------
    table
        As :func:`cell_table` returns it.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    heading
        Plain text.
    key
        Distinguishes the walls of a page, and tells of which cell this one is.
    """
    st.markdown(f"**{for_markdown(heading)}**")
    if table.empty:
        st.caption("No work: this does not happen among the test works.")
        return
    pages = -(-len(table) // PER_PAGE)
    page = st.pagination(pages, key=f"page-{key}") if pages > 1 else 1
    shown = table.iloc[(page - 1) * PER_PAGE : page * PER_PAGE]
    paintings(cell_cards(shown, source), label=heading, key=f"wall-{key}", tile=124)
    csv_button(f"These {len(table):,} as CSV", table, f"{key}.csv")
