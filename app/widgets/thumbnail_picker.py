"""A wall of thumbnails of which one can be chosen, by mouse, finger or keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

_CSS = """
.wall { display: grid; grid-template-columns: repeat(auto-fit, minmax(76px, 1fr)); gap: 10px; }
button {
  all: unset; box-sizing: border-box; cursor: pointer; aspect-ratio: 1; padding: 5px;
  display: flex; align-items: center; justify-content: center; max-width: 128px;
  border: 1px solid transparent; border-radius: 4px;
  background: var(--st-secondary-background-color);
}
button:hover { border-color: var(--st-border-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
button[aria-pressed="true"] { border: 2px solid var(--st-primary-color); }
img { max-width: 100%; max-height: 100%; object-fit: contain; display: block; }
"""

# Built from text nodes and attributes alone: titles are data and must not become markup.
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const wall = parentElement.querySelector(".wall");
  const now = JSON.stringify(data);
  if (wall.dataset.shown === now) return;
  wall.dataset.shown = now;
  wall.setAttribute("aria-label", data.label);
  const focused = parentElement.activeElement?.dataset?.id;
  wall.replaceChildren(...data.items.map((item) => {
    const button = document.createElement("button");
    const image = document.createElement("img");
    button.type = "button";
    button.title = item.title;
    button.dataset.id = item.id;
    button.setAttribute("aria-pressed", String(item.id === data.chosen));
    image.src = item.source;
    image.alt = item.title;
    image.decoding = "async";
    button.append(image);
    button.onclick = () => setTriggerValue("chosen", item.id);
    return button;
  }));
  if (focused) wall.querySelector(`[data-id="${focused}"]`)?.focus();
}
"""

_wall = st.components.v2.component(
    "artextract_thumbnails", html='<div class="wall" role="group"></div>', css=_CSS, js=_JS
)


@dataclass(frozen=True)
class Thumbnail:
    """A picture on the wall."""

    id: int
    source: str  # URL or data URI
    title: str  # plain text: tooltip and alternative text


def thumbnails(items: Sequence[Thumbnail], *, label: str, key: str) -> int | None:
    """Show thumbnails and return the id of the one chosen last, None before the first choice.

    The choice is kept in ``st.session_state[f"{key}_choice"]``, so that it outlives a visit to
    another page and a change of what is offered; set it there to choose from code.

    Parameters
    ----------
    label
        What the group is called by a screen reader.
    """
    kept = f"{key}_choice"

    def choose() -> None:
        # The answer comes from a browser: only what was offered counts.
        answer = st.session_state[key].chosen
        if answer in {item.id for item in items}:
            st.session_state[kept] = int(answer)

    data = {"items": [asdict(item) for item in items], "label": label}
    _wall(
        key=key,
        data=data | {"chosen": st.session_state.get(kept)},
        on_chosen_change=choose,
    )
    return st.session_state.get(kept)
