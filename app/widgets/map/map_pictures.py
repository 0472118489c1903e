"""The pictures on a map: small ones of the works in view, a larger one beside the pointer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from labels import creator_name, title_with_year, truncate

MOST = 150  # works of which pictures are sent at once
_component = st.components.v2.component(
    "artextract_map_pictures",
    html='<div class="link" hidden></div>',
    js=Path(__file__).with_suffix(".js").read_text("utf-8"),
)


@st.fragment
def map_pictures(
    works: pd.DataFrame,
    small: Callable[[int], str],
    large: Callable[[int], str],
    *,
    key: str,
) -> None:
    """Send the map of this key the pictures that it asks for.

    A fragment: a pointer that moves waits for one picture and not for the page.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    small, large
        Give the picture of a work_id as the ``src`` of an image.
    """
    name = f"{key}-pictures"

    def wanted() -> None:
        asked: Any = getattr(st.session_state.get(name), "wanted", None)
        st.session_state[f"{name}-asked"] = asked_works(asked, works)

    ids, is_large = st.session_state.get(f"{name}-asked", ([], False))
    items: list[dict[str, Any]] = []
    for number in ids:
        if is_large:
            work = works.loc[number]
            title = truncate(title_with_year(work["title"], work["year"]), 80)
            item = {"source": large(number), "title": title, "line": creator_name(work["creator"])}
        else:
            item = {"small": small(number)}
        items.append({"id": number} | item)
    _component(key=name, data={"map": key, "items": items}, on_wanted_change=wanted)


def asked_works(asked: Any, works: pd.DataFrame) -> tuple[list[int], bool]:
    """work_ids that a browser asks for, and whether for the large pictures; at most `MOST`."""
    if not isinstance(asked, dict) or not isinstance(asked.get("ids"), list):
        return [], False
    numbers = [i for i in asked["ids"][:MOST] if isinstance(i, int) and not isinstance(i, bool)]
    return [i for i in numbers if i in works.index], asked.get("large") is True
