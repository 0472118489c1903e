"""Faults of a reproduction, from what is measured of it: a bad scan is no stylistic outlier."""

from __future__ import annotations

from typing import Any

import pandas as pd

GREY = 2.5  # mean chroma (of 0..128) up to which a picture has no colour but that of its coding
BORDER = 0.03  # share of width or height, on two sides at least
TINY = 150  # pixels: shorter side of the original
BLOCKY = 2.0  # steps at the edges of 8 x 8 blocks over steps elsewhere


def faults(measured: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Faults of reproductions, as codes with numbers.

    `measured` is as :func:`artextract.collection.reproductions.table.reproductions` returns it; its
    rows are one artist's works. Where more than a fifth of ten or more have no colour, that is
    taken for the medium, say etching, and for no fault.
    :func:`artextract.oeuvres.outliers.reasons.render` makes sentences of them.
    """
    grey = measured["chroma"] < GREY
    medium = len(measured) >= 10 and bool(grey.mean() > 0.2)
    return [_faults(row, medium=medium) for row in measured.to_dict("records")]


def _faults(row: dict[Any, float], *, medium: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if row["chroma"] < GREY and not medium:
        found.append({"code": "grey_scan"})
    if row["border"] > BORDER:
        found.append({"code": "plain_border", "share": float(row["border"])})
    if row["blockiness"] > BLOCKY:
        found.append({"code": "strong_compression"})
    if row["short_side"] < TINY:
        found.append({"code": "tiny", "pixels": int(row["short_side"])})
    return found
