"""Properties of a reproduction by which its label might be told: one entry each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from artextract.collection.filenames import slug

# A greyish palette is the painter's; below this chroma there is little but grey.
GREY_UP_TO = 6.0
# The spectra of paintings that were not enlarged break off less steeply (all but one in 100).
ENLARGED_FROM = 5.0
# Blocks of a JPEG that can be seen at all; what is below is the picture's own.
BLOCKS_FROM = 1.3


@dataclass(frozen=True)
class Property:
    """One property of a reproduction.

    Attributes
    ----------
    of
        "scan": how the reproduction was made, and nothing of the painting. "either": it may be the
        painter's choice as well.
    description
        For people, without capital and full stop.
    values
        From works and measurements, of n rows each, to float (n,); NaN where unknown.
    """

    of: Literal["scan", "either"]
    description: str
    values: Callable[[pd.DataFrame, pd.DataFrame], np.ndarray]


def folders(works: pd.DataFrame) -> pd.Series:
    """The folder that each picture lies in; empty where it lies in none."""
    return works["path"].str.rpartition("/")[0]


def folders_are_labels(works: pd.DataFrame, tasks: list[str]) -> bool:
    """Whether the folders are named after labels, so that they say nothing about a scan.

    As in a folder per artist, or in WikiArt's folder per style.
    """
    named = folders(works).str.rpartition("/")[2].map(slug)
    for column in {*tasks, "creator"} & set(works):
        known = works[column].notna()
        if known.any() and (works.loc[known, column].map(slug) == named[known]).mean() > 0.5:
            return True
    return False


def _long_side(works: pd.DataFrame, measured: pd.DataFrame) -> np.ndarray:
    # Not the number of pixels: where one side is always the same, that is the format.
    return measured[["width", "height"]].max(axis=1).to_numpy(float)


def _aspect(works: pd.DataFrame, measured: pd.DataFrame) -> np.ndarray:
    return np.log(measured["width"].to_numpy(float) / measured["height"].to_numpy(float))


def _folder(works: pd.DataFrame, measured: pd.DataFrame) -> np.ndarray:
    return pd.factorize(folders(works), sort=True)[0].astype(float)


PROPERTIES: dict[str, Property] = {
    "size": Property("scan", "longer side in pixels", _long_side),
    "jpeg_quality": Property(
        "scan",
        "JPEG quality, from the quantisation tables",
        lambda works, measured: measured["jpeg_quality"].to_numpy(float),
    ),
    "blockiness": Property(
        "scan",
        "visible blocks of strong JPEG compression",
        lambda works, measured: np.maximum(measured["blockiness"].to_numpy(float), BLOCKS_FROM),
    ),
    "enlarged": Property(
        "scan",
        "enlarged from a smaller picture, by where its power spectrum breaks off",
        lambda works, measured: np.maximum(measured["decay"].to_numpy(float), ENLARGED_FROM),
    ),
    "border": Property(
        "scan",
        "plain border, of a mount or of a print's paper",
        lambda works, measured: measured["border"].to_numpy(float),
    ),
    "folder": Property("scan", "folder that the file lies in", _folder),
    "aspect": Property("either", "width over height: a format is also chosen", _aspect),
    "greyness": Property(
        "either",
        "no colour: a grey scan, or a drawing",
        lambda works, measured: np.minimum(measured["chroma"].to_numpy(float), GREY_UP_TO),
    ),
}


def property_table(works: pd.DataFrame, measured: pd.DataFrame, tasks: list[str]) -> pd.DataFrame:
    """Values of the :data:`PROPERTIES`, a row per work; folders named after labels are left out."""
    left_out = {"folder"} if folders_are_labels(works, tasks) else set()
    return pd.DataFrame(
        {n: p.values(works, measured) for n, p in PROPERTIES.items() if n not in left_out}
    )
