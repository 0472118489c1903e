"""How a confusion matrix is looked at: the controls, all of them kept in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from artextract.evaluation import confusion
from artextract.evaluation.error_analysis.comparison import improvement
from artextract.evaluation.error_analysis.grouping import Grouping
from artextract.store import Snapshot
from cache import collection
from cache.snapshot import other_snapshots
from labels import display_label
from model_display import ModelDisplay
from widgets.confusion.class_groups import choose_groups
from widgets.frame.choices import choose_model, choose_task, drop_unknown
from widgets.works.work_filter import WorkFilter, choose_filter

_NORMALIZE = {"Share of true label": "row", "Share of predicted label": "column", "Works": ""}
_ORDERS = {"Similarity": "similarity", "Size": "size", "Name": "name"}
# Between the name of another store and a model of it; no folder's name has one.
_OF = "/"


@dataclass(frozen=True)
class MatrixView:
    """What of the confusions is shown, and how."""

    task: str
    models: list[str]  # those that were evaluated on the task, the baseline last if elsewhere
    model: str
    baseline: str | None  # what the model is compared with: a model, or "STORE/MODEL"
    normalize: str  # "row", "column" or "" for numbers of works
    order: str  # see confusion.ordered
    logarithmic: bool
    diagonal: bool
    classes: list[str]  # the classes shown; none means all
    grouping: Grouping
    filter: WorkFilter
    display: ModelDisplay  # with the names of models elsewhere

    def names(self, counts: pd.DataFrame) -> list[str]:
        """The classes in the order of the rows, the rest of a choice at the end.

        Parameters
        ----------
        counts
            As :func:`artextract.evaluation.confusion.matrix` returns them, of all classes.
        """
        names = confusion.ordered(counts, self.order)
        if not self.classes:
            return names
        return [name for name in names if name in self.classes] + [confusion.REST]

    def values(self, counts: pd.DataFrame, baseline: pd.DataFrame | None) -> pd.DataFrame:
        """What the cells show: works or shares, or how much better they are than the baseline's."""
        if baseline is not None:
            return improvement(counts, baseline, by=self.normalize)
        return confusion.shares(counts, self.normalize) if self.normalize else counts

    def predictions(self, snapshot: Snapshot) -> dict[str, pd.DataFrame]:
        """What each model predicts of all test works.

        Raises
        ------
        StoreError
            If the other store has no such evaluation, or no work in common with this one.
        """
        found = {}
        for model in self.models:
            store, _, name = model.rpartition(_OF)
            found[model] = (
                collection.other_predictions(
                    snapshot, other_snapshots()[store], self.task, name, self.grouping
                )
                if store
                else collection.predictions(snapshot, self.task, model, self.grouping)
            )
        return found


def choose_matrix(snapshot: Snapshot, works: pd.DataFrame, display: ModelDisplay) -> MatrixView:
    """Show the controls and return what they say.

    Raises
    ------
    StoreError
        If the evaluation has not been run, or was run on another index.
    """
    store = snapshot.store
    evaluated = confusion.evaluated(store)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        task = choose_task(list(evaluated))
        models = evaluated[task]
        model = choose_model(models, display)
        elsewhere = _elsewhere(task, display)
        display = replace(display, names={**display.names, **elsewhere})
        others = [name for name in models if name != model] + list(elsewhere)
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
        view = st.popover("View", icon=":material/tune:")
        merge = st.popover("Merge classes", icon=":material/merge:")
        part = st.popover("Filter", icon=":material/filter_alt:")
    classes = store.classes()[task]
    with merge:
        grouping = choose_groups(task, classes, works, [t for t in store.tasks() if t != task])
    with part:
        chosen = choose_filter(snapshot, works, task, [t for t in store.tasks() if t != task])
    with view:
        show = _choose("Show", list(_NORMALIZE), key="show")
        order = _choose("Order", list(_ORDERS), key="order")
        scale = _choose("Colours", ["Linear", "Log"], key="colours")
        hidden = st.toggle("Hide the diagonal", key="hide_diagonal", bind="query-params")
        names, key = grouping.names(classes), f"only_{task}"
        if not set(st.session_state.get(key, [])) <= set(names):  # merged since
            del st.session_state[key]
        only = st.multiselect(
            "Only these classes",
            names,
            format_func=display_label,
            key=key,
            bind="query-params",
        )
    return MatrixView(
        task=task,
        models=[*models, baseline] if baseline and baseline not in models else models,
        model=model,
        baseline=baseline,
        normalize=_NORMALIZE[show],
        order=_ORDERS[order],
        logarithmic=scale == "Log",
        diagonal=not hidden,
        classes=only,
        grouping=grouping,
        filter=chosen,
        display=display,
    )


def _elsewhere(task: str, display: ModelDisplay) -> dict[str, str]:
    """The models of other stores, "STORE/MODEL", and their names for people."""
    found: dict[str, str] = {}
    for name, snapshot in other_snapshots().items():
        fitted = snapshot.store.ensemble()["tasks"] if snapshot.store.ensemble_path.exists() else {}
        members = [*fitted[task]["members"], "ensemble"] if task in fitted else []
        found |= {f"{name}{_OF}{m}": f"{display.name(m)} of {name}" for m in members}
    return found


def _choose(label: str, options: list[str], *, key: str) -> str:
    drop_unknown(key, options)
    return st.segmented_control(
        label, options, default=options[0], required=True, key=key, bind="query-params"
    )
