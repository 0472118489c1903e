"""A grid of any number of works: only what is in view is drawn, and sent by the server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from labels import creator_name, display_label, percent, title_with_year
from widgets.works.thumbnail_grid import open_work

WINDOW = 240  # works at most that are sent at once
FIRST = 60  # works that are sent before anybody has scrolled
_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_HTML = (
    '<div class="scroller"><div class="sheet" role="list"></div></div>'
    '<div class="place" aria-live="polite"></div>'
)

_component = st.components.v2.component("artextract_work_grid", html=_HTML, css=_CSS, js=_JS)


@dataclass(frozen=True)
class GridTiles:
    """Makes the tiles of works; all on them is shown as plain text.

    Attributes
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    predictions
        By work_id, with true, predicted and probability, where tiles shall say them.
    percentiles
        By work_id, 0..100, where tiles shall say how unusual a work is.
    """

    works: pd.DataFrame
    source: Callable[[int], str]
    predictions: pd.DataFrame | None = None
    percentiles: pd.Series | None = None

    def make(self, ids: np.ndarray, selected: set[int]) -> list[dict[str, Any]]:
        """A tile per work."""
        tiles = []
        for row in self.works.loc[ids].to_dict("records"):
            number = int(row["work_id"])
            tile = {"id": number, "source": self.source(number), "on": number in selected}
            tile["title"] = title_with_year(row["title"], row["year"])
            tile["line"], tile["note"] = creator_name(row["creator"]), self._note(number)
            tiles.append(tile)
        return tiles

    def _note(self, number: int) -> str:
        if self.predictions is not None and number in self.predictions.index:
            row: Any = self.predictions.loc[number]
            right = " ✓" * bool(row["true"] == row["predicted"])
            label = display_label(str(row["predicted"]))
            return f"Predicted: {label}, {percent(float(row['probability']))}{right}"
        if self.percentiles is not None and number in self.percentiles.index:
            more = min(99, int(self.percentiles.loc[[number]].iloc[0]))
            return f"More unusual than {more}\u00a0%"
        return ""


def work_grid(ids: np.ndarray, tiles: GridTiles, *, label: str, key: str) -> None:
    """Show works; a click opens one, boxes select them; to be called in a fragment.

    Where one had scrolled to is found again when the same works are shown again. Space selects the
    work that has the focus, the arrows move it.

    Parameters
    ----------
    ids
        work_ids, in the order in which they are shown; at least one.
    label
        What the group is called by a screen reader.
    key
        Of the grid; :func:`selected_ids` and :func:`select` take it too.
    """
    view = hashlib.blake2b(ids.tobytes(), digest_size=8).hexdigest()
    state = st.session_state.setdefault(f"{key}-grid", {})
    if state.get("view") != view:
        state |= {"view": view, "first": 0, "start": 0, "stop": FIRST}

    def wanted() -> None:
        asked: Any = getattr(st.session_state.get(key), "wanted", None)
        if _is_range(asked) and asked.get("view") == view:
            start = min(asked["start"], len(ids) - 1)
            state["start"], state["stop"] = start, min(asked["stop"], start + WINDOW)
            state["first"] = min(asked["first"], len(ids) - 1)

    def picked() -> None:
        told: Any = getattr(st.session_state.get(key), "picks", None)
        # What the browser tells is all since it began to draw: another page forgets it.
        if isinstance(told, dict) and told.get("epoch") == state.get("epoch", 0):
            state["picks"] = state.get("picks", {}) | _picks(told.get("changes"))

    window = ids[state["start"] : state["stop"]]
    chosen = set(selected_ids(key, window).tolist())
    answer = _component(
        key=key,
        data={
            "n": len(ids),
            "view": view,
            "epoch": state.get("epoch", 0),
            "at": state["first"],
            "start": state["start"],
            "items": tiles.make(window, chosen),
            "label": label,
            "predicted": tiles.predictions is not None,
            "noted": tiles.predictions is not None or tiles.percentiles is not None,
        },
        default={"picks": None},
        on_picks_change=picked,
        on_wanted_change=wanted,
        on_opened_change=lambda: None,
    )
    opened: Any = answer.opened
    if not isinstance(opened, dict):
        return
    # The answer comes from a browser: only what is shown can be opened.
    number, first = opened.get("id"), opened.get("first")
    if isinstance(number, int) and (ids == number).any():
        state["first"] = min(max(first, 0), len(ids) - 1) if isinstance(first, int) else 0
        # What is sent when one comes back.
        state["start"] = max(0, state["first"] - FIRST // 2)
        state["stop"] = state["start"] + 2 * FIRST
        open_work(number, among=ids, of=label)


def _is_range(asked: Any) -> bool:
    keys = ("start", "stop", "first")
    if not isinstance(asked, dict) or not all(isinstance(asked.get(k), int) for k in keys):
        return False
    return 0 <= asked["start"] <= asked["stop"] and asked["first"] >= 0


def selected_ids(key: str, ids: np.ndarray) -> np.ndarray:
    """Those of `ids` that are selected in the grid of this key, in their order."""
    state = st.session_state.get(f"{key}-grid", {})
    base = state.get("selected", np.empty(0, np.int64))
    picks: dict[int, bool] = state.get("picks", {})
    on = np.array([work for work, chosen in picks.items() if chosen], np.int64)
    off = np.array([work for work, chosen in picks.items() if not chosen], np.int64)
    return ids[(np.isin(ids, base) & ~np.isin(ids, off)) | np.isin(ids, on)]


def select(key: str, ids: np.ndarray) -> None:
    """Let exactly these works be selected in the grid of this key."""
    state = st.session_state.setdefault(f"{key}-grid", {})
    state |= {"selected": ids.copy(), "picks": {}, "epoch": state.get("epoch", 0) + 1}


def _picks(changes: Any) -> dict[int, bool]:
    """What was picked (True) and taken back (False) by hand, as the browser tells it."""
    if not isinstance(changes, list):
        return {}
    pairs = (pair for pair in changes if isinstance(pair, list) and len(pair) == 2)
    return {work: bool(on) for work, on in pairs if isinstance(work, int)}
