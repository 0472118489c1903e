"""Tasks, which are label columns: choosing them, and numbering their classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from artextract.store import DEFAULT_TASKS, StoreError

UNLABELLED = -1
# Columns of the works that are no labels; what reading and drawing add meanwhile among them.
RESERVED = frozenset(
    [
        *("work_id", "path", "title", "year", "creator", "split", "duplicate_group", "digest"),
        *("stamp", "picture"),
    ]
)
_NAME = re.compile(r"\w(?:[\w -]*\w)?")  # it becomes part of file names


def choose_tasks(
    wanted: Sequence[str] | None, available: Sequence[str], *, where: str
) -> list[str]:
    """Return the tasks that are wanted, or those default ones that are there.

    Parameters
    ----------
    wanted
        Names of label columns; None for :data:`artextract.store.DEFAULT_TASKS`.
    available
        Columns that the source has.
    where
        What to call the source in a message.

    Raises
    ------
    StoreError
        If a wanted task is no column, is named twice, or has a name that is used otherwise; or if
        none is wanted at all.
    """
    if wanted is None:
        return [task for task in DEFAULT_TASKS if task in available]
    labels = [column for column in available if _can_be_task(column)]
    for task in wanted:
        if task not in labels:
            raise StoreError(
                f"{where} has no labels called {task!r}; there are {', '.join(labels) or 'none'}"
            )
    if not wanted or len(set(wanted)) < len(wanted):
        raise StoreError(f"the tasks are {', '.join(wanted) or 'none'}; expected each once")
    return list(wanted)


def _can_be_task(column: str) -> bool:
    return (
        column not in RESERVED
        and not column.startswith("given_")
        and not column.endswith("_split")
        and _NAME.fullmatch(column) is not None
    )


def encode(works: pd.DataFrame, classes: Mapping[str, Sequence[str]], split: str) -> np.ndarray:
    """Class numbers of works, int64 (n_works, n_tasks); -1 where a label does not count.

    A label counts in `split` only where ``<task>_split`` says so: a work that is in one task's
    test may have another task's training label, which is then neither trained on nor scored.
    """
    columns = []
    for task, names in classes.items():
        numbers = {name: number for number, name in enumerate(names)}
        codes = works[task].map(numbers).fillna(UNLABELLED).to_numpy(np.int64)
        columns.append(np.where(works[f"{task}_split"] == split, codes, UNLABELLED))
    return np.stack(columns, axis=1)
