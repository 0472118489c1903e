"""The classes that one is confused with, as bars that open their cells."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from labels import display_label, escape_markdown, percent, truncate, works_count

SHOWN = 8


def confused_with(counts: pd.DataFrame, *, key: str) -> str | None:
    """Show a line per class, most works first.

    Parameters
    ----------
    counts
        label, works and share (0..1), as a
        :class:`artextract.evaluation.error_analysis.class_report.ClassReport` has them.
    key
        Distinguishes the lists of a page.

    Returns
    -------
    The label whose line was clicked; None where none was.
    """
    opened = None
    if not len(counts):
        st.write("No works.")
        return None
    with st.container(gap="xxsmall", key=f"worst-{key}"):
        for place, row in enumerate(counts.head(SHOWN).to_dict("records")):
            name = escape_markdown(truncate(display_label(row["label"]), 32))
            if st.button(
                f"**{name}**: {works_count(row['works'])}, {percent(row['share'])}",
                key=f"{key}-{place}",
                type="tertiary",
            ):
                opened = str(row["label"])
        if len(counts) > SHOWN:
            rest = counts.iloc[SHOWN:]
            st.caption(f"and {len(rest):,} more with {works_count(int(rest['works'].sum()))}")
    return opened
