"""Where in a picture a network sees what speaks for a class: Grad-CAM.

Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
Localization". The maps that the backbone names as its `cam_layer` are added up, each weighed by how
strongly the class's logit rises with it; what speaks against the class is cut off. In ResNet-50
only an average and a linear head follow, so this is the exact class activation map of Zhou et al.
2016.
"""

from __future__ import annotations

from threading import get_ident
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from artextract.models.network import PaintingNetwork


def grad_cam(
    network: PaintingNetwork, image: np.ndarray | Tensor, task: str, label: int
) -> np.ndarray:
    """Where `network` sees what speaks for a class.

    Parameters
    ----------
    network
        In eval mode; folded by :func:`artextract.inference.runtime.for_inference` or not.
    image
        float32 (3, H, W), as the network sees the picture: a row of
        :attr:`artextract.inference.predictor.PredictionOutput.inputs`.
    task
        One of the network's tasks.
    label
        Number of the class in the task's class list.

    Returns
    -------
    float32 (h, w), 0..1, higher = speaks more for the class, the strongest place is 1; zero
    everywhere where nothing speaks for it, and for a class without a training work. Row 0 is the
    top of the picture and column 0 its left edge.

    Raises
    ------
    ValueError
        If the network has no `cam_layer`, or does not know the task or the class.
    """
    backbone = network.backbone
    if backbone.cam_layer is None or network.statistics is not None:
        raise ValueError(f"{backbone.name} has no maps from which a heat map could be made")
    if task not in network.heads:
        raise ValueError(f"{backbone.name} knows {', '.join(network.heads)}, not {task!r}")
    n = len(network.present(task))
    if not 0 <= label < n:
        raise ValueError(f"{task} has classes 0 to {n - 1}, not {label}")
    device = next(network.parameters()).device
    images = torch.as_tensor(image, dtype=torch.float32, device=device)[None]
    maps: list[Tensor] = []
    here = get_ident()

    def keep(module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        if get_ident() != here:  # another thread uses the network at the same time
            return output
        # A leaf of the graph: nothing before the maps is differentiated.
        maps.append(output.detach().clone().requires_grad_())
        return maps[-1].clone()  # the next layer may work in place

    handle = network.body.get_submodule(backbone.cam_layer).register_forward_hook(keep)
    try:
        with torch.enable_grad():
            images = images.contiguous(memory_format=torch.channels_last)
            logit = network(images)[task][0, label]
            (slope,) = torch.autograd.grad(logit, maps[-1])  # (1, channels, h, w)
    finally:
        handle.remove()
    weights = slope.mean(dim=(2, 3), keepdim=True)
    cam = (weights * maps[-1].detach()).sum(dim=1)[0].relu()  # (h, w)
    return (cam / cam.max().clamp(min=1e-12)).cpu().numpy()


def stretched(cam: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A map (h, w) over a picture of `size` (width, height): float32 (height, width), 0..1.

    The network saw the whole picture squeezed into a square (see
    :func:`artextract.models.preprocessing.preprocess`), so stretching the map to the picture's
    shape puts each value where it belongs.
    """
    image = Image.fromarray(np.asarray(cam, np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), 0, 1)
