"""How accurate a model is on the works that count, and whether another one is as accurate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from artextract.evaluation.error_analysis.comparison import OUTCOMES, Comparison
from charts.confusion_matrix import outcome_cells
from labels import escape_markdown, works_count
from widgets.confusion.cell_matrix import cell_matrix, clicked_cell
from widgets.frame.choices import drop_unknown

NAMES = {"both_right": "Both right", "gained": "Gained", "lost": "Lost", "both_wrong": "Both wrong"}
_SIDES = ("Right", "Wrong")


def accuracy_sentence(
    figures: dict[str, Any], *, model: str, task: str, of: int, words: Sequence[str]
) -> str:
    """What a model achieves, in Markdown.

    Parameters
    ----------
    figures
        As :func:`artextract.evaluation.error_analysis.subset.figures` returns them.
    model, task
        Names for people, at the beginning and inside of a sentence.
    of
        Number of all test works.
    words
        What restricts them, if anything does.
    """
    n = figures["n"]
    if not n:
        return f"None of the {of:,} test works is left by the filter ({', '.join(words)})."
    right = round(figures["top1"] * n)
    low, high = figures["top1_ci95"]
    text = (
        f"{escape_markdown(model)} predicts the true {escape_markdown(task)} of **{right:,}** of "
        f"**{works_count(n)}**: accuracy **{100 * figures['top1']:.1f} %** (95 % interval "
        f"{100 * low:.1f} to {100 * high:.1f}), top-3 accuracy {100 * figures['top3']:.1f} %, "
        f"macro-F1 {figures['macro_f1']:.3f}."
    )
    if words:
        left = escape_markdown("; ".join(words))
        text += f" Only {n:,} of {of:,} test works count ({left})."
    return text


def significance(p: float) -> str:
    """McNemar's p as people write it."""
    return "p < .001" if p < 0.001 else f"p = {f'{p:.3f}'.removeprefix('0')}"


def comparison_sentence(comparison: Comparison, *, model: str, baseline: str) -> str:
    """What changes from the baseline to the model, and whether chance explains it, in Markdown."""
    low, high = comparison.interval
    points = f"{100 * comparison.difference:+.1f}".replace("-", "−")
    span = f"{100 * low:+.1f} to {100 * high:+.1f}".replace("-", "−")
    name, other = escape_markdown(model), escape_markdown(baseline)
    chance = (
        "so uneven a change is unlikely by chance"
        if comparison.p < 0.05
        else "chance alone makes so uneven a change often enough"
    )
    return (
        f"Of {works_count(comparison.n)}, {name} gains **{comparison.gained:,}** that {other} "
        f"predicts wrongly, and loses **{comparison.lost:,}**: **{points} points** (95 % interval "
        f"{span}). McNemar's exact test: **{significance(comparison.p)}**; {chance}."
    )


def choose_outcome(comparison: Comparison, *, model: str, baseline: str) -> str | None:
    """Show the four outcomes as two by two cells, and let one be opened; the address keeps it."""
    drop_unknown("change", [*OUTCOMES, None])
    counts = {kind: getattr(comparison, kind) for kind in OUTCOMES}

    def click() -> None:
        if place := clicked_cell(st.session_state.outcomes, _SIDES, _SIDES):
            st.session_state.change = OUTCOMES[2 * _SIDES.index(place[0]) + _SIDES.index(place[1])]

    opened = st.session_state.get("change")
    at = divmod(OUTCOMES.index(opened), 2) if opened in OUTCOMES else None
    cell_matrix(outcome_cells(counts, model, baseline), key="outcomes", on_cell=click, chosen=at)
    return st.segmented_control(
        "Works to show",
        OUTCOMES,
        format_func=lambda kind: f"{NAMES[kind]} {counts[kind]:,}",
        key="change",
        bind="query-params",
    )
