"""How a confusion matrix is looked at: the controls, all of them kept in the address."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.evaluation import confusion
from artextract.store import Store
from labels import MODELS, spoken

_SHARES = {"Works": "", "Share of the class": "row", "Share of the answer": "column"}
_ORDERS = ["Name", "Size", "Likeness"]


@dataclass(frozen=True)
class View:
    """What of the confusions is shown, and how."""

    task: str
    models: list[str]  # those that were evaluated on the task
    model: str
    minus: str | None  # the model that is taken off, for a difference
    by: str  # "row", "column" or "" for numbers of works
    order: str  # one of _ORDERS
    logarithmic: bool
    diagonal: bool
    kept: list[str]  # the classes shown; none means all

    def names(self, said: pd.DataFrame, classes: list[str]) -> list[str]:
        """The classes in the order of the rows, the rest of a choice at the end.

        Parameters
        ----------
        said
            As :func:`artextract.evaluation.confusion.predictions` returns it.
        classes
            All of the task.
        """
        counts = confusion.matrix(said, classes)
        if self.order == "Likeness":
            classes = confusion.cluster_order(counts)
        elif self.order == "Size":
            sizes = counts.sum(axis=1).sort_values(ascending=False, kind="stable")
            classes = [str(name) for name in sizes.index]
        if not self.kept:
            return classes
        return [name for name in classes if name in self.kept] + [confusion.REST]


def choose_view(store: Store) -> View:
    """Show the controls and return what they say.

    Raises
    ------
    StoreError
        If the evaluation has not been run, or was run on another index.
    """
    tasks = list(store.ensemble()["tasks"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        task = _one("Task", tasks, tasks[0], key="task")
        models = confusion.models(store, task)
        model = _one("Model", models, "ensemble", key="model")
        minus = st.selectbox(
            "Compared with",
            [name for name in models if name != model],
            index=None,
            placeholder="No other model",
            format_func=_said,
            key="minus",
            bind="query-params",
            width=190,
        )
        popover = st.popover("Change the view", icon=":material/tune:")
    with popover:
        show = _one("Show", list(_SHARES), "Works", key="show")
        order = _one("Order", _ORDERS, "Name", key="order")
        colours = _one("Colours", ["Linear", "Log"], "Linear", key="colours")
        mistakes = st.toggle("Hide the diagonal", key="mistakes", bind="query-params")
        kept = st.multiselect(
            "Only these classes",
            store.classes()[task],
            format_func=spoken,
            key=f"only_{task}",
            bind="query-params",
        )
    return View(
        task, models, model, minus, _SHARES[show], order, colours == "Log", not mistakes, kept
    )


def _one(label: str, options: list[str], default: str, *, key: str) -> str:
    return st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        format_func=_said,
        key=key,
        bind="query-params",
    )


def _said(name: str) -> str:
    return MODELS.get(name, name[:1].upper() + name[1:])
