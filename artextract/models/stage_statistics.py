"""How the maps of a network's stages are distributed: texture and hand rather than subject.

What a layer's channels are on average, and how much they vary over the places of a picture,
describes its texture (Gatys et al. 2015, "Texture Synthesis Using Convolutional Neural Networks",
with all pairs of channels; Huang and Belongie 2017, "Arbitrary Style Transfer in Real-time with
Adaptive Instance Normalization", with mean and standard deviation alone).
"""

from __future__ import annotations

from functools import partial
from threading import local
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from artextract.models.network import PaintingNetwork

FINEST = 64  # places a side, at most, of the maps that count as a stage's


class StageStatistics:
    """Means and standard deviations of the channels of every stage; safe to share by threads.

    A stage ends with the last module that gives the most maps of a size: in a ResNet ``layer1`` to
    ``layer3``. The coarsest is left out: the penultimate features speak for it.

    Parameters
    ----------
    network
        In eval mode. Hooks are put on it, which do nothing but while this object is called.
    side
        Of the pictures, in pixels: the network is run once over a black one.

    Attributes
    ----------
    stages
        Dotted names of the modules, the finest maps first; none in an architecture without
        maps, such as a vision transformer.
    widths
        Numbers that each block has in what a call returns: means and deviations of each stage,
        then the penultimate features.
    """

    def __init__(self, network: PaintingNetwork, side: int) -> None:
        self.network = network
        self._wanted = local()
        found = _maps(network, side)
        self.stages = tuple(found)
        for name in self.stages:
            module = network.body.get_submodule(name)
            module.register_forward_hook(partial(self._after, name))
        channels = (found[name] for name in self.stages)
        self.widths = (*(n for c in channels for n in (c, c)), network.n_penultimate)

    def _after(self, name: str, module: Any, inputs: Any, output: Tensor) -> None:
        maps = getattr(self._wanted, "maps", None)
        if maps is not None:
            values = output.float().flatten(2)
            deviations, means = torch.std_mean(values, dim=2, correction=0)
            maps[name] = (means, deviations)

    def __call__(self, images: Tensor) -> Tensor:
        """Of pictures (n, 3, side, side) as the network takes them: float (n, sum(widths))."""
        maps: dict[str, tuple[Tensor, Tensor]] = {}
        self._wanted.maps = maps
        try:
            features = self.network.body(images)
        finally:
            self._wanted.maps = None
        blocks = [block for name in self.stages for block in maps[name]]
        return torch.cat([*blocks, features.float()], dim=1)


@torch.no_grad()
def _maps(network: PaintingNetwork, side: int) -> dict[str, int]:
    """Channels of the last module that gives the most square maps of each size."""
    last: dict[int, tuple[str, int]] = {}

    def after(name: str, module: Any, inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] == output.shape[3]:
            side, channels = output.shape[2], output.shape[1]
            # A stage's first block may narrow the maps before it makes them smaller.
            if channels >= last.get(side, ("", 0))[1]:
                last[side] = (name, channels)

    handles = [
        module.register_forward_hook(partial(after, name))
        for name, module in network.body.named_modules()
        if name
    ]
    try:
        parameter = next(network.parameters())
        network.body(parameter.new_zeros(1, 3, side, side))
    finally:
        for handle in handles:
            handle.remove()
    finest = min(FINEST, side // 4)
    sizes = sorted((n for n in last if 1 < n <= finest), reverse=True)
    return dict(last[n] for n in sizes[:-1])
