"""A picture and, beside it, what the networks predict: one column per task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from artextract.oeuvres.open_set.status import is_doubtful
from artextract.store import Snapshot
from charts.config import config
from charts.probability_bars import probability_bars
from labels import display_label, escape_markdown, percent, truncate
from model_display import ENSEMBLE, ModelDisplay
from widgets.prediction_status import prediction_status

if TYPE_CHECKING:
    from artextract.inference.prediction_sets import LabelSet
    from artextract.inference.voting import Vote
    from cache.networks import Prediction

_COLUMN = 280  # pixels: below it the panels of bars get too narrow to read
_NAMED = 5  # labels of a set; of more, the rest is counted
_TALLEST = 380  # pixels: a portrait format must not push the bars off the screen


@dataclass(frozen=True)
class Result:
    """A picture that somebody asked about, and the answer: a prediction or an error."""

    name: str  # file name or title, as it came
    snapshot: Snapshot  # of the store that answered
    prediction: Prediction | None = None
    error: str = ""
    labels: dict[str, str] = field(default_factory=dict)  # {task: true label}, where known
    caveat: str = ""  # what the networks knew of it before


def prediction_card(result: Result, display: ModelDisplay, *, key: str) -> None:
    """Show a result: the picture, and per task the predicted label, the bars and the vote.

    Parameters
    ----------
    key
        Distinguishes the charts of several results on one page.
    """
    prediction = result.prediction
    if prediction is None:
        st.error(
            f"**{escape_markdown(truncate(result.name, 80))}**: {escape_markdown(result.error)}",
            icon=":material/broken_image:",
        )
        return
    st.header(escape_markdown(truncate(result.name, 80)), anchor=False, divider="gray")
    if result.caveat:
        st.caption(result.caveat)
    prediction_status(result.snapshot.store, prediction.status)
    with st.grid("auto", min_column_width=_COLUMN, gap="medium") as grid:
        with grid.cell():
            width, height = prediction.display_size
            st.image(
                prediction.display,
                alt=f"The picture {result.name}",
                width=max(1, round(min(width / 2, _TALLEST * width / height))),
            )
            st.caption(
                f"Decoded in {prediction.decoding_seconds:.2f} s, "
                f"predicted in {prediction.predicting_seconds:.2f} s"
            )
        for task in prediction.probabilities:
            with grid.cell():
                _task(prediction, task, result.labels.get(task), display, key=key)


def _task(
    prediction: Prediction, task: str, true: str | None, display: ModelDisplay, *, key: str
) -> None:
    models, classes = prediction.probabilities[task], prediction.classes[task]
    first = {model: int(values.argmax()) for model, values in models.items()}
    labels = {model: display_label(classes[c]) for model, c in first.items()}
    name = display_label(task)
    with st.container(gap=None):
        st.caption(f"{escape_markdown(name)}, predicted by the ensemble")
        label = escape_markdown(truncate(labels[ENSEMBLE], 60))
        if is_doubtful(prediction.status, task):
            st.write(f"No answer; what it resembles most is {label}.")
        else:
            st.subheader(label, anchor=False)
        with st.container(horizontal=True, gap="xsmall"):
            networks = [model for model in models if model != ENSEMBLE]
            if len({first[model] for model in networks}) > 1:
                st.badge("The networks disagree", icon=":material/call_split:", color="orange")
            elif len(networks) > 1:
                st.badge("The networks agree", icon=":material/join_inner:", color="gray")
            if true is not None and classes[first[ENSEMBLE]] == true:
                st.badge("Right", icon=":material/check:", color="green")
            elif true is not None:
                st.badge("Wrong", icon=":material/close:", color="red")
    st.plotly_chart(
        probability_bars(models, classes, display, true=true),
        key=f"bars-{key}-{task}",
        config=config(f"artextract-{task}"),
        alt=bars_description(task, models, classes, display),
    )
    if task in prediction.sets and not is_doubtful(prediction.status, task):
        st.write(escape_markdown(set_description(prediction.sets[task], len(classes))))
    st.caption(escape_markdown(vote_description(prediction.votes[task], display)))


def bars_description(task: str, models: dict, classes: list[str], display: ModelDisplay) -> str:
    """What the bars of a task show, for who cannot see them."""
    return f"{display_label(task)}: " + "; ".join(
        f"{display.name(model)} {display_label(classes[int(values.argmax())])} "
        f"{percent(float(values.max()))}"
        for model, values in models.items()
    )


def set_description(labels: LabelSet, n_classes: int) -> str:
    """A set in words: "With 90 % confidence: Impressionism, or Pointillism"."""
    names = [truncate(display_label(label), 60) for label in labels.labels]
    if len(names) == n_classes:
        text = f"any of the {n_classes}"
    elif len(names) > _NAMED + 1:
        text = f"{', '.join(names[:_NAMED])}, or one of {len(names) - _NAMED} others"
    elif len(names) > 1:
        text = f"{', '.join(names[:-1])}, or {names[-1]}"
    else:
        text = names[0]
    return f"With {100 * labels.level:g} % confidence: {text}"


def vote_description(vote: Vote, display: ModelDisplay) -> str:
    """How the networks vote: "Vote: AlexNet 30 %, ResNet-50 70 %"."""
    if vote.alone:
        return f"Vote: {display.name(vote.alone)} alone, as nothing else helped measurably"
    shares = zip(vote.members, vote.shares.tolist(), strict=True)
    text = "Vote: " + ", ".join(
        f"{display.name(member)} {percent(share)}" for member, share in shares if share
    )
    if vote.pooling == "log-linear":
        return f"{text} of a geometric mean"
    return text + ("; their mean is calibrated again" if vote.pooled_temperature != 1 else "")
