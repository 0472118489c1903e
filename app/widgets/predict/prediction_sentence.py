"""A prediction in words; without Streamlit, for pages, tables and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from artextract.oeuvres.open_set.status import UNKNOWN_ARTIST, UNLIKE
from labels import display_label, percent, truncate
from model_display import ENSEMBLE

if TYPE_CHECKING:
    from artextract.inference.prediction_sets import LabelSet
    from cache.networks import Prediction

TOP = 3  # labels per task
_NAMED = 5  # labels of a set; of more, the rest is counted


class Sentence(NamedTuple):
    """The answer in one sentence: what stands before the label, the label, how sure."""

    before: str
    label: str = ""  # raw; empty where there is no answer
    after: str = ""

    def __str__(self) -> str:
        return self.before + (
            truncate(display_label(self.label), 60) + self.after if self[1] else ""
        )


def sentence(prediction: Prediction) -> Sentence:
    """What a picture probably is: "Probably Claude Monet, 96 %", or what its status says instead.

    It tells of the artist, or of the first task where no artist is predicted.
    """
    code = None if prediction.status is None else prediction.status["code"]
    if code == UNLIKE:
        return Sentence("No answer: unlike anything in the collection")
    if code == UNKNOWN_ARTIST and "artist" in prediction.classes:
        n = len(prediction.classes["artist"])
        return Sentence(f"None of the {n} artists, probably")
    task = "artist" if "artist" in prediction.probabilities else next(iter(prediction.classes))
    label, probability = first_choice(prediction, task)
    certain = "Probably" if probability >= 0.5 else "Perhaps"
    return Sentence(f"{certain} ", label, f", {percent(probability)}")


def first_choice(prediction: Prediction, task: str, model: str = ENSEMBLE) -> tuple[str, float]:
    """The most probable label of a model, raw, and its probability."""
    values = prediction.probabilities[task][model]
    best = int(values.argmax())
    return prediction.classes[task][best], float(values[best])


def top(prediction: Prediction, task: str, model: str = ENSEMBLE) -> list[tuple[str, float]]:
    """The most probable labels of a model, raw, and their probabilities, most probable first."""
    values = prediction.probabilities[task][model]
    order = np.argsort(-values, kind="stable")[:TOP]
    return [(prediction.classes[task][c], float(values[c])) for c in order.tolist()]


def dissent(prediction: Prediction, task: str) -> tuple[int, int]:
    """How many of the members that vote choose otherwise than the ensemble, and how many vote."""
    models, vote = prediction.probabilities[task], prediction.votes[task]
    members = [m for m, share in zip(vote.members, vote.shares.tolist(), strict=True) if share]
    best = int(models[ENSEMBLE].argmax())
    return sum(int(models[member].argmax()) != best for member in members), len(members)


def dissent_description(prediction: Prediction, task: str) -> str:
    """Whether the members agree: "2 of 5 members say otherwise"; empty of a single member."""
    others, n = dissent(prediction, task)
    if n < 2:
        return ""
    if not others:
        return "The members agree"
    return f"{others} of {n} members {'says' if others == 1 else 'say'} otherwise"


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


def known_description(prediction: Prediction) -> str:
    """What the networks tell apart: "24 artists, 10 genres"."""
    return ", ".join(
        f"{len(classes)} {display_label(task).lower()}{'s' * (not task.endswith('s'))}"
        for task, classes in prediction.classes.items()
    )
