"""Running a trained network over pictures: device, precision, and the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from artextract.inference.views import views_of
from artextract.models.network import PaintingNetwork


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
    if any(isinstance(module, nn.BatchNorm2d) for module in network.body.modules()):
        _fold_batch_norm(network.body, network.backbone.min_image_size)
    network.requires_grad_(False)
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]


@torch.no_grad()
def _fold_batch_norm(body: nn.Module, side: int) -> None:
    """Fold each batch-norm into the convolution whose output it alone takes.

    In which order modules are registered does not tell: a network may normalise before it
    convolves. So the body is run once over a black picture of `side` pixels a side.
    """
    makers: dict[int, str] = {}  # by the identity of what a convolution gave
    takers: dict[str, list[str]] = {}  # the modules that took it
    alive: list[Any] = []  # an identity is of use as long as its object lives

    def after(name: str, module: nn.Module, inputs: Any, output: Any) -> None:
        alive.append((inputs, output))
        if inputs and (maker := makers.get(id(inputs[0]))) and not list(module.children()):
            takers[maker].append(name)
        if isinstance(module, nn.Conv2d):
            takers.setdefault(name, [])
            makers[id(output)] = name

    names = list(body.named_modules())
    handles = [m.register_forward_hook(partial(after, name)) for name, m in names if name]
    try:
        body(next(body.parameters()).new_zeros(1, 3, side, side))
    finally:
        for handle in handles:
            handle.remove()
    for convolution, taken_by in takers.items():
        if len(taken_by) == 1:
            conv, norm = body.get_submodule(convolution), body.get_submodule(taken_by[0])
            if isinstance(norm, nn.BatchNorm2d):
                fused = fuse_conv_bn_eval(conv, norm)  # type: ignore[type-var]
                body.set_submodule(convolution, fused)
                body.set_submodule(taken_by[0], nn.Identity())


def infer(
    network: PaintingNetwork,
    batches: Iterable[Tensor],
    *,
    precision: str = "auto",
    views: int = 1,
    on_batch: Callable[[int], object] = lambda n: None,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Logits and features of pictures.

    Parameters
    ----------
    network
        From :func:`for_inference`.
    batches, precision, views, on_batch
        As of :func:`infer_together`.

    Returns
    -------
    ``({task: float32 (N, n_classes)}, float16 (N, n_features))``.

    Raises
    ------
    ValueError
        As :func:`infer_together`.
    """
    logits, features = infer_together(
        [network], batches, precision=precision, views=views, on_batch=on_batch
    )
    return logits[0], features


@torch.inference_mode()
def infer_together(
    networks: Sequence[PaintingNetwork],
    batches: Iterable[Tensor],
    *,
    precision: str = "auto",
    views: int = 1,
    on_batch: Callable[[int], object] = lambda n: None,
) -> tuple[list[dict[str, np.ndarray]], np.ndarray]:
    """Logits of networks that share one body, and its features, from one pass of the body.

    Parameters
    ----------
    networks
        From :func:`for_inference`; one or more, with the same ``body``.
    batches
        float32 (n, 3, H, W) each, in the order of the result's rows.
    precision
        "auto", "32" or "bf16".
    views
        Test-time augmentation: average the logits of so many views of each picture, see
        :func:`artextract.inference.views.views_of`, at about as many times the time. Features are
        those of the picture.
    on_batch
        Called with the number of pictures after each batch.

    Returns
    -------
    ``([{task: float32 (N, n_classes)} of each network], float16 (N, n_features))``. Where heads of
    one see the statistics of the stages, the features begin with these.

    Raises
    ------
    ValueError
        If the networks have different bodies, the precision or the number of views is none of those
        offered, or the pictures or views have a size that the network does not take.
    """
    first = networks[0]
    if any(network.body is not first.body for network in networks):
        raise ValueError("networks that run together have one body")
    # What one sees of the stages has the penultimate features, all that others see, at its end.
    seeing = next((network for network in networks if network.statistics is not None), first)
    device = next(first.parameters()).device
    precision = resolve_precision(precision, device)
    logits: list[dict[str, list[np.ndarray]]] = [
        {task: [] for task in network.heads} for network in networks
    ]
    features: list[np.ndarray] = []
    for batch in batches:
        images = batch.to(device, non_blocking=True).contiguous(memory_format=torch.channels_last)
        outputs = []
        for number, view in enumerate(views_of(images, views, backbone=first.backbone)):
            with autocast(precision, device):
                seen = seeing.forward_features(view).float()
            outputs.append([n.forward_head(seen[:, -n.n_features :]) for n in networks])
            if number == 0:
                features.append(seen.half().cpu().numpy())
        for which, of_network in enumerate(logits):
            for task, values in of_network.items():
                stacked = torch.stack([output[which][task] for output in outputs])
                values.append(stacked.mean(dim=0).cpu().numpy())
        on_batch(len(batch))
    width = features[0].shape[1] if features else 0
    return (
        [
            {
                task: np.concatenate(values) if values else np.empty((0, 0))
                for task, values in of_network.items()
            }
            for of_network in logits
        ],
        np.concatenate(features) if features else np.empty((0, width), np.float16),
    )


def by_body(networks: Mapping[str, PaintingNetwork]) -> list[dict[str, PaintingNetwork]]:
    """Networks in groups that share one body, in the order of the first of each group."""
    groups: dict[int, dict[str, PaintingNetwork]] = {}
    for name, network in networks.items():
        groups.setdefault(id(network.body), {})[name] = network
    return list(groups.values())
