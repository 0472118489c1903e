"""Recall, precision, F1 and top-3 accuracy of every class."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from labels import display_label
from widgets.csv_button import csv_button

_METRICS = {"recall": "Recall", "precision": "Precision", "f1": "F1", "top3": "Top-3 accuracy"}


def class_table(figures: pd.DataFrame, task: str, model: str) -> None:
    """Show a row per class, and say what the columns mean.

    Parameters
    ----------
    figures
        As :func:`artextract.evaluation.confusion.per_class` returns it.
    model
        The model's name for people.
    """
    st.caption(
        "*Recall*: the share of a class's works that are predicted as this class. *Precision*: the "
        "share of the works predicted as this class that have the label. *F1*: their harmonic "
        "mean. *Top-3 accuracy*: how often the true label is among the three most probable."
    )
    names = [display_label(str(name)) for name in figures.index]
    table = 100 * figures[list(_METRICS)].set_axis(names)
    table.insert(0, "works", figures["works"].to_numpy())
    st.dataframe(
        table.rename_axis(display_label(task)),
        height="content",
        column_config={"works": st.column_config.NumberColumn("Works", format="localized")}
        | {
            key: st.column_config.ProgressColumn(
                label, format="%.0f %%", min_value=0, max_value=100
            )
            for key, label in _METRICS.items()
        },
        alt=f"Works, recall, precision, F1 and top-3 accuracy of {model} for every {task}",
    )
    csv_button("Metrics as CSV", figures, f"classes-{task}-{model}.csv", index=True)
