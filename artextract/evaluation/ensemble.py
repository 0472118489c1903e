"""Temperature scaling and soft voting, both fitted on validation by log-loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from artextract.inference.voting import SMALLEST, Vote, pool

_FOLDS = 5


def log_loss(probabilities: np.ndarray, y: np.ndarray) -> float:
    """Mean negative log-likelihood, in nats, of labels (n,) under probabilities (n, n_classes)."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(y)), y], SMALLEST)).mean())


def fit_temperature(logits: np.ndarray, y: np.ndarray) -> float:
    """Temperature that minimises the log-loss of softmax(logits / T) (Guo et al. 2017).

    A prior worth a single work holds log T near 0: a dozen works that are all right would drive T
    to nothing, and every answer to certainty.

    Parameters
    ----------
    logits
        (n, n_classes).
    y
        Class numbers (n,).

    Returns
    -------
    T between 0.05 and 20; above 1 the network was too sure of itself.
    """
    found = minimize_scalar(
        lambda log_t: log_loss(softmax(logits / np.exp(log_t), axis=1), y) + log_t**2 / len(y),
        bounds=(np.log(0.05), np.log(20)),
        method="bounded",
    )
    return float(np.exp(found.x))


def fit_weights(probabilities: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights on the simplex that minimise the log-loss of the members' weighted mean.

    The weights are the proportions of a mixture with fixed components, whose likelihood is concave
    and which expectation-maximisation climbs without a step size.

    Parameters
    ----------
    probabilities
        (n, n_members, n_classes).
    y
        Class numbers (n,).

    Returns
    -------
    (n_members,), non-negative, sum 1.
    """
    likelihood = np.maximum(probabilities[np.arange(len(y)), :, y], SMALLEST)  # (n, n_members)
    weights = np.full(likelihood.shape[1], 1 / likelihood.shape[1])
    for _ in range(1000):
        responsibility = weights * likelihood
        responsibility /= responsibility.sum(axis=1, keepdims=True)
        new = responsibility.mean(axis=0)
        if np.abs(new - weights).max() < 1e-6:
            break
        weights = new
    return new


class SoftVotingEnsemble(ClassifierMixin, BaseEstimator):
    """Weighted mean of the members' temperature-scaled class probabilities, for one task.

    Voting is kept only where it helps on held-out data: where the cross-fitted log-loss (weights
    from the other folds) or the top-1 accuracy of the vote is worse than the best member's, that
    member gets weight 1.

    The mean of calibrated probabilities is less sure of itself than it may be, the more so the more
    its members differ, so the vote gets a temperature of its own (pool, then calibrate: Rahaman and
    Thiery 2021). It changes no order of the classes.

    Parameters
    ----------
    members
        Names of the members, in the order of the second axis of `X`.

    Attributes
    ----------
    classes_ : (n_classes,) class numbers.
    temperatures_ : (n_members,) positive.
    weights_ : (n_members,) non-negative, sum 1.
    pooled_temperature_ : positive; 1 where a member votes alone.
    """

    def __init__(self, members: Sequence[str] = ()) -> None:
        self.members = members

    def fit(self, X: np.ndarray, y: np.ndarray) -> SoftVotingEnsemble:
        """Fit the members' temperatures, then the weights, then the temperature of the mean.

        Parameters
        ----------
        X
            Logits of held-out works, (n, n_members, n_classes).
        y
            Class numbers (n,), none negative.

        Raises
        ------
        ValueError
            If there is no work, or `X` and `y` do not fit each other or the members.
        """
        X, y = self._checked(X), np.asarray(y)
        if len(y) != len(X) or not len(y):
            raise ValueError(
                f"{len(X)} rows of logits and {len(y)} labels; expected as many, not 0"
            )
        self.classes_ = np.arange(X.shape[2])
        self.temperatures_ = np.array(
            [fit_temperature(X[:, m], y) for m in range(X.shape[1])], dtype=np.float64
        )
        members = Vote(tuple(self.members), self.temperatures_, np.empty(0)).member_proba(X)
        losses = [log_loss(members[:, m], y) for m in range(X.shape[1])]
        alone = np.eye(X.shape[1])[int(np.argmin(losses))]
        vote = fit_weights(members, y)
        helps = self._helps(members, y, vote, alone, min(losses))
        self.weights_ = vote if helps else alone
        self.pooled_temperature_ = fit_temperature(np.log(pool(members, vote)), y) if helps else 1.0
        return self

    def member_proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of each member, (n, n_members, n_classes)."""
        return self._vote().member_proba(self._checked(X))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the vote, (n, n_classes); rows sum to 1 in the order of `classes_`."""
        return self._vote().predict_proba(self._checked(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Class numbers (n,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def _vote(self) -> Vote:
        check_is_fitted(self)
        return Vote(
            tuple(self.members), self.temperatures_, self.weights_, self.pooled_temperature_
        )

    def _checked(self, X: np.ndarray) -> np.ndarray:
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 3 or X.shape[1] != len(self.members):
            raise ValueError(
                f"logits of shape {X.shape}; expected (n, {len(self.members)}, n_classes) for "
                f"the members {', '.join(self.members)}"
            )
        return X

    @staticmethod
    def _helps(
        members: np.ndarray, y: np.ndarray, vote: np.ndarray, alone: np.ndarray, loss: float
    ) -> bool:
        folds = np.arange(len(y)) % _FOLDS
        if len(y) < 2 * _FOLDS:
            return False
        held_out = [
            log_loss(
                pool(members[folds == k], fit_weights(members[folds != k], y[folds != k])),
                y[folds == k],
            )
            * (folds == k).mean()
            for k in range(_FOLDS)
        ]
        right = [(pool(members, w).argmax(axis=1) == y).mean() for w in (vote, alone)]
        return sum(held_out) < loss and right[0] >= right[1]
