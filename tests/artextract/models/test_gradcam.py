"""Grad-CAM, against what can be known without it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from artextract.inference.runtime import for_inference
from artextract.models.backbones import BACKBONES
from artextract.models.gradcam import grad_cam, stretched
from artextract.models.network import PaintingNetwork
from small import SHALLOW

IMAGE = torch.randn(3, 96, 96, generator=torch.Generator().manual_seed(1))


def network(backbone: str) -> PaintingNetwork:
    torch.manual_seed(3)
    return for_inference(PaintingNetwork(backbone, {"style": 4}), torch.device("cpu"))


def resnet_maps(net: PaintingNetwork) -> np.ndarray:
    """The last maps of a ResNet, by nothing but its own layers."""
    x = IMAGE[None]
    with torch.inference_mode():
        for name in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4"):
            x = net.body.get_submodule(name)(x)
    return x[0].numpy()


@pytest.mark.parametrize("backbone", ["resnet50", "shallow"])
def test_resnets_map_is_the_exact_class_activation_map(
    backbone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    net = network(backbone)
    maps = resnet_maps(net)
    for label in range(4):
        weights = net.heads["style"].weight[label].numpy()
        exact = np.maximum(np.einsum("c,chw->hw", weights, maps), 0)
        exact /= max(exact.max(), 1e-12)
        np.testing.assert_allclose(grad_cam(net, IMAGE, "style", label), exact, atol=1e-4)


def test_alexnets_map_agrees_with_finite_differences() -> None:
    net = network("alexnet")
    found = grad_cam(net, IMAGE, "style", 2)
    body = net.double().body
    with torch.inference_mode():
        maps = body.features[:-1](IMAGE[None].double())[0].numpy()

    def logits(values: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            pooled = body.avgpool(body.features[-1](torch.from_numpy(values)))
            return net.heads["style"](body.classifier(pooled.flatten(1))).numpy()[:, 2]

    step = 1e-4
    # Raising a whole channel by one step is the sum of its gradient over all places.
    bumps = step * np.eye(len(maps))[:, :, None, None]
    slope = (logits(maps + bumps) - logits(maps - bumps)) / (2 * step)
    exact = np.maximum(np.einsum("c,chw->hw", slope, maps), 0)
    exact /= exact.max()
    # Max-pooling has kinks, at which the two differ; they are few.
    assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] > 0.99


def test_threads_that_share_a_network_do_not_mix_their_maps() -> None:
    net = network("resnet50")
    images = [IMAGE.roll(20 * shift, dims=2) for shift in range(4)]
    alone = [grad_cam(net, image, "style", 0) for image in images]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda image: grad_cam(net, image, "style", 0), images * 3))
    for number, cam in enumerate(together):
        np.testing.assert_allclose(cam, alone[number % 4], atol=1e-5)


def test_a_map_is_laid_over_the_picture_and_not_over_a_square() -> None:
    cam = np.zeros((7, 7), np.float32)
    cam[0, 6] = 1  # top right
    wide = stretched(cam, (300, 60))
    assert wide.shape == (60, 300)
    row, column = np.unravel_index(wide.argmax(), wide.shape)
    assert row < 60 / 7
    assert column > 300 * 6 / 7


def test_what_cannot_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network("alexnet")
    net.present("style")[1] = False
    assert not grad_cam(net, IMAGE, "style", 1).any()
    with pytest.raises(ValueError, match="knows style"):
        grad_cam(net, IMAGE, "genre", 0)
    with pytest.raises(ValueError, match="classes 0 to 3"):
        grad_cam(net, IMAGE, "style", 4)
    assert not any(module._forward_hooks for module in net.modules())
    monkeypatch.setitem(BACKBONES, "shallow", replace(SHALLOW, cam_layer=None))
    with pytest.raises(ValueError, match="shallow has no maps"):
        grad_cam(network("shallow"), IMAGE, "style", 0)
