import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import softmax

from artextract.evaluation.ensemble import (
    SoftVotingEnsemble,
    fit_temperature,
    fit_weights,
    log_loss,
)


def sample(n: int, n_classes: int = 4, *, seed: int = 0, noise: float = 1.0):
    """Logits that are right in probability, and labels drawn from them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, n_classes))
    y = np.array([rng.choice(n_classes, p=p) for p in softmax(logits, axis=1)])
    return logits + rng.normal(0, noise, logits.shape), y


def test_temperature_finds_the_scale_that_was_put_on():
    logits, y = sample(4000, noise=0)
    assert fit_temperature(3 * logits, y) == pytest.approx(3, rel=0.1)
    assert fit_temperature(logits / 2, y) == pytest.approx(0.5, rel=0.1)


def test_a_dozen_right_answers_are_no_certainty():
    logits = np.tile([0.5, 0, 0], (12, 1))
    y = np.zeros(12, int)
    assert 0.8 < softmax(logits / fit_temperature(logits, y), axis=1)[0, 0] < 0.99


def test_weights_agree_with_a_general_optimiser():
    members, y = [], None
    for seed, noise in ((1, 0.5), (1, 1.5), (1, 3.0)):
        logits, y = sample(800, seed=seed, noise=noise)
        members.append(softmax(logits, axis=1))
    P = np.stack(members, axis=1)
    reference = minimize(
        lambda v: log_loss(np.einsum("nmc,m->nc", P, softmax(v)), y), np.zeros(3), tol=1e-10
    )
    np.testing.assert_allclose(fit_weights(P, y), softmax(reference.x), atol=0.01)


def test_two_good_members_share_the_vote_and_beat_each_other():
    rng = np.random.default_rng(3)
    clean, y = sample(3000, noise=0)
    X = np.stack([clean + rng.normal(0, 2, clean.shape) for _ in range(2)], axis=1)
    ensemble = SoftVotingEnsemble(["a", "b"]).fit(X[:1500], y[:1500])
    assert ensemble.weights_.min() > 0.3
    members = ensemble.member_proba(X[1500:])
    vote = ensemble.predict_proba(X[1500:])
    loss = log_loss(vote, y[1500:])
    assert loss < min(log_loss(members[:, m], y[1500:]) for m in range(2))
    # The mean of two calibrated members is too modest: sharpened, in the same order, it is better.
    mean = np.einsum("nmc,m->nc", members, ensemble.weights_)
    assert ensemble.pooled_temperature_ < 0.95
    assert loss < log_loss(mean, y[1500:])
    assert (vote.argsort(axis=1) == mean.argsort(axis=1)).all()


def test_a_member_that_knows_nothing_gets_no_vote():
    logits, y = sample(400)
    noise = np.random.default_rng(5).normal(0, 2, logits.shape)
    ensemble = SoftVotingEnsemble(["noise", "good"]).fit(np.stack([noise, logits], axis=1), y)
    assert ensemble.weights_.tolist() == [0.0, 1.0]
    assert ensemble.pooled_temperature_ == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_rows_are_probabilities_whatever_the_logits(seed, scale):
    rng = np.random.default_rng(seed)
    X = rng.normal(0, scale, (30, 2, 3))
    y = rng.integers(3, size=30)
    ensemble = SoftVotingEnsemble(["a", "b"]).fit(X, y)
    probabilities = ensemble.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities >= 0).all()
    assert (ensemble.predict(X) == probabilities.argmax(axis=1)).all()


def test_logits_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"expected \(n, 2, n_classes\) for the members a, b"):
        SoftVotingEnsemble(["a", "b"]).fit(np.zeros((5, 3, 2)), np.zeros(5, int))
    with pytest.raises(ValueError, match="0 rows of logits and 0 labels"):
        SoftVotingEnsemble(["a"]).fit(np.zeros((0, 1, 2)), np.zeros(0, int))
