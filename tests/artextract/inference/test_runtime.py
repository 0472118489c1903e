import copy

import pytest
import torch
from torch import nn

from artextract.inference.runtime import for_inference, infer
from artextract.models.backbones import BACKBONES, Backbone
from artextract.models.weights import build_network


def test_folding_batch_norm_changes_nothing(resnet_file):
    network = build_network("resnet50", {"artist": 3}, pretrained=resnet_file).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected = network(images)["artist"]
    logits, features = infer(for_inference(network, torch.device("cpu")), [images], precision="32")
    torch.testing.assert_close(torch.from_numpy(logits["artist"]), expected, rtol=1e-3, atol=1e-4)
    assert features.shape == (2, 2048)


class PreActivation(nn.Module):
    """Normalises after its first convolution and, by another order of registration, before both."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.before_second = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3)
        self.before_first = nn.BatchNorm2d(3)
        self.fc = nn.Linear(4, 2)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.before_second(self.first(self.before_first(images)))
        return self.fc(self.second(maps.relu()).mean(dim=(2, 3)))


@pytest.mark.parametrize("backbone", ["preactivation", "mobilenet_v3_small", "densenet121"])
def test_folding_follows_the_data_and_not_the_order_of_registration(backbone, monkeypatch):
    entry = Backbone(name=backbone, display_name="", build=PreActivation, classifier="fc")
    if backbone == "preactivation":
        monkeypatch.setitem(BACKBONES, backbone, entry)
    torch.manual_seed(0)
    network = build_network(backbone, {"artist": 3}).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.weight, module.bias, module.running_mean):
                nn.init.normal_(values, mean=0.5, std=0.2)
    folded = for_inference(copy.deepcopy(network), torch.device("cpu"))
    norms = [sum(isinstance(m, nn.BatchNorm2d) for m in n.modules()) for n in (network, folded)]
    assert norms[1] < norms[0]
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected, found = network.forward_features(images), folded.forward_features(images)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3 * float(expected.abs().max()))
