"""What several pages let a visitor choose, or take from the address, in one way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from artextract.store import Snapshot
from cache import selections
from labels import display_label
from model_display import ENSEMBLE, ModelDisplay


def choose_task(tasks: Sequence[str]) -> str:
    """Let one of `tasks`, at least one, be chosen; the address keeps it."""
    drop_unknown("task", tasks)
    return st.segmented_control(
        "Task",
        tasks,
        default=tasks[0],
        required=True,
        format_func=display_label,
        key="task",
        bind="query-params",
    )


def choose_model(models: Sequence[str], display: ModelDisplay) -> str:
    """Let one of `models`, at least one, be chosen; the address keeps it."""
    drop_unknown("model", models)
    return st.segmented_control(
        "Model",
        models,
        default=ENSEMBLE if ENSEMBLE in models else models[0],
        required=True,
        format_func=display.name,
        key="model",
        bind="query-params",
    )


def choose_embedding(names: Sequence[str], display: ModelDisplay) -> str:
    """Let one of `names`, at least one and the default first, be chosen where there are several."""
    drop_unknown("embedding", names)
    if len(names) == 1:
        return names[0]
    return st.selectbox(
        "Embedding",
        names,
        format_func=display.embedding,
        key="embedding",
        bind="query-params",
        width=240,
    )


def choose_selection(snapshot: Snapshot) -> np.ndarray | None:
    """Let one of the selections that were kept on Browse be chosen; the address keeps it.

    Nothing is shown where none was kept.

    Returns
    -------
    Its work_ids, int64 (n,), in its order; None where none is chosen: all works.
    """
    names = selections.names(snapshot)
    drop_unknown("selection", [*names, None])
    if not names:
        return None
    name = st.selectbox(
        "Selection",
        names,
        index=None,
        placeholder="All works",
        key="selection",
        bind="query-params",
        width=190,
    )
    return selections.selection(snapshot, name) if name else None


def drop_unknown(key: str, options: Sequence[str | None]) -> None:
    """Forget what a widget holds, perhaps from an address, where it is not among `options`."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def asked_work(works: pd.DataFrame) -> int | None:
    """The work_id that the address names; None where it names none of `works`.

    Addresses come from anybody: a number of thousands of digits is refused before it is read.
    """
    number = asked_number()
    return number if number in works.index else None


def asked_number() -> int:
    """The work_id that the address names, of whatever works; -1 where it names none."""
    asked = st.query_params.get("work", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else -1
