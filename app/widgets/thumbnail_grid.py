"""Paintings on the wall, each with its label; a click leads to the page of the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import streamlit as st

_CSS = """
.wall { display: grid; gap: 18px 14px;
  grid-template-columns: repeat(auto-fill, minmax(min(var(--tile), 100%), 1fr)); }
a { color: inherit; text-decoration: none; border-radius: 4px; min-width: 0; display: block;
  font-family: var(--st-font); font-size: 13px; line-height: 1.4; }
.mat { aspect-ratio: 1; padding: 7%; display: flex; align-items: center; justify-content: center;
  background: var(--st-secondary-background-color); border-radius: 3px;
  border: 1px solid transparent; }
a:hover .mat { border-color: var(--st-border-color); }
a:hover .title { color: var(--st-link-color); }
a:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 3px; }
img { max-width: 100%; max-height: 100%; display: block; object-fit: contain;
  box-shadow: 0 1px 3px rgba(0, 0, 0, .28), 0 6px 14px rgba(0, 0, 0, .12); }
.none { font-size: 12px; opacity: .7; text-align: center; }
.title { margin-top: 7px; font-weight: 600; }
.title, .line { overflow-wrap: anywhere; }
.line { opacity: .82; }
@media (max-width: 640px) { .spare { display: none; } }
"""

# Built from text nodes and attributes alone: titles are data and must not become markup.
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const wall = parentElement.querySelector(".wall");
  const now = JSON.stringify(data);
  if (wall.dataset.shown === now) return;
  wall.dataset.shown = now;
  wall.setAttribute("aria-label", data.label);
  wall.style.setProperty("--tile", data.tile + "px");
  const text = (kind, content) => {
    const line = document.createElement("div");
    line.className = kind;
    line.textContent = content;
    return line;
  };
  wall.replaceChildren(...data.items.map((item, place) => {
    const link = document.createElement("a");
    const mat = document.createElement("div");
    mat.className = "mat";
    link.href = "work?work=" + item.id;
    link.dataset.id = item.id;
    if (place >= data.on_phones) link.className = "spare";
    link.title = item.title;
    if (item.source) {
      const image = document.createElement("img");
      image.src = item.source;
      image.alt = item.title;
      image.decoding = "async";
      mat.append(image);
    } else {
      mat.append(text("none", "no picture"));
    }
    link.append(mat);
    if (data.labelled) link.append(text("title", item.title));
    link.append(...item.lines.map((line) => text("line", line)));
    link.onclick = (event) => {
      // With a key held down, or with another button, the browser opens a tab of its own.
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setTriggerValue("opened", item.id);
    };
    return link;
  }));
}
"""

_wall = st.components.v2.component(
    "artextract_paintings", html='<div class="wall" role="group"></div>', css=_CSS, js=_JS
)


@dataclass(frozen=True)
class Painting:
    """A work on the wall; all of it is shown as plain text."""

    id: int  # work_id
    source: str  # data URI; empty where there is no picture
    title: str
    lines: list[str] = field(default_factory=list)


def paintings(
    items: Sequence[Painting],
    *,
    label: str,
    key: str,
    tile: int = 128,
    labelled: bool = True,
    on_phones: int = 1000,
) -> None:
    """Hang paintings side by side, as many as fit; whoever clicks one is led to its page.

    Parameters
    ----------
    label
        What the group is called by a screen reader.
    tile
        Smallest width of a painting in pixels.
    labelled
        Whether titles stand under the pictures; they are the alternative texts in any case.
    on_phones
        How many hang at most where the screen is narrow.
    """
    answer = _wall(
        key=key,
        data={
            "items": [asdict(item) for item in items],
            "label": label,
            "tile": tile,
            "labelled": labelled,
            "on_phones": on_phones,
        },
        on_opened_change=lambda: None,
    )
    opened = answer.opened
    # The answer comes from a browser: only what hangs there can be opened.
    if opened is not None and opened in {item.id for item in items}:
        # From one work to the next, the way back stays: to the page where one left off looking.
        if st.session_state.here[0] != "views/work.py":
            params = {name: st.query_params.get_all(name) for name in st.query_params}
            st.session_state.came_from = (*st.session_state.here, params)
        st.switch_page("views/work.py", query_params={"work": str(int(opened))})
