"""What linear heads see of features: their direction, or that of each block of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


def normalized(features: Tensor) -> Tensor:
    """Features (..., n_features) scaled to the Euclidean length √n_features; zeros stay zero."""
    return functional.normalize(features.float(), dim=-1) * math.sqrt(features.shape[-1])


class BlockScaling(nn.Module):
    """Standardises features on a square-root scale and gives each block the same length.

    So that no stage of a network outweighs another (signed square root and unit length are what
    Perronnin et al. 2010 do with Fisher vectors). All blocks together have the length √n_features.

    Parameters
    ----------
    widths
        Numbers of features in each block.
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.widths = list(widths)
        self.register_buffer("centre", torch.zeros(sum(widths)))
        self.register_buffer("spread", torch.ones(sum(widths)))

    @torch.no_grad()
    def fit(self, features: Tensor) -> BlockScaling:
        """Take mean and standard deviation from features (n, sum(widths)) of training works."""
        values = _root(features)
        self.centre.copy_(values.mean(dim=0))
        self.spread.copy_(values.std(dim=0, correction=0) + 1e-6)
        return self

    def forward(self, features: Tensor) -> Tensor:
        """Of features (..., sum(widths)): float32 of the same shape."""
        standardised = (_root(features) - self.centre) / self.spread
        length = math.sqrt(sum(self.widths) / len(self.widths))
        blocks = standardised.split(self.widths, dim=-1)
        return torch.cat([functional.normalize(b, dim=-1) * length for b in blocks], dim=-1)


def _root(features: Tensor) -> Tensor:
    values = features.float()
    return values.sign() * values.abs().sqrt()
