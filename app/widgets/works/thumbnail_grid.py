"""A grid of works; a click on one leads to its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from labels import creator_name, title_with_year

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

_component = st.components.v2.component(
    "artextract_thumbnail_grid", html='<div class="grid" role="group"></div>', css=_CSS, js=_JS
)


@dataclass(frozen=True)
class Tile:
    """A work in the grid; all of it is shown as plain text."""

    id: int  # work_id
    source: str  # data URI; empty where there is no picture
    title: str
    lines: list[str] = field(default_factory=list)


def tiles_of(
    works: pd.DataFrame, source: Callable[[int], str], *, creators: bool = False
) -> list[Tile]:
    """A tile per work with its title and year, and, if asked for, who made it.

    Parameters
    ----------
    works
        Rows of the works table, in the order of the tiles.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    rows: Iterable[tuple] = zip(
        works["work_id"].tolist(), works["title"], works["year"], works["creator"], strict=True
    )
    return [
        Tile(i, source(i), title_with_year(title, year), [creator_name(by)] if creators else [])
        for i, title, year, by in rows
    ]


def thumbnail_grid(
    tiles: Sequence[Tile],
    *,
    label: str,
    key: str,
    size: int = 128,
    titles: bool = True,
    on_phones: int = 1000,
    among: Sequence[int] | np.ndarray | None = None,
) -> None:
    """Show works side by side, as many as fit; a click on one opens its page.

    Parameters
    ----------
    label
        What the group is called by a screen reader.
    size
        Smallest width of a tile in pixels.
    titles
        Whether titles stand under the pictures; they are the alternative texts in any case.
    on_phones
        How many are shown at most where the screen is narrow.
    among
        work_ids of the whole list of which `tiles` are a page, in its order, for going from one
        work to the next; None: `tiles` are the list.
    """
    answer = _component(
        key=key,
        data={
            "items": [asdict(tile) for tile in tiles],
            "label": label,
            "tile": size,
            "labelled": titles,
            "on_phones": on_phones,
        },
        on_opened_change=lambda: None,
    )
    # The answer comes from a browser: only what is shown can be opened.
    if answer.opened is not None and answer.opened in {tile.id for tile in tiles}:
        of = [tile.id for tile in tiles] if among is None else among
        open_work(int(answer.opened), among=of, of=label)


def open_work(work_id: int, *, among: Sequence[int] | np.ndarray = (), of: str = "") -> None:
    """Go to the page of a work, which links back to this one.

    Parameters
    ----------
    among
        work_ids of the list that it was chosen from, in its order: the page of the work leads to
        the previous and to the next of them.
    of
        What the list is.
    """
    # From one work to the next, the way back stays: to the page where one left off looking.
    if st.session_state.page[0] != "views/work.py":
        params = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state.came_from = (*st.session_state.page, params)
        st.session_state.work_list = (of, np.asarray(among, dtype=np.int64))
    st.switch_page("views/work.py", query_params={"work": str(work_id)})
