"""A picture and, beside it, the answer in one look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from artextract.oeuvres.open_set.status import is_doubtful
from labels import display_label, escape_markdown, predicted_markdown, true_markdown, truncate
from model_display import ENSEMBLE, ModelDisplay
from widgets.predict.picture_crop import Box, picture_crop
from widgets.predict.prediction_results import Result, counterpart, kept, remove, take_detail
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
from widgets.predict.share_buttons import share_buttons
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
                f"**{escape_markdown(truncate(result.request.name, 80))}**: "
                f"{escape_markdown(result.error)}",
                icon=":material/broken_image:",
            )
            _remove_button(result, key)
        return
    left, right = st.columns([45, 55], gap="large")
    with left:
        _picture(result, prediction, key=key)
    with right:
        _answer(result, prediction, display, key=key)


def _picture(result: Result, prediction: Prediction, *, key: str) -> None:
    """The picture, or, where a detail of it is wanted, the picture with a frame to choose it."""
    if st.session_state.get("cropping") == key and result.request.read is not None:

        def take(box: Box) -> None:
            st.session_state.cropping = None
            take_detail(key, box)

        picture_crop(
            prediction.display,
            prediction.display_size,
            name=result.request.name,
            take=take,
            cancel=lambda: st.session_state.update(cropping=None),
            key=f"crop-{key}",
        )
        return
    with st.container(key=f"predicted_picture-{key}"):
        st.html(_CSS)
        st.image(prediction.display, alt=f"The picture {result.request.name}", width="stretch")
    if result.request.read is not None:
        st.button(
            "Predict a detail",
            icon=":material/crop:",
            type="tertiary",
            help="Without frame, wall or signature: its answer then stands beside that of the "
            "whole.",
            on_click=lambda: st.session_state.update(cropping=key),
            key=f"crop-begin-{key}",
        )


def _answer(result: Result, prediction: Prediction, display: ModelDisplay, *, key: str) -> None:
    st.caption(escape_markdown(truncate(result.request.name, 80)))
    before, label, after = sentence(prediction)
    # The label as every page writes a predicted one.
    named = f":primary[*{escape_markdown(truncate(display_label(label), 60))}*]" if label else ""
    st.header(escape_markdown(before) + " " * bool(named) + named + after, anchor=False)
    if result.request.caveat:
        st.caption(result.request.caveat)
    prediction_status(result.snapshot.store, prediction.status)
    other = counterpart(key)
    beside = None if other is None else kept()[other]
    if beside is None or beside.prediction is None:
        _tasks(result, prediction, display)
    else:
        _side_by_side(result, prediction, beside, beside.prediction, display)
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
        both = {key: result} | ({} if other is None or beside is None else {other: beside})
        share_buttons(both, display, stem="prediction", key=key)
        _remove_button(result, key)


def _tasks(result: Result, prediction: Prediction, display: ModelDisplay) -> None:
    for task in prediction.probabilities:
        _task(prediction, task, result.request.labels.get(task), display)


def _side_by_side(
    result: Result,
    prediction: Prediction,
    other: Result,
    others: Prediction,
    display: ModelDisplay,
) -> None:
    """The answers for a detail and for the whole, the one that is open first."""
    names = ("This detail", "The whole picture")
    if other.request.whole:
        names = ("The whole picture", "Its detail")
    for column, name, of, answer in zip(
        st.columns(2, gap="medium"), names, (result, other), (prediction, others), strict=True
    ):
        with column:
            with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
                st.image(answer.small, alt=f"The picture {of.request.name}", width=48)
                st.markdown(
                    f"**{name}**: {escape_markdown(str(sentence(answer)))}", width="stretch"
                )
            _tasks(of, answer, display)


def _remove_button(result: Result, key: str) -> None:
    st.button(
        "Remove",
        icon=":material/delete:",
        type="tertiary",
        help=f"Remove {escape_markdown(truncate(result.request.name, 60))}",
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
