"""Why a label is doubtful: codes with numbers; :func:`render` makes a sentence when it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from artextract.oeuvres.outliers.reasons import share_text

Reason = dict[str, Any]  # {"code": a key of SENTENCES, and its numbers and names}

SENTENCES: dict[str, Callable[[Reason], str]] = {
    "predicted_other": lambda r: (
        f"labelled {_name(r['label'])} ({share_text(r['label_probability'])}), looks like "
        f"{_name(r['suggested'])} ({share_text(r['suggested_probability'])})"
    ),
    "neighbours": lambda r: (
        f"{r['suggested_count']} of its {r['of']} nearest works are labelled "
        f"{_name(r['suggested'])}, "
        + (
            f"{r['label_count']} {_name(r['label'])}"
            if r["label_count"]
            else f"none {_name(r['label'])}"
        )
    ),
    "same_picture": lambda r: f"the same picture is labelled {_name(r['label'])} as well",
}


def render(reason: Reason) -> str:
    """A reason as a sentence in English, without capital and full stop.

    Examples
    --------
    >>> render({"code": "same_picture", "work_id": 3, "label": "Impressionism"})
    'the same picture is labelled Impressionism as well'
    """
    sentence = SENTENCES.get(reason["code"])
    return sentence(reason) if sentence else str(reason["code"]).replace("_", " ")


def _name(label: str) -> str:
    return " ".join(label.replace("_", " ").split())
