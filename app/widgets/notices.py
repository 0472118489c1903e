"""What a page says where there is nothing to show yet."""

from __future__ import annotations

import streamlit as st

from artextract.store import StoreError
from labels import for_markdown


def explain_missing(error: StoreError, *, builtin: bool = True) -> None:
    """Say what the store lacks, the command that makes it, and how to get the built-in collection.

    Parameters
    ----------
    error
        What is missing, and the command that makes it.
    builtin
        Whether to tell of the built-in collection.
    """
    st.info(f"Nothing to show yet: {for_markdown(error.what)}.", icon=":material/hourglass_empty:")
    if error.command:
        st.write("This makes it:")
        st.code(error.command, language="bash")
    if not builtin:
        return
    st.write(
        "No paintings of your own at hand? The built-in collection, painted by a program, takes "
        "some minutes:"
    )
    st.code("make app", language="bash")
    st.caption("To build it without opening the gallery: `artextract demo`.")
