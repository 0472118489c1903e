"""The worst confusions as a ranked list, each of which opens its cell."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from labels import display_label, escape_markdown, percent, truncate, works_count


def worst_confusions(
    worst: pd.DataFrame, choose: Callable[[str, str], None], *, shares: bool = True
) -> None:
    """Show a line per confusion, most works first.

    Parameters
    ----------
    worst
        As :func:`artextract.evaluation.confusion.worst` returns it.
    choose
        Called with the true and the predicted label of the line that is clicked.
    shares
        Whether the share of the true label's works is told as well.
    """
    with st.container(gap="xxsmall", key="worst"):
        for place, row in enumerate(worst.to_dict("records")):
            share = f", {percent(row['share'])} of them" if shares else ""
            st.button(
                f"{_true(row['true'])} predicted as {_predicted(row['predicted'])}: "
                f"{works_count(row['works'])}{share}",
                key=f"worst-{place}",
                type="tertiary",
                on_click=choose,
                args=(row["true"], row["predicted"]),
            )


def _true(label: str) -> str:
    return f"**{escape_markdown(truncate(display_label(label), 32))}**"


def _predicted(label: str) -> str:
    return f":primary[*{escape_markdown(truncate(display_label(label), 32))}*]"
