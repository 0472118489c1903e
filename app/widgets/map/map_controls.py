"""What a map shows, and what its colours mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from artextract.store import Snapshot
from charts.embedding_map import OTHERS, UNDATED, UNKNOWN, categories
from labels import display_label
from model_display import ENSEMBLE, ModelDisplay
from widgets.frame.choices import choose_embedding, choose_selection, drop_unknown

ARTIST, DECADE, CORRECT, OUTLIER_SCORE = "Artist", "Decade", "Right or wrong", "Outlier score"
OTHER_ARTISTS = "Other artists"
# What the works are called of which nothing is known.
MISSING = {DECADE: UNDATED, CORRECT: "No test work", OUTLIER_SCORE: "Not scored"}
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
    regions: str = ""  # column of the works table whose labels name parts of the map

    @property
    def map(self) -> str:
        """Which map it is: places on one are places on no other."""
        return f"{self.embedding} {self.creator if self.own_map else ''}"


@dataclass(frozen=True)
class MapChoice:
    """All that the controls say."""

    view: MapView
    years: tuple[int, int] | None  # first and last; undated works are left out
    selection: np.ndarray | None  # work_ids of a kept one, int64


def choose_map(
    snapshot: Snapshot,
    embeddings: Sequence[str],
    read: Callable[[str, str], pd.DataFrame],
    tasks: Mapping[str, Sequence[str]],
    display: ModelDisplay,
    *,
    years: tuple[int, int] | None,
    explain: Callable[[MapView], None],
) -> MapChoice:
    """Show the controls of the page, one line of them, and return what is chosen.

    Parameters
    ----------
    embeddings
        Explored embeddings, the default first.
    read
        Gives the part of an exploration, as :func:`artextract.oeuvres.results.read_table`.
    tasks
        The models that were evaluated on each task.
    years
        First and last of the collection.
    explain
        Says how the map was made.
    """
    evaluated = [task for task, models in tasks.items() if len(models)]
    # Who made a work is known of more works than those whose artist is a class.
    columns = {ARTIST: "creator"} | {display_label(t): t for t in tasks if t != "artist"}
    colours = list(dict.fromkeys([*columns, DECADE, *[CORRECT] * bool(evaluated), OUTLIER_SCORE]))
    drop_unknown("colour", colours)
    drop_unknown("embedding", embeddings)
    embedding = st.session_state.get("embedding") or embeddings[0]
    creators = sorted(read(embedding, "oeuvre_maps")["creator"].unique().tolist())
    drop_unknown("artist", creators)
    task, model, own_map = "", "", False
    with st.container(horizontal=True, vertical_alignment="center", key="map_controls"):
        creator = st.selectbox(
            "Artist",
            creators,
            index=None,
            placeholder="All artists",
            key="artist",
            bind="query-params",
            width=230,
            label_visibility="collapsed",
        )
        if creator:
            drop_unknown("view", _VIEWS)
            own_map = _choose("Show", _VIEWS, "view", width=180) == _VIEWS[0]
        st.markdown("Colour", width="content")
        colour = _choose("Colour by", colours, "colour", width=150)
        if colour == CORRECT:
            drop_unknown("task", evaluated)
            task = _choose("Task", evaluated, "task", width=110, format_func=display_label)
            models = sorted(tasks[task], key=lambda name: name != ENSEMBLE)
            drop_unknown("model", models)
            model = _choose("Model", models, "model", width=150, format_func=display.name)
        chosen_years = _choose_years(years)
        with st.popover("More", icon=":material/tune:", width="content"):
            embedding = choose_embedding(embeddings, display)
            selection = choose_selection(snapshot)
            column = columns.get(colour, "")
            view = MapView(embedding, creator or "", own_map, colour, column, task, model)
            view = replace(view, regions=_regions(view, tasks))
            explain(view)
    return MapChoice(view, chosen_years, selection)


def _regions(view: MapView, tasks: Mapping[str, Sequence[str]]) -> str:
    """What the parts of a map are named by: what its colours mean, or who made the works."""
    if view.column and not (view.creator and view.column == "creator"):
        return view.column
    if not view.own_map:
        return "creator"
    return next((task for task in tasks if task != "artist"), "")


def _choose_years(years: tuple[int, int] | None) -> tuple[int, int] | None:
    if not years or years[0] >= years[1]:
        return None
    chosen = st.slider(
        "Years", *years, years, key="years", bind="query-params", width=210,
        label_visibility="collapsed",
    )  # fmt: skip
    return None if chosen == years else chosen


def _choose(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    width: int,
    format_func: Callable[[str], str] = str,
) -> str:
    return st.selectbox(
        label,
        options,
        key=key,
        bind="query-params",
        width=width,
        format_func=format_func,
        label_visibility="collapsed",
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
    if view.column == "creator" and view.creator:
        # Not the largest oeuvres: the artist who is asked for has a colour, however few the works.
        own = works["creator"] == view.creator
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
    return values, continuous


def others_than(view: MapView, works: pd.DataFrame) -> pd.Series:
    """Which works are by another artist than the one who is asked for: they stay grey."""
    if not view.creator or view.own_map:
        return pd.Series(False, index=works.index)
    return ~(works["creator"] == view.creator).fillna(False).astype(bool)
