"""Outliers: which works stand out in an artist's oeuvre, why, and when they were painted."""

from functools import partial

import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.reviews.annotations import current
from cache import collection, exploration
from cache.snapshot import take_snapshot
from labels import escape_markdown
from model_display import ModelDisplay
from widgets.frame.choices import choose_selection
from widgets.frame.csv_button import csv_button, with_kept_columns
from widgets.frame.missing import page_needs
from widgets.outliers.oeuvre_charts import oeuvre_charts
from widgets.outliers.oeuvre_controls import choose_oeuvre
from widgets.outliers.outlier_card import NEAREST, annotation_error, outlier_card, reason_text
from widgets.outliers.planted_table import planted_table
from widgets.works.thumbnail_grid import Tile, thumbnail_grid

PER_PAGE = 6

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    embeddings = explored_embeddings(store)
    works = collection.works(snapshot)
    read = partial(exploration.part, snapshot)
    view = choose_oeuvre(embeddings, read, store, ModelDisplay.read(store))
    kept = choose_selection(snapshot)
    table = exploration.ranked(snapshot, view)
    neighbourhood = exploration.neighbourhood(snapshot, view.embedding)

source = partial(collection.thumbnail_source, snapshot)
# Nothing but the scan stands out.
faulty = table["shown"] & (table["faults"].map(len) > 0) & (table["reasons"].map(len) == 0)
history = exploration.annotation_history(snapshot)
annotations = current(history)

st.write(
    f"Of **{len(table):,}** works by **{escape_markdown(view.creator)}** the "
    f"**{table['shown'].sum():,}** most unusual are shown, strongest first. The slider moves this "
    "threshold only: no score depends on it. Unusual is not false: look for yourself, and annotate."
)
annotation_error()

left, right = st.columns([13, 8], gap="large")
with left:
    ranked = table[table["shown"] & ~faulty]
    if kept is not None:
        ranked = ranked[ranked["work_id"].isin(kept)]
    pages = -(-len(ranked) // PER_PAGE)
    page = (
        st.pagination(pages, key=f"page-{view.creator}", persist_state="session")
        if pages > 1
        else 1
    )
    first = (page - 1) * PER_PAGE
    shown = ranked.iloc[first : first + PER_PAGE].to_dict("records")
    near = {w["work_id"]: neighbourhood.nearest(int(w["work_id"]), k=NEAREST) for w in shown}
    # Looked up once for all: among 81,446 works each look-up takes its time.
    neighbours = works.loc[sorted({i for pair in near.values() for ids in pair for i in ids})]
    for place, work in enumerate(shown, start=first + 1):
        number = work["work_id"]
        outlier_card(
            work,
            place,
            near[number],
            neighbours,
            snapshot,
            source,
            annotation=annotations.get(number),
            among=ranked["work_id"].to_numpy(),
        )
    if not len(ranked):
        which = " of the selection" * (kept is not None)
        st.info(
            f"With this share no work{which} stands out; move the slider.", icon=":material/tune:"
        )
    if faulty.any():
        st.header("Perhaps only the reproduction", anchor=False)
        st.write("These look unusual, but what is unusual may be the scan and not the painting.")
        thumbnail_grid(
            [
                Tile(
                    w["work_id"], source(w["work_id"]), w["title"], [*map(reason_text, w["faults"])]
                )
                for w in table[faulty].to_dict("records")
            ],
            label="Works with a faulty reproduction",
            key="faulty",
            size=104,
        )
    export = table.drop(columns=["path"]).assign(
        reasons=["; ".join(map(reason_text, reasons)) for reasons in table["reasons"]],
        faults=["; ".join(map(reason_text, faults)) for faults in table["faults"]],
        annotation=table["work_id"].map(annotations),
    )
    with st.container(horizontal=True):
        csv_button("All of the oeuvre as CSV", with_kept_columns(export, works), "outliers.csv")
        if len(history):
            csv_button("All annotations as CSV", history, "annotations.csv")

with right:
    oeuvre_charts(snapshot, view, table)

st.header("How well outliers are found", anchor=False, divider="gray")
planted_table(store, view.embedding)
