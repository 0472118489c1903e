"""The paintings in one cell of a confusion matrix, with what every model said of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.evaluation import confusion
from labels import MODELS, for_markdown, percent, shortened, spoken, titled
from widgets.csv_button import csv_button
from widgets.thumbnail_grid import Painting, paintings

PER_PAGE = 12


def cell_table(
    said: Mapping[str, pd.DataFrame], model: str, true: str, predicted: str, works: pd.DataFrame
) -> pd.DataFrame:
    """The works in a cell with the predictions of all models on them, surest mistake first.

    Parameters
    ----------
    said
        Of each model, as :func:`artextract.evaluation.confusion.predictions` returns it, perhaps
        group_other.
    model
        Whose cell it is.
    works
        As :meth:`artextract.store.Store.works` returns them.

    Returns
    -------
    DataFrame with work_id, title, year, creator, true, and for each model (its key as prefix)
    ``_predicted`` and ``_probability`` (0..1).
    """
    ids = confusion.cell(said[model], true, predicted)["work_id"].to_numpy()
    known = works.loc[ids, ["work_id", "title", "year", "creator"]].reset_index(drop=True)
    for name, predictions in said.items():
        rows = predictions.set_index("work_id").loc[ids]
        known["true"] = rows["true"].to_numpy()
        known[f"{name}_predicted"] = rows["predicted"].to_numpy()
        known[f"{name}_probability"] = rows["probability"].to_numpy()
    return known


def cell_cards(table: pd.DataFrame, model: str, source: Callable[[int], str]) -> list[Painting]:
    """A painting per row of :func:`cell_table`: title, true label, every model's answer.

    Parameters
    ----------
    model
        Whose cell it is; what the others say is measured against it.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    models = [c.removesuffix("_predicted") for c in map(str, table) if c.endswith("_predicted")]
    cards = []
    for row in table.to_dict("records"):
        lines = [f"Is {spoken(row['true'])}"]
        for name in sorted(models, key=lambda name: name != model):
            answer, sure = (
                row[f"{name}_predicted"],
                percent(float(row[f"{name}_probability"])).replace(" ", "\u00a0"),
            )
            says = MODELS.get(name, name)
            if name != model and answer == row[f"{model}_predicted"]:
                lines.append(f"{says} agrees, {sure}")
            else:
                lines.append(f"{says}: {spoken(answer)}, {sure}" + " ✓" * (answer == row["true"]))
        title = titled(row["title"], row["year"])
        cards.append(Painting(int(row["work_id"]), source(int(row["work_id"])), title, lines))
    return cards


@dataclass(frozen=True)
class Cell:
    """A cell of a model's matrix with what is in it."""

    model: str
    true: str
    predicted: str
    table: pd.DataFrame  # as `cell_table` returns it
    said: pd.DataFrame  # all that the model says, perhaps group_other

    def sentence(self) -> str:
        """What happens how often: "Monet, taken for Sisley by the ensemble: 3 of 20 works"."""
        true, predicted = (shortened(spoken(name), 40) for name in (self.true, self.predicted))
        what = "recognised" if self.true == self.predicted else f"taken for {predicted}"
        who = "the ensemble" if self.model == "ensemble" else MODELS.get(self.model, self.model)
        total = int((self.said["true"] == self.true).sum())
        return f"{true}, {what} by {who}: {len(self.table):,} of {total:,} works"


def cell_walls(cells: Sequence[Cell], source: Callable[[int], str], *, key: str) -> None:
    """Show the works of cells side by side, twelve of each at a time, with the whole as CSV.

    A cell without works gets a line instead of a wall.

    Parameters
    ----------
    source
        As :func:`cell_cards` takes it.
    key
        Distinguishes the cells of several matrices.
    """
    hung = [cell for cell in cells if len(cell.table)]
    columns = st.columns(len(hung)) if len(hung) > 1 else [st.container()]
    for place, (column, cell) in enumerate(zip(columns, hung, strict=False)):
        # A file name, and the end of a CSS class: no more than letters and digits.
        said = re.sub(r"\W+", "-", f"{key} {cell.model} {cell.true} {cell.predicted}")
        name = f"{said}-{place}"
        with column:
            st.markdown(f"**{for_markdown(cell.sentence())}**")
            pages = -(-len(cell.table) // PER_PAGE)
            page = st.pagination(pages, key=f"page-{name}") if pages > 1 else 1
            shown = cell.table.iloc[(page - 1) * PER_PAGE : page * PER_PAGE]
            paintings(
                cell_cards(shown, cell.model, source),
                label=cell.sentence(),
                key=f"wall-{name}",
                tile=112,
            )
            csv_button(f"These {len(cell.table):,} as CSV", cell.table, f"{name}.csv")
    for cell in cells:
        if not len(cell.table):
            st.caption(for_markdown(f"{cell.sentence()}."))
