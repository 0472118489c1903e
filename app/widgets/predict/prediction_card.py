"""A picture and, beside it, the answer in one look."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from artextract.oeuvres.open_set.status import is_doubtful
from labels import display_label, escape_markdown, predicted_markdown, true_markdown, truncate
from model_display import ENSEMBLE, ModelDisplay
from widgets.frame.csv_button import csv_button
from widgets.predict.prediction_report import report
from widgets.predict.prediction_results import Result, remove
from widgets.predict.prediction_sentence import (
    dissent,
    dissent_description,
    first_choice,
    known_description,
    sentence,
    set_description,
    top,
)
from widgets.predict.prediction_status import prediction_status
from widgets.predict.prediction_table import prediction_frame
from widgets.works.prediction_bars import bars_html

if TYPE_CHECKING:
    from cache.networks import Prediction

_CSS = """<style>
[class*="st-key-predicted_picture"] [data-testid="stImage"] img {
  max-height: calc(100vh - 9rem); object-fit: contain; object-position: left top; }
/* On a phone the answer below it stays in sight. */
@media (max-width: 640px) {
  [class*="st-key-predicted_picture"] [data-testid="stImage"] img { max-height: 40vh; }
}
</style>"""


def prediction_card(result: Result, display: ModelDisplay, *, key: str) -> None:
    """Show a result: the picture, and beside it the sentence, the top three per task, the set.

    Parameters
    ----------
    key
        Of the result.
    """
    prediction = result.prediction
    if prediction is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.error(
                f"**{escape_markdown(truncate(result.name, 80))}**: "
                f"{escape_markdown(result.error)}",
                icon=":material/broken_image:",
            )
            _remove_button(result, key)
        return
    left, right = st.columns([45, 55], gap="large")
    with left, st.container(key=f"predicted_picture-{key}"):
        st.html(_CSS)
        st.image(prediction.display, alt=f"The picture {result.name}", width="stretch")
    with right:
        _answer(result, prediction, display, key=key)


def _answer(result: Result, prediction: Prediction, display: ModelDisplay, *, key: str) -> None:
    st.caption(escape_markdown(truncate(result.name, 80)))
    before, label, after = sentence(prediction)
    # The label as every page writes a predicted one.
    named = f":primary[*{escape_markdown(truncate(display_label(label), 60))}*]" if label else ""
    st.header(escape_markdown(before) + " " * bool(named) + named + after, anchor=False)
    if result.caveat:
        st.caption(result.caveat)
    prediction_status(result.snapshot.store, prediction.status)
    for task in prediction.probabilities:
        _task(prediction, task, result.labels.get(task), display)
    with st.expander(f"It knows {known_description(prediction)}", icon=":material/school:"):
        for task, classes in prediction.classes.items():
            names = ", ".join(escape_markdown(display_label(name)) for name in classes)
            st.write(f"**{escape_markdown(display_label(task))}**: {names}.")
        st.caption(
            "Whatever a picture is, its probabilities are shared out among these, and add up to "
            "100 %. They are calibrated: of all predictions with 60 %, about 60 in 100 are right, "
            "as long as the picture is of the kind that the collection holds."
        )
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Report (HTML)",
            partial(report, {key: result}, display),
            "prediction.html",
            "text/html",
            icon=":material/share:",
            type="tertiary",
            on_click="ignore",
            key=f"report-{key}",
        )
        csv_button("CSV", prediction_frame([result], display), "prediction.csv")
        _remove_button(result, key)


def _remove_button(result: Result, key: str) -> None:
    st.button(
        "Remove",
        icon=":material/delete:",
        type="tertiary",
        help=f"Remove {escape_markdown(truncate(result.name, 60))}",
        on_click=remove,
        args=(key,),
        key=f"remove-{key}",
    )


def _task(prediction: Prediction, task: str, true: str | None, display: ModelDisplay) -> None:
    first, _ = first_choice(prediction, task)
    doubtful = is_doubtful(prediction.status, task)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(display_label(task))}**", width="content")
            others, _ = dissent(prediction, task)
            if said := dissent_description(prediction, task):
                icon = ":material/call_split:" if others else ":material/join_inner:"
                st.badge(said, icon=icon, color="orange" if others else "gray")
            if true is not None and first == true:
                st.badge("Right", icon=":material/check:", color="green")
            elif true is not None:
                st.badge("Wrong", icon=":material/close:", color="red")
        if doubtful:
            resembles = predicted_markdown(first)
            st.write(f"No answer; what it resembles most is {resembles}.")
        st.html(
            bars_html(
                top(prediction, task),
                colour=display.colour(ENSEMBLE),
                name=f"{display_label(task)}: the three most probable",
                true=true,
            )
        )
        if true is not None and first != true:
            st.caption(f"True label: {true_markdown(true)}")
        if task in prediction.sets and not doubtful:
            n = len(prediction.classes[task])
            st.caption(escape_markdown(set_description(prediction.sets[task], n)))
