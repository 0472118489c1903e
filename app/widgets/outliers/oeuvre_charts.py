"""The charts beside an artist's outliers: how the scores are spread, the map and the timeline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from artextract.oeuvres import results
from artextract.oeuvres.timeline import render_drift
from artextract.store import Snapshot
from cache import figures
from cache.snapshot import rerun_if_changed
from charts.config import config
from charts.oeuvre import clicked_work, score_histogram
from labels import escape_markdown, percent
from widgets.frame.missing import section_needs
from widgets.outliers.oeuvre_controls import OeuvreView
from widgets.outliers.planted_table import planted_table
from widgets.works.thumbnail_grid import open_work

_METHOD = """
Every work is compared with the rest of the oeuvre by five pieces of evidence: how far it is from
the artist's nearest works; that distance against the nearest works of others; how many of its
nearest works are by others; how far it lies outside the artist's spread; and how unlikely the
artist is to a classifier that was not trained on it. An isolation forest (Liu, Ting and Zhou
2008) per artist turns them into a score: higher is more unusual. Scores of two artists cannot be
compared. No work counts as evidence about itself, and copies of one picture count once. Works that
are only attributed to the artist, or come from the workshop, are held against the others and count
as evidence about none.
"""


SCORES, MAP, TIMELINE, QUALITY = "Scores", "Map of the oeuvre", "Timeline", "How well it works"


@st.fragment
def oeuvre_charts(
    snapshot: Snapshot, view: OeuvreView, table: pd.DataFrame, *, chosen: int | None
) -> None:
    """Show the charts as tabs; only the one that is open is drawn.

    Parameters
    ----------
    table
        As :func:`cache.exploration.ranked` returns it.
    chosen
        work_id of the work that is looked at, which all of them mark; None without.
    """
    rerun_if_changed(snapshot)
    names = [SCORES, MAP, TIMELINE, QUALITY]
    scores, oeuvre, timeline, quality = st.tabs(names, key="oeuvre_tab", on_change="rerun")
    if scores.open:
        with scores:
            _scores(view, table, chosen)
    if oeuvre.open:
        with oeuvre, section_needs():
            _map(snapshot, view, table, chosen)
    if timeline.open:
        with timeline, section_needs():
            _timeline(snapshot, view, table, chosen)
    if quality.open:
        with quality:
            planted_table(snapshot.store, view.embedding)


def _scores(view: OeuvreView, table: pd.DataFrame, chosen: int | None) -> None:
    threshold = table.loc[table["shown"], "score"].min() if table["shown"].any() else np.inf
    own = next(iter(table.loc[table["work_id"] == chosen, "score"]), None)
    st.plotly_chart(
        score_histogram(table["score"].to_numpy(float), float(threshold), chosen=own),
        key="scores",
        config=config("scores"),
        alt=f"Histogram of the scores of {len(table):,} works by {view.creator}"
        + (f"; that of the work above is {own:.2f}" if own is not None else ""),
    )
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(_METHOD)


def _map(snapshot: Snapshot, view: OeuvreView, table: pd.DataFrame, chosen: int | None) -> None:
    figure = figures.outlier_map(snapshot, view, chosen)
    made = results.part_record(snapshot.store, view.embedding, "map")["result"]["oeuvres"]
    kept = made.get(view.creator, {}).get("neighbour_recall")
    st.caption(
        "Works whose features are similar lie close together; rings are the outliers shown, "
        "the cross is the work above. "
        + (f"The map keeps {percent(kept)} of the 15 nearest works. " if kept else "")
        + "Click on a point to see the work."
    )
    event = st.plotly_chart(
        figure,
        key=f"oeuvre-map-{view.creator}",
        on_select="rerun",
        selection_mode="points",
        config=config("oeuvre"),
        alt=f"Map of the works by {view.creator}, {int(table['shown'].sum())} outliers ringed",
    )
    _open_clicked(event, table)


def _timeline(
    snapshot: Snapshot, view: OeuvreView, table: pd.DataFrame, chosen: int | None
) -> None:
    figure = figures.timeline(snapshot, view, chosen)
    drifts = results.part_record(snapshot.store, view.embedding, "timeline")["result"]["drifts"]
    text = render_drift(drifts.get(view.creator, {}))
    st.caption(escape_markdown(f"{text[:1].upper()}{text[1:]}."))
    if figure is None:
        return
    event = st.plotly_chart(
        figure,
        key=f"timeline-{view.creator}",
        on_select="rerun",
        selection_mode="points",
        config=config("timeline"),
        alt=f"Year of each work by {view.creator} against the year predicted from its features",
    )
    _open_clicked(event, table)
    st.caption(
        "A work above the dotted line looks later than it is, one below it earlier. An outlier at "
        "either end of the years may be nothing but late or early style."
    )


def _open_clicked(event: object, table: pd.DataFrame) -> None:
    work = clicked_work(event, set(table["work_id"].tolist()))
    if work is not None:
        open_work(work)
