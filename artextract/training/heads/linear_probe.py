"""Linear probes: heads that are the linear classifier of features (Alain and Bengio 2017)."""

from __future__ import annotations

import warnings

import numpy as np
import torch
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.extmath import randomized_svd
from torch import nn
from torch.nn import functional

from artextract.inference.runtime import best_device
from artextract.models.network import PaintingNetwork

# Inverse regularisation on standardised features: strong, since 2,048 weights a class have to be
# learnt from a few dozen works. Not tuned.
C = 0.001
# Those that the validation works choose from, on features of length √n_features.
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)
FOLDS = 5
N_COMPONENTS = 1024
_ITERATIONS = 100
_UNKNOWN = 0.01  # where no validation work is labelled


def probe_heads(network: PaintingNetwork, features: np.ndarray, labels: np.ndarray) -> None:
    """Set the heads of `network` to logistic regressions on `features`.

    Parameters
    ----------
    network
        Its heads are overwritten in the order of ``network.heads``; classes without a work keep
        their random weights, which nothing reads.
    features
        (N, n_features) penultimate features of the training works.
    labels
        int64 (N, n_tasks), -1 where unlabelled.
    """
    for column, head in enumerate(network.heads.values()):
        assert isinstance(head, nn.Linear)
        labelled = labels[:, column] >= 0
        if len(np.unique(labels[labelled, column])) < 2:
            continue
        scaler = StandardScaler()
        regression = LogisticRegression(C=C, max_iter=300)
        make_pipeline(scaler, regression).fit(
            features[labelled].astype(np.float32), labels[labelled, column]
        )
        weight, bias = _rows(regression)
        weight = weight / scaler.scale_
        _set(head, regression.classes_, weight, bias - weight @ scaler.mean_)


def fit_heads(
    network: PaintingNetwork,
    features: np.ndarray,
    labels: np.ndarray,
    validation: tuple[np.ndarray, np.ndarray],
    *,
    basis: np.ndarray | None = None,
) -> dict[str, float]:
    """Set the heads of a network with normalised features to logistic regressions.

    Each task's strength of regularisation is the one of :data:`STRENGTHS` with the lowest log-loss
    on validation works, weakest last: the search ends where it no longer gains.

    Parameters
    ----------
    network
        One with ``normalize_features``; its heads are overwritten, and classes without a training
        work are marked as such, their weights 0.
    features, labels
        Of the training works: (N, n_features), and int64 (N, n_tasks), -1 where unlabelled.
    validation
        The same of the validation works.
    basis
        Directions in which the regressions are fitted, (n_features, n_components) of features as
        the heads see them; None: their :func:`principal_components`.

    Returns
    -------
    ``{task: C}``, scikit-learn's inverse strength of regularisation.
    """
    X, X_val = scaled_array(network, features), scaled_array(network, validation[0])
    basis = principal_components(X) if basis is None else basis
    X, X_val = X @ basis, X_val @ basis
    chosen = {}
    for column, (task, head) in enumerate(network.heads.items()):
        assert isinstance(head, nn.Linear)
        y, y_val = labels[:, column], validation[1][:, column]
        nn.init.zeros_(head.weight)
        nn.init.zeros_(head.bias)
        network.present(task).copy_(torch.from_numpy(np.isin(np.arange(head.out_features), y)))
        if len(np.unique(y[y >= 0])) > 1:
            learnt, numbers = np.unique(y[y >= 0], return_inverse=True)
            strength, fitted = _best(X[y >= 0], numbers, X_val, _numbers(y_val, learnt))
            _set(head, learnt, fitted[0] @ basis.T, fitted[1])
            chosen[task] = strength
    return chosen


def out_of_fold_logits(
    X: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    n_classes: int,
    *,
    strength: float,
    seed: int = 0,
) -> np.ndarray:
    """Logits of each work by a regression on the other folds, as :func:`fit_heads` fits it.

    Parameters
    ----------
    X
        float32 (N, n_components), features as the heads see them, in the basis of the regression.
    y
        Class numbers (N,), -1 where unlabelled.
    groups
        (N,): works of one group, such as pictures of one painting, are in one fold.
    n_classes
        How many columns the result has.
    strength
        scikit-learn's C.
    seed
        Of the division.

    Returns
    -------
    float32 (N, n_classes); NaN in rows of unlabelled works and of those whose class no other fold
    has, and -1e4 where a class is not among those learnt.
    """
    result = np.full((len(y), n_classes), np.nan, np.float32)
    rows = np.flatnonzero(y >= 0)
    folds = min(FOLDS, len(np.unique(groups[rows])))
    if folds < 2 or len(np.unique(y[rows])) < 2:
        return result
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # its works get no row
        divisions = list(splitter.split(rows, y[rows], groups[rows]))
    for learnt, held_out in divisions:
        a, b = rows[learnt], rows[held_out]
        if len(np.unique(y[a])) < 2:
            continue
        known, numbers = np.unique(y[a], return_inverse=True)
        weight, bias = fit_softmax_regression(X[a], numbers, strength=strength)
        logits = np.full((len(b), n_classes), -1e4, np.float32)
        logits[:, known] = X[b] @ weight.T + bias
        scored = np.isin(y[b], known)
        result[b[scored]] = logits[scored]
    return result


@torch.inference_mode()
def scaled_array(network: PaintingNetwork, features: np.ndarray) -> np.ndarray:
    """What the heads of a network see of features (N, n_features): float32."""
    return network.scaled(torch.from_numpy(np.asarray(features, np.float32))).numpy()


def principal_components(X: np.ndarray) -> np.ndarray:
    """An orthonormal basis (n_features, n_components) of most of what is in X (N, n_features).

    1,024 directions at most, not centred: a penalty on weights in it is one on weights of features,
    and a regression takes a fifth of the time. No labels are looked at.
    """
    if min(X.shape) <= N_COMPONENTS:
        return np.eye(X.shape[1], dtype=np.float32)
    _, _, basis = randomized_svd(X, N_COMPONENTS, n_iter=2, random_state=0)
    return np.ascontiguousarray(basis.T)


def fit_softmax_regression(
    X: np.ndarray,
    y: np.ndarray,
    *,
    strength: float,
    start: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression with an L2 penalty on the weights, by L-BFGS.

    What ``sklearn.linear_model.LogisticRegression(C=strength)`` minimises, up to its tolerance; on
    2,048 features and thousands of works some ten times as fast, and on a GPU where one is.

    Parameters
    ----------
    X
        float32 (n, n_features).
    y
        Class numbers (n,) from 0 on, each of which occurs.
    strength
        scikit-learn's C: the inverse strength of the penalty.
    start
        Weights and biases to begin from; None: zeros.

    Returns
    -------
    Weights float32 (n_classes, n_features) and biases (n_classes,).
    """
    device = best_device()
    features = torch.from_numpy(np.asarray(X, np.float32)).to(device)
    target = torch.from_numpy(y).to(device)
    n_classes = int(y.max()) + 1
    weight = torch.zeros(n_classes, X.shape[1], device=device)
    bias = torch.zeros(n_classes, device=device)
    if start is not None:
        weight, bias = (torch.from_numpy(part).to(device) for part in start)
    parameters = [weight.requires_grad_(), bias.requires_grad_()]
    optimiser = torch.optim.LBFGS(
        parameters,
        max_iter=_ITERATIONS,
        tolerance_grad=1e-5,
        tolerance_change=1e-7,
        line_search_fn="strong_wolfe",
    )

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        penalty = weight.square().sum() / (2 * strength * len(y))
        loss = functional.cross_entropy(functional.linear(features, weight, bias), target) + penalty
        loss.backward()
        return loss

    optimiser.step(closure)
    return weight.detach().cpu().numpy(), bias.detach().cpu().numpy()


def _best(
    X: np.ndarray, y: np.ndarray, X_val: np.ndarray, y_val: np.ndarray
) -> tuple[float, tuple[np.ndarray, np.ndarray]]:
    """The strength with the lowest log-loss on validation, and what was fitted with it.

    Class numbers are those from 0 on, each of which occurs in `y`; -1 in `y_val` is left out.
    """
    known = y_val >= 0
    if not known.any():
        return _UNKNOWN, fit_softmax_regression(X, y, strength=_UNKNOWN)
    best, lowest, fitted = STRENGTHS[0], np.inf, None
    kept: tuple[np.ndarray, np.ndarray] | None = None
    for strength in STRENGTHS:
        fitted = fit_softmax_regression(X, y, strength=strength, start=fitted)
        logits = X_val[known] @ fitted[0].T + fitted[1]
        loss = -log_softmax(logits, axis=1)[np.arange(len(logits)), y_val[known]].mean()
        if kept is not None and loss >= lowest:
            break
        best, lowest, kept = strength, loss, fitted
    assert kept is not None
    return best, kept


def _numbers(y: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Where each of `y` stands among sorted `classes`; -1 where it does not."""
    place = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    return np.where(classes[place] == y, place, -1)


def _rows(regression: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases, a row a class: scikit-learn keeps one row for two classes."""
    weight, bias = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:
        weight, bias = np.vstack([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return weight, bias


def _set(head: nn.Linear, classes: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> None:
    with torch.no_grad():
        head.weight[classes] = torch.from_numpy(weight).float()
        head.bias[classes] = torch.from_numpy(bias).float()
