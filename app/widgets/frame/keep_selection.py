"""Works that are selected on a page are kept under a name, for every page and every visitor."""

from __future__ import annotations

import numpy as np
import streamlit as st

from artextract.oeuvres.reviews.selections import LONGEST, keep_selection
from artextract.store import Snapshot, StoreError
from labels import escape_markdown, works_count
from messages import error_markdown

_PROBLEM = "selection-problem"


def keep_form(snapshot: Snapshot, chosen: np.ndarray) -> None:
    """Ask for a name, and keep the works under it.

    Parameters
    ----------
    chosen
        work_ids, in the order in which they shall be shown; at least one.
    """

    def save() -> None:
        name = str(st.session_state["selection-name"])
        try:
            keep_selection(snapshot.store, name, chosen)
            st.toast(f"Kept: {escape_markdown(name)}", icon=":material/bookmark_added:")
        except (StoreError, ValueError) as error:
            tell_problem(error)

    with st.form("keep-selection", border=False):
        st.text_input(
            f"Name of these {works_count(len(chosen))}",
            max_chars=LONGEST,
            key="selection-name",
            placeholder="Portraits to look at again",
        )
        st.caption("Kept in the store, for everybody who opens this gallery.")
        st.form_submit_button("Keep", on_click=save, type="primary")


def tell_problem(error: Exception) -> None:
    """Let :func:`selection_problem` say what went wrong when the page is drawn next."""
    st.session_state[_PROBLEM] = str(error)


def selection_problem() -> None:
    """Say what went wrong when a selection was kept or removed, if anything did."""
    if problem := st.session_state.pop(_PROBLEM, ""):
        st.error(error_markdown(problem), icon=":material/error:")
