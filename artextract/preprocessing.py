"""From a picture to what a network sees, without randomness."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

# ImageNet's channel statistics: what both backbones were trained with.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def preprocess(picture: Image.Image, size: int) -> Tensor:
    """Resize and normalise an RGB picture: float32 (3, size, size).

    The picture is squeezed into a square, not cropped: the edge of a painting belongs to it.
    """
    squeezed = picture.resize((size, size), Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(np.asarray(squeezed, dtype=np.float32)).permute(2, 0, 1)
    mean, std = (torch.tensor(values)[:, None, None] for values in (MEAN, STD))
    return ((pixels / 255 - mean) / std).contiguous()
