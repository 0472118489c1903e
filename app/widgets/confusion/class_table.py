"""Recall, precision, F1 and top-3 accuracy of every class."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from labels import display_label
from widgets.frame.csv_button import csv_button

_METRICS = {"recall": "Recall", "precision": "Precision", "f1": "F1", "top3": "Top-3 accuracy"}


def class_table(
    figures: pd.DataFrame, task: str, model: str, *, changes: pd.DataFrame | None = None
) -> None:
    """Show a row per class, and say what the columns mean.

    Parameters
    ----------
    figures
        As :func:`artextract.evaluation.confusion.per_class` returns it.
    model
        The model's name for people.
    changes
        As :func:`artextract.evaluation.error_analysis.comparison.by_class` returns them, where the
        model is compared with another.
    """
    st.caption(
        "*Recall*: the share of a class's works that are predicted as this class. *Precision*: the "
        "share of the works predicted as this class that have the label. *F1*: their harmonic "
        "mean. *Top-3 accuracy*: how often the true label is among the three most probable."
        + (
            " *Gained* and *lost*: works that only this model, or only the other, predicts "
            "correctly; *p* is McNemar's for each class by itself, so that one of twenty is below "
            ".05 by chance."
            if changes is not None
            else ""
        )
    )
    names = [display_label(str(name)) for name in figures.index]
    table = (100 * figures[list(_METRICS)]).set_axis(names)
    table.insert(0, "works", figures["works"].to_numpy())
    columns = {"works": st.column_config.NumberColumn("Works", format="localized")}
    columns |= {
        key: st.column_config.ProgressColumn(label, format="%.0f %%", min_value=0, max_value=100)
        for key, label in _METRICS.items()
    }
    written = figures.set_axis(names)
    if changes is not None:
        own = changes.reindex(figures.index)
        for key, label in (("gained", "Gained"), ("lost", "Lost"), ("p", "p")):
            table[key] = written[key] = own[key].to_numpy()
            columns[key] = st.column_config.NumberColumn(
                label, format="%.3f" if key == "p" else "localized"
            )
    st.dataframe(
        table.rename_axis(display_label(task)),
        height="content",
        column_config=columns,
        alt=f"Works, recall, precision, F1 and top-3 accuracy of {model} for every {task}",
    )
    csv_button(
        "Metrics as CSV",
        written.rename_axis(task.replace("_", " ")),
        f"classes-{task}-{model}.csv",
        index=True,
    )
