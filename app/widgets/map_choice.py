"""What a map shows, and what its colours mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from charts.embedding_map import OTHERS, UNKNOWN, categories
from labels import MODELS, spoken
from widgets.choices import choose_embedding, drop_unknown


@dataclass(frozen=True)
class MapChoice:
    """What a visitor wants to see."""

    name: str  # of the exploration
    creator: str  # "" for everybody
    own: bool  # the map of this artist's works alone
    colour: str
    task: str  # for "Right or wrong"
    model: str


def choose_map(
    names: Sequence[str],
    read: Callable[[str, str], pd.DataFrame],
    tasks: Mapping[str, Sequence[str]],
) -> MapChoice:
    """Show the controls of the page and return what is chosen.

    Parameters
    ----------
    names
        Explored embeddings.
    read
        Gives the part of an exploration, as :func:`artextract.oeuvres.results.read_table`.
    tasks
        The models that were evaluated on each task.
    """
    evaluated = [task for task, members in tasks.items() if len(members)]
    colours = ["Artist", *(t.capitalize() for t in tasks if t != "artist"), "Decade"]
    colours += ["Right or wrong"] * bool(evaluated) + ["Outlier score"]
    drop_unknown("colour", colours)
    task, model = "", ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choose_embedding(names)
        people = sorted(read(name, "oeuvre_maps")["creator"].unique().tolist())
        drop_unknown("of", people)
        creator = st.selectbox(
            "Artist",
            people,
            index=None,
            placeholder="Everybody",
            key="of",
            bind="query-params",
            width=280,
        )
        own = False
        if creator:
            views = ("On their own map", "Among all works")
            drop_unknown("view", views)
            own = views[0] == st.selectbox(
                "Shown", views, key="view", bind="query-params", width=200
            )
        colour = st.selectbox("Coloured by", colours, key="colour", bind="query-params", width=190)
        if colour == "Right or wrong":
            drop_unknown("about", evaluated)
            task = st.selectbox(
                "About the",
                evaluated,
                format_func=str.capitalize,
                key="about",
                bind="query-params",
                width=130,
            )
            members = list(tasks[task])
            drop_unknown("says", members)
            model = st.selectbox(
                "Says",
                members,
                index=members.index("ensemble") if "ensemble" in members else 0,
                format_func=lambda m: MODELS.get(m, m),
                key="says",
                bind="query-params",
                width=150,
            )
    return MapChoice(name, creator or "", own, colour, task, model)


def values_of(
    choice: MapChoice,
    works: pd.DataFrame,
    judged: pd.DataFrame | None,
    said: pd.DataFrame | None,
) -> tuple[pd.Series, bool]:
    """What each work is coloured by, indexed by work_id, and whether it is a number.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    judged
        The part "outliers", where the colour needs it.
    said
        As :func:`artextract.evaluation.confusion.predictions` returns it, where the colour needs
        it.
    """
    continuous = choice.colour in ("Decade", "Outlier score")
    own = works["creator"] == choice.creator
    if choice.colour == "Decade":
        years = pd.to_numeric(works["year"]).astype("float64")
        values = years // 10 * 10
    elif choice.colour == "Outlier score":
        assert judged is not None
        values = judged.set_index("work_id")["percentile"].reindex(works.index)
    elif choice.colour == "Right or wrong":
        assert said is not None
        right = np.where(said["true"] == said["predicted"], "Right", "Wrong")
        values = pd.Series(right, index=said["work_id"], dtype=object).reindex(works.index)
        values = values.fillna(UNKNOWN)
    elif choice.colour == "Artist" and choice.creator:
        # Not the largest oeuvres: whoever is asked for has a colour, be it the smallest of all.
        values = works["creator"].mask(own, spoken(choice.creator)).where(own, OTHERS)
    else:
        column = "creator" if choice.colour == "Artist" else choice.colour.lower()
        values = categories(works[column])
    if choice.creator and not choice.own:
        values = values.where(own, np.nan if continuous else OTHERS)  # type: ignore[arg-type]
    return values, continuous
