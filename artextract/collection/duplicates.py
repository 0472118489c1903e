"""Works that show the same picture: filed twice, or another scan of it.

They are the connected components of a graph whose nodes are the works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

_MANY = 50  # folders


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


def same_folders(paths: pd.Series, digests: pd.Series) -> list[tuple[str, str, int, int]]:
    """Pairs of folders of which one holds mostly pictures that the other holds too.

    Parameters
    ----------
    paths
        Of the works, ``/`` between folders.
    digests
        Of their pictures' content.

    Returns
    -------
    Of each pair both names, sorted, and how many pictures are the same of how many that the smaller
    folder has: at least two, and more than half.
    """
    held = pd.DataFrame({"folder": paths.str.rpartition("/")[0], "digest": digests})
    held = held.drop_duplicates()
    sizes = held["folder"].value_counts()
    shared = held[held["digest"].duplicated(keep=False)]
    pairs: Counter[tuple[str, str]] = Counter()
    for _, folders in shared.groupby("digest")["folder"]:
        if len(folders) <= _MANY:  # in more it is a placeholder
            pairs.update(combinations(sorted(folders), 2))
    return [
        (first, second, same, smaller)
        for (first, second), same in sorted(pairs.items())
        if same >= 2 and same > (smaller := int(min(sizes[first], sizes[second]))) / 2
    ]


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
