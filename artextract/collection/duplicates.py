"""Works that show the same picture: filed twice, or another scan of it.

They are the connected components of a graph whose nodes are the works.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd


def duplicate_groups(*keys: pd.Series) -> np.ndarray:
    """Number the groups of rows which share any of the keys, directly or through others.

    Parameters
    ----------
    keys
        Series of equal length n; missing values match nothing.

    Returns
    -------
    (n,) int32, numbered by first appearance.
    """
    return _components(len(keys[0]), map(_to_first, keys)).astype(np.int32)


def merge_duplicate_groups(groups: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    """Join groups of works by pairs of works that show the same picture.

    Parameters
    ----------
    groups
        int64 (n,): what the index knows; works of one number show one picture.
    pairs
        Two columns of work_ids.

    Returns
    -------
    (n,) int64, numbered by first appearance.
    """
    further = pairs.iloc[:, 0].to_numpy(np.int64), pairs.iloc[:, 1].to_numpy(np.int64)
    return _components(len(groups), [_to_first(pd.Series(groups)), further])


def _to_first(key: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (row, first row of the same key); none of rows whose key is missing."""
    code, _ = pd.factorize(key)
    rows = np.flatnonzero(code >= 0)
    _, first, place = np.unique(code[rows], return_index=True, return_inverse=True)
    return rows, rows[first[place]]


def _components(n: int, edges: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = tuple(np.concatenate(side).astype(np.int64) for side in zip(*edges, strict=True))
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(n, n))
    # SciPy does not promise an order of the numbers.
    return pd.factorize(connected_components(graph, directed=False)[1])[0].astype(np.int64)
