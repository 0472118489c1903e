"""Predictions for pictures from outside the collection, by networks that a stranger added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import softmax

from artextract.evaluation.evaluate import evaluate
from artextract.inference.predictor import Predictor
from artextract.models.backbones import BACKBONES
from artextract.models.gradcam import grad_cam
from artextract.store import Store
from artextract.training.fit import fit
from small import LOCAL, SHALLOW, copy_tree, tiny

CPU = torch.device("cpu")


@pytest.fixture
def predictor(small_store: Store) -> Predictor:
    return Predictor.load(small_store, device=CPU, precision="32")


def test_a_third_backbone_that_is_only_registered_is_a_third_member(
    small_store, tmp_path, monkeypatch, picture
):
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    fit(store, tiny("shallow"), hardware=LOCAL)
    evaluate(store, precision="32", workers=0)
    predictor = Predictor.load(store, device=CPU, precision="32")
    output = predictor.infer([picture(), picture((40, 90, 200))])
    assert set(output.probabilities["artist"]) == {"alexnet", "resnet50", "shallow", "ensemble"}
    for probabilities in output.probabilities["artist"].values():
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    assert output.features["shallow"].shape == (2, 512)
    cam = grad_cam(predictor.networks["shallow"], output.inputs["shallow"][1], "artist", 0)
    assert cam.shape == (2, 2)
    assert cam.max() in (0, 1)


def test_the_inputs_are_what_the_networks_saw(predictor, picture):
    output = predictor.infer([picture()])
    for name, network in predictor.networks.items():
        with torch.inference_mode():
            features = network.forward_features(torch.from_numpy(output.inputs[name]))
        np.testing.assert_allclose(features.numpy(), output.features[name], rtol=5e-3, atol=1e-3)


def logits(predictor: Predictor, images: torch.Tensor, task: str) -> np.ndarray:
    with torch.inference_mode():
        return np.stack(
            [network(images)[task].double().numpy() for network in predictor.networks.values()],
            axis=1,
        )


def test_stored_temperatures_and_weights_are_used(predictor, picture):
    vote = replace(
        predictor.votes["artist"],
        members=tuple(predictor.networks),
        temperatures=np.array([3.0, 0.5]),
        weights=np.array([0.8, 0.2]),
        pooled_temperature=2.0,
    )
    predictor = replace(predictor, votes={"artist": vote})
    output = predictor.infer([picture()])
    X = logits(predictor, torch.from_numpy(output.inputs["alexnet"]), "artist")
    first, second = softmax(X[:, 0] / 3.0, axis=1), softmax(X[:, 1] / 0.5, axis=1)
    found = output.probabilities["artist"]
    np.testing.assert_allclose(found[vote.members[0]], first, atol=1e-5)
    np.testing.assert_allclose(found[vote.members[1]], second, atol=1e-5)
    pooled = softmax(np.log(0.8 * first + 0.2 * second) / 2.0, axis=1)
    np.testing.assert_allclose(found["ensemble"], pooled, atol=1e-5)


def test_predictions_average_the_views_that_the_evaluation_took(small_store, tmp_path, picture):
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    evaluate(store, precision="32", workers=0, views=2)
    predictor = Predictor.load(store, device=CPU, precision="32")
    assert predictor.views == 2
    output = predictor.infer([picture()])
    images = torch.from_numpy(output.inputs["alexnet"])
    X = (logits(predictor, images, "artist") + logits(predictor, images.flip(-1), "artist")) / 2
    vote = predictor.votes["artist"]
    found = output.probabilities["artist"]["ensemble"]
    np.testing.assert_allclose(found, vote.predict_proba(X), atol=1e-5)
    once = vote.predict_proba(logits(predictor, images, "artist"))
    assert np.abs(found - once).max() > 1e-4
