"""From one work to the previous and the next of the list that one came from, and back to it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from labels import escape_markdown, truncate


def work_navigation(work_id: int) -> None:
    """Show the way back, and the way to the neighbours of the work in the list it was chosen from.

    The arrow keys lead to them too. A work that is not of the list, or was opened by its address,
    has no neighbours.
    """
    path, page, params = st.session_state.get("came_from", ("views/overview.py", "Overview", {}))
    of, ids = st.session_state.get("work_list", ("", np.empty(0, np.int64)))
    places = np.flatnonzero(ids == work_id)
    with st.container(horizontal=True, vertical_alignment="center", key="work_navigation"):
        st.page_link(
            path, label=f"Back to {page}", icon=":material/arrow_back:", query_params=params
        )
        if not len(places) or len(ids) < 2:
            return
        place = int(places[0])
        _step("Previous", "Left", ids, place - 1)
        _step("Next", "Right", ids, place + 1)
        name = escape_markdown(truncate(of, 80))
        st.markdown(f"**{place + 1:,}** of {len(ids):,} · {name}", width="content")


def _step(label: str, key: str, ids: np.ndarray, place: int) -> None:
    there = 0 <= place < len(ids)
    # The button shows its key, an arrow: an icon would be a second one.
    if st.button(label, type="tertiary", shortcut=key, disabled=not there, key=f"step-{key}"):
        st.switch_page("views/work.py", query_params={"work": str(ids[place])})
