"""Whether a picture is like the collection: what stands above every prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.open_set.status import LIKE, render
from artextract.oeuvres.results import part_record
from artextract.store import Store, StoreError, schema
from artextract.store.reading import read_json
from labels import percent


def prediction_status(store: Store, status: Mapping[str, Any] | None) -> None:
    """Show the sentence of a status, and how far it can be trusted where that was measured."""
    sentence = render(status)
    text = sentence[:1].upper() + sentence[1:] + "."
    if status is None:
        st.caption(f"Whether it is like the collection: {sentence}")
        return
    if status["code"] == LIKE:
        st.caption(f":material/check: {text}")
    else:
        st.warning(text, icon=":material/question_mark:")
    _how(store)


def _how(store: Store) -> None:
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(
            "The picture is compared with works of the collection that no network was trained on. "
            "“Stranger than 99 %” means that 99 in 100 of them are less strange. Of the "
            "collection's own kind of pictures about 5 in 100 are called strange by mistake."
        )
        if measured := _measured(store):
            st.write(
                "How far “by none of these artists” can be trusted, measured with a quarter of the "
                "artists left out: of their works "
                f"{percent(measured['flagged'])} are recognised as such, and a work by one of them "
                f"is stranger than one by a known artist in {percent(measured['auroc'])} of all "
                "pairs, where chance gives 50 %. A name that is given is no proof of the artist."
            )


def _measured(store: Store) -> dict[str, float] | None:
    """What ``benchmarks.open_set --record`` found for this exploration, if it did."""
    try:
        name = explored_embeddings(store, "open_set")[0]
        path = store.explored(name, "open_set_measured.json")
        missing = StoreError("not measured yet")
        record = read_json(path, schema.OpenSetMeasured, command=None, missing=missing)
        if record["open_set"] != part_record(store, name, "open_set")["key"]:
            return None  # of another exploration
        return {key: float(record[key]) for key in ("auroc", "flagged")}
    except StoreError:
        return None
