"""Thumbnails of which one can be chosen, by mouse, finger or keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")

_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

_component = st.components.v2.component(
    "artextract_thumbnail_picker", html='<div class="grid" role="group"></div>', css=_CSS, js=_JS
)


@dataclass(frozen=True)
class Thumbnail:
    """A picture that can be chosen."""

    id: int
    source: str  # URL or data URI
    title: str  # plain text: tooltip and alternative text


def thumbnail_picker(items: Sequence[Thumbnail], *, label: str, key: str) -> int | None:
    """Show thumbnails and return the id of the one chosen last, None before the first choice.

    The choice is kept in ``st.session_state[f"{key}_choice"]``, so that it outlives a visit to
    another page and a change of what is offered; set it there to choose from code.

    Parameters
    ----------
    label
        What the group is called by a screen reader.
    """
    chosen = f"{key}_choice"

    def choose() -> None:
        # The answer comes from a browser: only what was offered counts.
        answer = st.session_state[key].chosen
        if answer in {item.id for item in items}:
            st.session_state[chosen] = int(answer)

    data = {"items": [asdict(item) for item in items], "label": label}
    _component(
        key=key,
        data=data | {"chosen": st.session_state.get(chosen)},
        on_chosen_change=choose,
    )
    return st.session_state.get(chosen)
