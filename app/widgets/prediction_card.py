"""A picture on the wall and, beside it, what the networks say: one column per task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from charts.config import config
from charts.probability_bars import probability_bars
from labels import MODELS, for_markdown, percent, shortened, spoken

if TYPE_CHECKING:
    from artextract.inference.voting import Vote
    from cache.store import Prediction

_COLUMN = 280  # pixels: below it the three panels of bars get too narrow to read
_TALLEST = 380  # pixels: a portrait format must not push the bars off the screen


@dataclass(frozen=True)
class Result:
    """A picture that somebody asked about, and the answer: a reading or an error."""

    name: str  # file name or title, as it came
    version: str  # of the store that answered
    reading: Prediction | None = None
    error: str = ""
    truth: dict[str, str] = field(default_factory=dict)  # {task: label}, of a collection's work
    caveat: str = ""  # what the networks knew of it before


def prediction_card(exhibit: Result, *, key: str) -> None:
    """Show an exhibit: the picture, per task the annotation, the bars and how the networks voted.

    Parameters
    ----------
    key
        Distinguishes the charts of several exhibits on one page.
    """
    if exhibit.reading is None:
        st.error(
            f"**{for_markdown(shortened(exhibit.name, 80))}**: {for_markdown(exhibit.error)}",
            icon=":material/broken_image:",
        )
        return
    reading = exhibit.reading
    st.header(for_markdown(shortened(exhibit.name, 80)), anchor=False, divider="gray")
    if exhibit.caveat:
        st.caption(exhibit.caveat)
    with st.grid("auto", min_column_width=_COLUMN, gap="medium") as grid:
        with grid.cell():
            width, height = reading.display_size
            st.image(
                reading.display,
                alt=f"The picture {exhibit.name}",
                width=max(1, round(min(width / 2, _TALLEST * width / height))),
            )
            st.caption(
                f"Decoded in {reading.decoding_seconds:.2f} s, "
                f"predicted in {reading.predicting_seconds:.2f} s"
            )
        for task in reading.probabilities:
            with grid.cell():
                _task(reading, task, exhibit.truth.get(task), key=key)


def _task(reading: Prediction, task: str, true: str | None, *, key: str) -> None:
    models, classes = reading.probabilities[task], reading.classes[task]
    first = {model: int(values.argmax()) for model, values in models.items()}
    says = {model: spoken(classes[c]) for model, c in first.items()}
    answer = shortened(says["ensemble"], 60)
    with st.container(gap=None):
        st.caption(f"{task.capitalize()}, says the ensemble")
        st.subheader(for_markdown(answer), anchor=False)
        with st.container(horizontal=True, gap="xsmall"):
            networks = [model for model in models if model != "ensemble"]
            if len({first[model] for model in networks}) > 1:
                st.badge("The networks disagree", icon=":material/call_split:", color="orange")
            elif len(networks) > 1:
                st.badge("Both networks agree", icon=":material/join_inner:", color="gray")
            if true is not None and classes[first["ensemble"]] == true:
                st.badge("Right", icon=":material/check:", color="green")
            elif true is not None:
                st.badge("Wrong", icon=":material/close:", color="red")
    st.plotly_chart(
        probability_bars(models, classes, true=true),
        key=f"bars-{key}-{task}",
        config=config(f"artextract-{task}"),
        alt=f"{task.capitalize()}: "
        + "; ".join(
            f"{MODELS[model]} {says[model]} {percent(float(values.max()))}"
            for model, values in models.items()
        ),
    )
    st.caption(_spoken(reading.votes[task]))


def _spoken(vote: Vote) -> str:
    if vote.alone:
        return f"Vote: {MODELS[vote.alone]} alone, as the other did not help on held-out works"
    shares = zip(vote.members, vote.weights.tolist(), strict=True)
    text = "Vote: " + ", ".join(f"{MODELS[member]} {percent(share)}" for member, share in shares)
    return text + ("; their mean is calibrated again" if vote.pooled_temperature != 1 else "")
