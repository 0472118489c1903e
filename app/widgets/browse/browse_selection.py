"""What is done with the works that were found on Browse: selected, kept, exported."""

from __future__ import annotations

import numpy as np
import streamlit as st

from artextract.oeuvres.reviews.selections import remove_selection
from artextract.store import Snapshot, StoreError
from cache import browse, selections
from labels import escape_markdown, works_count
from widgets.browse.work_grid import select, selected_ids
from widgets.frame.csv_button import as_csv
from widgets.frame.keep_selection import keep_form, selection_problem, tell_problem


def browse_selection(snapshot: Snapshot, ids: np.ndarray, total: int) -> None:
    """Say how many works were found and selected, and offer what can be done with them.

    Parameters
    ----------
    ids
        work_ids of the works that were found, in their order.
    total
        How many works the collection has.
    """
    chosen = selected_ids("browse", ids)
    with st.container(horizontal=True, vertical_alignment="center", key="browse_bar"):
        found = f"**{works_count(len(ids))}**" + f" of {total:,}" * (len(ids) < total)
        st.markdown(found + f", **{len(chosen):,} selected**" * bool(len(chosen)), width="content")
        if len(chosen) < len(ids):
            st.button(
                f"Select all {len(ids):,}",
                icon=":material/select_all:",
                type="tertiary",
                on_click=select,
                args=("browse", ids),
            )
        if len(chosen):
            st.button(
                "Select none",
                icon=":material/deselect:",
                type="tertiary",
                on_click=select,
                args=("browse", ids[:0]),
            )
            with st.popover("Keep the selection", icon=":material/bookmark_add:", type="tertiary"):
                keep_form(snapshot, chosen)
        if kept := selections.names(snapshot):
            with st.popover(f"Kept ({len(kept)})", icon=":material/bookmarks:", type="tertiary"):
                _kept(snapshot, kept)
        what = chosen if len(chosen) else ids
        if len(what):
            st.download_button(
                f"{'Selected' if len(chosen) else 'These'} {len(what):,} as CSV",
                lambda: as_csv(browse.export_table(snapshot, what)),
                "works.csv",
                "text/csv",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key="csv-browse",
            )
    selection_problem()


def _kept(snapshot: Snapshot, names: list[str]) -> None:
    def forget(name: str) -> None:
        try:
            remove_selection(snapshot.store, name)
        except StoreError as error:
            tell_problem(error)

    for place, name in enumerate(names):
        n = works_count(len(selections.selection(snapshot, name)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(name)}** :gray[{n}]")
            for page, label in (("browse", "Browse"), ("map", "Map"), ("outliers", "Outliers")):
                st.page_link(f"views/{page}.py", label=label, query_params={"selection": name})
            st.button(
                "Remove",
                icon=":material/delete:",
                type="tertiary",
                on_click=forget,
                args=(name,),
                key=f"forget-{place}",
            )
