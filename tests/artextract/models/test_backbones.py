"""What is known about each backbone, and what is found out about those of torchvision."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from artextract.models.backbones import BACKBONES, colours, display_name, get_backbone, rank
from artextract.models.gradcam import grad_cam
from artextract.models.network import PaintingNetwork
from artextract.models.torchvision_models import find_cam_layer
from artextract.models.weights import build_network


def test_a_torchvision_model_needs_no_entry() -> None:
    before = torch.random.get_rng_state()
    backbone = get_backbone("convnext_tiny")
    assert torch.equal(torch.random.get_rng_state(), before)
    assert backbone.display_name == "ConvNeXt-Tiny"
    assert backbone.weights == "ConvNeXt_Tiny_Weights.IMAGENET1K_V1"
    network = build_network("convnext_tiny", {"style": 5}).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert network.forward_features(images).shape == (2, 768)
        assert network(images)["style"].shape == (2, 5)
    assert network.n_features == 768
    assert grad_cam(network, images[0], "style", 1).shape == (2, 2)


@pytest.mark.parametrize("name", BACKBONES)
def test_what_is_written_of_a_backbone_is_what_running_it_finds(name: str) -> None:
    backbone = BACKBONES[name]
    network = PaintingNetwork(name, {})
    assert network.forward_features(torch.zeros(2, 3, *2 * [backbone.min_image_size])).ndim == 2
    found = find_cam_layer(network.body, 224)
    # AlexNet pools twice after its last convolution, which would coarsen the maps.
    assert found == {"alexnet": "avgpool", "resnet50": "layer4"}[name]


def test_a_transformer_of_one_size_has_no_maps_and_says_its_size() -> None:
    vit = get_backbone("vit_b_32")
    assert vit.cam_layer is None
    assert (vit.min_image_size, vit.max_image_size) == (224, 224)
    vit.check_image_size(224)
    with pytest.raises(ValueError, match="vit_b_32 takes pictures of 224 pixels a side, not 160"):
        vit.check_image_size(160)
    with pytest.raises(ValueError, match="of 64 or more pixels a side, not 48"):
        get_backbone("alexnet").check_image_size(48)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("resnet5", "did you mean resnet50"),
        ("convnext-tiny", "did you mean convnext_tiny"),
        ("no such network", r"classification models, such as convnext_tiny$"),
        ("squeezenet1_1", "squeezenet1_1 cannot be a backbone: it has no linear classifier"),
    ],
)
def test_what_is_no_backbone_is_refused_with_what_was_meant(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        get_backbone(name)


def test_pages_ask_for_names_without_pytorch() -> None:
    code = (
        "import sys; from artextract.models.backbones import *\n"
        "print(display_name('resnet50'), display_name('swin_v2_t'), 'torch' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.stdout == "ResNet-50 Swin-V2-T False\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("efficientnet_b0", "EfficientNet-B0"),
        ("densenet121", "DenseNet-121"),
        ("resnext50_32x4d", "ResNeXt-50-32x4d"),
        ("regnet_y_400mf", "RegNet-Y-400MF"),
        ("vgg11_bn", "VGG-11-BN"),
        ("of_a_stranger", "OF-A-Stranger"),
    ],
)
def test_names_are_made_readable(name: str, shown: str) -> None:
    assert display_name(name) == shown
    assert colours(name) is None
    assert rank(name) > rank("alexnet") > rank("resnet50")
