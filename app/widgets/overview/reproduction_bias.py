"""Is it the painter or the scan? What the audit found, for the Overview page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artextract.collection.reproductions.audit import read_reproduction_bias, verdict_sentence
from artextract.collection.reproductions.properties import PROPERTIES
from artextract.store import Store
from labels import display_label, escape_markdown
from widgets.frame.csv_button import csv_button

_METHOD = """
A random forest predicts each label from properties of the reproduction alone, for works that it has
not seen. *Balanced accuracy* is the mean over classes of the share that is recognised; chance is
one over the number of classes. *AUROC* is how often a work of the class looks more like it, by its
scan, than a work of another class: 50 % is chance. The scan is said to tell a label where the lower
end of the interval is at least a quarter of the way from chance to never failing, and a class where
it is at least 80 %.
"""
_SIGNS = {
    "told": ":material/warning:",
    "partly": ":material/help:",
    "not": ":material/check:",
}
_WORDS = {"told": "yes", "partly": "in part", "not": "no"}


def reproduction_bias(store: Store, task: str) -> None:
    """Say whether the scan tells a task's labels, and of which classes.

    Raises
    ------
    StoreError
        If it was not measured, or of other works.
    """
    result = read_reproduction_bias(store)
    found = result["tasks"].get(task)
    if found is None:
        st.write("Too few works of two classes to say.")
        return
    sentence = verdict_sentence(task, found)
    text = escape_markdown(sentence[:1].upper() + sentence[1:] + ".")
    told = [row for row in found["classes"] if row["verdict"] == "told"]
    if found["verdict"] == "told":
        st.warning(text, icon=_SIGNS["told"])
    else:
        st.write(f"{_SIGNS[found['verdict']]} {text}")
        if told:
            which = ", ".join(escape_markdown(display_label(row["name"])) for row in told)
            st.write(f"{_SIGNS['told']} It tells {which} from all others.")
    table = pd.DataFrame(
        {
            display_label(task): [display_label(row["name"]) for row in found["classes"]],
            "Works": [row["works"] for row in found["classes"]],
            "Told by its scan": [_WORDS[row["verdict"]] for row in found["classes"]],
            "AUROC": [100 * row["auroc"] for row in found["classes"]],
            "from": [100 * row["ci95"][0] for row in found["classes"]],
            "to": [100 * row["ci95"][1] for row in found["classes"]],
            "Most telling": [
                PROPERTIES[row["property"]].description
                if row["property"] in PROPERTIES and row["property_auroc"] > 0.55
                else "none"
                for row in found["classes"]
            ],
        }
    ).sort_values("AUROC", ascending=False)
    with st.expander("Class by class", icon=":material/table_rows:"):
        st.dataframe(
            table,
            hide_index=True,
            column_config={
                "AUROC": st.column_config.ProgressColumn(
                    format="%.0f %%", min_value=0, max_value=100
                )
            }
            | {name: st.column_config.NumberColumn(format="%.0f %%") for name in ("from", "to")},
            alt=f"How well the scan alone tells every {task} from all others",
        )
        csv_button("Table as CSV", table, f"scan-{task}.csv")
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(_METHOD)
        of = result["properties"]
        single = found["properties"]
        for kind, lead in (
            ("scan", "Of the scan"),
            ("either", "Perhaps of the painting, so apart"),
        ):
            lines = [
                f"- {escape_markdown(PROPERTIES[name].description)}: {100 * single[name]:.1f} % by "
                "itself"
                for name in of
                if of[name] == kind and name in PROPERTIES
            ]
            st.markdown(f"{lead}:\n" + "\n".join(lines))
        if result["folders_are_labels"]:
            st.write("Folders are named after labels here, and say nothing about a scan.")
