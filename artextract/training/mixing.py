"""Mixing the pictures of a batch: MixUp (Zhang et al. 2018) and CutMix (Yun et al. 2019)."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.transforms import v2

from artextract.inference.dataset import Augmentation


class Mixing:
    """Mixes each picture of a batch with the one before it.

    Where both are asked for, each batch gets one of the two, as likely the one as the other. It
    draws from PyTorch's generator of the CPU.

    Parameters
    ----------
    augmentation
        Its `mixup` and `cutmix`; where both are 0 nothing is mixed.
    """

    def __init__(self, augmentation: Augmentation) -> None:
        kinds = ((v2.MixUp, augmentation.mixup), (v2.CutMix, augmentation.cutmix))
        chosen = [kind(alpha=alpha) for kind, alpha in kinds if alpha]
        self._transform = v2.RandomChoice(chosen) if chosen else None

    def __call__(self, images: Tensor) -> tuple[Tensor, float]:
        """Mixed pictures, and how much of each is its own.

        Parameters
        ----------
        images
            float (N, 3, H, W).

        Returns
        -------
        The pictures, (N, 3, H, W), and a share, 0..1; the rest of picture i is picture i - 1, that
        of the first one the last.
        """
        if self._transform is None or len(images) == 1:
            return images, 1.0
        # torchvision mixes labels of one task; these say which pictures are in each.
        mixed, shares = self._transform(images, torch.eye(len(images)))
        return mixed, float(shares[0, 0])
