"""Works that show the same picture: filed twice, or another scan of it."""

from __future__ import annotations

import numpy as np
import pandas as pd


def merge_duplicate_groups(groups: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    """Numbers of pictures, int64 (n,), where the works of each of `pairs` show the same one.

    Parameters
    ----------
    groups
        int64 (n,): what the index knows; works of one number show one picture.
    pairs
        Two columns of work_ids.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(groups)
    _, first, place = np.unique(groups, return_index=True, return_inverse=True)
    ends = [np.concatenate([np.arange(n), pairs.iloc[:, 0]]).astype(np.int64)]
    ends.append(np.concatenate([first[place], pairs.iloc[:, 1]]).astype(np.int64))
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)
