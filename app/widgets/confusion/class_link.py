"""The way to the page of a class, and back from it."""

from __future__ import annotations

import streamlit as st

CONFUSION = "views/confusion.py"
CLASS = "views/class_report.py"


def open_class(name: str) -> None:
    """Go to the page of a class, which links back to this one.

    Parameters
    ----------
    name
        The class, as the address has it.
    """
    st.session_state.class_came_from = _address()
    st.switch_page(CLASS, query_params=_shared() | {"class": name})


def back_to_confusion() -> None:
    """A link to the matrix, as it was left."""
    params = st.session_state.get("class_came_from") or _shared()
    st.page_link(
        CONFUSION, label="Back to Confusion", icon=":material/arrow_back:", query_params=params
    )


def open_cell(true: str, predicted: str) -> None:
    """Go to a cell of the matrix; labels as the address has them."""
    params = _shared() | {"true": true, "predicted": predicted}
    st.switch_page(CONFUSION, query_params=params)


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _shared() -> dict[str, str | list[str]]:
    """What of the address both pages understand."""
    kept = ("task", "model", "years", "sure", "selection")
    return {
        name: values
        for name, values in _address().items()
        if name in kept or name.startswith(("merge_", "where_"))
    }
