"""Heads that start as linear classifiers."""

import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from artextract.models.backbones import BACKBONES
from artextract.models.network import PaintingNetwork
from artextract.training.heads.linear_probe import (
    fit_softmax_regression,
    out_of_fold_logits,
    probe_heads,
)
from small import SHALLOW


@pytest.mark.parametrize("classes", [[0, 1], [1, 3], [0, 1, 3]])
def test_a_probe_names_the_class_that_it_was_fitted_to(classes, monkeypatch):
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    rng = np.random.default_rng(0)
    labels = np.array(classes * 20)
    features = rng.normal(0, 0.1, (len(labels), 512)) + np.eye(512)[labels]
    labels[-1] = -1  # without a label
    network = PaintingNetwork("shallow", {"style": 4})
    probe_heads(network, features.astype(np.float16), labels[:, None])
    for absent in set(range(4)) - set(classes):
        network.present("style")[absent] = False
    with torch.inference_mode():
        logits = network.forward_head(torch.from_numpy(features).float())["style"]
    assert (logits.argmax(dim=1).numpy() == labels)[:-1].all()


def test_the_regression_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    y = np.arange(120) % 3
    X = (rng.normal(size=(120, 6)) + np.eye(6)[y]).astype(np.float32)
    weight, bias = fit_softmax_regression(X, y, strength=0.1)
    reference = LogisticRegression(C=0.1, tol=1e-8).fit(X, y)
    expected = reference.predict_proba(X)
    np.testing.assert_allclose(softmax(X @ weight.T + bias, axis=1), expected, atol=1e-3)


def test_twins_are_in_one_fold_and_a_class_nobody_else_has_gets_no_row() -> None:
    rng = np.random.default_rng(5)
    y = np.array([0, 1] * 20 + [2, 2, -1])
    features = np.abs(rng.normal(size=(len(y), 4)) + 3 * np.eye(4)[y])
    groups = np.arange(len(y))
    groups[41] = groups[40]  # the two works of class 2 are one painting
    logits = out_of_fold_logits(features, y, groups, 3, strength=0.1)
    assert np.isnan(logits[40:]).all()
    assert (logits[:40].argmax(axis=1) == y[:40]).mean() > 0.8
