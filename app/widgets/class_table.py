"""How well every class is recognised."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from labels import spoken
from widgets.csv_button import csv_button

_SHARES = {"recall": "Recall", "precision": "Precision", "f1": "F1", "top3": "Among three"}


def class_table(figures: pd.DataFrame, task: str, who: str) -> None:
    """Show a row per class, and say what the columns mean.

    Parameters
    ----------
    figures
        As :func:`artextract.evaluation.confusion.per_class` returns it.
    who
        The model's name.
    """
    st.caption(
        "*Recall*: how many of a class's works are recognised. *Precision*: how many of the works "
        "given this answer bear the label. *F1*: their harmonic mean. *Among three*: how often the "
        "true label is one of the first three answers."
    )
    names = [spoken(str(name)) for name in figures.index]
    table = 100 * figures[list(_SHARES)].set_axis(names)
    table.insert(0, "works", figures["works"].to_numpy())
    st.dataframe(
        table.rename_axis(task.capitalize()),
        height="content",
        column_config={"works": st.column_config.NumberColumn("Works", format="localized")}
        | {
            key: st.column_config.ProgressColumn(
                label, format="%.0f %%", min_value=0, max_value=100
            )
            for key, label in _SHARES.items()
        },
        alt=f"Works, recall, precision, F1 and top-3 of {who} for every {task}",
    )
    csv_button("Class by class as CSV", figures, f"classes-{task}-{who}.csv", index=True)
