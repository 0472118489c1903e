"""What several pages let a visitor choose, or take from the address, in one way."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st


def choose_task(tasks: Sequence[str]) -> str:
    """Let one of `tasks`, at least one, be chosen; the address keeps it."""
    return st.segmented_control(
        "Task",
        tasks,
        default=tasks[0],
        required=True,
        format_func=str.capitalize,
        key="task",
        bind="query-params",
    )


def asked_work(works: pd.DataFrame, parameter: str) -> int | None:
    """The work_id that a parameter of the address names; None where it names none of `works`.

    Addresses come from anybody: a number of thousands of digits is refused before it is read.
    """
    asked = st.query_params.get(parameter, "")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else -1
    return number if number in works.index else None
