"""The worst confusions as a ranked list, each of which opens its cell."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from labels import for_markdown, percent, shortened, spoken


def worst_list(
    worst: pd.DataFrame, choose: Callable[[str, str], None], *, shares: bool = True
) -> None:
    """Show a line per confusion, most works first.

    Parameters
    ----------
    worst
        As :func:`artextract.evaluation.confusion.worst` returns it.
    choose
        Called with the true and the predicted class of the line that is clicked.
    shares
        Whether the share of the class is told as well.
    """
    with st.container(gap="xxsmall", key="worst"):
        st.html(
            "<style>.st-key-worst button, .st-key-worst button * "
            "{ justify-content: flex-start; text-align: left; }</style>"
        )
        for place, row in enumerate(worst.to_dict("records")):
            works = f"{row['works']:,} work{'s' * (row['works'] != 1)}"
            share = f", {percent(row['share'])} of them" if shares else ""
            st.button(
                f"{_name(row['true'])} taken for {_name(row['predicted'])}: {works}{share}",
                key=f"worst-{place}",
                type="tertiary",
                on_click=choose,
                args=(row["true"], row["predicted"]),
            )


def _name(label: str) -> str:
    return f"**{for_markdown(shortened(spoken(label), 32))}**"
