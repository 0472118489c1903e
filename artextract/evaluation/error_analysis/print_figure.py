"""Confusion matrices for print: white ground, numbers in the cells, at the size of a page.

Drawn by Matplotlib, which writes PNG at an exact resolution, and SVG and PDF whose words stay
words, all by itself: Plotly needs a browser for any of them, and a server has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from artextract.evaluation.confusion import REST

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
DPI = 300
_WIDTH = 7.2  # inches: two columns of a journal's page, 183 mm
_SMALLEST = 0.19  # inches: a cell in which three digits of 5 points can be read
_LARGEST = 0.5
_NUMBERS_UP_TO = 60  # classes; a larger matrix would fill a wall
_NAME = 28  # characters of a class name
_LABEL = 7  # points
_INK, _PALE = "#1f1c18", "#ffffff"
# From nothing to all, and from worse to better. Both are told apart by the colour-blind, and the
# first by a printer without colours.
_SEQUENTIAL = ["#ffffff", "#f6ddd0", "#e3ab92", "#c67055", "#9c3b28", "#571c11"]
_DIVERGING = ["#8c2c1a", "#d08d72", "#ffffff", "#7f9fb3", "#2f5670"]


def draw_matrix(
    values: pd.DataFrame,
    *,
    title: str = "",
    scale: str = "",
    names: Sequence[str] | None = None,
    is_change: bool = False,
) -> Figure:
    """Draw a confusion matrix for print.

    Parameters
    ----------
    values
        (n_classes, n_classes), rows true and columns predicted: whole numbers of works, or shares
        (0..1), which are written as per cent; NaN and 0 stay white. With `is_change`, how much
        better a cell is than before: blue where better, red where worse.
    title
        One line above it.
    scale
        What the numbers are, beside the scale of colours.
    names
        Of the classes, as people write them; None: those of `values`, without underscores.

    Returns
    -------
    A figure of at most 183 mm width, or wider where the numbers would not fit into the cells.
    """
    from matplotlib.figure import Figure

    n = len(values)
    labels = [_short(name) for name in (names if names is not None else values.index)]
    margin = 0.4 + 0.054 * max(map(len, labels), default=0)
    side = np.clip((_WIDTH - margin - 0.9) / max(n, 1), _SMALLEST, _LARGEST)
    if n > _NUMBERS_UP_TO:
        side = 0.1
    width = max(_WIDTH, n * side + margin + 0.9)
    height = n * side + margin + 0.35
    figure = Figure(figsize=(width, height), facecolor="white")
    left = margin
    axes = figure.add_axes(
        (left / width, margin / height, n * side / width, n * side / height), facecolor="white"
    )
    is_share = not all(pd.api.types.is_integer_dtype(kind) for kind in values.dtypes)
    shown = values.to_numpy(dtype=float) * (100 if is_share else 1)
    _cells(axes, shown, values.index, side, is_change=is_change)
    _axes_labels(axes, labels)
    if title:
        text = figure.text(0.5, 1 - 0.15 / height, title, ha="center", va="center", fontsize=9)
        text.set_parse_math(False)
    bar_at = ((left + n * side + 0.15) / width, margin / height, 0.09 / width, n * side / height)
    bar = figure.colorbar(axes.collections[0], cax=figure.add_axes(bar_at))
    bar.ax.tick_params(labelsize=6, width=0.5, length=2)
    bar.outline.set_linewidth(0.5)
    bar.set_label(scale + (", %" if is_share else ""), fontsize=_LABEL)
    return figure


def write_figure(figure: Figure, kind: str) -> bytes:
    """The file of a figure: "png" at 300 dpi, "svg" or "pdf".

    The same figure gives the same bytes. Words in SVG and PDF stay words, so that they can be
    searched and set in a journal's typeface.

    Raises
    ------
    ValueError
        If there is no such format.
    """
    if kind not in FORMATS:
        raise ValueError(f"no figure of format {kind!r}; there are {', '.join(FORMATS)}")
    from matplotlib import rc_context

    undated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
    file = BytesIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "artextract", "pdf.fonttype": 42}
    with rc_context(settings):
        figure.savefig(file, format=kind, dpi=DPI, bbox_inches="tight", metadata=undated[kind])
    return file.getvalue()


def _short(name: object) -> str:
    text = " ".join(str(name).replace("_", " ").split())
    return text if len(text) <= _NAME else text[: _NAME - 1].rstrip() + "…"


def _cells(
    axes: Axes, shown: np.ndarray, classes: pd.Index, side: float, *, is_change: bool
) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    n = len(shown)
    of_classes = np.array([name != REST for name in classes], bool)
    # What was left out is no class: its many works would leave the classes white.
    inside = np.abs(shown[np.ix_(of_classes, of_classes)])
    top = float(np.nanmax(inside, initial=0, where=np.isfinite(inside))) or 1.0
    colours = LinearSegmentedColormap.from_list("cells", _DIVERGING if is_change else _SEQUENTIAL)
    edges = np.arange(n + 1) - 0.5
    mesh = axes.pcolormesh(
        edges,
        edges,
        np.nan_to_num(shown),
        cmap=colours,
        vmin=-top if is_change else 0,
        vmax=top,
        edgecolors="#d9d5cc",
        linewidth=0.25,
    )
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(n - 0.5, -0.5)
    if n > _NUMBERS_UP_TO:
        return
    size = float(np.clip(side * 72 * 0.36, 5, 9))  # points
    for (row, column), value in np.ndenumerate(shown):
        if np.isfinite(value) and (text := _number(value, is_change)):
            red, green, blue = mesh.to_rgba(value)[:3]
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.55
            axes.text(
                column,
                row,
                text,
                ha="center",
                va="center_baseline",
                fontsize=size,
                color=_PALE if dark else _INK,
            )


def _number(value: float, is_change: bool) -> str:
    text = f"{abs(value):.0f}"
    if text == "0":
        return "" if value == 0 else "<1"
    sign = "−" if value < 0 else "+" if is_change else ""
    return sign + text


def _axes_labels(axes: Axes, labels: Sequence[str]) -> None:
    places = range(len(labels))
    axes.set_xticks(places, labels, rotation=90, fontsize=_LABEL)
    axes.set_yticks(places, labels, fontsize=_LABEL)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_parse_math(False)  # names are data: a dollar sign begins no formula
    axes.tick_params(length=0, pad=2)
    axes.set_xlabel("Predicted label", fontsize=8, fontweight="bold", labelpad=4)
    axes.set_ylabel("True label", fontsize=8, fontweight="bold", labelpad=4)
    for spine in axes.spines.values():
        spine.set_linewidth(0.5)
