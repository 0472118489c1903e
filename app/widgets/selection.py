"""Which works to show where there are too many to show."""

from __future__ import annotations

import random

import pandas as pd


def a_choice(works: pd.DataFrame, n: int, *, seed: int = 0) -> list[int]:
    """work_ids of `n` works for a wall: one of each painter in turn, so that no one fills it.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    seed
        Another seed, another wall.
    """
    rng = random.Random(seed)
    hands = [
        rng.sample(ids.tolist(), min(n, len(ids)))
        for _, ids in works.groupby(works["creator"].fillna(""))["work_id"]
    ]
    rng.shuffle(hands)
    chosen: list[int] = []
    for place in range(n):
        chosen += [hand[place] for hand in hands if place < len(hand)]
        if len(chosen) >= n:
            break
    return chosen[:n]
