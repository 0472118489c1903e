"""Grad-CAM, against what can be known without it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from artextract.inference.runtime import for_inference, infer
from artextract.models.gradcam import grad_cam, stretched
from artextract.models.network import PaintingNetwork


def network(backbone: str) -> PaintingNetwork:
    torch.manual_seed(3)
    return for_inference(PaintingNetwork(backbone, {"style": 4}), torch.device("cpu"))


def maps_of(net: PaintingNetwork, side: int) -> np.ndarray:
    kept: list[torch.Tensor] = []
    images = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(1))
    logits, features = infer(net, [images], precision="32", on_maps=kept.append)
    # The maps are those of the very pass that predicted.
    np.testing.assert_allclose(net.body(images).numpy(), features, rtol=1e-3, atol=1e-6)
    again = net.forward_head(net.forward_rest(kept[0].clone()))["style"]
    np.testing.assert_allclose(again.numpy(), logits["style"], atol=1e-5)
    return kept[0][0].numpy()


def test_resnets_map_is_the_exact_class_activation_map() -> None:
    net = network("resnet50")
    maps = maps_of(net, 96)
    for label in range(4):
        weights = net.heads["style"].weight[label].numpy()
        exact = np.maximum(np.einsum("c,chw->hw", weights, maps), 0)
        exact /= max(exact.max(), 1e-12)
        np.testing.assert_allclose(grad_cam(net, maps, "style", label), exact, atol=1e-4)


def test_alexnets_map_agrees_with_finite_differences() -> None:
    net = network("alexnet")
    maps = maps_of(net, 96).astype(np.float64)
    net.double()

    def logits(values: np.ndarray) -> np.ndarray:
        # forward_head answers in single precision; the head alone does not.
        with torch.inference_mode():
            return net.heads["style"](net.forward_rest(torch.from_numpy(values))).numpy()[:, 2]

    step = 1e-4
    # Raising a whole channel by one step is the sum of its gradient over all places.
    bumps = step * np.eye(len(maps))[:, :, None, None]
    slope = (logits(maps + bumps) - logits(maps - bumps)) / (2 * step)
    exact = np.maximum(np.einsum("c,chw->hw", slope, maps), 0)
    exact /= exact.max()
    net.float()
    found = grad_cam(net, maps, "style", 2)
    # Max-pooling has kinks, at which the two differ; they are few.
    assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] > 0.99


def test_a_map_is_laid_over_the_picture_and_not_over_a_square() -> None:
    cam = np.zeros((7, 7), np.float32)
    cam[0, 6] = 1  # top right
    wide = stretched(cam, (300, 60))
    assert wide.shape == (60, 300)
    row, column = np.unravel_index(wide.argmax(), wide.shape)
    assert row < 60 / 7
    assert column > 300 * 6 / 7


def test_what_cannot_be_shown() -> None:
    net = network("resnet50")
    maps = np.ones((2048, 2, 2), np.float16)
    net.present("style")[1] = False
    assert not grad_cam(net, maps, "style", 1).any()
    with pytest.raises(ValueError, match="knows style"):
        grad_cam(net, maps, "genre", 0)
    with pytest.raises(ValueError, match="classes 0 to 3"):
        grad_cam(net, maps, "style", 4)
