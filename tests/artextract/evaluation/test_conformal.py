"""Sets of labels: valid by simulation, and what must not change them."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import softmax

from artextract.evaluation.conformal import ConformalSets, ScoredSets, out_of_fold, score_sets
from artextract.evaluation.ensemble import SoftVotingEnsemble
from artextract.inference.prediction_sets import PredictionSets, adaptive_scores


def sample(n: int, n_classes: int = 8, *, seed: int = 0, sharpness: float = 3.0):
    """Probabilities that are too sure of themselves, and labels drawn from the true ones."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (n, n_classes))
    y = (softmax(logits, axis=1).cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return softmax(sharpness * logits, axis=1), y


@pytest.mark.parametrize("level", [0.8, 0.9])
@pytest.mark.parametrize("n", [40, 300])
def test_sets_keep_their_promise_and_not_much_more_whatever_the_calibration(n, level):
    coverage = []
    for seed in range(80):
        P, y = sample(n + 500, seed=seed)
        sets = ConformalSets(level=level).fit(P[:n], y[:n]).predict_set(P[n:])
        coverage.append(sets[np.arange(500), y[n:]].mean())
    noise = 3 * np.std(coverage) / np.sqrt(len(coverage))
    assert level - noise < np.mean(coverage) < level + 1 / (n + 1) + noise


def test_scores_of_a_case_done_by_hand():
    scores = adaptive_scores(np.array([[0.2, 0.5, 0.2, 0.1]]), penalty=1, free_ranks=2)
    # Classes 0 and 2 share rank 2, which is free; class 3 has rank 4.
    np.testing.assert_allclose(scores, [[0.5, 0, 0.5, 0.9 + 2]])


def test_a_lower_level_is_nested_and_no_set_lacks_the_first_label():
    P, y = sample(400)
    new, _ = sample(300, seed=1)
    made = [ConformalSets(level=v).fit(P, y).predict_set(new) for v in (0.1, 0.6, 0.9, 0.99)]
    for smaller, larger in pairwise(made):
        assert (smaller <= larger).all()
    assert made[0][np.arange(300), new.argmax(axis=1)].all()
    assert (made[0].sum(axis=1) == 1).all()
    assert made[1].sum() < made[2].sum() < made[3].sum()


def test_neither_the_order_of_works_nor_that_of_classes_matters():
    P, y = sample(300)
    P = np.round(P, 2) + 1e-3  # with ties
    P /= P.sum(axis=1, keepdims=True)
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(300), rng.permutation(8)
    fitted = ConformalSets().fit(P, y)
    by_rows = ConformalSets().fit(P[rows], y[rows])
    by_columns = ConformalSets().fit(P[:, columns], np.argsort(columns)[y])
    assert by_rows.sets_ == fitted.sets_
    assert by_columns.sets_ == fitted.sets_
    np.testing.assert_array_equal(
        by_columns.predict_set(P[:, columns]), fitted.predict_set(P)[:, columns]
    )


def test_with_too_few_works_no_label_is_ruled_out():
    P, y = sample(9)
    assert ConformalSets().fit(P[:8], y[:8]).predict_set(P).all()
    assert np.isfinite(ConformalSets().fit(P, y).sets_.quantile)
    none = ConformalSets(level=0.99).fit(P, y).sets_
    parameters = json.loads(json.dumps({"sets": none.as_json()}, allow_nan=False))
    assert PredictionSets.read(parameters) == none
    assert none.label_sets(P[:1], list("abcdefgh"))[0].labels[0] == "abcdefgh"[P[0].argmax()]
    assert PredictionSets.read({}) is None


def test_a_penalty_is_taken_where_it_makes_sets_smaller():
    # Half of the works have two labels that count, the others 40 of about the same probability, but
    # the true one is always among the first three of them: a penalty keeps the others out.
    rng = np.random.default_rng(0)
    P = rng.uniform(0.9, 1.1, (400, 40))
    P[:200] = 1e-4
    P[:200, 0], P[:200, 1] = rng.uniform(0.7, 0.8, 200), rng.uniform(0.2, 0.3, 200)
    P /= P.sum(axis=1, keepdims=True)
    y = np.argsort(-P, axis=1)[np.arange(400), rng.integers(3, size=400)]
    y[:200] = rng.random(200) < 0.25
    plain = ConformalSets(penalty=0.0).fit(P, y).predict_set(P).sum(axis=1)
    chosen = ConformalSets().fit(P, y)
    assert chosen.sets_.penalty > 0
    assert chosen.predict_set(P).sum(axis=1).mean() < plain.mean() / 2
    # And none where it does not matter: labels that are certain.
    assert ConformalSets().fit(np.eye(4)[y % 4], y % 4).sets_.penalty == 0


def test_a_work_has_no_part_in_the_vote_that_predicts_it():
    rng = np.random.default_rng(1)
    X, y = rng.normal(0, 1, (60, 2, 4)), rng.integers(4, size=60)
    ensemble = SoftVotingEnsemble(("a", "b"))
    before = out_of_fold(ensemble, X, y)
    changed = y.copy()
    changed[7] = (y[7] + 1) % 4
    after = out_of_fold(ensemble, X, changed)
    np.testing.assert_array_equal(before[7], after[7])
    assert np.abs(before - after).max() > 0
    np.testing.assert_allclose(out_of_fold(ensemble, X[:1], y[:1]).sum(), 1)


def test_figures_of_a_case_done_by_hand():
    sets = np.zeros((30, 3), bool)
    sets[:, 0] = True
    sets[:12, 1] = True
    y = np.repeat([0, 1, 2], [11, 10, 9])  # the second class is covered once
    creators = np.array([None] * 12 + ["a"] * 18, object)
    figures = score_sets(ScoredSets(sets, y, ["x", "y", "z"], creators))
    assert figures["coverage"] == pytest.approx(12 / 30)
    assert figures["size"] == pytest.approx(42 / 30)
    assert figures["singletons"] == pytest.approx(18 / 30)
    assert figures["worst_class"] == {"name": "y", "coverage": pytest.approx(0.1), "n": 10}
    assert figures["worst_creator"] == {"name": "a", "coverage": 0, "n": 18}
    few = score_sets(ScoredSets(sets[:5], y[:5], ["x", "y", "z"], creators[:5]))
    assert few["worst_class"] is few["worst_creator"] is None


@pytest.mark.parametrize("level", [0, 1, 90, float("nan")])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        ConformalSets(level=level).fit(*sample(20))
