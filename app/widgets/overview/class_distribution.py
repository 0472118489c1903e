"""How many works each class of a task has."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artextract.collection.statistics import distribution
from charts.config import config
from labels import display_label, escape_markdown, works_count
from widgets.frame.choices import choose_task
from widgets.frame.csv_button import csv_button


def class_distribution(
    works: pd.DataFrame, classes: dict[str, list[str]], labelled: dict[str, dict[str, int]]
) -> None:
    """Let a task be chosen and show its classes.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    classes
        Of the tasks that have any.
    labelled
        Labelled works of each task and split.
    """
    from charts.collection import distribution_figure  # Plotly: what stands above is shown before

    if not classes:
        st.write("No work has a label yet.")
        return
    task = choose_task(list(classes))
    counts = distribution(works, task, classes[task])
    splits = labelled[task]
    most, least = counts.sum(axis=1).iloc[[0, -1]]
    largest, smallest = (escape_markdown(display_label(str(counts.index[i]))) for i in (0, -1))
    st.write(
        f"{works_count(sum(splits.values()))} with a label that counts: {splits['train']:,} for "
        f"training, {splits['val']:,} for validation, {splits['test']:,} for test. "
        + (
            f"Every class has {most:,}."
            if most == least
            else f"The largest class, {largest}, has {most:,}; the smallest, {smallest}, {least:,}."
        )
    )
    st.plotly_chart(
        distribution_figure(counts),
        key="distribution",
        config=config(f"classes-{task}"),
        alt=f"Number of works per {display_label(task)}, for training and for test",
    )
    csv_button("Counts as CSV", counts, f"counts-{task}.csv", index=True)
