"""A strip of works that are judged one after the other, by mouse or by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

REMEMBERED = 30  # presses, by which one that comes again is known

_component = st.components.v2.component(
    "artextract_review_strip", html='<ul class="strip"></ul>', css=_CSS, js=_JS
)


@dataclass(frozen=True)
class StripItem:
    """A work in the strip; all of it is shown as plain text."""

    id: int  # work_id
    source: str  # data URI; empty where there is no picture
    title: str
    place: str  # its rank
    mark: str  # what was said of it; may be empty
    before: str = ""  # words that stand above it, where another part of the strip begins


def review_strip(
    items: Sequence[StripItem],
    ids: Sequence[int],
    chosen: int | None,
    *,
    label: str,
    key: str,
    n_annotations: int,
    on_open: Callable[[int], None],
    on_annotate: Callable[[int, int], None],
) -> None:
    """Show works of which one is chosen; to be called in a fragment.

    J and K lead to the next and to the previous work, 1 to `n_annotations` annotate the one that is
    chosen; not while somebody types. An annotation is of the work that was on the screen when the
    key was pressed: while another one is on its way, no key annotates. A press is told until it is
    answered, and counts once: runs that cut each other short lose what they were told, or hear it
    twice.

    Parameters
    ----------
    items
        The works in the strip.
    ids
        work_ids of the whole list, of which the strip may be a part.
    chosen
        The work on the screen; it need not be in the list.
    label
        What the strip is called by a screen reader.
    n_annotations
        How many there are, 9 at most.
    on_open, on_annotate
        Called with the work, and with the work and the place of the annotation, from 0.
    """

    def opened() -> None:
        work: Any = getattr(st.session_state.get(key), "opened", None)
        if work in ids:  # it comes from a browser: only what is offered can be opened
            on_open(int(work))

    def annotated() -> None:
        told: Any = getattr(st.session_state.get(key), "annotated", None)
        if not isinstance(told, dict):
            return
        work, pressed, turn = told.get("work"), told.get("key"), told.get("turn")
        if not isinstance(work, int) or not isinstance(pressed, int) or not isinstance(turn, str):
            return
        heard = st.session_state.get(f"{key}-heard", [])  # now: this may be of an earlier run
        if turn in heard:
            return
        st.session_state[f"{key}-heard"] = [*heard, turn][-REMEMBERED:]
        if (work in ids or work == chosen) and 1 <= pressed <= n_annotations:
            on_annotate(work, pressed - 1)

    _component(
        key=key,
        data={
            "items": [asdict(item) for item in items],
            "ids": [int(work) for work in ids],
            "chosen": chosen,
            "label": label,
            "n_annotations": n_annotations,
            "heard": st.session_state.get(f"{key}-heard", []),
        },
        on_opened_change=opened,
        on_annotated_change=annotated,
    )
