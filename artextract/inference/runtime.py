"""Running a trained network over pictures: device, precision, and the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from artextract.models.network import SMALLEST_IMAGE, PaintingNetwork

# How often a picture is looked at: as it is; and as its mirror image; and both smaller and larger;
# or four corners of both.
VIEWS = (1, 2, 6, 10)
SCALES = (6 / 7, 8 / 7)  # of the side: 192 and 256 pixels beside 224
CORNER = 7 / 8  # of the side: what training saw of a picture, it saw larger than the whole


def best_device() -> torch.device:
    """CUDA where there is one, else Apple's, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def bfloat16_is_fast(device: torch.device) -> bool:
    """Whether `device` multiplies in bfloat16 itself.

    A CPU without AVX512-BF16 or AMX emulates it, several times slower than float32.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        has = torch.cpu.get_capabilities()
        return bool(has.get("avx512_bf16") or has.get("amx_bf16") or has.get("sve_bf16"))
    return False


def resolve_precision(precision: str, device: torch.device) -> str:
    """Turn "auto" into "bf16" or "32"; the others stay.

    Raises
    ------
    ValueError
        If `precision` is none of "auto", "32", "bf16".
    """
    if precision not in ("auto", "32", "bf16"):
        raise ValueError(f"precision is auto, 32 or bf16, not {precision!r}")
    if precision == "auto":
        return "bf16" if bfloat16_is_fast(device) else "32"
    return precision


def autocast(precision: str, device: torch.device) -> AbstractContextManager:
    """The autocast context of a resolved precision."""
    if precision == "bf16":
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def for_inference(network: PaintingNetwork, device: torch.device) -> PaintingNetwork:
    """Make `network` ready to predict and return it.

    It is put into eval mode, on `device`, channels last, and its batch-norm is folded into the
    convolutions, so it can no longer be trained: to go on training, give a copy. Folding is exact
    up to rounding and takes a quarter off ResNet-50's time on a CPU.
    """
    network.eval()
    _fold_batch_norm(network)
    network.requires_grad_(False)
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]


def _fold_batch_norm(module: nn.Module) -> None:
    """Fold each batch-norm into the convolution that is registered just before it."""
    previous: tuple[str, nn.Module] | None = None
    for name, child in list(module.named_children()):
        if isinstance(child, nn.BatchNorm2d) and previous and isinstance(previous[1], nn.Conv2d):
            setattr(module, previous[0], fuse_conv_bn_eval(previous[1], child))
            setattr(module, name, nn.Identity())
        else:
            _fold_batch_norm(child)
        previous = (name, child)


def views_of(images: Tensor, views: int) -> Iterator[Tensor]:
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

    Raises
    ------
    ValueError
        If `views` is none of these, or one is smaller than AlexNet can see.
    """
    if views not in VIEWS:
        raise ValueError(f"a picture is looked at {', '.join(map(str, VIEWS))} times, not {views}")
    yield images
    if views == 1:
        return
    yield images.flip(-1)
    if views == 2:
        return
    for other in _scaled(images) if views == 6 else _corners(images):
        smallest = min(other.shape[-2:])
        if smallest < SMALLEST_IMAGE:
            raise ValueError(
                f"views of {smallest} pixels are too small to look at, {SMALLEST_IMAGE} is the "
                "least; use 1 or 2 views, or train larger: --image-size"
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


@torch.inference_mode()
def infer(
    network: PaintingNetwork,
    batches: Iterable[Tensor],
    *,
    precision: str = "auto",
    views: int = 1,
    on_batch: Callable[[int], object] = lambda n: None,
    on_maps: Callable[[Tensor], object] = lambda maps: None,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Logits and features of pictures.

    Parameters
    ----------
    network
        From :func:`for_inference`.
    batches
        float32 (n, 3, H, W) each, in the order of the result's rows.
    precision
        "auto", "32" or "bf16".
    views
        Of :data:`VIEWS`: average the logits of so many views of each picture, see :func:`views_of`,
        at about as many times the time. Features are those of the picture.
    on_batch
        Called with the number of pictures after each batch.
    on_maps
        Called with each batch's maps of the last convolution, (n, channels, h, w), which
        :mod:`artextract.models.gradcam` needs; of the picture, not of its other views.

    Returns
    -------
    ``({task: float32 (N, n_classes)}, float16 (N, n_features))``.

    Raises
    ------
    ValueError
        If the precision or the number of views is none of those offered.
    """
    device = next(network.parameters()).device
    precision = resolve_precision(precision, device)
    logits: dict[str, list[np.ndarray]] = {task: [] for task in network.heads}
    features: list[np.ndarray] = []
    for batch in batches:
        images = batch.to(device, non_blocking=True).contiguous(memory_format=torch.channels_last)
        outputs = []
        for number, view in enumerate(views_of(images, views)):
            with autocast(precision, device):
                maps = network.forward_maps(view)
                penultimate = network.forward_rest(maps)
            outputs.append(network.forward_head(penultimate.float()))
            if number == 0:
                on_maps(maps)
                features.append(penultimate.half().cpu().numpy())
        for task in logits:
            logits[task].append(torch.stack([o[task] for o in outputs]).mean(dim=0).cpu().numpy())
        on_batch(len(batch))
    width = features[0].shape[1] if features else 0
    return (
        {
            task: np.concatenate(values) if values else np.empty((0, 0))
            for task, values in logits.items()
        },
        np.concatenate(features) if features else np.empty((0, width), np.float16),
    )
