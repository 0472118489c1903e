"""Whose works are whose: creators as numbers, in one way for every step."""

from __future__ import annotations

import numpy as np
import pandas as pd


def creator_codes(works: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Numbers of the works' creators, and their names.

    Returns
    -------
    codes
        int64 (n,): places in `names`; -1 where nobody is named.
    names
        Sorted.
    """
    codes, names = pd.factorize(works["creator"].replace("", None), sort=True)
    return codes, [str(name) for name in names]


def is_reference(works: pd.DataFrame) -> np.ndarray:
    """Which works say what their creator's oeuvre looks like, bool (n,).

    All but those whose attribution is qualified ("workshop of", "attributed to"): they are held
    against the oeuvre and are no part of it.
    """
    if "qualifier" not in works:
        return np.ones(len(works), dtype=bool)
    return works["qualifier"].isna().to_numpy(dtype=bool)


def rows_by_creator(creators: np.ndarray) -> dict[int, np.ndarray]:
    """Rows of every creator, ascending; without unattributed works (-1)."""
    order = np.argsort(creators, kind="stable")
    numbers, starts = np.unique(creators[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(p): rows for p, rows in zip(numbers, parts, strict=True) if p >= 0}
