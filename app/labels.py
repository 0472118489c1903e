"""Names for people. Labels and file names come from data: they are shown, never interpreted."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

# What the networks know of a work, by its split.
SPLITS = {
    "train": "The networks were trained on it.",
    "val": "The networks were not trained on it; it helped to choose when to stop, and to weigh "
    "their votes.",
    "test": "The networks have never seen it.",
}


def display_label(label: str) -> str:
    """A class or task as a person writes it: ``genre_painting`` becomes ``Genre painting``."""
    text = " ".join(label.replace("_", " ").split())
    return text[:1].upper() + text[1:] if text.islower() else text


def title_with_year(title: Any, year: Any) -> str:
    """Title and year of a work, where they are known: "Haystacks, 1884"."""
    text = display_label(title) if isinstance(title, str) and title else "Untitled"
    return f"{text}, {year}" if pd.notna(year) else text


def creator_name(creator: Any) -> str:
    """Who made a work, as the collection spells it; "Unknown artist" where nobody is named."""
    return creator if isinstance(creator, str) and creator else "Unknown artist"


def truncate(text: str, length: int) -> str:
    """`text`, cut to `length` characters with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def escape_markdown(text: str) -> str:
    """`text` escaped so that Markdown, and Streamlit's directives in it, show it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def escape_plotly(text: str) -> str:
    """`text` escaped so that Plotly, which knows a few HTML tags, shows it as it is."""
    return html.escape(text, quote=False)


def percent(share: float) -> str:
    """A share (0..1) as whole per cent; what would round to nothing is "<1 %"."""
    return "<1 %" if 0.0005 <= share < 0.005 else f"{100 * share:.0f} %"


def works_count(n: int) -> str:
    """A number of works: "1 work", "1,200 works"."""
    return f"{n:,} work{'s' * (n != 1)}"
