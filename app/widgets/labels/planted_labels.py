"""How well doubtful labels are found, measured with labels that were swapped on purpose."""

from __future__ import annotations

import streamlit as st

from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store, StoreError, schema
from artextract.store.reading import read_json
from labels import display_label, escape_markdown, percent


def planted_labels(store: Store, embedding: str, task: str) -> None:
    """Say what ``benchmarks.label_errors --record`` found of a task, or how to measure it."""
    try:
        path = store.explored(embedding, "planted_labels.json")
        missing = StoreError("not measured yet")
        record = read_json(path, schema.PlantedLabels, command=None, missing=missing)
        if record["embedding"] != embedding_key(store, embedding):
            raise missing
        rows = {row["kind"]: row for row in record["rows"] if row["task"] == task}
        random, confused = rows["random"], rows["confused"]
    except (StoreError, KeyError):
        st.write("How many of them are wrong labels has not been measured on this collection.")
        st.code(
            f"python -m benchmarks.label_errors --embedding {embedding} --record",
            language=None,  # the colours of options are too pale
            wrap_lines=True,
        )
        return
    st.write(
        f"Measured with {percent(record['share'])} of the labels of "
        f"{escape_markdown(display_label(task).lower())} swapped on purpose: of the first 50 works "
        f"of the list **{percent(random['p50'])}** were such where the label was swapped for any "
        f"other, and **{percent(confused['p50'])}** where it was swapped for the class that is "
        "most often taken for it, as a person would confuse them; chance gives "
        f"{percent(record['share'])}."
    )
