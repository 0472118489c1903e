"""What of a confusion matrix is coloured, written into its cells and said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from artextract.evaluation.confusion import REST
from labels import display_label, percent, works_count

_NUMBERS_UP_TO = 40  # classes; beyond it a cell on a screen has no room for two digits


@dataclass(frozen=True)
class CellMatrix:
    """What a matrix shows; all of it is shown as plain text. Lists of cells go row by row.

    Attributes
    ----------
    label
        What it is called by a screen reader.
    levels
        How strongly each cell is coloured: 0..1, or -1..1 where `diverging`; None: not at all.
    texts
        What stands in each cell; "" for nothing.
    notes
        What is said of each cell beside the names of its row and column.
    rest
        Numbers of rows and columns that are no class.
    opens
        What opens where the name of a row or column is clicked; "" where nothing does.
    legend
        What the two ends of the colours stand for; None for no legend.
    large
        Whether the cells hold words instead of numbers.
    """

    label: str
    rows: Sequence[str]
    columns: Sequence[str]
    levels: Sequence[float | None]
    texts: Sequence[str]
    notes: Sequence[str]
    row_title: str = "True label"
    column_title: str = "Predicted label"
    diverging: bool = False
    rest: Sequence[int] = field(default_factory=list)
    opens: str = ""
    legend: tuple[str, str] | None = None
    large: bool = False


def confusion_cells(
    values: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    label: str,
    is_change: bool = False,
    logarithmic: bool = False,
    diagonal: bool = True,
) -> CellMatrix:
    """The cells of a confusion matrix; those without works stay empty.

    Parameters
    ----------
    values
        (n_classes, n_classes) what is coloured: works (integers) or shares (floats); NaN where
        there is none.
    counts
        As `values`, in works, for the words that appear over a cell.
    label
        What the matrix is called by a screen reader.
    is_change
        Whether `values` are how much better a cell is than in another matrix, as
        :func:`artextract.evaluation.error_analysis.comparison.improvement` returns them, and
        `counts` how many works more it has.
    logarithmic
        Colours follow the order of magnitude, so that rare confusions are seen beside the common.
    diagonal
        Whether the diagonal, the right answers, is drawn.
    """
    n, shown = len(values), values.to_numpy(dtype=float, copy=True)
    is_share = not all(pd.api.types.is_integer_dtype(kind) for kind in values.dtypes)
    shown[shown == 0] = np.nan
    if not diagonal:
        np.fill_diagonal(shown, np.nan)
    unit = 100.0 if is_share else 1.0
    scaled = np.sign(shown) * np.log10(1 + np.abs(shown) * unit) if logarithmic else shown * unit
    rest = [i for i, name in enumerate(values.index) if name == REST]
    # What was left out holds most works: by its cells all classes would look alike.
    of_classes = np.delete(np.delete(scaled, rest, 0), rest, 1)
    top = float(np.nanmax(np.abs(of_classes))) if np.isfinite(of_classes).any() else 1.0
    levels = np.clip(scaled / top, -1, 1).round(3).ravel()
    texts = [""] * (n * n)
    if n <= _NUMBERS_UP_TO:
        texts = [_number(value, is_share, is_change) for value in shown.ravel()]
    most = 10**top - 1 if logarithmic else top
    most_text = f"{most:.0f} %" if is_share else works_count(round(most))
    return CellMatrix(
        label=label,
        rows=[display_label(str(name)) for name in values.index],
        columns=[display_label(str(name)) for name in values.columns],
        levels=[None if np.isnan(level) else float(level) for level in levels],
        texts=texts,
        notes=_notes(values, counts, is_share, is_change),
        diverging=is_change,
        rest=rest,
        opens="opens the page of this class",
        legend=("Worse", "Better") if is_change else ("0", most_text),
    )


def _number(value: float, is_share: bool, is_change: bool) -> str:
    if np.isnan(value):
        return ""
    amount = abs(value) * 100 if is_share else abs(value)
    text = f"{amount:.0f}"
    if text == "0":
        return ""
    return ("−" if value < 0 else "+") * is_change + text


def _notes(
    values: pd.DataFrame, counts: pd.DataFrame, is_share: bool, is_change: bool
) -> list[str]:
    notes = []
    shares = values.to_numpy(dtype=float).ravel()
    for works, share in zip(counts.to_numpy().ravel().tolist(), shares, strict=True):
        if is_change:
            more = f"{works_count(abs(works))} {'more' if works > 0 else 'fewer'}"
            better = " (better)" if share > 0 else " (worse)" if share < 0 else ""
            notes.append(more + better if works else "As many works")
        else:
            of = f", {percent(share)}" if is_share and works else ""
            notes.append(works_count(works) + of if works else "No works")
    return notes


def outcome_cells(counts: dict[str, int], model: str, baseline: str) -> CellMatrix:
    """The four outcomes of a comparison as two by two cells.

    Parameters
    ----------
    counts
        Works of each of :data:`artextract.evaluation.error_analysis.comparison.OUTCOMES`.
    model, baseline
        Names for people.
    """
    names = ("Both right", "Gained", "Lost", "Both wrong")
    texts = [f"{name}\n{n:,}" for name, n in zip(names, counts.values(), strict=True)]
    # Rows are the model's, columns the baseline's: right and right, right and wrong, ...
    return CellMatrix(
        label=f"Works that {model} and {baseline} predict correctly",
        rows=["Right", "Wrong"],
        columns=["Right", "Wrong"],
        levels=[None, 0.55 if counts["gained"] else None, -0.55 if counts["lost"] else None, None],
        texts=texts,
        notes=[works_count(n) for n in counts.values()],
        row_title=model,
        column_title=baseline,
        diverging=True,
        large=True,
    )
