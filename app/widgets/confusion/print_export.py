"""A confusion matrix to take away: for print, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from threading import Lock

import pandas as pd
import streamlit as st

from artextract.evaluation.error_analysis.print_figure import FORMATS, draw_matrix, write_figure
from labels import display_label
from widgets.frame.csv_button import csv_button

_ONE_AT_A_TIME = Lock()  # Matplotlib's settings are the process's
_KINDS = {"png": "PNG, 300 dpi", "svg": "SVG", "pdf": "PDF"}


def print_export(
    values: pd.DataFrame, *, name: str, title: str, scale: str, is_change: bool
) -> None:
    """Offer the matrix as PNG, SVG, PDF and CSV; each is made when it is clicked.

    Parameters
    ----------
    values, title, scale, is_change
        As :func:`artextract.evaluation.error_analysis.print_figure.draw_matrix` takes them.
    name
        Of the files, without their endings.
    """
    names = [display_label(str(label)) for label in values.index]
    with st.popover("Download", icon=":material/download:", type="tertiary"):
        st.caption(
            "For print: white ground, numbers in the cells, 183 mm wide, whatever the theme of "
            "this page."
        )
        for kind, label in _KINDS.items():
            st.download_button(
                label,
                partial(_drawn, values, names, title, scale, is_change, kind),
                f"{name}.{kind}",
                FORMATS[kind],
                icon=":material/print:",
                type="tertiary",
                on_click="ignore",
                key=f"print-{kind}",
            )
        table = values.set_axis(names).set_axis(names, axis=1).rename_axis("true label")
        csv_button("Matrix as CSV", table, f"{name}.csv", index=True)


def _drawn(
    values: pd.DataFrame,
    names: Sequence[str],
    title: str,
    scale: str,
    is_change: bool,
    kind: str,
) -> bytes:
    with _ONE_AT_A_TIME:
        figure = draw_matrix(values, title=title, scale=scale, names=names, is_change=is_change)
        return write_figure(figure, kind)
