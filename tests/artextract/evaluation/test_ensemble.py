import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from artextract.evaluation.ensemble import (
    MANY,
    SoftVotingEnsemble,
    _fit_votes,
    fit_equal_exponents,
    fit_exponents,
    fit_temperature,
    fit_weights,
    log_loss,
)
from artextract.inference.voting import log_pool


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
    loss = log_loss(ensemble.predict_proba(X[1500:]), y[1500:])
    assert loss < min(log_loss(members[:, m], y[1500:]) for m in range(2))
    # What decided says so, and what it promised is what came.
    decision = ensemble.decision_
    assert decision.gain_ci95[0] > 0
    assert min(mean for mean, _ in decision.ratios.values()) > 1
    best = log_loss(members[:, ["a", "b"].index(decision.best)], y[1500:])
    assert best - loss == pytest.approx(decision.gain, abs=0.05)


def test_a_linear_vote_is_sharpened_in_the_same_order():
    rng = np.random.default_rng(3)
    clean, y = sample(1500, noise=0)
    X = np.stack([clean + rng.normal(0, 2, clean.shape) for _ in range(2)], axis=1)
    vote = _fit_votes(("a", "b"), X, y)["linear"]
    mean = np.einsum("nmc,m->nc", vote.member_proba(X), vote.weights)
    # The mean of two calibrated members is too modest.
    assert vote.pooled_temperature < 0.95
    assert log_loss(vote.predict_proba(X), y) < log_loss(mean, y)
    assert (vote.predict_proba(X).argsort(axis=1) == mean.argsort(axis=1)).all()


def test_a_member_that_knows_nothing_gets_no_vote():
    logits, y = sample(400)
    noise = np.random.default_rng(5).normal(0, 2, logits.shape)
    ensemble = SoftVotingEnsemble(["noise", "good"]).fit(np.stack([noise, logits], axis=1), y)
    assert ensemble.weights_.tolist() == [0.0, 1.0]
    assert ensemble.pooled_temperature_ == 1
    mean, (low, high) = ensemble.decision_.ratios["noise"]
    assert low < 1 < high or mean < 1


def test_a_third_member_that_knows_more_is_heard():
    rng = np.random.default_rng(8)
    clean, y = sample(2000, noise=0)
    X = np.stack([clean + rng.normal(0, scale, clean.shape) for scale in (2, 2, 1)], axis=1)
    two = SoftVotingEnsemble(["a", "b"]).fit(X[:1000, :2], y[:1000])
    three = SoftVotingEnsemble(["a", "b", "c"]).fit(X[:1000], y[:1000])
    assert three.weights_[2] == three.weights_.max()
    assert log_loss(three.predict_proba(X[1000:]), y[1000:]) < log_loss(
        two.predict_proba(X[1000:, :2]), y[1000:]
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 120))
def test_the_exponents_contain_the_best_member(seed, n):
    rng = np.random.default_rng(seed)
    P = softmax(rng.normal(0, 2, (n, 3, 4)), axis=2)
    y = rng.integers(4, size=n)
    members = [log_loss(P[:, m], y) for m in range(3)]
    best = int(np.argmin(members))
    for exponents in (
        fit_exponents(np.log(P), y, best=best),
        fit_equal_exponents(np.log(P), y),
    ):
        assert (exponents >= 0).all()
        assert log_loss(np.exp(log_pool(np.log(P), exponents)), y) <= members[best] + 1e-6


def test_members_alike_share_one_exponent_and_a_poor_one_stays_out():
    rng = np.random.default_rng(3)
    clean, y = sample(2100, noise=0)
    scales = (1.5, 1.5, 1.5, 1.5, 9)
    X = np.stack([clean + rng.normal(0, scale, clean.shape) for scale in scales], axis=1)
    log_P = log_softmax(X, axis=2)
    fitted, new = slice(100), slice(100, None)
    exponents = fit_equal_exponents(log_P[fitted], y[fitted])
    np.testing.assert_allclose(exponents / exponents[0], [1, 1, 1, 1, 0])
    vote = log_loss(np.exp(log_pool(log_P[new], exponents)), y[new])
    alone = min(log_loss(np.exp(log_P[new, m]), y[new]) for m in range(5))
    free = fit_exponents(log_P[fitted], y[fitted], best=0)
    assert vote < 0.8 * alone
    # One number is told better by a hundred works than five.
    assert vote <= log_loss(np.exp(log_pool(log_P[new], free)), y[new])
    for n in (MANY - 1, MANY):
        decision = SoftVotingEnsemble(list("abcde")).fit(X[:n], y[:n]).decision_
        assert ("equal" in decision.log_loss) == (n >= MANY)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_members_and_works_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    clean, y = sample(80, seed=seed, noise=0)
    X = np.stack([clean + rng.normal(0, 1, clean.shape) for _ in range(3)], axis=1)
    rows, members = rng.permutation(80), rng.permutation(3)
    names = np.array(["a", "b", "c"])
    one = SoftVotingEnsemble(names.tolist()).fit(X, y)
    other = SoftVotingEnsemble(names[members].tolist()).fit(X[rows][:, members], y[rows])
    assert one.pooling_ == other.pooling_
    np.testing.assert_allclose(one.weights_[members], other.weights_, atol=2e-3)
    np.testing.assert_allclose(one.predict_proba(X), other.predict_proba(X[:, members]), atol=2e-3)


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
