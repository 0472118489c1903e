"""The outliers of all artists at a glance."""

from __future__ import annotations

import numpy as np
import pandas as pd

_MAD = 1.4826  # of a normal distribution: standard deviation over median absolute deviation


def is_shown(percentile: pd.Series, share: float) -> pd.Series:
    """Which works are shown as outliers where `share`, 0..1, of an oeuvre is, bool (n,)."""
    return percentile >= 100 * (1 - share)


def overview(scored: pd.DataFrame, share: float) -> pd.DataFrame:
    """One row per artist, the one whose strongest outlier stands out most first.

    Parameters
    ----------
    scored
        The table "outliers" as :func:`artextract.oeuvres.results.read_table` returns it.
    share
        Of each oeuvre that is shown as outliers, 0..1.

    Returns
    -------
    DataFrame with creator, works, shown (how many), strongest (work_id), stands_out (how far its
    score lies above the artist's median, in standard deviations estimated from the median absolute
    deviation: the scores themselves cannot be compared between artists), faulty (of those shown,
    how many have a fault of the reproduction that is named) and only_faulty (how many have no other
    reason).
    """
    shown = is_shown(scored["percentile"], share)
    faulty = shown & (scored["faults"].map(len) > 0)
    table = scored.assign(
        shown=shown,
        faulty=faulty,
        only_faulty=faulty & (scored["reasons"].map(len) == 0),
    )
    rows = []
    for creator, own in table.groupby("creator", sort=True):
        scores = own["score"].to_numpy(float)
        finite = scores[np.isfinite(scores)]
        median = np.median(finite) if len(finite) else 0.0
        spread = _MAD * np.median(np.abs(finite - median)) if len(finite) else 0.0
        spread = spread or (finite.std() if len(finite) else 0.0)
        first = int(np.argmax(scores))
        stands_out = (scores[first] - median) / spread if spread > 0 else 0.0
        rows.append(
            {
                "creator": str(creator),
                "works": len(own),
                "shown": int(own["shown"].sum()),
                "strongest": int(own["work_id"].iloc[first]),
                "stands_out": float(stands_out),
                "faulty": int(own["faulty"].sum()),
                "only_faulty": int(own["only_faulty"].sum()),
            }
        )
    columns = ["creator", "works", "shown", "strongest", "stands_out", "faulty", "only_faulty"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values("stands_out", ascending=False, kind="stable", ignore_index=True)
