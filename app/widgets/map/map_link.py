"""What is chosen on a map, as the browser and the address know it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from charts.embedding_map import MapPoints
from charts.map_area import inside, read_area
from widgets.frame.choices import asked_number

_component = st.components.v2.component(
    "artextract_map_link",
    html='<div class="link" hidden></div>',
    js=Path(__file__).with_suffix(".js").read_text("utf-8"),
)
_TURN = "map-turn"  # number of the browser's last choice that was heard of


@dataclass(frozen=True)
class MapState:
    """What is chosen on a map, all of it in the address.

    Attributes
    ----------
    work
        work_id of the one work that was clicked; None without.
    area
        The outline of what was selected, as :func:`charts.map_area.read_area` reads it; "" without.
    window
        The part in view, likewise; "" for all of the map.
    hidden
        Names in the legend whose works are not shown.
    """

    work: int | None = None
    area: str = ""
    window: str = ""
    hidden: tuple[str, ...] = ()


def map_state(points: MapPoints, of: str) -> MapState:
    """What the address says; what it says of another map, or nothing of this one, is dropped.

    Parameters
    ----------
    of
        Which map it is: an area of one is none of another.
    """
    if st.session_state.setdefault("map-of", of) != of:
        st.session_state["map-of"] = of
        for name in ("area", "window", "hide", "mark"):
            st.query_params.pop(name, None)
    area, window = (_sound(st.query_params.get(name, "")) for name in ("area", "window"))
    if len(window) != 16:
        window = ""
    names = {entry.name for entry in points.legend}
    hidden = tuple(name for name in st.query_params.get_all("hide") if name in names)
    work = asked_number()
    known = bool((points.work_ids == work).any())
    return MapState(work if known else None, area, window, hidden)


def set_map_state(state: MapState) -> None:
    """Put it into the address."""
    values: dict[str, Any] = {
        "work": None if state.work is None else str(state.work),
        "area": state.area,
        "window": state.window,
        "hide": list(state.hidden),
    }
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def _sound(text: Any) -> str:
    return text if isinstance(text, str) and read_area(text) is not None else ""


def told_state(told: Any, points: MapPoints) -> MapState | None:
    """What the browser says of a map; None where it makes no sense: it may be anybody's browser."""
    if not isinstance(told, dict):
        return None
    work, hidden = told.get("work"), told.get("hidden")
    known = isinstance(work, int) and bool((points.work_ids == work).any())
    names = (
        {name for name in hidden if isinstance(name, str)} if isinstance(hidden, list) else set()
    )
    window = _sound(told.get("window"))
    return MapState(
        work if known else None,
        _sound(told.get("area")),
        window if len(window) == 16 else "",
        tuple(entry.name for entry in points.legend if entry.name in names),
    )


def map_link(
    points: MapPoints,
    state: MapState,
    *,
    key: str,
    of: str,
    years: tuple[int, int] | None,
    rings: Sequence[int] | np.ndarray,
    rings_are: str,
    mark: dict[str, Any] | None,
) -> None:
    """Tell the map of this key what is chosen, and let it tell what a visitor chooses.

    To be called in a fragment, which runs again after a choice; :func:`map_state` then has it.

    Parameters
    ----------
    of
        Which map it is.
    years
        First and last of the works that are shown; None for all, and undated works too.
    rings, rings_are
        work_ids of works that are ringed, and what they are for the legend.
    mark
        x and y, in units of the map, and the name of a picture that is not in the collection.
    """

    def hear() -> None:
        told: Any = getattr(st.session_state.get(f"{key}-link"), "told", None)
        heard = told_state(told, points)
        if heard is not None and told.get("map") == of:
            turn = told.get("turn")
            st.session_state[_TURN] = turn if isinstance(turn, int) else 0
            set_map_state(heard)

    ringed = np.isin(points.work_ids, np.asarray(rings, dtype=np.int64))
    _component(
        key=f"{key}-link",
        data={
            "map": key,
            "of": of,
            "turn": st.session_state.get(_TURN, 0),
            "work": state.work,
            "area": state.area or None,
            "window": state.window or None,
            "hidden": list(state.hidden),
            "years": years,
            "rings": base64.b64encode(np.packbits(ringed).tobytes()).decode()
            if ringed.any()
            else None,
            "rings_are": rings_are,
            "mark": mark,
        },
        on_told_change=hear,
    )


def shown_points(
    points: MapPoints, years: tuple[int, int] | None, hidden: Iterable[str]
) -> np.ndarray:
    """Which works are drawn, bool (n,): neither outside the years nor hidden by the legend."""
    shown = np.ones(len(points.work_ids), dtype=bool)
    if years:
        shown &= (points.years >= years[0]) & (points.years <= years[1])
    gone = [place for place, entry in enumerate(points.legend) if entry.name in set(hidden)]
    return shown & ~np.isin(points.places, gone)


def works_inside(points: MapPoints, shown: np.ndarray, area: str) -> np.ndarray:
    """work_ids in an area, or of all that is shown where it is "", int64 (n,).

    Those nearest to the middle of the area come first.
    """
    corners = read_area(area)
    if corners is None:
        corners = np.array([[0, 0], [points.x.max(initial=0), points.y.max(initial=0)]], np.int64)
    rows = np.flatnonzero(shown & inside(corners, points.x, points.y))
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    far = (points.x[rows] - middle[0]) ** 2 + (points.y[rows] - middle[1]) ** 2
    return points.work_ids[rows[np.argsort(far, kind="stable")]].astype(np.int64)
