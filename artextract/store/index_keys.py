"""Digests of what was indexed, by which stages know what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def label_keys(works: pd.DataFrame, classes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Digest per task of paths, labels, splits and classes: one task's do not touch another's."""
    return {
        task: _digest(works[["path", task, f"{task}_split"]], json.dumps(list(names)))
        for task, names in classes.items()
        if task in works
    }


def picture_key(works: pd.DataFrame, *, decoder: int) -> str:
    """Digest of which works there are, in their order, and of the content of their pictures.

    Parameters
    ----------
    works
        With path and digest.
    decoder
        Revision of the code that turns files into pictures.
    """
    return _digest(works["path"].str.cat(works["digest"], sep=" "), str(decoder))


def detail_key(works: pd.DataFrame) -> str:
    """Digest of titles, years, creators and duplicate groups.

    Of qualifiers and intervals of years too where there are any: collections without them have the
    digest that they had before these were known.
    """
    columns = ["path", "title", "year", "creator", "duplicate_group"]
    if "qualifier" in works and works["qualifier"].notna().any():
        columns.append("qualifier")
    ends = [name for name in ("year_from", "year_to") if name in works]
    if any(not works[end].equals(works["year"]) for end in ends):
        columns += ends
    return _digest(works[columns])


def _digest(table: pd.DataFrame | pd.Series, *more: str) -> str:
    return _sha256([table.to_csv(index=False), *more])


def _sha256(parts: Iterable[str]) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]
