"""Which oeuvre is judged, by what, and how much of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.results import part_record
from artextract.store import Store, StoreError
from widgets.choices import choose_embedding, drop_unknown

ORDERS = ("Most works", "Strongest outlier", "Name")
SHARES = (1, 25)  # of an oeuvre, in per cent


@dataclass(frozen=True)
class Choice:
    """What a visitor wants to see."""

    name: str  # of the exploration
    creator: str
    detector: str
    share: float  # of the oeuvre that is shown, 0..1


def spoken_detector(name: str) -> str:
    """A detector as a person calls it."""
    text = name.replace("-", " ").replace(" embedding", " on the raw features")
    return {"knn": "Nearest neighbours", "lof": "Local outlier factor"}.get(
        name, text[:1].upper() + text[1:]
    )


def choose_oeuvre(
    names: Sequence[str], read: Callable[[str, str], pd.DataFrame], store: Store
) -> Choice:
    """Show the controls of the page and return what is chosen.

    Parameters
    ----------
    names
        Explored embeddings.
    read
        Gives the part of an exploration, as :func:`artextract.oeuvres.results.read_part`.

    Raises
    ------
    StoreError
        If no oeuvre was judged.
    """
    # What an address asks for and is not there must not stop the page.
    drop_unknown("order", ORDERS)
    drop_unknown("detector", list(DETECTORS))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = st.container(width=300)
        order = st.selectbox("In the order of", ORDERS, key="order", bind="query-params", width=190)
        much = st.container(width=220)
        name = choose_embedding(names)
        with much:
            share = _choose_share(_explored_share(store, name))
        table = read(name, "outliers")
        if not len(table):
            few = part_record(store, name, "outliers")["configuration"]["min_works"]
            raise StoreError(
                f"no painter in {store.root} has {few} works, which is what judging an oeuvre "
                "takes",
                command="artextract explore --min-works 10",
            )
        stored = part_record(store, name, "outliers")["configuration"]["detector"]
        detectors = [stored, *(other for other in DETECTORS if other != stored)]
        detector = st.selectbox(
            "Detector",
            detectors,
            format_func=spoken_detector,
            help=f"This collection was explored with: {spoken_detector(stored)}. Another detector "
            "judges the same evidence again; the reasons stay.",
            key="detector",
            bind="query-params",
            width=260,
        )
    by = table.groupby("creator").agg(n=("score", "size"), strongest=("score", "max"))
    key = {"Most works": "n", "Strongest outlier": "strongest"}.get(order)
    people = (by.sort_values(key, ascending=False, kind="stable") if key else by).index.tolist()
    drop_unknown("artist", people)
    with whose:
        creator = st.selectbox(
            "Artist",
            people,
            key="artist",
            bind="query-params",
        )
    return Choice(name, creator, detector, share / 100)


def _explored_share(store: Store, name: str) -> int:
    """The share of an oeuvre that the collection was explored to show, in per cent."""
    try:
        share = part_record(store, name, "outliers")["configuration"]["contamination"]
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
