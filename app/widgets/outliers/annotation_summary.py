"""What people have said of the works: counts by person, how far they agree, and the works."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from artextract.oeuvres.reviews.annotations import ANNOTATIONS, agreement
from artextract.store import Snapshot
from cache import collection, exploration
from labels import creator_name, title_with_year, truncate, works_count
from widgets.frame.csv_button import csv_button, with_kept_columns
from widgets.outliers.annotation_form import annotated_on
from widgets.works.thumbnail_grid import Tile, thumbnail_grid

PER_PAGE = 24
NOTE = "note only"
NOBODY = "No name"


def annotation_summary(snapshot: Snapshot) -> None:
    """Show all annotations that stand, of all artists."""
    history = exploration.annotation_history(snapshot)
    standing = exploration.current_annotations(snapshot)
    if not standing:
        st.info(
            "Nobody has annotated a work yet. Under One artist, press 1 to 6 or choose an "
            "annotation below the work.",
            icon=":material/edit_note:",
        )
        return
    each = exploration.annotations_by_author(snapshot)
    several, same = agreement(history)
    people = each["author"].replace("", NOBODY).nunique()
    st.write(
        f"**{works_count(len(standing))}** are annotated, by {people:,} "
        f"{'person' if people == 1 else 'people'}."
        + (
            f" Of {works_count(several)} that several people annotated they say the same of "
            f"**{same:,}**."
            if several
            else ""
        )
    )
    counts = summary_table(each)
    st.dataframe(counts, alt="How often each person gives each annotation", width="content")
    kinds = [*ANNOTATIONS, NOTE]
    there = [k for k in kinds if any((a.annotation or NOTE) == k for a in standing.values())]
    kind = st.segmented_control(
        "Works annotated as",
        there,
        default=there[0],
        required=True,
        format_func=str.capitalize,
        key="annotated_as",
    )
    # The newest first.
    chosen = sorted(
        (work for work, a in standing.items() if (a.annotation or NOTE) == kind),
        key=lambda work: standing[work].at,
        reverse=True,
    )
    pages = -(-len(chosen) // PER_PAGE)
    page = st.pagination(pages, key=f"annotated-page-{kind}") if pages > 1 else 1
    works, source = collection.works(snapshot), partial(collection.thumbnail_source, snapshot)
    tiles = []
    for work in chosen[(page - 1) * PER_PAGE : page * PER_PAGE]:
        said, row = standing[work], works.loc[work]
        by = f"{said.author}, " * bool(said.author) + annotated_on(said.at)
        lines = [creator_name(row["creator"]), by, truncate(said.note, 160)]
        tiles.append(
            Tile(
                work,
                source(work),
                title_with_year(row["title"], row["year"]),
                [line for line in lines if line],
            )
        )
    thumbnail_grid(tiles, label=f"Annotated: {kind}", key="annotated", size=150, among=chosen)
    with st.container(horizontal=True):
        csv_button(
            "All that stand as CSV", annotation_table(each, works), "annotations-current.csv"
        )
        csv_button("All that was ever said as CSV", history, "annotations.csv")


def summary_table(each: pd.DataFrame) -> pd.DataFrame:
    """How often each person says each annotation, and all of them; a row per annotation."""
    counts = pd.crosstab(
        each["annotation"].replace("", NOTE), each["author"].replace("", NOBODY)
    ).reindex([*ANNOTATIONS, NOTE], fill_value=0)
    counts = counts.loc[counts.sum(axis=1) > 0].assign(All=lambda table: table.sum(axis=1))
    counts.index = counts.index.str.capitalize()
    return counts.rename_axis(index="Annotation", columns=None)


def annotation_table(each: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Each person's last word on each work, with what is known of the work."""
    of = works.loc[each["work_id"], ["title", "year", "creator"]].set_axis(each.index)
    table = pd.concat(
        [each[["work_id", "path"]], of, each.drop(columns=["work_id", "path"])], axis=1
    )
    return with_kept_columns(table, works)
