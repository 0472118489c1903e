"""What else a source says of its works: columns that are kept as they are, for people to read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from artextract.collection.sources.base import KEPT

# Columns that the index writes of every work, beside a task's two.
OWN = frozenset(
    [
        *("work_id", "path", "title", "year", "year_from", "year_to", "creator", "qualifier"),
        *("split", "duplicate_group", "digest"),
    ]
)
# Of these, what a table of works shows where it is known.
KEPT_DETAILS = ("qualifier", "year_from", "year_to")


def with_details(works: pd.DataFrame) -> pd.DataFrame:
    """The works with year_from, year_to and qualifier, also where their source says no more."""
    works = works.copy()
    year = works["year"].astype("Int16")
    ends = [end for end in ("year_from", "year_to") if end in works]
    # Of a year that was read from a file name there is no interval.
    silent = works[ends].isna().all(axis=1)
    for end in ("year_from", "year_to"):
        works[end] = works[end].astype("Int16").mask(silent, year) if end in ends else year
    if "qualifier" not in works:
        works["qualifier"] = pd.Series(None, index=works.index, dtype="str")
    return works


def with_kept(works: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The works with the columns `columns` and, by their own names, those that are kept.

    One that is called as a column of the index is marked, "digest (source)".
    """
    taken = {name.casefold() for name in columns}
    kept: dict[str, str] = {}
    for column in works.columns:
        if not str(column).startswith(KEPT):
            continue
        name = str(column).removeprefix(KEPT)
        while name.casefold() in taken or name.casefold().endswith("_split"):
            name += " (source)"
        taken.add(name.casefold())
        kept[str(column)] = name
    return works[[*columns, *kept]].rename(columns=kept)


def kept_columns(works: pd.DataFrame) -> list[str]:
    """Columns of a store's works that come from its source as they are: inventory numbers, rights.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    """
    tasks = {str(c).removesuffix("_split") for c in works.columns if str(c).endswith("_split")}
    own = OWN | tasks | {f"{task}_split" for task in tasks}
    return [str(name) for name in works.columns if name not in own]
