"""Why a work stands out: codes with numbers, made from what is extreme for its artist.

What is stored are the codes; :func:`render` makes a sentence of one when it is shown, so that
rewording needs no recomputation. A code may carry the `work_ids` that it speaks of, so that they
can be shown beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

Reason = dict[str, Any]  # {"code": a key of SENTENCES, and its numbers and names}

LISTED = 24  # works that a reason names at most
VAGUE: Reason = {"code": "several_weak"}

# Plural of the release's genres; works of any other are "labelled" so.
_GENRES = {
    "abstract painting": "abstract paintings",
    "cityscape": "cityscapes",
    "genre painting": "genre paintings",
    "illustration": "illustrations",
    "landscape": "landscapes",
    "nude painting": "nudes",
    "portrait": "portraits",
    "religious painting": "religious paintings",
    "sketch or study": "sketches or studies",
    "still life": "still lifes",
}

# In the order in which they are given: first what anybody can check, then what the works beside it
# show, then what the classifier says, last what cannot be seen. Where `attributed` is false, the
# work is not known to be the artist's, and nothing is said of the artist's *other* works.
SENTENCES: dict[str, Callable[[Reason], str]] = {
    "rare_label": lambda r: _minority(r),
    "round": lambda r: _minority(r),
    "drawing": lambda r: _minority(r),
    "monochrome": lambda r: _minority(r),
    "latest": lambda r: (
        f"painted {r['year']}, {r['years']} years after "
        + ("the next latest" if _own(r) else "the painter's latest work")
    ),
    "earliest": lambda r: (
        f"painted {r['year']}, {r['years']} years before "
        + ("the next earliest" if _own(r) else "the painter's earliest work")
    ),
    "closer_to_others": lambda r: (
        f"closer to {r['count']} works by {r['artist']} than to any{_other(r)} by the painter"
    ),
    "foreign_neighbours": lambda r: f"{r['count']} of its {r['of']} nearest works are by others",
    "predicted_other": lambda r: f"predicted {r['artist']} with {share_text(r['probability'])}",
    "hardly_recognised": lambda r: (
        f"hardly recognised as the painter's ({share_text(r['probability'])})"
    ),
    "far_from_own": lambda r: f"far from all {r['works']}{_other(r)} works by the painter",
    "outside_spread": lambda r: f"outside the spread of the painter's{_other(r)} works",
    "several_weak": lambda r: (
        "no single piece of evidence is extreme, only several together are unusual"
    ),
    "grey_scan": lambda r: "grey scan",
    "plain_border": lambda r: f"plain border over {100 * r['share']:.0f} % of a side",
    "strong_compression": lambda r: "strong JPEG compression",
    "tiny": lambda r: f"tiny: {r['pixels']} pixels",
    "text": lambda r: r["text"],  # from a store of an earlier format
}


def render(reason: Reason) -> str:
    """A reason or a fault as a sentence in English, without capital and full stop.

    Examples
    --------
    >>> render({"code": "far_from_own", "works": 41})
    'far from all 41 other works by the painter'
    >>> render({"code": "rare_label", "task": "genre", "label": "portrait", "count": 7, "of": 164})
    'one of 7 portraits among 164'
    """
    sentence = SENTENCES.get(str(reason["code"]))
    with suppress(KeyError, TypeError, ValueError, AttributeError):  # of another version
        if sentence:
            return sentence(reason)
    return str(reason["code"]).replace("_", " ")


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons in the order of :data:`SENTENCES`: what can be checked before what cannot be seen."""
    place = {code: i for i, code in enumerate(SENTENCES)}
    return sorted(reasons, key=lambda reason: place.get(str(reason["code"]), len(place)))


def _own(reason: Reason) -> bool:
    return bool(reason.get("attributed", True))


def _other(reason: Reason) -> str:
    return " other" * _own(reason)


def kind_of(reason: Reason) -> tuple[str, str] | None:
    """What works of a minority are called, one and several; None where there is no such minority.

    Examples
    --------
    >>> kind_of({"code": "rare_label", "task": "genre", "label": "still_life"})
    ('still life', 'still lifes')
    """
    kinds = {
        "round": "round or oval work",
        "drawing": "drawing or print in one colour",
        "monochrome": "work almost without colour",
    }
    if reason["code"] == "rare_label":
        return _labelled(reason)
    one = kinds.get(str(reason["code"]))
    if one is None:
        return None
    several = one.replace("drawing or print", "drawings or prints").replace("work", "works")
    return one, several


def _minority(reason: Reason) -> str:
    one, several = kind_of(reason) or ("", "")
    count, of = reason["count"], reason["of"]
    if not _own(reason):
        some = f"only {count}" if count else "none"
        return f"{one}, as {some} of the painter's {of} works {'are' if count > 1 else 'is'}"
    return f"the only {one} among {of}" if count == 1 else f"one of {count} {several} among {of}"


def _labelled(reason: Reason) -> tuple[str, str]:
    name = str(reason["label"]).replace("_", " ")
    if reason["task"] == "genre":
        name = name.lower().replace("sketch and study", "sketch or study")
        if name in _GENRES:
            return name, _GENRES[name]
    return f"work labelled {name}", f"works labelled {name}"


def share_text(p: float) -> str:
    """A probability (0..1) in whole per cent, "<1 %" and ">99 %" at the ends."""
    if p < 0.01:
        return "<1\u00a0%"
    return ">99\u00a0%" if p > 0.99 else f"{100 * p:.0f}\u00a0%"
