"""Whose outliers are shown, by which detector, and how many of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.results import part_record
from artextract.store import Store, StoreError
from model_display import ModelDisplay
from widgets.frame.choices import asked_number, choose_embedding, drop_unknown

ONE, ALL, ANNOTATED = VIEWS = ("One artist", "All artists", "Annotations")
ORDERS = ("Most works", "Strongest outlier", "Name")
SHARES = (1, 25)  # of an oeuvre, in per cent


@dataclass(frozen=True)
class OeuvreView:
    """What a visitor wants to see."""

    shown: str  # of VIEWS
    embedding: str
    creator: str  # empty where all are shown
    detector: str
    share: float  # of the oeuvre that is shown, 0..1


def detector_name(name: str) -> str:
    """Name of a detector for creators."""
    text = name.replace("-", " ").replace(" embedding", " on the raw features")
    return {"knn": "Nearest neighbours", "lof": "Local outlier factor"}.get(
        name, text[:1].upper() + text[1:]
    )


def choose_oeuvre(
    embeddings: Sequence[str],
    read: Callable[[str, str], pd.DataFrame],
    oeuvres: Callable[[str, float], pd.DataFrame],
    store: Store,
    display: ModelDisplay,
) -> OeuvreView:
    """Show the controls of the page and return what is chosen.

    Parameters
    ----------
    embeddings
        Explored embeddings, the default first.
    read
        Gives the part of an exploration, as :func:`artextract.oeuvres.results.read_table`.
    oeuvres
        Gives all artists by embedding and share, as
        :func:`artextract.oeuvres.outliers.overview.overview`.

    Raises
    ------
    StoreError
        If no oeuvre was scored.
    """
    # What an address asks for and is not there must not stop the page.
    drop_unknown("order", ORDERS)
    drop_unknown("detector", list(DETECTORS))
    drop_unknown("outliers_of", VIEWS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.segmented_control(
            "Outliers of",
            VIEWS,
            default=ONE,
            required=True,
            key="outliers_of",
            bind="query-params",
        )
        if shown == ANNOTATED:  # by anybody, whatever is chosen here
            return OeuvreView(shown, embeddings[0], "", "", 0.0)
        artist = st.container(width=280)
        slider = st.container(width=200)
        with st.popover("Settings", icon=":material/tune:"):
            order = st.selectbox("Order of artists", ORDERS, key="order", bind="query-params")
            embedding = choose_embedding(embeddings, display)
            table = read(embedding, "outliers")
            record = part_record(store, embedding, "outliers")["configuration"]
            if not len(table):
                raise StoreError(
                    f"no artist in {store.root} has {record['min_works']} works, which is what "
                    "scoring an oeuvre takes",
                    command="artextract explore --min-works 10",
                )
            detector = _choose_detector(record["detector"])
        with slider:
            share = _choose_share(_explored_share(store, embedding)) / 100
    if shown == ALL:
        return OeuvreView(shown, embedding, "", record["detector"], share)
    with artist:
        creator = _choose_artist(table, oeuvres(embedding, share), order)
    return OeuvreView(shown, embedding, creator, detector, share)


def _choose_detector(stored: str) -> str:
    return st.selectbox(
        "Detector",
        [stored, *(other for other in DETECTORS if other != stored)],
        format_func=detector_name,
        help=f"This collection was explored with: {detector_name(stored)}. Another detector "
        "scores the same evidence of one artist again; the reasons stay.",
        key="detector",
        bind="query-params",
    )


def _choose_artist(table: pd.DataFrame, found: pd.DataFrame, order: str) -> str:
    by = {"Most works": "works", "Strongest outlier": "stands_out"}.get(order)
    creators = found.sort_values(by or "creator", ascending=not by, kind="stable")["creator"]
    drop_unknown("artist", creators.tolist())
    # An address may name a work alone.
    if "artist" not in st.query_params and "artist" not in st.session_state:
        asked = table.loc[table["work_id"] == asked_number(), "creator"]
        if len(asked):
            st.session_state["artist"] = asked.iloc[0]
    return st.selectbox("Artist", creators.tolist(), key="artist", bind="query-params")


def _explored_share(store: Store, embedding: str) -> int:
    """The share of an oeuvre that the collection was explored to show, in per cent."""
    try:
        share = part_record(store, embedding, "outliers")["configuration"]["contamination"]
    except (StoreError, KeyError):
        return 5
    return min(max(round(100 * share), SHARES[0]), SHARES[1])


def _choose_share(usual: int) -> int:
    # Another exploration has a share of its own; where the slider was moved, it stays.
    before = st.session_state.get("usual_share", usual)
    if before != usual and st.session_state.get("share") == before:
        st.session_state.share = usual
    st.session_state.usual_share = usual
    return st.slider("Share shown, %", *SHARES, usual, key="share", bind="query-params")
