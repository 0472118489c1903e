"""A list of works that another page found, opened in Browse: in the session, until it is kept."""

from __future__ import annotations

import hashlib

import numpy as np
import streamlit as st

from labels import escape_markdown, works_count

_KEPT = 8  # lists of a visitor
_KEY = "browse-subsets"


def open_in_browse(ids: np.ndarray, words: str) -> None:
    """Go to Browse, which shows these works alone.

    Parameters
    ----------
    ids
        work_ids, int64 (n,).
    words
        Where they are from: "from the map".
    """
    name = hashlib.blake2b(ids.tobytes(), digest_size=6).hexdigest()
    lists = st.session_state.setdefault(_KEY, {})
    lists[name] = (words, ids)
    for old in list(lists)[:-_KEPT]:
        del lists[old]
    st.switch_page("views/browse.py", query_params={"among": name})


def among_subset(ids: np.ndarray) -> np.ndarray:
    """Those of `ids` that are in the list which the address names, and a way back to all."""
    name = st.query_params.get("among", "")
    if not name:
        return ids
    found = st.session_state.get(_KEY, {}).get(name)
    if found is None:
        st.info("That list of works was not kept under a name, and is gone. Here are all works.")
        return ids
    words, only = found
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Only **{works_count(len(only))}** {escape_markdown(words)}", width="content")
        st.button(
            "All works",
            icon=":material/close:",
            type="tertiary",
            on_click=_forget,
        )
    return ids[np.isin(ids, only)]


def _forget() -> None:
    st.query_params.pop("among", None)
