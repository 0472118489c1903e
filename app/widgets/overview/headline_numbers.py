"""A collection in three numbers."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from artextract.collection.statistics import CollectionStatistics
from artextract.store import Store, StoreError
from labels import display_label, percent
from model_display import ENSEMBLE


def headline_numbers(store: Store, statistics: CollectionStatistics) -> None:
    """Show how many works, how many artists, and how often the ensemble is right."""
    oldest, youngest = statistics.years or (0, 0)
    with st.container(horizontal=True, gap="large", key="headline_numbers"):
        years = f"from {oldest} to {youngest}" if statistics.years else "of unknown years"
        _number(f"{statistics.works:,}", f"Work{'s' * (statistics.works != 1)}", years)
        known = len(store.classes().get("artist", []))
        known_note = f"the networks can name {known}" if known else "as far as named"
        _number(f"{statistics.artists:,}", f"Artist{'s' * (statistics.artists != 1)}", known_note)
        with suppress(StoreError):
            _accuracy(store)


def _accuracy(store: Store) -> None:
    metrics = store.metrics()
    task = "artist" if "artist" in metrics else next(iter(metrics), "")
    figures = metrics.get(task, {}).get(ENSEMBLE)
    if figures:
        _number(
            percent(figures["top1"]),
            f"{display_label(task)} predicted right",
            f"of {figures['n']:,} test works",
        )


def _number(figure: str, what: str, note: str) -> None:
    with st.container(gap=None, width="content"):
        st.metric(what, figure, width="content")
        st.caption(note)
