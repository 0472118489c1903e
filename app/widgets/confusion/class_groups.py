"""Classes merged by hand, such as all Impressionists; the address keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pandas as pd
import streamlit as st

from artextract.evaluation.error_analysis.grouping import Grouping
from labels import display_label, escape_markdown, truncate
from messages import error_markdown


def read_groups(task: str, classes: Sequence[str]) -> Grouping:
    """The groups of `classes` that the address names; none where they are no groups of these."""
    with suppress(ValueError):
        return Grouping.read(st.query_params.get_all(_param(task)), classes)
    return Grouping()


def choose_groups(
    task: str, classes: Sequence[str], works: pd.DataFrame, others: Sequence[str]
) -> Grouping:
    """Let classes be merged, and groups be taken apart again.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    others
        Tasks by whose labels all classes can be merged at once.
    """
    grouping = read_groups(task, classes)

    def keep(texts: list[str]) -> None:
        if texts:
            st.query_params[_param(task)] = texts
        else:
            st.query_params.pop(_param(task), None)

    def merge() -> None:
        name, members = st.session_state.group_name, st.session_state.group_members
        texts = [*grouping.texts(), f"{name.replace('=', ' ')}={'|'.join(members)}"]
        try:
            keep(Grouping.read(texts, classes).texts())
        except ValueError as error:
            st.session_state.group_error = str(error)
        else:
            st.session_state.group_name, st.session_state.group_members = "", []

    def remove(name: str) -> None:
        keep([text for text in grouping.texts() if text.partition("=")[0] != name])

    for name, members in grouping.groups:
        with st.container(horizontal=True, vertical_alignment="center"):
            inside = ", ".join(display_label(member) for member in members)
            st.markdown(
                f"**{escape_markdown(name)}**: {escape_markdown(truncate(inside, 90))}", width=340
            )
            st.button(
                "Take apart",
                key=f"ungroup-{name}",
                icon=":material/close:",
                type="tertiary",
                on_click=remove,
                args=(name,),
            )
    taken = {member for _, members in grouping.groups for member in members}
    free = [name for name in classes if name not in taken]
    held = st.session_state.get("group_members")
    if held and not set(held) <= set(free):
        del st.session_state["group_members"]
    st.multiselect("Classes to merge", free, format_func=display_label, key="group_members")
    st.text_input("Name of the group", key="group_name", max_chars=60)
    if error := st.session_state.pop("group_error", None):
        st.error(error_markdown(error))
    with st.container(horizontal=True):
        st.button("Merge", type="primary", icon=":material/merge:", on_click=merge)
        for other in others:
            st.button(
                f"All by {display_label(other).lower()}",
                key=f"group-by-{other}",
                on_click=lambda other=other: keep(Grouping.by(works, task, other).texts()),
                help=f"Merges the classes whose works have the same {display_label(other).lower()} "
                "most often.",
            )
    return grouping


def _param(task: str) -> str:
    return f"merge_{task}"
