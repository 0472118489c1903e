"""Which of the test works count on a page; the address keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.evaluation.error_analysis.subset import Subset
from artextract.store import Snapshot
from labels import display_label
from widgets.frame.choices import choose_selection

_KEYS = ("years", "sure", "selection")  # besides where_<task>


@dataclass(frozen=True)
class WorkFilter:
    """Which works count, and how that is said."""

    subset: Subset
    words: tuple[str, ...] = ()


def choose_filter(
    snapshot: Snapshot, works: pd.DataFrame, task: str, others: Sequence[str]
) -> WorkFilter:
    """Let labels of other tasks, years, probabilities and a kept selection be chosen.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    task
        Whose predictions are looked at.
    others
        Tasks whose labels can be chosen.
    """
    labels, words = [], []
    for other in others:
        there = sorted(works.loc[works[f"{task}_split"] == "test", other].dropna().unique())
        name = display_label(other)
        wanted = st.multiselect(
            name, there, format_func=display_label, key=f"where_{other}", bind="query-params"
        )
        if wanted:
            labels.append((other, tuple(wanted)))
            words.append(f"{name}: {', '.join(display_label(label) for label in wanted)}")
    years = _choose_years(works)
    if years:
        words.append(f"{years[0]}–{years[1]}")
    low, high = st.slider(
        "Probability of the predicted label, %", 0, 100, (0, 100), key="sure", bind="query-params"
    )
    confidence = None if (low, high) == (0, 100) else (low / 100, high / 100)
    if confidence:
        words.append(f"predicted with {low} to {high} %")
    kept = choose_selection(snapshot)
    if kept is not None:
        words.append(f"selection {st.session_state.selection}")
    if words:
        st.button("All test works", icon=":material/filter_alt_off:", on_click=_clear)
    ids = None if kept is None else tuple(kept.tolist())
    return WorkFilter(Subset(tuple(labels), years, confidence, ids), tuple(words))


def _choose_years(works: pd.DataFrame) -> tuple[int, int] | None:
    known = works["year"].dropna()
    if not len(known) or known.min() == known.max():
        return None
    first, last = int(known.min()), int(known.max())
    chosen = st.slider("Years", first, last, (first, last), key="years", bind="query-params")
    return None if chosen == (first, last) else chosen


def _clear() -> None:
    for key in list(st.session_state):
        if key in _KEYS or str(key).startswith("where_"):
            del st.session_state[key]
    for name in list(st.query_params):
        if name in _KEYS or name.startswith("where_"):
            del st.query_params[name]
