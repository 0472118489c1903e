"""Which works to show where there are too many to show."""

from __future__ import annotations

import random

import pandas as pd


def sample_by_creator(works: pd.DataFrame, n: int, *, seed: int = 0) -> list[int]:
    """work_ids of `n` works: one of each creator in turn, so that no one fills the page.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    seed
        Another seed, another sample.
    """
    rng = random.Random(seed)
    groups = [
        rng.sample(ids.tolist(), min(n, len(ids)))
        for _, ids in works.groupby(works["creator"].fillna(""))["work_id"]
    ]
    rng.shuffle(groups)
    chosen: list[int] = []
    for turn in range(n):
        chosen += [group[turn] for group in groups if turn < len(group)]
        if len(chosen) >= n:
            break
    return chosen[:n]
