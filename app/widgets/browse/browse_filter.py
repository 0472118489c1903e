"""Which works are looked at, and in which order: the controls, all of them kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import streamlit as st

from artextract.oeuvres.reviews.annotations import ANNOTATIONS
from labels import creator_name, display_label
from model_display import ENSEMBLE, ModelDisplay
from widgets.frame.choices import drop_unknown

ORDERS = (
    "Best match",
    "Title",
    "Artist",
    "Oldest first",
    "Newest first",
    "Surest first",
    "Least sure first",
    "Most unusual first",
)
OUTCOMES = ("Right", "Wrong")
SPLITS = ("train", "val", "test")
ALL = (0, 100)  # per cent


@dataclass(frozen=True)
class BrowseFilter:
    """What a work must be to be shown. Whatever is empty, or the whole range, asks for nothing."""

    words: str = ""
    creators: tuple[str, ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (task, labels) of each task asked for
    years: tuple[int, int] | None = None  # first and last; undated works are left out
    splits: tuple[str, ...] = ()
    task: str = ""  # of the predictions
    model: str = ""
    outcome: str = ""  # one of OUTCOMES
    confidence: tuple[int, int] = ALL
    percentile: tuple[int, int] = ALL  # within the oeuvre, 100 = most unusual
    annotations: tuple[str, ...] = ()
    selection: str = ""  # the name of one that was kept
    order: str = ORDERS[0]

    @property
    def asks_predictions(self) -> bool:
        """Whether only works with a prediction can be shown."""
        return bool(self.outcome) or self.confidence != ALL

    def count(self) -> int:
        """How many things are asked for."""
        usual = BrowseFilter()
        beside = ("task", "model", "order")  # they ask for nothing by themselves
        names = [f.name for f in fields(self) if f.name not in beside]
        return sum(getattr(self, name) != getattr(usual, name) for name in names)


@dataclass(frozen=True)
class BrowseOptions:
    """What there is to choose from in a store."""

    creators: Sequence[str]
    classes: Mapping[str, Sequence[str]]  # {task: classes}
    years: tuple[int, int] | None  # first and last
    models: Mapping[str, Sequence[str]]  # {task: models} that were evaluated
    explored: bool  # whether there are percentiles
    selections: Sequence[str]


def choose_filter(options: BrowseOptions, display: ModelDisplay) -> BrowseFilter:
    """Show the controls and return what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="browse_filter"):
        words = st.text_input(
            "Words", placeholder="Of titles and artists", key="q", bind="query-params", width=230
        )
        creators = _several("Artist", options.creators, "artist", creator_name, width=270)
        years = None
        if options.years and options.years[0] < options.years[1]:
            years = st.slider(
                "Years", *options.years, options.years, key="years", bind="query-params", width=230
            )
            years = None if years == options.years else years
        with st.popover("More filters", icon=":material/tune:", width="content"):
            beside = _beside(options, display)
        orders = [o for o in ORDERS if options.explored or not o.startswith("Most unusual")]
        orders = [o for o in orders if options.models or "ure" not in o.split(" ")[0]]
        drop_unknown("sort", orders)
        order = st.selectbox("Sort by", orders, key="sort", bind="query-params", width=190)
        made = BrowseFilter(
            words=words.strip(), creators=tuple(creators), years=years, order=order, **beside
        )
        if made.count():
            st.button(
                "Clear filters", icon=":material/filter_alt_off:", on_click=_clear, args=(options,)
            )
    return made


def _beside(options: BrowseOptions, display: ModelDisplay) -> dict[str, Any]:
    """The controls that are not always in sight."""
    found: dict[str, Any] = {}
    left, right = st.columns(2, gap="medium")
    with left:
        labels = []
        for task, classes in options.classes.items():
            if task == "artist":  # who made a work is known of more works
                continue
            chosen = _several(display_label(task), classes, f"is_{task}", display_label)
            if chosen:
                labels.append((task, tuple(chosen)))
        found["labels"] = tuple(labels)
        found["splits"] = tuple(_pills("Split", SPLITS, "split", str.capitalize) or ())
        said = _pills("Annotation", ANNOTATIONS, "annotation", str.capitalize)
        found["annotations"] = tuple(said or ())
        if options.selections:
            drop_unknown("selection", [*options.selections, None])
            found["selection"] = _selection(options.selections) or ""
    with right:
        if options.models:
            tasks = list(options.models)
            found["task"] = _one("Predictions of", tasks, "task", display_label)
            models = sorted(options.models[found["task"]], key=lambda name: name != ENSEMBLE)
            found["model"] = _one("Model", models, "model", display.name)
            found["outcome"] = _pills("Predicted", OUTCOMES, "outcome", str, several=False) or ""
            found["confidence"] = _percent("Confidence, %", "confidence")
        if options.explored:
            found["percentile"] = _percent("More unusual than … % of the oeuvre", "unusual")
    return found


def _selection(names: Sequence[str]) -> str | None:
    return st.selectbox(
        "Selection",
        names,
        index=None,
        placeholder="All works",
        key="selection",
        bind="query-params",
    )


def _clear(options: BrowseOptions) -> None:
    # Not forgotten but set: what a widget of the address holds is taken from there otherwise.
    usual: dict[str, Any] = {
        "q": "",
        "outcome": None,
        "selection": None,
        "confidence": ALL,
        "unusual": ALL,
    }
    usual |= {key: [] for key in ("artist", "split", "annotation")}
    usual |= {f"is_{task}": [] for task in options.classes} | {"years": options.years}
    for key in usual.keys() & st.session_state.keys():
        st.session_state[key] = usual[key]


def _several(
    label: str,
    options: Sequence[str],
    key: str,
    format_func: Callable[[str], str],
    *,
    width: int | Literal["stretch"] = "stretch",
) -> list[str]:
    held: Any = st.session_state.get(key)
    if held is not None:  # perhaps of another store, or the one artist of another page
        known = set(options)
        held = held if isinstance(held, list) else [held]
        kept = [value for value in held if value in known]
        if kept != st.session_state[key]:
            st.session_state[key] = kept
    return st.multiselect(
        label,
        options,
        format_func=format_func,
        placeholder="Any",
        key=key,
        bind="query-params",
        width=width,
    )


def _one(label: str, options: Sequence[str], key: str, format_func: Callable[[str], str]) -> str:
    drop_unknown(key, options)
    return st.selectbox(label, options, format_func=format_func, key=key, bind="query-params")


def _pills(
    label: str,
    options: Sequence[str],
    key: str,
    format_func: Callable[[str], str],
    *,
    several: bool = True,
) -> Any:
    return st.pills(
        label,
        options,
        selection_mode="multi" if several else "single",
        format_func=format_func,
        key=key,
        bind="query-params",
    )


def _percent(label: str, key: str) -> tuple[int, int]:
    low, high = st.slider(label, *ALL, ALL, key=key, bind="query-params")
    return low, high
