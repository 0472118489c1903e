"""How a hand changes: where each dated work stands on the direction that explains the years."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.linear_model import RidgeCV

from artextract.oeuvres.changepoint import change_point
from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.progress import Advance, ignore

MIN_DATED = 30  # dated works: below, a direction through 64 components explains any years
COMPONENTS = 32
FOLDS = 5
PENALTIES = np.logspace(-2, 4, 13)  # in units of the components' own spread
# A drift is called visible where years of works that the regression has not seen come out with at
# least this rank correlation, and better than their mean would.
MIN_CORRELATION = 0.3
MIN_YEARS = 5  # distinct
LONGEST_INTERVAL = 25  # years within which a work was made, to count as dated

BLOCK = 512  # works that are compared with all others at a time: n x n of 30,000 take 4 GB


def timeline(
    X: np.ndarray, years: np.ndarray, keys: list[str]
) -> tuple[np.ndarray, dict[str, Any]]:
    """Cross-validated regression of the year on one painter's embeddings.

    A ridge regression, the penalty chosen within each training part, predicts every work's year
    from folds that hold it not; undated works get the mean of the folds' predictions.

    Parameters
    ----------
    X
        float32 (n, n_components), strongest component first.
    years
        float (n,), NaN where undated.
    keys
        What tells pictures apart, say paths: folds are drawn from them, so that the order of the
        rows changes nothing.

    Returns
    -------
    predicted
        float64 (n,): the year that the look of the work speaks for; NaN where nothing can be said.
    found
        ``{"status", "dated", "first", "last", "r2", "correlation", "visible", "change",
        "chance"}``: "measured", "few_dated_works" or "few_years"; numbers of works and years; R²
        and Spearman's rank correlation on unseen works, None where not measured; whether a drift
        is visible; the year of a change point and the chance of one as clear, see
        :func:`artextract.oeuvres.changepoint.change_point`.
    """
    order = np.argsort(np.array(keys), kind="stable")
    X, years = X[order][:, :COMPONENTS].astype(np.float64), years[order]
    dated = np.flatnonzero(np.isfinite(years))
    found: dict[str, Any] = {"status": "measured", "dated": len(dated)}
    found |= {"first": None, "last": None}
    found |= {"r2": None, "correlation": None, "visible": False, "change": None, "chance": None}
    predicted = np.full(len(X), np.nan)
    if len(dated):
        found |= {"first": int(years[dated].min()), "last": int(years[dated].max())}
    if len(dated) < MIN_DATED or len(np.unique(years[dated])) < MIN_YEARS:
        few = "few_dated_works" if len(dated) < MIN_DATED else "few_years"
        return predicted, found | {"status": few}
    spread = X[dated].std(axis=0)
    X = X / np.where(spread > 1e-9, spread, 1.0)
    fold = np.array([_fold(keys[order[row]]) for row in dated])
    rest = np.setdiff1d(np.arange(len(X)), dated)
    guesses = []
    for k in range(FOLDS):
        seen, unseen = dated[fold != k], dated[fold == k]
        model = RidgeCV(alphas=PENALTIES).fit(X[seen], years[seen])
        if len(unseen):
            predicted[unseen] = model.predict(X[unseen])
        if len(rest):
            guesses.append(model.predict(X[rest]))
    if guesses:
        predicted[rest] = np.mean(guesses, axis=0)
    away = years[dated] - predicted[dated]
    r2 = 1 - float((away**2).mean() / years[dated].var())
    varied = np.ptp(predicted[dated]) > 1e-9
    correlation = float(spearmanr(years[dated], predicted[dated])[0]) if varied else 0.0
    visible = correlation >= MIN_CORRELATION and r2 > 0
    found |= {"r2": r2, "correlation": correlation, "visible": visible}
    found["change"], found["chance"] = change_point(X[dated], years[dated])
    return predicted[np.argsort(order)], found


def render_drift(found: dict[str, Any]) -> str:
    """What :func:`timeline` found of an artist, in one or two sentences in English.

    Without capital and full stop; the empty dict stands for an artist without a dated work.
    """
    if not found:
        return "nothing is known of the years of these works"
    if found.get("status", "measured") != "measured" or found["r2"] is None:
        few = found["dated"] < MIN_DATED
        reason = f"only {found['dated']} dated works" if few else "too few years"
        return f"{reason}: a drift cannot be told from chance"
    correlation, r2 = found["correlation"], found["r2"]
    text = (
        f"the hand drifts with the years: rank correlation {correlation:.2f}, R² {r2:.2f} on works "
        "that the regression has not seen"
        if found["visible"]
        else f"no drift visible (rank correlation {correlation:.2f}, R² {r2:.2f} on unseen works)"
    )
    if found["change"] is not None:
        text += (
            f"; the works from {found['change']} on differ from the earlier ones by more than a "
            f"drift (chance {found['chance']:.3f})"
        )
    return text


def timelines(
    works: pd.DataFrame,
    creators: list[str],
    space: ReducedEmbedding,
    groups: np.ndarray,
    *,
    min_works: int,
    advance: Advance = ignore,
) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """The timeline of every painter with enough works.

    Parameters
    ----------
    works
        Rows of the works table in the order of `space`.
    painters
        Names; ``space.creators`` are places in this list.
    groups
        int (n,): works of one number show the same picture, which is then in one fold.

    Returns
    -------
    table
        work_id, creator, year (NaN where undated), predicted_year (year, see :func:`timeline`),
        earlier and later (lists of the work_ids of :func:`earlier_and_later`).
    drifts
        By painter's name, what :func:`timeline` found.
    """
    work_ids = works["work_id"].to_numpy()
    years = works["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    if "year_from" in works:  # the middle of "19th century" dates no work
        width = (works["year_to"] - works["year_from"]).fillna(0).to_numpy(dtype=float)
        years = np.where(width > LONGEST_INTERVAL, np.nan, years)
    columns = ["work_id", "creator", "year", "predicted_year", "earlier", "later"]
    tables, drifts = [], {}
    pictures = works["path"].groupby(groups).transform("min")
    own = {
        n: rows for n, rows in rows_by_creator(space.oeuvre_of).items() if len(rows) >= min_works
    }
    for number, rows in own.items():
        painter = creators[number]
        keys = pictures.iloc[rows].tolist()
        predicted, drifts[painter] = timeline(space.X[rows], years[rows], keys)
        ids = work_ids[rows]
        near = [
            [ids[places[places >= 0]].tolist() for places in table]
            for table in earlier_and_later(space.X[rows], years[rows])
        ]
        values = (ids, painter, years[rows], predicted, *near)
        tables.append(pd.DataFrame(dict(zip(columns, values, strict=True))))
        advance(1, total=len(own), note=painter)
    if not tables:
        return pd.DataFrame(columns=columns), {}
    return pd.concat(tables, ignore_index=True), drifts


def earlier_and_later(
    X: np.ndarray, years: np.ndarray, *, k: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """For each work the most similar works of earlier and of later years, by cosine.

    Parameters
    ----------
    X
        float (n, n_components) of one painter's works.
    years
        float (n,), NaN where undated.

    Returns
    -------
    Rows, int32 (n, k) each, most similar first; -1 where there are no more or the work is undated.
    """
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    units = X / np.maximum(lengths, 1e-12)
    earlier, later = (np.full((len(X), k), -1, np.int32) for _ in range(2))
    for start in range(0, len(X), BLOCK):
        rows = slice(start, start + BLOCK)
        similarity = units[rows] @ units.T
        earlier[rows] = _largest(similarity, years < years[rows, None], k)
        later[rows] = _largest(similarity, years > years[rows, None], k)
    return earlier, later


def _largest(values: np.ndarray, allowed: np.ndarray, k: int) -> np.ndarray:
    """Columns of the `k` largest allowed values of each row, int32 (n, k), equal ones in order."""
    found = np.full((len(values), k), -1, np.int32)
    negated = np.where(allowed, -values, np.inf)
    if negated.shape[1] > k:  # sort only what can be among them, and all that equals the last
        least = np.partition(negated, k - 1, axis=1)[:, k - 1 : k]
        allowed = allowed & (negated <= least)
    row, column = np.nonzero(allowed)
    order = np.lexsort((negated[row, column], row))
    row, column = row[order], column[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    first = place < k
    found[row[first], place[first]] = column[first]
    return found


def _fold(key: str) -> int:
    return hashlib.blake2b(key.encode(), digest_size=4).digest()[0] % FOLDS
