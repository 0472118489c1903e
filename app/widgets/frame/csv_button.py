"""Tables to take away, as CSV."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artextract.collection.catalogue.kept import KEPT_DETAILS, kept_columns
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


def with_kept_columns(frame: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """A table of works with what the collection's own table says of each besides.

    Parameters
    ----------
    frame
        Has the column work_id.
    works
        As :meth:`artextract.store.Store.works` returns them.
    """
    known = {str(name).casefold() for name in frame.columns}
    names = [name for name in (*KEPT_DETAILS, *kept_columns(works)) if name in works]
    names = [name for name in names if name.casefold() not in known and works[name].notna().any()]
    more = works.loc[frame["work_id"], names].set_axis(frame.index)
    return pd.concat([frame, more], axis=1)
