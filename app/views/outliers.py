"""Outliers: which works stand out in an artist's oeuvre, why, and what people say of them."""

from functools import partial

import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.outliers.reasons import in_order
from cache import collection, exploration
from cache.snapshot import rerun_if_changed, take_snapshot
from labels import escape_markdown, works_count
from model_display import ModelDisplay
from widgets.frame.choices import choose_selection
from widgets.frame.csv_button import csv_button, with_kept_columns
from widgets.frame.missing import page_needs
from widgets.outliers.annotation_summary import annotation_summary
from widgets.outliers.artist_table import artist_table
from widgets.outliers.oeuvre_charts import oeuvre_charts
from widgets.outliers.oeuvre_controls import ALL, ANNOTATED, choose_oeuvre
from widgets.outliers.outlier_card import reason_text
from widgets.outliers.outlier_review import outlier_review

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    embeddings = explored_embeddings(store, "outliers")
    works = collection.works(snapshot)
    read = partial(exploration.part, snapshot)
    oeuvres = partial(exploration.oeuvres, snapshot)
    view = choose_oeuvre(embeddings, read, oeuvres, store, ModelDisplay.read(store))
    if view.shown == ALL:
        artist_table(snapshot, view.embedding, view.share)
    elif view.shown == ANNOTATED:
        annotation_summary(snapshot)
    if view.shown in (ALL, ANNOTATED):
        st.stop()
    kept = choose_selection(snapshot)
    table = exploration.ranked(snapshot, view)
    exploration.neighbourhood(snapshot, view.embedding)

held = table["qualifier"] != ""
attributed = f", and {held.sum():,} only attributed," if held.any() else ""
st.write(
    f"Of **{(~held).sum():,}** works by **{escape_markdown(view.creator)}**{attributed} the "
    f"**{table['shown'].sum():,}** most unusual are shown. The slider moves this threshold only: "
    "no score depends on it. Unusual is not false: look for yourself, and annotate."
)
# Where nothing but the scan stands out, a work comes last.
faulty = (table["faults"].map(len) > 0) & (table["reasons"].map(len) == 0)
listed = table.assign(faulty=faulty)[table["shown"]]
if kept is not None:
    listed = listed[listed["work_id"].isin(kept)]
listed = listed.sort_values("faulty", kind="stable")


@st.fragment
def explorer() -> None:
    """The works one by one, and the charts that mark each: a key must not run the page."""
    rerun_if_changed(snapshot)
    chosen = None
    if len(listed):
        chosen = outlier_review(snapshot, view, listed)
    else:
        which = " of the selection" * (kept is not None)
        st.info(
            f"With this share no work{which} stands out; move the slider.", icon=":material/tune:"
        )
    oeuvre_charts(snapshot, view, table, chosen=chosen)


explorer()

said = exploration.current_annotations(snapshot)
of_work = [said.get(work) for work in table["work_id"]]
export = table.drop(columns=["path"]).assign(
    reasons=["; ".join(map(reason_text, in_order(reasons))) for reasons in table["reasons"]],
    faults=["; ".join(map(reason_text, faults)) for faults in table["faults"]],
    annotation=[a.annotation if a else "" for a in of_work],
    note=[a.note if a else "" for a in of_work],
    author=[a.author if a else "" for a in of_work],
)
with st.container(horizontal=True):
    csv_button("All of the oeuvre as CSV", with_kept_columns(export, works), "outliers.csv")
    history: pd.DataFrame = exploration.annotation_history(snapshot)
    if len(history):
        csv_button("All annotations as CSV", history, "annotations.csv")
        st.caption(f"{works_count(len(said))} annotated, of all artists")
