"""What a backbone's entry says, found out about a torchvision model by running it once."""

from __future__ import annotations

import difflib
from functools import cache, partial
from typing import Any

import torch
import torchvision
from torch import Tensor, nn

from artextract.models.backbones import BACKBONES, Backbone, display_name

_SIDES = (32, 64, 128, 224)  # pixels; at which a model is tried


@cache
def describe(name: str) -> Backbone:
    """Describe the classification model that torchvision knows under `name`.

    Raises
    ------
    ValueError
        If there is none, or none that ends in one linear classifier.
    """
    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        near = difflib.get_close_matches(name, {*known, *BACKBONES}, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(
            f"no backbone {name!r}; there are {', '.join(BACKBONES)} and torchvision's "
            f"classification models, such as convnext_tiny{hint}"
        )
    build = partial(torchvision.models.get_model, name, weights=None)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        model = build()
        linear = [n for n, module in model.named_modules() if isinstance(module, nn.Linear)]
        if not linear:
            raise ValueError(f"{name} cannot be a backbone: it has no linear classifier")
        features = model.get_submodule(linear[-1]).in_features
        model.set_submodule(linear[-1], nn.Identity())
        smallest = next((side for side in _SIDES if _gives_features(model, side, features)), None)
        if smallest is None:
            raise ValueError(f"{name} cannot be a backbone: it does not end in a linear classifier")
        # One that is as choosy as that takes one side only.
        fixed = smallest == _SIDES[-1] and not _gives_features(model, 256, features)
        cam_layer = find_cam_layer(model, max(64, smallest))
    normalised = any(
        isinstance(module, nn.modules.batchnorm._BatchNorm | nn.LayerNorm | nn.GroupNorm)
        for module in model.modules()
    )
    return Backbone(
        name=name,
        display_name=display_name(name),
        build=build,
        classifier=linear[-1],
        cam_layer=cam_layer,
        weights=_weights(name),
        lr_scratch=1e-3 if normalised else 3e-4,
        min_image_size=smallest,
        max_image_size=smallest if fixed else None,
    )


def find_cam_layer(model: nn.Module, side: int) -> str | None:
    """Dotted name of the module whose output Grad-CAM can explain; None where there is none.

    That is the last one that gives maps (n, channels, h, w) of more than one place. Where a
    sequence of tokens comes after it, as in a vision transformer, the maps are not what the
    features are pooled from.

    Parameters
    ----------
    model
        Is run once over black pictures of `side` pixels a side.
    """
    found: list[str] = []

    def after(name: str, module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 3:
            found.clear()
        elif isinstance(output, Tensor) and output.ndim == 4 and output[0, 0].numel() > 1:
            found.append(name)

    handles = [
        module.register_forward_hook(partial(after, name))
        for name, module in model.named_modules()
        if name
    ]
    try:
        with torch.no_grad():
            model(torch.zeros(2, 3, side, side))
    finally:
        for handle in handles:
            handle.remove()
    return found[-1] if found else None


def _gives_features(model: nn.Module, side: int, features: int) -> bool:
    try:  # in training mode, in which some answer with more than one output
        output = model.train()(torch.zeros(2, 3, side, side))
    except (RuntimeError, ValueError, AssertionError):  # too small, or not the only side it takes
        return False
    return isinstance(output, Tensor) and output.shape == (2, features)


def _weights(name: str) -> str | None:
    offered = list(torchvision.models.get_model_weights(name))
    # Later recipes score higher on ImageNet and transfer worse, see artextract.models.backbones.
    first = [w for w in offered if w.name == "IMAGENET1K_V1"] or offered
    return f"{type(first[0]).__name__}.{first[0].name}" if first else None
