"""Figures of one model on one task. A dict is the registry: a figure is one entry in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn import metrics as sk
from torchmetrics.functional.classification import multiclass_calibration_error

from artextract.evaluation.calibration import BINS
from artextract.evaluation.ensemble import log_loss

RESAMPLES = 2000  # of the bootstrap


@dataclass(frozen=True)
class Scored:
    """Probabilities of works whose class is known.

    Attributes
    ----------
    probabilities
        (n, n_classes), n >= 1, rows summing to 1.
    y
        True class numbers (n,).
    clusters
        What is resampled together for intervals, (n,): works of one artist are not independent
        evidence on genre and style. None resamples works.
    """

    probabilities: np.ndarray
    y: np.ndarray
    clusters: np.ndarray | None = None

    @cached_property
    def predicted(self) -> np.ndarray:
        """Most probable class of each work, (n,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def ranks(self) -> np.ndarray:
        """How many classes are more probable than the true one, (n,)."""
        true = self.probabilities[np.arange(len(self.y)), self.y]
        return (self.probabilities > true[:, None]).sum(axis=1)


def expected_calibration_error(scored: Scored) -> float:
    """Mean gap between confidence and accuracy over 15 bins, 0..1 (l1; Naeini et al. 2015)."""
    return float(
        multiclass_calibration_error(
            torch.tensor(scored.probabilities),
            torch.tensor(scored.y),
            num_classes=scored.probabilities.shape[1],
            n_bins=BINS,
        )
    )


def bootstrap_interval(scored: Scored, *, seed: int = 0) -> list[float]:
    """95 % interval [low, high] of top-1 accuracy, whole clusters drawn with replacement."""
    return bootstrap_interval_of(scored.predicted == scored.y, scored.clusters, seed=seed)


def bootstrap_interval_of(
    right: np.ndarray, clusters: np.ndarray | None = None, *, seed: int = 0
) -> list[float]:
    """95 % interval [low, high] of the share of bool (n,), whole clusters drawn, if given."""
    groups = np.arange(len(right)) if clusters is None else clusters
    table = pd.DataFrame({"right": right}).groupby(groups)["right"].agg(["sum", "size"])
    # Sorted by content and not by place: the interval does not depend on the order of the rows.
    counts = table.sort_values(["sum", "size"]).to_numpy()
    drawn = np.random.default_rng(seed).integers(len(counts), size=(RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)  # (RESAMPLES, 2)
    return [float(v) for v in np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])]


def _macro(figure: Callable[..., Any]) -> Callable[[Scored], float]:
    """The mean of a figure over the classes that occur among the works."""

    def of(scored: Scored) -> float:
        y, predicted = scored.y, scored.predicted
        return float(figure(y, predicted, labels=np.unique(y), average="macro", zero_division=0))

    return of


# Shares are 0..1; nll is in nats; n counts works. What is stored in metrics.json is made of these,
# and made anew where they change.
METRICS: dict[str, Callable[[Scored], Any]] = {
    "top1": lambda scored: float(sk.accuracy_score(scored.y, scored.predicted)),
    "top3": lambda scored: float((scored.ranks < 3).mean()),
    "top5": lambda scored: float((scored.ranks < 5).mean()),
    "macro_f1": _macro(sk.f1_score),
    "balanced_accuracy": _macro(sk.recall_score),
    "nll": lambda scored: log_loss(np.maximum(scored.probabilities, 1e-7), scored.y),
    "ece": expected_calibration_error,
    "n": lambda scored: len(scored.y),
    "top1_ci95": bootstrap_interval,
}


def score(
    probabilities: np.ndarray, y: np.ndarray, *, clusters: np.ndarray | None = None
) -> dict[str, Any]:
    """All figures of :data:`METRICS`, each over the classes that occur in `y`.

    Parameters
    ----------
    probabilities
        (n, n_classes), n >= 1, rows summing to 1 up to rounding.
    y, clusters
        See :class:`Scored`.

    Examples
    --------
    >>> import numpy as np
    >>> figures = score(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 1]))
    >>> figures["top1"], figures["n"]
    (1.0, 2)
    """
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    scored = Scored(probabilities, y, clusters)
    return {name: figure(scored) for name, figure in METRICS.items()}
