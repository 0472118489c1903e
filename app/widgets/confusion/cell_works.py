"""Lists of works with every model's prediction of each: of a cell, or of an outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from labels import display_label, escape_markdown, percent, title_with_year
from model_display import ModelDisplay
from widgets.frame.csv_button import csv_button, with_kept_columns
from widgets.works.thumbnail_grid import Tile, thumbnail_grid

PER_PAGE = 12


@dataclass(frozen=True)
class WorkList:
    """Works that belong together, for :func:`work_lists`.

    Attributes
    ----------
    heading
        What they are, as plain text.
    work_ids
        In their order.
    model
        Whose predictions stand first.
    """

    heading: str
    work_ids: Sequence[int]
    model: str


def cell_table(
    predictions: Mapping[str, pd.DataFrame], work_ids: Sequence[int], works: pd.DataFrame
) -> pd.DataFrame:
    """Works with the predictions of all models on them, in the order of `work_ids`.

    Parameters
    ----------
    predictions
        Of each model, as :func:`artextract.evaluation.confusion.predictions` returns it, perhaps
        with classes grouped. A model may lack some of the works: those of another store.
    works
        As :meth:`artextract.store.Store.works` returns them.

    Returns
    -------
    DataFrame with work_id, title, year, creator, true, and for each model (its key as prefix)
    ``_predicted`` and ``_probability`` (0..1), missing where it predicted nothing.
    """
    ids = list(work_ids)
    table = works.loc[ids, ["work_id", "title", "year", "creator"]].reset_index(drop=True)
    table["true"] = None
    for model, frame in predictions.items():
        rows = frame.set_index("work_id").reindex(ids)
        table["true"] = table["true"].where(table["true"].notna(), rows["true"].to_numpy())
        table[f"{model}_predicted"] = rows["predicted"].to_numpy()
        table[f"{model}_probability"] = rows["probability"].to_numpy()
    return table


def cell_tiles(
    table: pd.DataFrame, model: str, source: Callable[[int], str], display: ModelDisplay
) -> list[Tile]:
    """A tile per row of :func:`cell_table`: title, true label, every model's prediction.

    Several that predict the same as `model` share a line.

    Parameters
    ----------
    model
        Whose prediction comes first; what the others predict is compared with it.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    models = [c.removesuffix("_predicted") for c in map(str, table) if c.endswith("_predicted")]
    tiles = []
    for row in table.to_dict("records"):
        lines = [f"True: {display_label(row['true'])}"]
        alike: dict[str, float] = {}
        for name in sorted(models, key=lambda name: name != model):
            predicted, probability = row[f"{name}_predicted"], row[f"{name}_probability"]
            if not isinstance(predicted, str):
                continue
            if name != model and predicted == row[f"{model}_predicted"]:
                alike[name] = float(probability)
                continue
            right = " ✓" * (predicted == row["true"])
            label = display_label(predicted)
            lines.append(f"{display.name(name)}: {label}, {percent(float(probability))}{right}")
        if len(alike) == 1:
            ((name, probability),) = alike.items()
            lines.append(f"{display.name(name)}: the same, {percent(probability)}")
        elif alike:
            least, most = percent(min(alike.values())), percent(max(alike.values()))
            shares = most if least == most else f"{least} to {most}"
            lines.append(f"{len(alike)} others: the same, {shares}")
        title = title_with_year(row["title"], row["year"])
        tiles.append(Tile(int(row["work_id"]), source(int(row["work_id"])), title, lines))
    return tiles


def written_out(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with its labels as people write them, for a CSV."""
    labels = [c for c in table if c == "true" or str(c).endswith(("predicted", "label"))]
    names = table[labels].map(lambda name: display_label(name) if isinstance(name, str) else name)
    return table.assign(**{str(c): names[c] for c in labels})


def work_lists(
    lists: Sequence[WorkList],
    predictions: Mapping[str, pd.DataFrame],
    works: pd.DataFrame,
    source: Callable[[int], str],
    display: ModelDisplay,
    *,
    key: str,
    per_page: int = PER_PAGE,
) -> None:
    """Show lists side by side, so many of each at a time, with the whole as CSV.

    A list without works gets a line instead of a grid.

    Parameters
    ----------
    predictions, works
        As :func:`cell_table` takes them.
    source
        As :func:`cell_tiles` takes it.
    key
        Distinguishes these lists from others.
    """
    filled = [one for one in lists if len(one.work_ids)]
    columns = st.columns(len(filled)) if len(filled) > 1 else [st.container()]
    for place, (column, one) in enumerate(zip(columns, filled, strict=False)):
        # A file name, and the end of a CSS class: no more than letters and digits.
        name = f"{re.sub(r'[^a-zA-Z0-9]+', '-', key)}-{place}"
        with column:
            st.markdown(f"**{escape_markdown(one.heading)}**")
            pages = -(-len(one.work_ids) // per_page)
            page = (
                st.pagination(pages, key=f"page-{name}", persist_state="session")
                if pages > 1
                else 1
            )
            shown = one.work_ids[(page - 1) * per_page : page * per_page]
            thumbnail_grid(
                cell_tiles(cell_table(predictions, shown, works), one.model, source, display),
                label=one.heading,
                key=f"cell-{name}",
                size=112,
                among=one.work_ids,
            )
            table = written_out(cell_table(predictions, one.work_ids, works))
            csv_button(
                f"These {len(table):,} as CSV", with_kept_columns(table, works), f"{name}.csv"
            )
    for one in lists:
        if not len(one.work_ids):
            st.caption(escape_markdown(f"{one.heading}."))
