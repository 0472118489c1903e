"""What several pages let a visitor choose, or take from the address, in one way."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from labels import MODELS


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


def choose_embedding(names: Sequence[str]) -> str:
    """Let one of `names`, at least one, be chosen where there are several."""
    drop_unknown("embedding", names)
    if len(names) == 1:
        return names[0]
    return st.selectbox(
        "Seen by",
        names,
        format_func=_spoken_embedding,
        key="embedding",
        bind="query-params",
        width=240,
    )


def drop_unknown(key: str, offered: Sequence[str]) -> None:
    """Forget what a widget holds, perhaps from an address, where it is not among `offered`."""
    if key in st.session_state and st.session_state[key] not in offered:
        del st.session_state[key]


def asked_work(works: pd.DataFrame, parameter: str) -> int | None:
    """The work_id that a parameter of the address names; None where it names none of `works`.

    Addresses come from anybody: a number of thousands of digits is refused before it is read.
    """
    asked = st.query_params.get(parameter, "")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else -1
    return number if number in works.index else None


def _spoken_embedding(name: str) -> str:
    # "resnet50-pretrained" is "ResNet-50, not trained on these works".
    parts = []
    for part in name.split("+"):
        backbone, _, pretrained = part.partition("-")
        untrained = ", not trained on these works" if pretrained else ""
        parts.append(MODELS.get(backbone, backbone) + untrained)
    return " and ".join(parts)
