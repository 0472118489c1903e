"""Addresses that were passed on before a parameter was renamed."""

from __future__ import annotations

import streamlit as st

from labels import SPELLINGS

# Old names of parameters, and their names now.
_RENAMED = {
    "pred": "predicted",
    "minus": "baseline",
    "mistakes": "hide_diagonal",
    "of": "artist",
    "look": "work",
    "about": "task",
    "says": "model",
}
# Values that were renamed, by the name of the parameter now.
_VALUES = {
    "show": {
        "Share of the class": "Share of true label",
        "Share of the answer": "Share of predicted label",
    },
    "order": {"Likeness": "Similarity"},
    "view": {"On their own map": "Map of the oeuvre", "Among all works": "Map of all works"},
}


def accept_old_address(path: str) -> None:
    """Run the page at `path` again under today's address where its parameters have old names.

    To be called once, by the router.
    """
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    params: dict[str, list[str]] = {}
    for name, values in asked.items():
        new = _RENAMED.get(name, name)
        if new == name or new not in asked:
            params[new] = [_VALUES.get(new, {}).get(value, value) for value in values]
    for name in ("true", "predicted"):
        if name in params:
            params[name] = [SPELLINGS.get(label, label) for label in params[name]]
    if params != asked:
        st.switch_page(path, query_params=params)
