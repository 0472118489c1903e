"""The most probable labels as bars in HTML: the same on the page and in a report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from labels import display_label, percent, truncate

_TRACK = "rgba(128, 120, 108, 0.2)"  # visible on a light page and on a dark one


def bars_html(
    rows: Sequence[tuple[str, float]], *, colour: str, name: str, true: str | None = None
) -> str:
    """Bars from 0 to 100 %, the first in full colour.

    Parameters
    ----------
    rows
        Labels, raw, and their probabilities, most probable first.
    colour
        Hexadecimal RGB.
    name
        What the list is called by a screen reader.
    true
        The true label, where it is known; its row is marked.
    """
    items = []
    for place, (label, probability) in enumerate(rows):
        text = escape(truncate(display_label(label), 48))
        weight, opacity = (600, 1) if place == 0 else (400, 0.55)
        mark = " ✓ true label" if label == true else ""
        items.append(
            '<li style="list-style:none;margin:0 0 6px;padding:0">'
            f'<div style="display:flex;justify-content:space-between;gap:12px;font-weight:{weight};'
            f'line-height:1.35"><span>{text}{mark}</span><span>{percent(probability)}</span></div>'
            f'<div aria-hidden="true" style="height:8px;border-radius:2px;background:{_TRACK}">'
            f'<div style="height:8px;border-radius:2px;background:{colour};opacity:{opacity};'
            f'width:{100 * probability:.1f}%"></div></div></li>'
        )
    return (
        f'<ol aria-label="{escape(name)}" style="margin:0;padding:0;font-size:0.95rem">'
        f"{''.join(items)}</ol>"
    )
