"""What a map shows, and what its colours mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from charts.embedding_map import OTHERS, UNKNOWN, categories
from labels import display_label
from model_display import ENSEMBLE, ModelDisplay
from widgets.frame.choices import choose_embedding, drop_unknown

ARTIST, DECADE, CORRECT, OUTLIER_SCORE = "Artist", "Decade", "Right or wrong", "Outlier score"
_VIEWS = ("Map of the oeuvre", "Map of all works")


@dataclass(frozen=True)
class MapView:
    """What a visitor wants to see."""

    embedding: str
    creator: str  # "" for all
    own_map: bool  # the map of this artist's works alone
    colour: str  # what the colours mean
    column: str  # of the works table, where they mean a label
    task: str  # for CORRECT
    model: str


def choose_map(
    embeddings: Sequence[str],
    read: Callable[[str, str], pd.DataFrame],
    tasks: Mapping[str, Sequence[str]],
    display: ModelDisplay,
) -> MapView:
    """Show the controls of the page and return what is chosen.

    Parameters
    ----------
    embeddings
        Explored embeddings, the default first.
    read
        Gives the part of an exploration, as :func:`artextract.oeuvres.results.read_table`.
    tasks
        The models that were evaluated on each task.
    """
    evaluated = [task for task, models in tasks.items() if len(models)]
    # Who made a work is known of more works than those whose artist is a class.
    columns = {ARTIST: "creator"} | {display_label(t): t for t in tasks if t != "artist"}
    colours = list(dict.fromkeys([*columns, DECADE, *[CORRECT] * bool(evaluated), OUTLIER_SCORE]))
    drop_unknown("colour", colours)
    task, model = "", ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        embedding = choose_embedding(embeddings, display)
        creators = sorted(read(embedding, "oeuvre_maps")["creator"].unique().tolist())
        drop_unknown("artist", creators)
        creator = st.selectbox(
            "Artist",
            creators,
            index=None,
            placeholder="All artists",
            key="artist",
            bind="query-params",
            width=280,
        )
        own_map = False
        if creator:
            drop_unknown("view", _VIEWS)
            own_map = _choose("Show", _VIEWS, "view", width=200) == _VIEWS[0]
        colour = _choose("Colour by", colours, "colour", width=190)
        if colour == CORRECT:
            drop_unknown("task", evaluated)
            task = _choose("Task", evaluated, "task", width=130, format_func=display_label)
            models = sorted(tasks[task], key=lambda name: name != ENSEMBLE)
            drop_unknown("model", models)
            model = _choose("Model", models, "model", width=150, format_func=display.name)
    column = columns.get(colour, "")
    return MapView(embedding, creator or "", own_map, colour, column, task, model)


def _choose(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    width: int,
    format_func: Callable[[str], str] = str,
) -> str:
    return st.selectbox(
        label, options, key=key, bind="query-params", width=width, format_func=format_func
    )


def colour_values(
    view: MapView,
    works: pd.DataFrame,
    scores: pd.DataFrame | None,
    predictions: pd.DataFrame | None,
) -> tuple[pd.Series, bool]:
    """What each work is coloured by, indexed by work_id, and whether it is a number.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    scores
        The part "outliers", where the colour needs it.
    predictions
        As :func:`artextract.evaluation.confusion.predictions` returns it, where the colour needs
        it.
    """
    continuous = view.colour in (DECADE, OUTLIER_SCORE) and not view.column
    own = works["creator"] == view.creator
    if view.column == "creator" and view.creator:
        # Not the largest oeuvres: the artist who is asked for has a colour, however few the works.
        values = works["creator"].mask(own, display_label(view.creator)).where(own, OTHERS)
    elif view.column:
        values = categories(works[view.column])
    elif view.colour == DECADE:
        years = pd.to_numeric(works["year"]).astype("float64")
        values = years // 10 * 10
    elif view.colour == OUTLIER_SCORE:
        assert scores is not None
        values = scores.set_index("work_id")["percentile"].reindex(works.index)
    else:
        assert predictions is not None
        right = np.where(predictions["true"] == predictions["predicted"], "Right", "Wrong")
        values = pd.Series(right, index=predictions["work_id"], dtype=object).reindex(works.index)
        values = values.fillna(UNKNOWN)
    if view.creator and not view.own_map:
        values = values.where(own, np.nan if continuous else OTHERS)
    return values, continuous
