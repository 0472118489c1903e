"""Confident learning: which labels the out-of-fold probabilities contradict.

Northcutt, Jiang and Chuang (2021), "Confident Learning: Estimating Uncertainty in Dataset Labels".
It is written out here because it is a dozen lines on arrays that are there: cleanlab adds a second
data-frame layer, and of its rankings the one that is best on planted errors is the simplest
(``python -m benchmarks.label_errors``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SMALLEST = 1e-12


@dataclass(frozen=True)
class ConfidentLearning:
    """What the probabilities say of the labels of n works.

    Attributes
    ----------
    thresholds
        float64 (n_classes,): mean probability of each class among the works that have its label;
        NaN where none has.
    confident_joint
        int64 (n_classes, n_classes): works by their label (rows) and by the class that they
        confidently belong to (columns).
    suspected
        bool (n,): works off its diagonal.
    suggested
        int64 (n,): the most probable class other than the label.
    label_probability, suggested_probability
        float64 (n,): of the label and of the class suggested, 0..1.
    log_odds
        float64 (n,): log of the second over the first, nats; higher = the label is more doubtful,
        above 0 = another label is more probable.
    p_value
        float64 (n,), 0..1: the share of the works of the same label, itself among them, whose label
        is as improbable or more so.
    """

    thresholds: np.ndarray
    confident_joint: np.ndarray
    suspected: np.ndarray
    suggested: np.ndarray
    label_probability: np.ndarray
    suggested_probability: np.ndarray
    log_odds: np.ndarray
    p_value: np.ndarray


def confident_learning(probabilities: np.ndarray, labels: np.ndarray) -> ConfidentLearning:
    """Compare labels with what is predicted for the works.

    A work belongs to a class confidently if its probability is at least what works of that class
    have on average, and to the most probable of these where there are several.

    Parameters
    ----------
    probabilities
        float (n, n_classes), rows sum to 1, by classifiers that have not seen the works; a linear
        probe's, a network's or a vote's, as long as that holds.
    labels
        Class numbers (n,).

    Raises
    ------
    ValueError
        If the two do not fit each other, or a probability is missing.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.95, 0.05]])
    >>> found = confident_learning(p, np.array([0, 0, 1, 1, 1]))
    >>> found.suspected.tolist()
    [False, False, False, False, True]
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)
    if p.ndim != 2 or y.shape != (len(p),) or (len(y) and not 0 <= y.min() <= y.max() < p.shape[1]):
        raise ValueError(f"probabilities of shape {p.shape} and labels of shape {y.shape}")
    if not np.isfinite(p).all():
        raise ValueError("a probability is missing; leave out works that were not predicted")
    rows, n_classes = np.arange(len(y)), p.shape[1]
    own = p[rows, y]
    counts = np.bincount(y, minlength=n_classes)
    with np.errstate(invalid="ignore"):
        thresholds = np.bincount(y, own, minlength=n_classes) / counts
    confident = p >= thresholds  # False where there is no threshold
    belongs = np.where(confident, p, -1.0).argmax(axis=1)
    counted = confident.any(axis=1)
    joint = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(joint, (y[counted], belongs[counted]), 1)
    others = p.copy()
    others[rows, y] = -1.0
    suggested = others.argmax(axis=1)
    best = p[rows, suggested]
    return ConfidentLearning(
        thresholds=thresholds,
        confident_joint=joint,
        suspected=counted & (belongs != y),
        suggested=suggested,
        label_probability=own,
        suggested_probability=best,
        log_odds=np.log(np.maximum(best, SMALLEST)) - np.log(np.maximum(own, SMALLEST)),
        p_value=_p_values(own, y),
    )


def _p_values(own: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Among the works of each label, the share whose label is no more probable."""
    shares = np.empty(len(y))
    for label in np.unique(y):
        members = np.flatnonzero(y == label)
        ordered = np.sort(own[members])
        shares[members] = np.searchsorted(ordered, own[members], side="right") / len(members)
    return shares
