"""What the outlier scores are worth: how well impostors planted in the oeuvres were found."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store, StoreError
from widgets.csv_button import csv_button
from widgets.oeuvre_choice import spoken_detector

KINDS = {
    "easy": "by anybody",
    "hard": "by the painter most confused with this one",
    "in-oeuvre": "none: own works of a rare genre or style",
}


def planted_table(store: Store, name: str) -> None:
    """Show the measurements of ``benchmarks.outliers --record``, or how to make them.

    Parameters
    ----------
    name
        Of the exploration.
    """
    try:
        record = json.loads(store.explored(name, "planted.json").read_text("utf-8"))
        if record["embedding"] != embedding_key(store, name):
            raise ValueError("measured on other networks or works than those that are scored now")
        rows = pd.DataFrame(record["rows"])
        table = pd.DataFrame(
            {
                "Impostors": rows["kind"].map(KINDS),
                "Share": rows["share"].map("{:.0%}".format),
                "Detector": rows["detector"].map(spoken_detector),
                "ROC-AUC": rows["auc"],
                "Average precision": rows["ap"],
                "Precision among the first 10": rows["p10"],
                "Worst painter's ROC-AUC": rows["worst"],
            }
        )
    except (OSError, ValueError, KeyError, TypeError, StoreError):
        st.write(
            "Nobody knows which works are truly untypical, but one can file works of others under "
            "a painter and see whether the detectors rank them first. That has not been measured "
            "on this collection yet. This does it, in a clone of the project:"
        )
        st.code(f"python -m benchmarks.outliers --embedding {name} --record", language="bash")
        return
    seen = (
        "works on which the network was not trained"
        if record["unseen"]
        else "all works, most of which the network was trained on: it finds impostors too easily"
        if not all(part.endswith("-pretrained") for part in name.split("+"))
        else "all works, by a network that was trained on none of them"
    )
    st.write(
        f"Works of others were filed under each of {record['painters']:,} painters, "
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
