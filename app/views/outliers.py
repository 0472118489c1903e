"""Outliers: which works stand out in an artist's oeuvre, why, and when they were painted."""

from functools import partial

import numpy as np
import streamlit as st

from artextract.oeuvres import results as findings
from artextract.oeuvres.annotations import current
from artextract.oeuvres.timeline import render_drift
from artextract.store import StoreError
from cache import exploration as cached_findings
from cache import figures as cached_figures
from cache import store as cached
from charts.config import config
from charts.oeuvre import (
    clicked_work,
    score_histogram,
)
from labels import for_markdown
from widgets.csv_button import csv_button
from widgets.notices import explain_missing
from widgets.oeuvre_choice import choose_oeuvre
from widgets.outlier_card import BESIDE, annotation_buttons, evidence_list, nearest_works
from widgets.planted_table import planted_table
from widgets.thumbnail_grid import Painting, paintings

PER_PAGE = 6
METHOD = """
Every work is compared with the rest of the oeuvre by five pieces of evidence: how far it is from
the artist's nearest works; that distance against the nearest works of others; how many of its
nearest works are by others; how far it lies outside the artist's spread; and how little a
classifier that has not seen it thinks of the artist. An isolation forest (Liu, Ting and Zhou
2008) per artist turns them into a score: the further right, the more unusual. Scores of two
artists cannot be compared. No work counts as evidence about itself, and copies of one picture
count once.
"""

store = cached.store()
root = str(store.root.absolute())
try:
    names = findings.explored_embeddings(store)
    version = cached.version(store)
    works = cached.works(root, version)
    choice = choose_oeuvre(names, partial(cached_findings.part, root, version), store)
    table = cached_findings.ranked(root, version, choice)
    about = findings.summary(store, choice.name)
    near = cached_findings.neighbourhood(root, version, choice.name)
except StoreError as error:
    explain_missing(error)
    st.stop()

source = partial(cached.thumbnail_source, root, version)
creator = choice.creator
threshold = table.loc[table["shown"], "score"].min() if table["shown"].any() else np.inf
faulty = table["shown"] & (table["faults"].map(len) > 0) & (table["reasons"].map(len) == 0)
given = cached_findings.said(root, version, cached_findings.annotations_length(store))
standing = current(given)

st.write(
    f"Of **{len(table):,}** works by **{for_markdown(creator)}** the **{table['shown'].sum():,}** "
    "most unusual are shown, strongest first. The slider moves this threshold only: no score "
    "depends on it. Unusual is not false: judge for yourself, and note it."
)
if problem := st.session_state.pop("annotation-error", ""):
    st.error(for_markdown(problem), icon=":material/error:")


def row_of(work: dict, place: int) -> None:
    """Hang one work with its evidence and its neighbours."""
    number = int(work["work_id"])
    with st.container(border=True):
        picture, words = st.columns([2, 5], gap="medium")
        with picture:
            item = Painting(number, source(number), work["title"])
            paintings([item], label=work["title"], key=f"odd-{number}", tile=120, labelled=False)
        with words:
            st.markdown(f"##### {place}. {for_markdown(work['title'])}")
            evidence_list(work)
        said = standing.get(number)
        annotation_buttons(store, number, said, path=work["path"], version=version, key="list")
        nearest_works(beside[number], neighbours, source, creator=creator, key=str(number), tile=64)


def lead_to(event: object) -> None:
    """Open the work whose point was clicked."""
    if (work := clicked_work(event, set(table["work_id"].tolist()))) is not None:
        params = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state.came_from = (*st.session_state.here, params)
        st.switch_page("views/work.py", query_params={"work": str(work)})


left, right = st.columns([13, 8], gap="large")
with left:
    ranked = table[table["shown"] & ~faulty]
    pages = -(-len(ranked) // PER_PAGE)
    page = st.pagination(pages, key=f"page-{creator}") if pages > 1 else 1
    first = (page - 1) * PER_PAGE
    hung = ranked.iloc[first : first + PER_PAGE].to_dict("records")
    beside = {w["work_id"]: near.nearest(int(w["work_id"]), k=BESIDE) for w in hung}
    # Looked up once for all: among 81,446 works each look takes its time.
    neighbours = works.loc[sorted({i for pair in beside.values() for ids in pair for i in ids})]
    for place, work in enumerate(hung, start=first + 1):
        row_of(work, place)
    if not len(ranked):
        st.info("With this share no work stands out; move the slider.", icon=":material/tune:")
    if faulty.any():
        st.subheader("Perhaps only the reproduction", anchor=False)
        st.write("These look unusual, but what is unusual may be the scan and not the painting.")
        paintings(
            [
                Painting(int(w["work_id"]), source(int(w["work_id"])), w["title"], [*w["faults"]])
                for w in table[faulty].to_dict("records")
            ],
            label="Works with a faulty reproduction",
            key="faulty",
            tile=104,
        )
    export = table.drop(columns=["path"]).assign(
        reasons=table["reasons"].map("; ".join),
        faults=table["faults"].map("; ".join),
        annotation=table["work_id"].map(standing),
    )
    with st.container(horizontal=True):
        csv_button("All of the oeuvre as CSV", export, "outliers.csv")
        if len(given):
            csv_button("All annotations as CSV", given, "annotations.csv")

with right:
    st.subheader("How unusual", anchor=False)
    st.plotly_chart(
        score_histogram(table["score"].to_numpy(float), float(threshold)),
        key="scores",
        config=config("scores"),
        alt=f"Histogram of the scores of {len(table):,} works by {creator}",
    )
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(METHOD)
    st.subheader("On the map of the oeuvre", anchor=False)
    try:
        drawn = cached_figures.drawn_oeuvre(root, version, choice)
        quality = about.get("map", {}).get("oeuvres", {}).get(creator, {})
        kept = quality.get("neighbour_recall")
        st.caption(
            "Works that look alike lie close together; rings are the outliers shown. "
            + (f"The map keeps {100 * kept:.0f} % of the 15 nearest works. " if kept else "")
            + "Click on a point to see the work."
        )
        lead_to(
            st.plotly_chart(
                drawn,
                key=f"oeuvre-map-{creator}",
                on_select="rerun",
                selection_mode="points",
                config=config("oeuvre"),
                alt=f"Map of the works by {creator}, {int(table['shown'].sum())} outliers ringed",
            )
        )
    except StoreError as error:
        explain_missing(error, builtin=False)
    st.subheader("Over the years", anchor=False)
    try:
        years = cached_figures.drawn_years(root, version, choice)
        drift = about.get("timeline", {}).get("drifts", {}).get(creator, {})
        said = render_drift(drift)
        st.caption(for_markdown(f"{said[:1].upper()}{said[1:]}."))
        if years is not None:
            lead_to(
                st.plotly_chart(
                    years,
                    key=f"timeline-{creator}",
                    on_select="rerun",
                    selection_mode="points",
                    config=config("timeline"),
                    alt=f"Year of each work by {creator} against the year that it looks like",
                )
            )
            st.caption(
                "A work above the dotted line looks later than it is, one below it earlier. An "
                "outlier at either end of the years may be nothing but late or early style."
            )
    except StoreError as error:
        explain_missing(error, builtin=False)

st.header("What the scores are worth", anchor=False, divider="gray")
planted_table(store, choice.name)
