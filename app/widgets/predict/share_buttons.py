"""What can be taken away of answers: a report, a picture and a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from model_display import ModelDisplay
from widgets.frame.csv_button import csv_button
from widgets.predict.prediction_report import report
from widgets.predict.prediction_results import Result
from widgets.predict.prediction_table import prediction_frame
from widgets.predict.share_picture import share_picture


def share_buttons(
    results: Mapping[str, Result], display: ModelDisplay, *, stem: str, key: str
) -> None:
    """Offer them as files, each made when it is asked for.

    Parameters
    ----------
    results
        By their keys, at least one.
    stem
        Of the files' names.
    """
    files = (
        ("Report (HTML)", partial(report, dict(results), display), "html", "text/html", "share"),
        ("Picture (PNG)", partial(share_picture, [*results.values()], display), "png", "image/png",
         "image"),
    )  # fmt: skip
    for label, make, suffix, mime, icon in files:
        st.download_button(
            label,
            make,
            f"{stem}.{suffix}",
            mime,
            icon=f":material/{icon}:",
            type="tertiary",
            on_click="ignore",
            key=f"{suffix}-{key}",
        )
    csv_button("CSV", prediction_frame(results.values(), display), f"{stem}.csv")
