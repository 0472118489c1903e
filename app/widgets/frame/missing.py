"""What a page says where there is nothing to show yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from artextract.store import StoreError
from messages import error_markdown, error_text


def explain_missing(error: StoreError, *, builtin: bool = True) -> None:
    """Say what the store lacks, the command that makes it, and how to get the built-in collection.

    Parameters
    ----------
    error
        What is missing, and the command that makes it.
    builtin
        Whether to tell of the built-in collection.
    """
    st.info(
        f"Nothing to show yet: {error_markdown(error.what)}.", icon=":material/hourglass_empty:"
    )
    if error.command:
        st.write("This makes it:")
        st.code(error_text(error.command), language=None, wrap_lines=True)
    if not builtin:
        return
    st.write(
        "No paintings of your own at hand? The built-in collection, painted by a program, takes "
        "some minutes:"
    )
    st.code("make app", language=None, wrap_lines=True)
    st.caption("To build it without opening the gallery: `artextract demo`.")


@contextmanager
def page_needs(*, builtin: bool = True) -> Iterator[None]:
    """Explain a `StoreError` of this block, without which there is no page, and stop."""
    try:
        yield
    except StoreError as error:
        explain_missing(error, builtin=builtin)
        st.stop()


@contextmanager
def section_needs() -> Iterator[None]:
    """Explain a `StoreError` of this block, a part of a page, and go on after it."""
    try:
        yield
    except StoreError as error:
        explain_missing(error, builtin=False)
