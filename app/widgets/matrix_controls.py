"""How a confusion matrix is looked at: the controls, all of them kept in the address."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.evaluation import confusion
from artextract.store import Store
from labels import display_label
from model_display import ModelDisplay
from widgets.choices import choose_model, choose_task, drop_unknown

_NORMALIZE = {"Works": "", "Share of true label": "row", "Share of predicted label": "column"}
_SIMILARITY = "Similarity"
_ORDERS = ["Name", "Size", _SIMILARITY]


@dataclass(frozen=True)
class MatrixView:
    """What of the confusions is shown, and how."""

    task: str
    models: list[str]  # those that were evaluated on the task
    model: str
    baseline: str | None  # the model that is subtracted, for a difference
    normalize: str  # "row", "column" or "" for numbers of works
    order: str  # one of _ORDERS
    logarithmic: bool
    diagonal: bool
    classes: list[str]  # the classes shown; none means all

    def names(self, predictions: pd.DataFrame, classes: list[str]) -> list[str]:
        """The classes in the order of the rows, the rest of a choice at the end.

        Parameters
        ----------
        predictions
            As :func:`artextract.evaluation.confusion.predictions` returns it.
        classes
            All of the task.
        """
        counts = confusion.matrix(predictions, classes)
        if self.order == _SIMILARITY:
            classes = confusion.cluster_order(counts)
        elif self.order == "Size":
            sizes = counts.sum(axis=1).sort_values(ascending=False, kind="stable")
            classes = [str(name) for name in sizes.index]
        if not self.classes:
            return classes
        return [name for name in classes if name in self.classes] + [confusion.REST]

    def values(self, counts: pd.DataFrame, baseline: pd.DataFrame | None) -> pd.DataFrame:
        """What the cells show: works or shares, less those of the baseline where there is one."""
        if self.normalize:
            counts = confusion.shares(counts, self.normalize).fillna(0)
            if baseline is not None:
                baseline = confusion.shares(baseline, self.normalize).fillna(0)
        return counts if baseline is None else counts - baseline


def choose_matrix(store: Store, display: ModelDisplay) -> MatrixView:
    """Show the controls and return what they say.

    Raises
    ------
    StoreError
        If the evaluation has not been run, or was run on another index.
    """
    tasks = list(store.ensemble()["tasks"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        task = choose_task(tasks)
        models = confusion.models(store, task)
        model = choose_model(models, display)
        others = [name for name in models if name != model]
        drop_unknown("baseline", others)
        baseline = st.selectbox(
            "Compared with",
            others,
            index=None,
            placeholder="No other model",
            format_func=display.name,
            key="baseline",
            bind="query-params",
            width=190,
        )
        popover = st.popover("Change the view", icon=":material/tune:")
    with popover:
        show = _choose("Show", list(_NORMALIZE), key="show")
        order = _choose("Order", _ORDERS, key="order")
        scale = _choose("Colours", ["Linear", "Log"], key="colours")
        hidden = st.toggle("Hide the diagonal", key="hide_diagonal", bind="query-params")
        classes = st.multiselect(
            "Only these classes",
            store.classes()[task],
            format_func=display_label,
            key=f"only_{task}",
            bind="query-params",
        )
    normalize = _NORMALIZE[show]
    return MatrixView(
        task, models, model, baseline, normalize, order, scale == "Log", not hidden, classes
    )


def _choose(label: str, options: list[str], *, key: str) -> str:
    drop_unknown(key, options)
    return st.segmented_control(
        label, options, default=options[0], required=True, key=key, bind="query-params"
    )
