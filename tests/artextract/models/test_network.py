import pytest
import torch
import torchvision
from torch import nn

from artextract.models.backbones import BACKBONES, Backbone
from artextract.models.network import PaintingNetwork
from artextract.models.weights import build_network


def trained_layers(network: nn.Module) -> int:
    return sum(
        any(p.requires_grad for p in module.parameters(recurse=False))
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    )


def test_resnet50_trains_its_last_twenty_weight_layers(resnet_file):
    network = build_network("resnet50", {"artist": 3}, pretrained=resnet_file)
    assert trained_layers(network) == 20
    names = [n for n, p in network.body.named_parameters() if p.requires_grad]
    assert {name.split(".")[0] for name in names} == {"layer3", "layer4"}
    assert {name.split(".")[1] for name in names if name.startswith("layer3")} == {"3", "4", "5"}


def test_frozen_batch_norm_does_not_drift(resnet_file):
    network = build_network("resnet50", {"artist": 3}, pretrained=resnet_file).train()
    before = {k: v.clone() for k, v in network.state_dict().items() if "running_mean" in k}
    network(torch.randn(4, 3, 64, 64))
    moved = {k for k, v in before.items() if not torch.equal(network.state_dict()[k], v)}
    assert "body.layer4.0.bn1.running_mean" in moved
    assert not any(key.startswith(("body.bn1", "body.layer1", "body.layer2")) for key in moved)
    assert not any(key.startswith(("body.layer3.0", "body.layer3.2")) for key in moved)
    network.freeze_except_last(20, fixed_statistics=True)
    network.load_state_dict(before, strict=False)
    network.train()(torch.randn(4, 3, 64, 64))
    assert all(torch.equal(network.state_dict()[k], v) for k, v in before.items())


@pytest.mark.parametrize("backbone", BACKBONES)
def test_from_scratch_nothing_is_frozen(backbone):
    network = build_network(backbone, {"style": 2}, train_layers=1)
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_a_signal_neither_fades_nor_explodes_in_a_random_alexnet():
    torch.manual_seed(0)
    network = build_network("alexnet", {"style": 2}).eval()
    with torch.inference_mode():
        features = network.forward_features(torch.randn(4, 3, 96, 96))
    assert 0.3 < features.std() < 30


@pytest.mark.parametrize(("backbone", "width"), [("alexnet", 4096), ("resnet50", 2048)])
def test_features_are_torchvisions(backbone, width, tmp_path):
    torch.manual_seed(1)
    reference = torchvision.models.get_model(backbone).eval()
    torch.save(reference.state_dict(), tmp_path / "weights.pth")
    network = build_network(backbone, {"a": 2, "b": 5}, pretrained=tmp_path / "weights.pth").eval()
    images = torch.randn(2, 3, 96, 96)
    with torch.inference_mode():
        features = network.forward_features(images)
        last = reference.fc if backbone == "resnet50" else reference.classifier[-1]
        torch.testing.assert_close(last(features), reference(images))
        assert features.shape == (2, width)
        assert {t: v.shape for t, v in network(images).items()} == {"a": (2, 2), "b": (2, 5)}


def test_a_class_without_works_gets_no_probability():
    network = build_network("alexnet", {"artist": 3}).eval()
    network.present("artist")[1] = False
    with torch.inference_mode():
        probabilities = network(torch.randn(2, 3, 64, 64))["artist"].softmax(dim=1)
    assert probabilities[:, 1].max() == 0
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(2))


def test_unknown_backbones_and_layers_are_refused(resnet_file):
    with pytest.raises(ValueError, match=r"no backbone 'vgg'.*did you mean vgg"):
        build_network("vgg", {"artist": 3})
    with pytest.raises(ValueError, match="1 to 54 layers to train, not 99"):
        build_network("resnet50", {"artist": 3}, pretrained=resnet_file, train_layers=99)


def frozen_with(backbone: str, train_layers: int) -> tuple[PaintingNetwork, set[str]]:
    network = PaintingNetwork(backbone, {"artist": 3})
    network.freeze_except_last(train_layers)
    return network, {n for n, p in network.body.named_parameters() if not p.requires_grad}


def test_normalisation_and_loose_parameters_are_frozen_with_their_layer():
    # In a ConvNeXt block: a convolution, LayerNorm, two linear layers, and a scale for all of it.
    network, frozen = frozen_with("convnext_tiny", 3)
    assert "features.7.2.layer_scale" in frozen
    assert {n for n in frozen if n.startswith("features.7.2.block")} == {
        f"features.7.2.block.{layer}.{kind}" for layer in (0, 2) for kind in ("weight", "bias")
    }
    trained = {n for n, _ in network.body.named_parameters()} - frozen
    assert trained == {
        *(f"features.7.2.block.{layer}.{kind}" for layer in (3, 5) for kind in ("weight", "bias")),
        *("classifier.0.weight", "classifier.0.bias"),  # LayerNorm after the last linear layer
    }
    network.freeze_except_last(4)
    assert network.body.get_parameter("features.7.2.layer_scale").requires_grad


def test_attention_is_a_layer_and_a_class_token_belongs_to_the_first():
    network, frozen = frozen_with("vit_b_32", 5)  # the head, and the last of twelve blocks
    assert len(network.weight_layers()) == 1 + 12 * 4
    last = "encoder.layers.encoder_layer_11."
    trained = {n for n, _ in network.body.named_parameters()} - frozen
    assert f"{last}self_attention.in_proj_weight" in trained
    assert all(name.startswith((last, "encoder.ln.")) for name in trained)
    assert {"class_token", "encoder.pos_embedding"} <= frozen


def test_a_parameter_before_every_layer_is_trained_where_nothing_is_frozen(monkeypatch):
    def build() -> nn.Module:
        return nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 4, 3), Pool(), nn.Linear(4, 9))

    entry = Backbone(name="normed", display_name="Normed", build=build, classifier="3")
    monkeypatch.setitem(BACKBONES, "normed", entry)
    network, frozen = frozen_with("normed", 2)
    assert not frozen
    assert frozen_with("normed", 1)[1] == {"0.weight", "0.bias", "1.weight", "1.bias"}
    assert network.train()(torch.randn(2, 3, 64, 64))["artist"].shape == (2, 3)


class Pool(nn.Module):
    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.mean(dim=(2, 3))
