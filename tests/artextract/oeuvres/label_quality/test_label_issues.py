"""Doubtful labels: planted ones come first, nobody confirms his own, and rows need no order."""

from __future__ import annotations

import numpy as np
import pytest

from artextract.oeuvres.explore import explore
from artextract.oeuvres.label_quality.confident_learning import confident_learning
from artextract.oeuvres.label_quality.cross_fit import cross_fitted_probabilities
from artextract.oeuvres.label_quality.issues import LabelledWorks, label_issues
from artextract.oeuvres.label_quality.reasons import render
from artextract.oeuvres.results import part_record, read_table
from artextract.store import Store
from small import SMALL_EXPLORATION, give_embedding


def clouds(n: int = 120, classes: int = 3, *, spread: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Points in a cloud per class, and their classes."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % classes
    centres = rng.normal(size=(classes, 16))
    X = centres[y] / np.linalg.norm(centres[y], axis=1, keepdims=True)
    return X + rng.normal(0, spread, X.shape) / 4, y


def described(y: np.ndarray, pictures: np.ndarray | None = None) -> LabelledWorks:
    names = [f"class {i}" for i in range(y.max() + 1)]
    near = np.tile(np.arange(10), (len(y), 1))
    ids = np.arange(len(y))
    return LabelledWorks("genre", names, ids, y, ids if pictures is None else pictures, near)


def test_planted_errors_come_first_with_the_label_that_they_had():
    X, truth = clouds()
    wrong = np.array([4, 31, 77])
    y = truth.copy()
    y[wrong] = (truth[wrong] + 1) % 3
    probabilities, _ = cross_fitted_probabilities(X, y, np.arange(len(y)), n_classes=3)
    table = label_issues(probabilities, described(y))
    assert set(table["work_id"][:3]) == set(wrong)
    first = table.iloc[0]
    assert first["suggested"] == f"class {truth[first['work_id']]}"
    assert first["suspected"]
    assert first["p_value"] <= 0.1
    assert render(first["reasons"][0]).startswith(f"labelled {first['label']} (")
    sure = {"code": "predicted_other", "label": "Ada_Ember", "label_probability": 0.004}
    sure |= {"suggested": "Bo", "suggested_probability": 0.93}
    assert render(sure) == "labelled Ada Ember (<1\u00a0%), looks like Bo (93\u00a0%)"


def test_a_copy_with_the_same_wrong_label_confirms_nothing():
    X, y = clouds()
    X = np.concatenate([X, X[:1].repeat(6, axis=0)])
    y = np.concatenate([y, [1] * 6])
    y[0] = 1  # of class 0, as are its six copies
    copies = np.arange(len(y))
    copies[-6:] = 0
    apart, _ = cross_fitted_probabilities(X, y, np.arange(len(y)), n_classes=3)
    together, _ = cross_fitted_probabilities(X, y, copies, n_classes=3)
    assert together[0, 1] < 0.1 < apart[0, 1]


def test_one_picture_under_two_labels_is_listed_however_sure_both_are():
    y = np.array([0, 1, 0, 1])
    sure = np.eye(2)[y] * 0.98 + 0.01
    table = label_issues(sure, described(y, np.array([0, 0, 2, 3])))
    assert table["work_id"].tolist() == [0, 1]
    assert table["reasons"][0] == [{"code": "same_picture", "work_id": 1, "label": "class 1"}]


def test_the_order_of_the_rows_changes_no_figure():
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.ones(4), 50)
    y = rng.integers(0, 4, 50)
    order = rng.permutation(50)
    one, other = confident_learning(p, y), confident_learning(p[order], y[order])
    for name in ("log_odds", "p_value", "suggested", "suspected"):
        np.testing.assert_array_equal(getattr(one, name)[order], getattr(other, name))
    np.testing.assert_array_equal(one.confident_joint, other.confident_joint)


@pytest.mark.parametrize("p", [np.full((3, 2), np.nan), np.ones((2, 2)) / 2])
def test_probabilities_that_do_not_fit_are_refused(p: np.ndarray):
    with pytest.raises(ValueError, match="probabilit"):
        confident_learning(p, np.array([0, 1, 1]))


def test_a_class_that_nobody_else_has_is_not_judged():
    X, y = clouds()
    y[0] = 3
    probabilities, _ = cross_fitted_probabilities(X, y, np.arange(len(y)), n_classes=5)
    assert np.isnan(probabilities[0]).all()
    assert np.isfinite(probabilities[1:]).all()
    assert not probabilities[1:, 4].any()


@pytest.mark.parametrize(("name", "judged"), [("resnet50-pretrained", 60), ("resnet50", 24)])
def test_a_network_that_learnt_the_labels_judges_only_works_it_has_not_seen(
    name: str, judged: int, indexed: Store
):
    works = indexed.works()
    codes = works["artist"].astype("category").cat.codes.to_numpy()
    rng = np.random.default_rng(0)
    features = np.abs(np.eye(3)[codes].repeat(8, axis=1) + rng.normal(0, 0.1, (60, 24)))
    features[7] = features[0]  # by another artist, and for training
    give_embedding(indexed, features, name)
    explore(indexed, name, config=SMALL_EXPLORATION, parts=("label_issues",))
    result = part_record(indexed, name, "label_issues")["result"]
    assert result["unseen_only"] == (name == "resnet50")
    assert result["tasks"]["artist"]["judged"] == judged
    table = read_table(indexed, name, "label_issues")
    assert (7 in table.loc[table["task"] == "artist", "work_id"].tolist()) == (judged == 60)
