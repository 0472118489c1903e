"""Calibration: how often predictions of a given confidence are right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from artextract.evaluation.intervals import wilson

BINS = 15  # of the expected calibration error and of the reliability diagram


def reliability(predictions: pd.DataFrame, *, bins: int = BINS) -> pd.DataFrame:
    """How often the answers are right, in bins of equal width of their probability.

    Parameters
    ----------
    predictions
        Answers with their probability (0..1), as
        :func:`artextract.evaluation.confusion.predictions` returns them.
    bins
        Number of bins between 0 and 1.

    Returns
    -------
    DataFrame, one row per bin that has works: confidence (mean probability of its answers), right
    (share of them that is right), low and high (95 % interval of that share; Wilson 1927), works.
    """
    probability = predictions["probability"].to_numpy(dtype=float)
    right = predictions["true"] == predictions["predicted"]
    number = np.clip(np.ceil(probability * bins).astype(int) - 1, 0, bins - 1)
    table = (
        pd.DataFrame({"confidence": probability, "right": right})
        .groupby(number)
        .agg(confidence=("confidence", "mean"), right=("right", "mean"), works=("right", "size"))
        .reset_index(drop=True)
    )
    low, high = wilson(table["right"], table["works"])
    return table.assign(low=low, high=high)[["confidence", "right", "low", "high", "works"]]
