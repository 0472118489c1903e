"""Out-of-fold probabilities: what a classifier that has not seen a work says of its label."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import log_softmax

from artextract.evaluation.ensemble import fit_temperature
from artextract.progress import Advance, ignore

FOLDS = 5
C = 10.0  # inverse regularisation; of 3, 10, 30 and 100 it finds most planted errors
TAUGHT_BY = 20_000  # works at most that a fold's classifier learns from: more take minutes


def cross_fitted_probabilities(
    X: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    *,
    n_classes: int,
    judged: np.ndarray | None = None,
    folds: int = FOLDS,
    inverse_regularisation: float = C,
    seed: int = 0,
    advance: Advance = ignore,
) -> tuple[np.ndarray, float]:
    """Calibrated class probabilities of every work by a classifier that has not seen its picture.

    A multinomial logistic regression is fitted on all folds but one and predicts that one. Folds
    are stratified by label and never part what shows the same picture, since a copy with the same
    wrong label would confirm it. One temperature for all, by log-loss on the labels as they are.

    Parameters
    ----------
    X
        float (n, n_features), of unit length or principal components of such.
    y
        Class numbers (n,), all labelled.
    groups
        int (n,): works of one number show the same picture.
    judged
        bool (n,): works that are predicted; the others only teach. None judges all.

    Returns
    -------
    probabilities
        float64 (n, n_classes), rows sum to 1; NaN where not judged, and where no work of the same
        label was left to learn from: then nothing can be said about the label.
    temperature
        By which the logits were divided.

    Raises
    ------
    ValueError
        If there are fewer than two classes, or fewer pictures than folds.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    y = np.asarray(y)
    judged = np.ones(len(y), dtype=bool) if judged is None else judged
    if len(np.unique(y)) < 2:
        raise ValueError("all works have one label; expected at least two classes")
    if len(np.unique(groups)) < folds:
        raise ValueError(f"{len(np.unique(groups))} pictures; expected at least {folds}")
    logits = np.full((len(y), n_classes), -np.inf)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Classes with fewer works than folds: what cannot be judged for it comes out as NaN.
        warnings.filterwarnings("ignore", message="The least populated class")
        parts = list(splitter.split(X, y, groups))
    rng = np.random.default_rng(seed)
    for number, (taught, held) in enumerate(parts):
        wanted = held[judged[held]]
        if len(taught) > TAUGHT_BY:
            taught = np.sort(rng.choice(taught, TAUGHT_BY, replace=False))
        if len(wanted) and len(np.unique(y[taught])) > 1:
            model = LogisticRegression(C=inverse_regularisation, max_iter=200, tol=1e-3)
            model.fit(X[taught], y[taught])
            found = model.decision_function(X[wanted])
            if found.ndim == 1:  # scikit-learn keeps one column for two classes
                found = np.stack([np.zeros(len(found)), found], axis=1)
            logits[np.ix_(wanted, model.classes_)] = found
        advance(1, note=f"fold {number + 1} of {len(parts)}")
    known = np.isfinite(logits[np.arange(len(y)), y])
    # What a fold has not learnt gets a logit with which it costs nothing, and no probability.
    finite = np.where(np.isfinite(logits), logits, -1e3)
    temperature = fit_temperature(finite[known], y[known]) if known.any() else 1.0
    probabilities = np.full(logits.shape, np.nan)
    probabilities[known] = np.exp(log_softmax(finite[known] / temperature, axis=1))
    return probabilities, temperature
