"""Change points: years in which a hand turns, more than it drifts and more than chance explains."""

from __future__ import annotations

import numpy as np

COMPONENTS = 16  # more of them bury a change in noise
MIN_SIDE = 10  # dated works before and after: the mean of fewer is a guess
LEVEL = 0.01  # chance of a change where there is none; an oeuvre is asked once
SHUFFLES = 999
FIRST = 99  # shuffles after which a hopeless case is given up


def change_point(X: np.ndarray, years: np.ndarray, *, seed: int = 0) -> tuple[int | None, float]:
    """The year from which one painter's works are different, if that is no chance.

    Every component is freed of its linear trend over the years, since a steady drift is not a turn.
    A step at the best year then explains some of what is left (sum of squares over components), and
    the same is done with the works shuffled among the years: Freedman and Lane (1983) for the
    permutation of residuals, the maximum over all cuts for having looked at each of them.

    Parameters
    ----------
    X
        float (n, n_components), strongest component first, all works dated.
    years
        float (n,).

    Returns
    -------
    year
        First year of the later part; None where chance explains the cut (p > :data:`LEVEL`) or no
        cut leaves enough works on both sides.
    p
        Share of shuffles with as good a cut, 0..1, with the works as they are among them.
    """
    order = np.argsort(years, kind="stable")
    years, X = years[order], np.asarray(X, np.float64)[order][:, :COMPONENTS]
    n = len(years)
    cuts = np.flatnonzero(np.diff(years) > 0) + 1  # rows before a cut
    cuts = cuts[(cuts >= MIN_SIDE) & (cuts <= n - MIN_SIDE)]
    if not len(cuts):
        return None, 1.0
    basis, _ = np.linalg.qr(np.column_stack([np.ones(n), years - years.mean()]))  # (n, 2)
    spread = X.std(axis=0)
    X = X[:, spread > 1e-9] / spread[spread > 1e-9]
    residuals = X - basis @ (basis.T @ X)
    # Steps at the cuts, (n_cuts, n), freed of what is trend and of length 1, are never written
    # down: their products with `values` come from sums over the works after each cut.
    after = _after(basis, cuts)
    lengths = np.sqrt((n - cuts) - np.square(after).sum(axis=1))

    def explained(values: np.ndarray) -> np.ndarray:
        products = _after(values, cuts) - after @ (basis.T @ values)  # (n_cuts, n_components)
        return np.square(products / lengths[:, None]).sum(axis=1)

    found = explained(residuals)
    rng = np.random.default_rng(seed)
    as_good = tried = 0
    for tried in range(1, SHUFFLES + 1):
        as_good += int(explained(residuals[rng.permutation(n)]).max() >= found.max())
        if tried >= FIRST and as_good >= 10:
            break
    p = (as_good + 1) / (tried + 1)
    return (int(years[cuts[found.argmax()]]) if p <= LEVEL else None), p


def _after(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Sums of the rows of `values` (n, d) from each of `cuts` on: (n_cuts, d)."""
    return values.sum(axis=0) - np.cumsum(values, axis=0)[cuts - 1]
