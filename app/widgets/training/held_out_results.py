"""What became of a training: the results on test works, beside the curves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from artextract.evaluation.confusion import evaluated
from artextract.store import Store
from labels import display_label, works_count
from model_display import ModelDisplay


def held_out_results(store: Store, task: str, display: ModelDisplay) -> None:
    """Show the accuracy of every model on the test works of a task, the best first.

    Raises
    ------
    StoreError
        If the evaluation has not been run, or is of another index.
    """
    models = evaluated(store).get(task, [])
    figures = {model: store.metrics()[task].get(model) for model in models}
    rows = [_row(display.name(model), found) for model, found in figures.items() if found]
    if not rows:
        st.write(f"No test work is labelled with {display_label(task).lower()}.")
        return
    table = pd.DataFrame(rows).sort_values("Accuracy", ascending=False, kind="stable")
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.NumberColumn(name, format="%.1f %%")
            for name in ("Accuracy", "Top-3")
        }
        | {"Macro-F1": st.column_config.NumberColumn("Macro-F1", format="%.3f")},
        alt=f"Accuracy of each model on the test works of {display_label(task)}",
    )
    n = next(found["n"] for found in figures.values() if found)
    st.caption(
        f"{works_count(n)} that took no part in training. The curves show validation works, by "
        "which the epoch was chosen: they may be a little too kind. The interval comes from 2,000 "
        "bootstrap resamples."
    )


def _row(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    low, high = figures["top1_ci95"]
    return {
        "Model": name,
        "Accuracy": 100 * figures["top1"],
        "95 % interval": f"{100 * low:.1f} to {100 * high:.1f}",
        "Top-3": 100 * figures["top3"],
        "Macro-F1": figures["macro_f1"],
    }
