"""How well the detectors find impostors that were planted in the oeuvres."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artextract.oeuvres.embeddings import knows_no_labels
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store, StoreError, schema
from artextract.store.reading import read_json
from widgets.frame.csv_button import csv_button
from widgets.outliers.oeuvre_controls import detector_name

KINDS = {
    "easy": "by any artist",
    "hard": "by the artist most confused with this one",
    "in-oeuvre": "none: own works of a rare genre or style",
}


def planted_table(store: Store, embedding: str) -> None:
    """Show the measurements of ``benchmarks.outliers --record``, or how to make them.

    Parameters
    ----------
    embedding
        The explored one.
    """
    try:
        missing = StoreError("not measured yet")
        path = store.explored(embedding, "planted.json")
        record = read_json(path, schema.Planted, command=None, missing=missing)
        if record["embedding"] != embedding_key(store, embedding) or not record["rows"]:
            raise StoreError("measured on other networks or works than those that are scored now")
        rows = pd.DataFrame(record["rows"])
        table = pd.DataFrame(
            {
                "Impostors": rows["kind"].map(KINDS),
                "Share": rows["share"].map("{:.0%}".format),
                "Detector": rows["detector"].map(detector_name),
                "ROC-AUC": rows["auc"],
                "Average precision": rows["ap"],
                "Precision among the first 10": rows["p10"],
                "Worst artist's ROC-AUC": rows["worst"],
            }
        )
    except StoreError:
        st.write(
            "Nobody knows which works are truly untypical, but one can file works of others under "
            "an artist and see whether the detectors rank them first. That has not been measured "
            "on this collection yet. This does it, in a clone of the project:"
        )
        st.code(
            f"python -m benchmarks.outliers --embedding {embedding} --record",
            language=None,  # the colours of options are too pale
            wrap_lines=True,
        )
        return
    seen = (
        "works on which the network was not trained"
        if record["unseen"]
        else "all works, most of which the network was trained on: it finds impostors too easily"
        if not knows_no_labels(store, embedding)
        else "all works, by a network that was trained on none of them"
    )
    st.write(
        f"Works of others were filed under each of {record['painters']:,} artists, "
        f"{record['seeds']:,} times anew, and every detector ranked the oeuvres; measured on "
        f"{seen}. A ROC-AUC of 1 means that every impostor came before every genuine work, .5 "
        "that chance would do as well; the average precision is 1 where the first ranks hold "
        "nothing but impostors."
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            column: st.column_config.NumberColumn(format="%.3f") for column in table.columns[3:]
        },
        alt="How well each detector found the impostors",
    )
    csv_button("Table as CSV", table, "planted.csv")
