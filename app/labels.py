"""Names for people. Labels and file names come from data: they are shown, never interpreted."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

from titles import NAME_PARTICLES, display_title

# What the networks know of a work, by its split.
SPLITS = {
    "train": "The networks were trained on it.",
    "val": "The networks were not trained on it; it helped to choose when to stop, and to weigh "
    "their votes.",
    "test": "The networks have never seen it.",
}


# Labels of the release whose punctuation its underscores took away.
SPELLINGS = {
    "Mannerism Late Renaissance": "Mannerism (Late Renaissance)",
    "Naive Art Primitivism": "Naïve Art (Primitivism)",
    "Post Impressionism": "Post-Impressionism",
    "Ukiyo e": "Ukiyo-e",
}


def display_label(label: str) -> str:
    """A class or task as a person writes it.

    >>> display_label("genre_painting"), display_label("Anthony_Van_Dyck"), display_label("Ukiyo_e")
    ('Genre painting', 'Anthony van Dyck', 'Ukiyo-e')
    """
    text = " ".join(label.replace("_", " ").split())
    if text.islower():
        return text[:1].upper() + text[1:]
    if "_" in label:  # with spaces it is somebody's own spelling
        first, *others = text.split(" ")
        lower = (word.lower() if word.lower() in NAME_PARTICLES else word for word in others)
        text = " ".join([first, *lower])
    return SPELLINGS.get(text, text)


def title_with_year(title: Any, year: Any) -> str:
    """Title and year of a work, where they are known: "Haystacks, 1884"."""
    text = display_title(title) if isinstance(title, str) and title else "Untitled"
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
    """A share or a probability (0..1) as whole per cent, the one way in which pages write it.

    What would round to nothing or to all is "<1 %" or ">99 %". The space does not break.
    """
    if 0.0005 <= share <= 0.005:
        return "<1\u00a0%"
    return ">99\u00a0%" if 0.995 <= share < 0.9995 else f"{100 * share:.0f}\u00a0%"


def true_markdown(label: str) -> str:
    """A true label, raw, as Markdown: upright and bold, wherever it stands beside a predicted one.

    The counterpart of :func:`predicted_markdown`.
    """
    return f":material/sell: **{escape_markdown(display_label(label))}**"


def predicted_markdown(label: str, probability: float | None = None) -> str:
    """A predicted label, raw, as Markdown: in italics and the accent's colour, how sure beside it.

    Parameters
    ----------
    probability
        Of the label, 0..1, where it is known.
    """
    text = f":primary[:material/query_stats: *{escape_markdown(display_label(label))}*]"
    return text if probability is None else f"{text} {percent(probability)}"


def works_count(n: int) -> str:
    """A number of works: "1 work", "1,200 works"."""
    return f"{n:,} work{'s' * (n != 1)}"
