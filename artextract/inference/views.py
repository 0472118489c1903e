"""Test-time augmentation: the views of a picture over which predictions are averaged."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor
from torch.nn import functional as F

from artextract.models.backbones import Backbone

# The picture; and its mirror image; and both smaller and larger; or four corners of both.
VIEWS = (1, 2, 6, 10)
SCALES = (6 / 7, 8 / 7)  # of the side: 192 and 256 pixels beside 224
CORNER = 7 / 8  # of the side: what training saw of a picture, it saw larger than the whole


def views_of(images: Tensor, views: int, *, backbone: Backbone | None = None) -> Iterator[Tensor]:
    """The picture itself first, then its other views.

    Six views are the multi-scale testing of Simonyan and Zisserman 2015: a brush stroke is as wide
    as the filters that know it at one scale only. Ten are those of Krizhevsky et al. 2012 with the
    whole picture in place of its centre.

    Parameters
    ----------
    images
        (n, 3, H, W).
    views
        1: the picture; 2: and its mirror image; 6: and both at each of :data:`SCALES`; 10: both and
        their four corners, 7/8 of a side each, at the scale of the picture.
    backbone
        Which is to see them; None: whatever their size.

    Raises
    ------
    ValueError
        If `views` is none of these, or the backbone does not take one of their size.
    """
    if views not in VIEWS:
        raise ValueError(
            f"test-time augmentation takes {', '.join(map(str, VIEWS))} views, not {views}"
        )
    if backbone:
        for side in images.shape[-2:]:
            backbone.check_image_size(side)
    yield images
    if views == 1:
        return
    yield images.flip(-1)
    if views == 2:
        return
    for other in _scaled(images) if views == 6 else _corners(images):
        if backbone and not all(backbone.takes(side) for side in other.shape[-2:]):
            sides = " x ".join(map(str, sorted({*other.shape[-2:]})))
            raise ValueError(
                f"{backbone.name} takes no views of {sides} pixels a side; use 1 or 2 views, or "
                "train it on larger pictures: --image-size"
            )
        yield from (other, other.flip(-1))


def _scaled(images: Tensor) -> Iterator[Tensor]:
    for scale in SCALES:
        size = [round(scale * side) for side in images.shape[-2:]]
        yield F.interpolate(images, size, mode="bicubic", antialias=True)


def _corners(images: Tensor) -> Iterator[Tensor]:
    height, width = (round(CORNER * side) for side in images.shape[-2:])
    for rows in (slice(height), slice(-height, None)):
        for columns in (slice(width), slice(-width, None)):
            yield images[..., rows, columns]
