"""The picture beside the pointer when it rests on a point of a chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

_CSS = """
.card { position: fixed; z-index: 1000; pointer-events: none; display: none; width: 176px;
  padding: 8px; border-radius: 4px; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); box-shadow: 0 4px 18px rgba(0, 0, 0, .3);
  font: 13px/1.35 var(--st-font); color: var(--st-text-color); }
.card img { display: block; max-width: 100%; max-height: 170px; margin: 0 auto 6px; }
.title { font-weight: 600; overflow-wrap: anywhere; }
.line { opacity: .82; overflow-wrap: anywhere; }
"""

# It asks the server for one picture at a time, and keeps those that it was given. Streamlit may
# replace the chart at any time, so it looks again whether it still listens to the one on the page.
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const card = parentElement.querySelector(".card");
  const state = (card.state ??= { known: new Map(), wanted: null, at: [0, 0], chart: null });
  state.ask = (id) => setTriggerValue("hovered", id);
  state.show = () => {
    const item = state.known.get(state.wanted);
    card.style.display = item ? "block" : "none";
    if (!item) return;
    if (card.dataset.id !== String(item.id)) {
      card.dataset.id = item.id;
      const image = document.createElement("img");
      image.src = item.source;
      image.alt = item.title;
      image.onload = () => state.show();  // the card is taller now
      const text = ["title", "line"].map((kind) => {
        const line = document.createElement("div");
        line.className = kind;
        line.textContent = item[kind];
        return line;
      });
      card.replaceChildren(...(item.source ? [image] : []), ...text);
    }
    const [x, y] = state.at;
    const left = x + 16 + card.offsetWidth > innerWidth ? x - 16 - card.offsetWidth : x + 16;
    card.style.left = Math.max(4, left) + "px";
    card.style.top = Math.max(4, Math.min(y + 12, innerHeight - card.offsetHeight - 8)) + "px";
  };
  if (data.item) { state.known.set(data.item.id, data.item); state.show(); }
  const over = (event) => {
    const place = event.points[0].customdata;
    state.wanted = Array.isArray(place) ? place[0] : place;
    state.at = [event.event.clientX, event.event.clientY];
    clearTimeout(state.timer);
    if (state.known.has(state.wanted)) state.show();
    else state.timer = setTimeout(() => state.ask(state.wanted), 60);
  };
  const out = () => { clearTimeout(state.timer); state.wanted = null; state.show(); };
  const listen = () => {
    const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    if (!chart?.on || chart === state.chart) return;
    state.chart = chart;
    chart.on("plotly_hover", over);
    chart.on("plotly_unhover", out);
  };
  listen();
  clearInterval(state.watch);
  state.watch = setInterval(listen, 300);
  return () => { clearInterval(state.watch); clearTimeout(state.timer); };
}
"""

_hover = st.components.v2.component(
    "artextract_hover", html='<div class="card" role="tooltip"></div>', css=_CSS, js=_JS
)


@st.fragment
def hover_thumbnail(
    chart: str, describe: Callable[[int], tuple[str, str, str] | None], *, key: str
) -> None:
    """Show the picture of the work on whose point the pointer rests.

    A fragment: whoever moves the pointer effective_patience for one thumbnail and not for the page.

    Parameters
    ----------
    chart
        Key of the chart, whose points bear the work_id as customdata.
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

    _hover(
        key=key,
        data={"chart": chart, "item": st.session_state.get(f"{key}-item")},
        on_hovered_change=hovered,
    )
