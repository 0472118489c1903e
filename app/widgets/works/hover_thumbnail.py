"""The picture beside the pointer when it rests on a point of a chart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")

_JS = Path(__file__).with_suffix(".js").read_text("utf-8")

_component = st.components.v2.component(
    "artextract_hover", html='<div class="card" role="tooltip"></div>', css=_CSS, js=_JS
)


@st.fragment
def hover_thumbnail(
    chart: str, describe: Callable[[int], tuple[str, str, str] | None], *, key: str
) -> None:
    """Show the picture of the work on whose point the pointer rests.

    A fragment: a pointer that moves waits for one thumbnail and not for the page.

    Parameters
    ----------
    chart
        Key of the chart, whose points have the work_id as customdata.
    describe
        Gives (``src`` of the image, title, one line) of a work_id, or None for one that is not
        there: it is asked with whatever the browser sends.
    """

    def hovered() -> None:
        number: Any = st.session_state[key].hovered
        found = describe(number) if isinstance(number, int) else None
        if found:
            source, title, line = found
            item = {"id": number, "source": source, "title": title, "line": line}
            st.session_state[f"{key}-item"] = item

    _component(
        key=key,
        data={"chart": chart, "item": st.session_state.get(f"{key}-item")},
        on_hovered_change=hovered,
    )
