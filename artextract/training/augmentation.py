"""What training changes about the pictures: flips, rotations, crops, and mixing two of them."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2

from artextract.models.preprocessing import MEAN, normalised
from artextract.training.config import Augmentation


def training_transform(size: int, augmentation: Augmentation) -> v2.Transform:
    """Random transforms of a PIL picture into a float32 (3, size, size) tensor; mixing comes later.

    The picture is one that was squeezed to the side
    :func:`artextract.inference.dataset.resized` before.
    """
    rotation = v2.RandomRotation(
        augmentation.rotation,
        interpolation=InterpolationMode.BILINEAR,
        fill=[round(255 * m) for m in MEAN],
    )
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(augmentation.flip),
            *([rotation] if augmentation.rotation else []),
            v2.RandomResizedCrop(
                size,
                scale=(augmentation.smallest_crop, 1.0),
                ratio=(1 / augmentation.aspect, augmentation.aspect),
                antialias=True,
            ),
            v2.Lambda(normalised),
        ]
    )


class Mixing:
    """Mixes each picture of a batch with the one before it.

    MixUp (Zhang et al. 2018) adds the two up, CutMix (Yun et al. 2019) pastes a part of one.

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
