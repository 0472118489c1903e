"""Heads that start as linear classifiers."""

import numpy as np
import pytest
import torch

from artextract.models.backbones import BACKBONES
from artextract.models.network import PaintingNetwork
from artextract.training.linear_probe import probe_heads
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
