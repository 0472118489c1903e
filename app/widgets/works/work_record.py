"""What the collection's own table says of a work: dates, attribution, inventory number, rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from artextract.collection.catalogue.kept import kept_columns
from labels import display_label, escape_markdown, truncate

LONGEST = 600  # characters of a value


def work_record(work: Mapping[Any, Any], works: pd.DataFrame) -> None:
    """Show what is known of a work beside its title, artist and labels; nothing where that is all.

    Parameters
    ----------
    work
        A row of the works table.
    works
        As :meth:`artextract.store.Store.works` returns them.
    """
    rows = record_rows(work, works)
    if not rows:
        return
    st.header("Catalogue record", anchor=False, divider="gray")
    lines = [f"| {escape_markdown(name)} | {escape_markdown(text)} |" for name, text in rows]
    st.markdown("\n".join(["| | |", "|---|---|", *lines]))


def record_rows(work: Mapping[Any, Any], works: pd.DataFrame) -> list[tuple[str, str]]:
    """Name and text of each, in the order of the table."""
    rows = []
    qualifier = work.get("qualifier")
    if isinstance(qualifier, str):
        rows.append(("Attribution", f"{display_label(qualifier)} {work['creator']}"))
    first, last = work.get("year_from"), work.get("year_to")
    if not _same(first, last):
        rows.append(("Years", f"{_year(first)}–{_year(last)}"))
    for name in kept_columns(works):
        value = work[name]
        if pd.notna(value) and str(value).strip():
            rows.append((display_label(name), truncate(str(value), LONGEST)))
    return rows


def _same(first: Any, last: Any) -> bool:
    return (pd.isna(first) and pd.isna(last)) or (
        pd.notna(first) and pd.notna(last) and first == last
    )


def _year(year: Any) -> str:
    return "" if pd.isna(year) else str(int(year))
