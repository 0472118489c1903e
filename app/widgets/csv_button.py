"""Tables to take away, as CSV."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artextract.files import as_csv


def csv_button(label: str, frame: pd.DataFrame, name: str, *, index: bool = False) -> None:
    """A quiet button that downloads `frame` as `name`; the CSV is made when it is clicked."""
    st.download_button(
        label,
        lambda: as_csv(frame, index=index),
        name,
        "text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"csv-{name}",
    )
