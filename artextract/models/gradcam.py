"""Where in a picture a network sees what speaks for a class: Grad-CAM.

Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
Localization". The maps of the last convolution are added up, each weighed by how strongly the
class's logit rises with it; what speaks against the class is cut off. In ResNet-50 only an average
and a linear head follow, so this is the exact class activation map of Zhou et al. 2016.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from artextract.models.network import PaintingNetwork


def grad_cam(network: PaintingNetwork, maps: np.ndarray, task: str, label: int) -> np.ndarray:
    """Where `network` sees what speaks for a class.

    Nothing before the maps is run again: they come from the pass that predicted.

    Parameters
    ----------
    network
        In eval mode; folded by :func:`artextract.inference.runtime.for_inference` or not.
    maps
        (channels, h, w) of one picture, from :meth:`PaintingNetwork.forward_maps`, as
        :class:`artextract.inference.predictor.PredictionOutput` has them.
    task
        One of the network's tasks.
    label
        Number of the class in the task's class list.

    Returns
    -------
    float32 (h, w), 0..1, higher = speaks more for the class, the strongest place is 1; zero
    everywhere where nothing speaks for it, and for a class that no training work bears. Row 0 is
    the top of the picture and column 0 its left edge.

    Raises
    ------
    ValueError
        If the network does not know the task or the class.
    """
    if task not in network.heads:
        raise ValueError(f"{network.backbone} knows {', '.join(network.heads)}, not {task!r}")
    n = len(network.present(task))
    if not 0 <= label < n:
        raise ValueError(f"{task} has classes 0 to {n - 1}, not {label}")
    device = next(network.parameters()).device
    with torch.enable_grad():
        A = torch.tensor(maps, dtype=torch.float32, device=device)[None].requires_grad_()
        logit = network.forward_head(network.forward_rest(A))[task][0, label]
        (slope,) = torch.autograd.grad(logit, A)  # (1, channels, h, w)
    weights = slope.mean(dim=(2, 3), keepdim=True)
    cam = (weights * A.detach()).sum(dim=1)[0].relu()  # (h, w)
    return (cam / cam.max().clamp(min=1e-12)).cpu().numpy()


def stretched(cam: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A map (h, w) over a picture of `size` (width, height): float32 (height, width), 0..1.

    The network saw the whole picture squeezed into a square (see
    :func:`artextract.models.preprocessing.preprocess`), so stretching the map to the picture's
    shape puts each value where it belongs.
    """
    image = Image.fromarray(np.asarray(cam, np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), 0, 1)
