"""The optimiser: which parameters get which rate and which decay."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from artextract.models.backbones import BACKBONES
from artextract.models.network import PaintingNetwork
from artextract.training.config import TrainingConfig
from artextract.training.module import FineTuning
from small import SHALLOW, tiny


def groups(config: TrainingConfig) -> dict[str, tuple[float, float]]:
    """Peak rate and decay of each trained parameter."""
    network = PaintingNetwork(config.backbone, {"artist": 3})
    module = FineTuning(network, config, {"artist": np.ones(3, int)})
    module._trainer = SimpleNamespace(estimated_stepping_batches=10)
    optimizer = module.configure_optimizers()["optimizer"]
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    return {
        names[id(parameter)]: (group["max_lr"], group["weight_decay"])
        for group in optimizer.param_groups
        for parameter in group["params"]
    }


def test_body_and_heads_have_their_own_rates_and_only_matrices_decay(monkeypatch):
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    found = groups(tiny("shallow", pretrained="imagenet", lr_body=1e-4, lr_heads=3e-4))
    assert {rate for name, (rate, _) in found.items() if name.startswith("body.")} == {1e-4}
    assert {rate for name, (rate, _) in found.items() if name.startswith("heads.")} == {3e-4}
    assert found["body.layer1.0.conv1.weight"][1] == found["heads.artist.weight"][1] == 0.05
    assert found["heads.artist.bias"][1] == found["body.layer1.0.bn1.weight"][1] == 0
    assert found["body.layer1.0.bn1.bias"][1] == 0


def test_from_scratch_all_layers_have_the_backbones_rate_or_the_one_that_is_asked_for():
    assert {rate for rate, _ in groups(tiny("alexnet")).values()} == {3e-4}
    assert {rate for rate, _ in groups(tiny("alexnet", lr_scratch=0.0)).values()} == {0.0}


def test_a_layer_scale_does_not_decay():
    found = groups(tiny("convnext_tiny", pretrained="imagenet"))
    assert found["body.features.1.0.layer_scale"][1] == 0
    assert found["body.features.1.0.block.3.weight"][1] == 0.05


def test_what_is_frozen_is_in_no_group(monkeypatch):
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    network = PaintingNetwork("shallow", {"artist": 3})
    network.freeze_except_last(1)
    module = FineTuning(network, tiny("shallow"), {"artist": np.ones(3, int)})
    module._trainer = SimpleNamespace(estimated_stepping_batches=10)
    optimizer = module.configure_optimizers()["optimizer"]
    assert sum(len(group["params"]) for group in optimizer.param_groups) == 2
