"""Many results at a glance: a row per picture; a row opens its detail."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from artextract.oeuvres.open_set.status import LIKE, name_of
from labels import escape_markdown, truncate
from model_display import ModelDisplay
from widgets.csv_button import csv_button
from widgets.prediction_report import report
from widgets.prediction_results import Result, clear, open_result, opened, remove
from widgets.prediction_sentence import dissent_description, sentence
from widgets.prediction_table import prediction_frame

PER_PAGE = 6  # rows: the detail below them stays in sight


def prediction_list(results: Mapping[str, Result], display: ModelDisplay) -> None:
    """Show a row per result with its thumbnail, sentence, status and disagreement."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{len(results)} pictures", anchor=False, width="stretch")
        st.download_button(
            "Report (HTML)",
            partial(report, dict(results), display),
            "predictions.html",
            "text/html",
            icon=":material/share:",
            type="tertiary",
            on_click="ignore",
            key="report-all",
        )
        table = prediction_frame(results.values(), display)
        csv_button("CSV", table, "predictions.csv")
        st.button("Clear all", icon=":material/delete_sweep:", type="tertiary", on_click=clear)
    pages = -(-len(results) // PER_PAGE)
    page = st.pagination(pages, key="results_page") if pages > 1 else 1
    page = min(page, pages)
    shown = list(results.items())[(page - 1) * PER_PAGE : page * PER_PAGE]
    with st.container(border=True, gap="xsmall"):
        for key, result in shown:
            _row(key, result)


def _row(key: str, result: Result) -> None:
    name = escape_markdown(truncate(result.name, 60))
    prediction = result.prediction
    picture, words, said, away = st.columns(
        [1, 5, 5, 1], vertical_alignment="center", gap="small", wrap=False
    )
    with picture:
        if prediction is None:
            st.markdown(":material/broken_image:")
        else:
            st.image(prediction.small, alt=f"The picture {result.name}", width=56)
    with words, st.container(gap=None):
        st.button(
            f"**{name}**" if key == opened() else name,
            type="tertiary",
            on_click=open_result,
            args=(key,),
            key=f"open-{key}",
        )
        text = result.error if prediction is None else str(sentence(prediction))
        st.caption(escape_markdown(text))
    with said, st.container(horizontal=True, gap="xsmall"):
        if prediction is not None:
            _badges(result)
        else:
            st.badge("No picture", color="red")
    away.button(
        "",
        icon=":material/close:",
        type="tertiary",
        help=f"Remove {name}",
        on_click=remove,
        args=(key,),
        key=f"drop-{key}",
    )


def _badges(result: Result) -> None:
    prediction = result.prediction
    assert prediction is not None
    status = prediction.status
    name = name_of(status)
    like = status is None or status["code"] == LIKE
    st.badge(name[:1].upper() + name[1:], color="gray" if like else "orange")
    task = "artist" if "artist" in prediction.classes else next(iter(prediction.classes))
    described = dissent_description(prediction, task)
    if described and described != "The members agree":
        st.badge(described, icon=":material/call_split:", color="orange")
