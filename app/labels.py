"""Names for people. Labels and file names come from data: they are shown, never interpreted."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

MODELS = {"alexnet": "AlexNet", "resnet50": "ResNet-50", "ensemble": "Ensemble"}
# For charts in which a model has more than one line; they can be seen in the light and in the dark.
COLOURS = {"alexnet": "#6a8fa8", "resnet50": "#b98d26", "ensemble": "#c9553c"}
# What the networks know of a work, by its split.
SPLITS = {
    "train": "The networks were trained on it.",
    "val": "The networks were not trained on it; it helped to choose when to stop, and to weigh "
    "their votes.",
    "test": "The networks have never seen it.",
}


def spoken(label: str) -> str:
    """A class name as a person writes it: ``genre_painting`` becomes ``Genre painting``."""
    text = " ".join(label.replace("_", " ").split())
    return text[:1].upper() + text[1:] if text.islower() else text


def titled(title: Any, year: Any) -> str:
    """Title and year of a work, where they are known: "Haystacks, 1884"."""
    text = spoken(title) if isinstance(title, str) and title else "Untitled"
    return f"{text}, {year}" if pd.notna(year) else text


def shortened(text: str, length: int) -> str:
    """`text`, cut to `length` characters with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def for_markdown(text: str) -> str:
    """`text` escaped so that Markdown, and Streamlit's directives in it, show it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def for_plotly(text: str) -> str:
    """`text` escaped so that Plotly, which knows a few HTML tags, shows it as it is."""
    return html.escape(text, quote=False)


def inked(text: str, *, bold: bool = False) -> str:
    """Chart text, escaped already, in the colour of the page's own text.

    A chart is not drawn again when the theme changes; this colour follows it all the same.
    """
    text = f"<b>{text}</b>" if bold else text
    return f'<span style="color:currentColor">{text}</span>'


def percent(share: float) -> str:
    """A share (0..1) as whole per cent; what would round to nothing is "<1 %"."""
    return "<1 %" if 0.0005 <= share < 0.005 else f"{100 * share:.0f} %"
