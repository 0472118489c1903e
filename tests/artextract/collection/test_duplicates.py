from __future__ import annotations

import numpy as np
import pandas as pd

from artextract.collection.duplicates import duplicate_groups, merge_duplicate_groups


def test_groups_join_through_either_key() -> None:
    names = pd.Series(["a", "b", "a", "c", None, None])
    digests = pd.Series(["1", "2", "3", "3", "4", "5"])
    assert duplicate_groups(names, digests).tolist() == [0, 1, 0, 0, 2, 3]


def test_groups_are_numbered_by_first_appearance() -> None:
    names = pd.Series([None, "z", None, "a", "z", "a"])
    assert duplicate_groups(names).tolist() == [0, 1, 2, 3, 1, 3]


def test_pairs_join_whole_groups() -> None:
    groups = np.array([7, 3, 7, 5, 4])
    pairs = pd.DataFrame({"work_id": [2], "other": [4]})
    assert merge_duplicate_groups(groups, pairs).tolist() == [0, 1, 0, 2, 0]
    assert merge_duplicate_groups(groups, pairs.head(0)).tolist() == [0, 1, 0, 2, 3]
