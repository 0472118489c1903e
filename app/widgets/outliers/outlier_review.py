"""Outliers one by one: a strip of them, one large, and the works that its reasons speak of."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from artextract.collection.images import PictureError
from artextract.oeuvres.outliers.comparison import OWN, compared_works
from artextract.oeuvres.reviews.annotations import ANNOTATIONS
from artextract.store import Snapshot
from cache import collection, exploration
from labels import display_label, escape_markdown
from widgets.frame.choices import asked_work
from widgets.outliers.annotation_form import annotation_form, annotation_outcome, toggle_annotation
from widgets.outliers.oeuvre_controls import OeuvreView
from widgets.outliers.outlier_card import compared_grid, compared_title, evidence_list
from widgets.outliers.review_strip import StripItem, review_strip
from widgets.outliers.reviewer import reviewer
from widgets.works.thumbnail_grid import open_work

LARGE = 900  # pixels, longer side of the work that is looked at
# Works beside it: the artist's own, others where no reason says how many, and where one does.
OWN_SHOWN, SHOWN, MOST = 3, 6, 12
STRIP = 60  # works in the strip at once
FAULTY = "Perhaps only the reproduction"
_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")


def outlier_review(snapshot: Snapshot, view: OeuvreView, table: pd.DataFrame) -> int | None:
    """Let the works of `table` be looked at and judged, most unusual first.

    To be called in a fragment: from one work to the next, nothing else of the page is made anew.

    Parameters
    ----------
    table
        The outliers that are shown, in their order, as :func:`cache.exploration.ranked` returns
        them, with the column faulty: whether nothing but the reproduction stands out.

    Returns
    -------
    work_id of the work that is looked at; None where all are judged.
    """
    st.html(f"<style>{_CSS}</style>")
    annotation_outcome()
    said = exploration.current_annotations(snapshot)
    of_artist = exploration.ranked(snapshot, view)
    asked = asked_work(of_artist.set_index("work_id"))
    everything = [int(i) for i in table["work_id"]]
    hide = _progress(everything, {work for work, a in said.items() if a.annotation})
    ids = [i for i in everything if not hide or i == asked or not _judged(said, i)]
    if asked is None:
        st.query_params.pop("work", None)
    chosen = asked if asked is not None else next(iter(ids), None)
    if chosen is None:
        st.success("All of these are judged.", icon=":material/task_alt:")
        return None
    rows = {int(row["work_id"]): row for row in of_artist.to_dict("records")}
    row: dict[Any, Any] = rows[chosen]
    places = {work: place for place, work in enumerate(everything, start=1)}
    strip, picture, beside = st.columns([3, 9, 11], gap="medium")
    with strip:
        _strip(snapshot, view, table, ids, chosen, places, rows)
    with picture:
        number = f"{places[chosen]}. " if chosen in places else ""
        st.header(escape_markdown(f"{number}{row['title']}"), anchor=False)
        _picture(snapshot, row)
        annotation_form(snapshot, chosen, path=row["path"], key="list", numbered=True)
        if st.button("The page of the work", icon=":material/open_in_full:", type="tertiary"):
            open_work(chosen, among=ids, of=f"Outliers of {view.creator}")
    with beside:
        if row["qualifier"]:
            qualifier = display_label(row["qualifier"])
            st.markdown(
                f":material/help_center: {escape_markdown(qualifier)} "
                f"{escape_markdown(view.creator)}: held against the works that are the artist's."
            )
        evidence_list(row)
        _compared(snapshot, view, row)
    return chosen


def _judged(said: dict, work: int) -> bool:
    return work in said and bool(said[work].annotation)


def _progress(ids: list[int], judged: set[int]) -> bool:
    """How many are judged, who judges, and whether those that are judged are hidden."""
    done = len(judged & set(ids))
    with st.container(horizontal=True, vertical_alignment="center", key="review_bar"):
        st.progress(
            done / len(ids) if ids else 0.0, text=f"{done:,} of {len(ids):,} judged", width=260
        )
        hide = st.toggle("Hide judged", key="hide_judged", bind="query-params")
        reviewer()
        with st.popover("Keys", icon=":material/keyboard:", type="tertiary"):
            keys = [f"**{i}** {name}" for i, name in enumerate(ANNOTATIONS, start=1)]
            st.markdown("  \n".join(["**J** next, **K** previous", *keys]))
            st.caption("The same key again takes an annotation back. No key works while you type.")
    return hide


def _strip(
    snapshot: Snapshot,
    view: OeuvreView,
    table: pd.DataFrame,
    ids: list[int],
    chosen: int,
    places: dict[int, int],
    rows: dict[int, dict],
) -> None:
    said = exploration.current_annotations(snapshot)
    at = ids.index(chosen) if chosen in ids else 0
    start = at // STRIP * STRIP
    faulty = set(table.loc[table["faulty"], "work_id"].tolist())
    items: list[StripItem] = []
    for work in ids[start : start + STRIP]:
        item = StripItem(
            work,
            collection.small_source(snapshot, work),
            rows[work]["title"],
            f"{places[work]}",
            said[work].annotation.capitalize() if work in said else "",
        )
        first_fault = work in faulty and not any(i.id in faulty for i in items)
        items.append(replace(item, before=FAULTY) if first_fault else item)

    def open_(work: int) -> None:
        st.query_params["work"] = str(work)

    def annotate_(work: int, place: int) -> None:
        toggle_annotation(snapshot, work, ANNOTATIONS[place], path=rows[work]["path"])

    with st.container(key="outlier_strip"):
        review_strip(
            items,
            ids,
            chosen,
            label=f"Outliers of {view.creator}",
            key="outlier-strip",
            n_annotations=len(ANNOTATIONS),
            on_open=open_,
            on_annotate=annotate_,
        )
        for label, place in (("Previous", start - STRIP), ("Next", start + STRIP)):
            if 0 <= place < len(ids):
                words = f"{label} {min(STRIP, len(ids) - place)}"
                st.button(words, type="tertiary", on_click=partial(open_, ids[place]))


def _picture(snapshot: Snapshot, row: dict[Any, Any]) -> None:
    number = int(row["work_id"])
    with st.container(key="outlier_picture"):
        try:
            content, _, _ = collection.large_picture(snapshot, str(row["path"]), side=LARGE)
            # Within the page: whoever leafs fast would ask for files of pages gone by.
            source = "data:image/jpeg;base64," + base64.b64encode(content).decode()
        except PictureError:
            source = collection.thumbnail_source(snapshot, number)
        if source:
            st.image(source, alt=row["title"], width="stretch")
        else:
            st.caption("There is no picture.")


def _compared(snapshot: Snapshot, view: OeuvreView, row: dict[Any, Any]) -> None:
    works = collection.works(snapshot)
    number = int(row["work_id"])
    groups = compared_works(
        number,
        row["reasons"],
        exploration.neighbourhood(snapshot, view.embedding),
        works["creator"],
        k=SHOWN,
    )
    source: Callable[[int], str] = partial(collection.thumbnail_source, snapshot)
    for place, group in enumerate(groups):
        shown = OWN_SHOWN if group.code == OWN else MOST
        compared_grid(
            replace(group, work_ids=group.work_ids[:shown]),
            works,
            source,
            title=compared_title(group, view.creator, shown=shown),
            key=f"beside-{place}",
        )
