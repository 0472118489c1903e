"""Temperature scaling and soft voting, both fitted by log-loss on works that no member has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from artextract.inference.voting import SMALLEST, Vote, pool

VOTES = ("linear", "log-linear", "equal")  # beside the best member alone
_FOLDS = 5
# Works from which on equal exponents are tried, too: the more ways there are, the more often one of
# them is the best of a few dozen works by chance.
MANY = 200
_NORMAL = 1.959964  # quantile of 97.5 % of the normal distribution


def log_loss(probabilities: np.ndarray, y: np.ndarray) -> float:
    """Mean negative log-likelihood, in nats, of labels (n,) under probabilities (n, n_classes)."""
    return float(losses(probabilities, y).mean())


def losses(probabilities: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Negative log-likelihood of each label, in nats, (n,); as :func:`log_loss`."""
    return -np.log(np.maximum(probabilities[np.arange(len(y)), y], SMALLEST))


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


def fit_exponents(log_probabilities: np.ndarray, y: np.ndarray, *, best: int) -> np.ndarray:
    """Exponents of the members' geometric mean, shrunk towards the best member alone.

    Minimises the log-loss, which is convex in them, with two penalties. One is proportional to each
    other member's exponent, as steep as one standard error of the loss's slope where the best
    votes alone, so that a member whose first step helps by no more than chance gets exactly 0 (a
    lasso whose strength is a score test). The other is quadratic around the best member alone and
    worth a single work, for members that hardly differ. Since there both are 0, the vote's log-loss
    is at most that of the best member, on the works that it is fitted on.

    Parameters
    ----------
    log_probabilities
        (n, n_members, n_classes), calibrated; finite.
    y
        Class numbers (n,).
    best
        Which member the exponents are shrunk to.

    Returns
    -------
    (n_members,), non-negative.
    """
    n, n_members, _ = log_probabilities.shape
    own = log_probabilities[np.arange(n), :, y]  # (n, n_members)
    alone = np.eye(n_members)[best]
    slopes = np.einsum("nc,nmc->nm", softmax(log_probabilities[:, best], axis=1), log_probabilities)
    steps = (slopes - own).std(axis=0) / np.sqrt(n)
    steps[best] = 0

    def objective(exponents: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.einsum("nmc,m->nc", log_probabilities, exponents)
        normaliser = logsumexp(scores, axis=1)
        expected = np.einsum("nc,nmc->nm", np.exp(scores - normaliser[:, None]), log_probabilities)
        away = exponents - alone
        loss = (normaliser - own @ exponents).mean() + steps @ exponents + away @ away / n
        return float(loss), (expected - own).mean(axis=0) + steps + 2 * away / n

    found = minimize(
        objective, alone, jac=True, bounds=[(0, None)] * n_members, method="L-BFGS-B", tol=1e-10
    )
    return np.where(found.x < 1e-4, 0.0, found.x)


def fit_equal_exponents(log_probabilities: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Exponents of the geometric mean of the best few members, equal for all of these.

    A single number is fitted, which a few hundred works tell better than one for each member: the
    equal mean is hard to beat where members are about as good as each other (Clemen 1989,
    "Combining forecasts"). Of the first one, two, three ... in the order of their own log-loss,
    those vote whose mean has the lowest.

    Parameters
    ----------
    log_probabilities
        (n, n_members, n_classes), calibrated; finite.
    y
        Class numbers (n,).

    Returns
    -------
    (n_members,), non-negative.
    """
    n, n_members, _ = log_probabilities.shape
    own = -log_probabilities[np.arange(n), :, y].mean(axis=0)
    order = np.argsort(own, kind="stable")
    exponents, lowest = np.zeros(n_members), np.inf
    for count in range(1, n_members + 1):
        mean = log_probabilities[:, order[:count]].mean(axis=1)
        temperature = fit_temperature(mean, y)
        loss = log_loss(softmax(mean / temperature, axis=1), y)
        if loss < lowest:
            exponents, lowest = np.zeros(n_members), loss
            exponents[order[:count]] = 1 / (temperature * count)
    return exponents


@dataclass(frozen=True)
class Decision:
    """What decided between the best member alone and the kinds of vote.

    Attributes
    ----------
    best
        The member with the lowest log-loss.
    n
        Works that it was decided by.
    log_loss
        ``{"alone", "linear", "log-linear", "equal"}``: mean log-loss in nats of works by votes that
        were fitted without them; "equal" where there are :data:`MANY` works.
    gain, gain_ci95
        By how much the better vote's log-loss is below the best member's, with the 95 % interval of
        the mean of paired differences; (0, 0) where there is nobody to vote with.
    ratios
        ``{member: (mean, (low, high))}``: the mean over works of p_member(y) / p_best(y), with its
        95 % interval. Above 1 a little weight in a linear vote lowers the log-loss; of a member
        that knows nothing beyond a calibrated best one it is 1.
    """

    best: str
    n: int
    log_loss: dict[str, float]
    gain: float
    gain_ci95: tuple[float, float]
    ratios: dict[str, tuple[float, tuple[float, float]]]

    def as_json(self) -> dict[str, Any]:
        """Plain lists, texts and numbers, rounded to 4 digits."""

        def rounded(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: rounded(inner) for key, inner in value.items()}
            if isinstance(value, tuple):
                return [rounded(inner) for inner in value]
            return round(value, 4) if isinstance(value, float) else value

        return rounded(asdict(self))


class SoftVotingEnsemble(ClassifierMixin, BaseEstimator):
    """One vote of the members' temperature-scaled class probabilities, for one task.

    There are three kinds of vote: the weighted arithmetic mean (linear), the weighted geometric
    mean (log-linear, see :func:`fit_exponents`), and that with equal weights for the best few
    members (equal, see :func:`fit_equal_exponents`); and the best member alone. They are compared
    by the log-loss of works by votes that were fitted without them; a vote is kept only where it is
    better than the best member alone by more than one standard error of the paired difference (the
    one-standard-error rule of Breiman et al. 1984: of models that cannot be told apart, the
    simplest). Neither the order of the members nor that of the works matters.

    The mean of calibrated probabilities is less sure of itself than it may be, the more so the more
    its members differ, so a linear vote gets a temperature of its own (pool, then calibrate:
    Rahaman and Thiery 2021). It changes no order of the classes. Exponents need none: their sum is
    free.

    Parameters
    ----------
    members
        Names of the members, in the order of the second axis of `X`.

    Attributes
    ----------
    classes_ : (n_classes,) class numbers.
    temperatures_ : (n_members,) positive.
    pooling_ : "linear" or "log-linear".
    weights_ : (n_members,) non-negative; exponents where pooling_ is "log-linear", else of sum 1.
    pooled_temperature_ : positive; 1 where a member votes alone, or the vote is log-linear.
    decision_ : Decision, what decided.
    """

    def __init__(self, members: Sequence[str] = ()) -> None:
        self.members = members

    def fit(self, X: np.ndarray, y: np.ndarray) -> SoftVotingEnsemble:
        """Fit the members' temperatures and decide how they vote.

        Parameters
        ----------
        X
            Logits of works that no member has seen, (n, n_members, n_classes).
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
        names = tuple(self.members)
        votes = _fit_votes(names, X, y)
        best = int(votes["alone"].weights.argmax())
        held_out = _cross_fitted(names, X, y) if len(names) > 1 and len(y) >= 2 * _FOLDS else {}
        if held_out:
            tried = VOTES if len(y) >= MANY else VOTES[:-1]
            held_out = {way: held_out[way] for way in ("alone", *tried)}
            kind = min(tried, key=lambda way: held_out[way].mean())
            gains = held_out["alone"] - held_out[kind]
            error = float(gains.std(ddof=1) / np.sqrt(len(y)))
            gain = float(gains.mean())
        else:
            kind, gain, error = "alone", 0.0, 0.0
            held_out = {"alone": losses(votes["alone"].predict_proba(X), y)}
        vote = votes[kind if gain > error else "alone"]
        self.temperatures_, self.weights_ = vote.temperatures, vote.weights
        self.pooling_, self.pooled_temperature_ = vote.pooling, vote.pooled_temperature
        self.decision_ = Decision(
            best=names[best],
            n=len(y),
            log_loss={kind: float(values.mean()) for kind, values in held_out.items()},
            gain=gain,
            gain_ci95=(gain - _NORMAL * error, gain + _NORMAL * error),
            ratios=_ratios(vote.member_proba(X), y, names, best),
        )
        return self

    def member_proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of each member, (n, n_members, n_classes)."""
        return self.vote_.member_proba(self._checked(X))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the vote, (n, n_classes); rows sum to 1 in the order of `classes_`."""
        return self.vote_.predict_proba(self._checked(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Class numbers (n,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    @property
    def vote_(self) -> Vote:
        """What was fitted, as the predictor takes it."""
        check_is_fitted(self)
        return Vote(
            tuple(self.members),
            self.temperatures_,
            self.weights_,
            self.pooled_temperature_,
            self.pooling_,
        )

    def _checked(self, X: np.ndarray) -> np.ndarray:
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 3 or X.shape[1] != len(self.members):
            raise ValueError(
                f"logits of shape {X.shape}; expected (n, {len(self.members)}, n_classes) for "
                f"the members {', '.join(self.members)}"
            )
        return X


def _fit_votes(members: tuple[str, ...], X: np.ndarray, y: np.ndarray) -> dict[str, Vote]:
    """The best member alone, and each kind of vote, fitted on logits (n, n_members, n_classes)."""
    temperatures = np.array([fit_temperature(X[:, m], y) for m in range(len(members))])
    calibrated = Vote(members, temperatures, np.empty(0))
    P = calibrated.member_proba(X)
    best = int(np.argmin([log_loss(P[:, m], y) for m in range(len(members))]))
    alone = np.eye(len(members))[best]
    votes = {"alone": Vote(members, temperatures, alone)}
    if len(members) > 1:
        weights = fit_weights(P, y)
        pooled = fit_temperature(np.log(pool(P, weights)), y)
        votes["linear"] = Vote(members, temperatures, weights, pooled)
        log_P = calibrated.member_log_proba(X)
        for kind, exponents in (
            ("log-linear", fit_exponents(log_P, y, best=best)),
            ("equal", fit_equal_exponents(log_P, y)),
        ):
            votes[kind] = Vote(members, temperatures, exponents, 1.0, "log-linear")
    return votes


def _cross_fitted(members: tuple[str, ...], X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Losses (n,) of each work by each kind of vote, fitted on four fifths without it."""
    result: dict[str, np.ndarray] = {}
    folds = _folds(X, y)
    for fold in range(_FOLDS):
        held_out = folds == fold
        for kind, vote in _fit_votes(members, X[~held_out], y[~held_out]).items():
            values = result.setdefault(kind, np.empty(len(y)))
            values[held_out] = losses(vote.predict_proba(X[held_out]), y[held_out])
    return result


def _folds(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fold numbers (n,) that depend on the works themselves, in whatever order they stand.

    Neighbours in the order of class and of the members' logits of it go to different folds.
    """
    own = np.sort(X[np.arange(len(y)), :, y], axis=1)  # whatever the order of the members
    folds = np.empty(len(y), np.int64)
    folds[np.lexsort((*own.T, y))] = np.arange(len(y)) % _FOLDS
    return folds


def _ratios(
    P: np.ndarray, y: np.ndarray, members: tuple[str, ...], best: int
) -> dict[str, tuple[float, tuple[float, float]]]:
    own = np.maximum(P[np.arange(len(y)), :, y], SMALLEST)
    result = {}
    for m, member in enumerate(members):
        if m != best:
            ratio = own[:, m] / own[:, best]
            mean, error = float(ratio.mean()), float(ratio.std() / np.sqrt(len(y)))
            result[member] = (mean, (mean - _NORMAL * error, mean + _NORMAL * error))
    return result
