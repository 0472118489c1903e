"""Many results at a glance: a row per picture; a row opens its detail."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from artextract.oeuvres.open_set.status import LIKE, name_of
from labels import escape_markdown, truncate
from model_display import ModelDisplay
from widgets.predict.prediction_results import (
    Result,
    clear,
    families,
    open_result,
    opened,
    remove,
)
from widgets.predict.prediction_sentence import dissent, dissent_description, sentence
from widgets.predict.share_buttons import share_buttons

PER_PAGE = 6  # rows: the detail below them stays in sight


def prediction_list(results: Mapping[str, Result], display: ModelDisplay) -> None:
    """Show a row per result with its thumbnail, sentence, status and disagreement."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"{len(results)} pictures", anchor=False, width="stretch")
        share_buttons(results, display, stem="predictions", key="all")
        st.button("Clear all", icon=":material/delete_sweep:", type="tertiary", on_click=clear)
    pages = -(-len(results) // PER_PAGE)
    page = st.pagination(pages, key="results_page") if pages > 1 else 1
    page = min(page, pages)
    listed = [result for family in families(results) for result in family]
    with st.container(border=True, gap="xsmall"):
        for result in listed[(page - 1) * PER_PAGE : page * PER_PAGE]:
            _row(result.request.key, result, of_another=result.request.whole in results)


def _row(key: str, result: Result, *, of_another: bool) -> None:
    name = escape_markdown(truncate(result.request.name, 60))
    prediction = result.prediction
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        if of_another:  # a detail stands under its whole
            st.markdown(":gray[:material/subdirectory_arrow_right:]", width=24)
        if prediction is None:
            st.markdown(":material/broken_image:", width=56)
        else:
            st.image(prediction.small, alt=f"The picture {result.request.name}", width=56)
        with st.container(gap=None, width="stretch"):
            st.button(
                f"**{name}**" if key == opened() else name,
                type="tertiary",
                on_click=open_result,
                args=(key,),
                key=f"open-{key}",
            )
            st.markdown(_summary(result))
        st.button(
            "",
            icon=":material/close:",
            type="tertiary",
            help=f"Remove {name}",
            on_click=remove,
            args=(key,),
            key=f"drop-{key}",
        )


def _summary(result: Result) -> str:
    """Sentence, status and disagreement, as Markdown."""
    prediction = result.prediction
    if prediction is None:
        return escape_markdown(result.error)
    status = prediction.status
    name = name_of(status)
    colour = "gray" if status is None or status["code"] == LIKE else "orange"
    parts = [escape_markdown(str(sentence(prediction)))]
    parts.append(f":{colour}-badge[{name[:1].upper()}{name[1:]}]")
    task = "artist" if "artist" in prediction.classes else next(iter(prediction.classes))
    if dissent(prediction, task)[0]:
        parts.append(
            f":orange-badge[:material/call_split: {dissent_description(prediction, task)}]"
        )
    return " ".join(parts)
