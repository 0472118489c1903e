"""The two networks: torchvision's AlexNet and ResNet-50 with one linear head per task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from artextract.models.lean import torchvision
from artextract.store import Store, StoreError


@dataclass(frozen=True)
class Backbone:
    """A network body from torchvision and what there is to know about training it."""

    build: Callable[[], nn.Module]
    imagenet: Any  # torchvision weights
    features: int  # length of the penultimate features
    classifier: str  # the output layer in torchvision's key names; our heads replace it
    train_layers: int | None  # weight layers to train after ImageNet, counted from the output
    lr_scratch: float  # AdamW's peak rate from random weights; batch-norm bears a higher one


def _alexnet() -> nn.Module:
    # torchvision leaves the weights to PyTorch's default, under which a signal fades from layer to
    # layer, and AlexNet has no batch-norm to lift it again (He et al. 2015).
    body = torchvision.models.alexnet()
    for layer in body.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    body.classifier = body.classifier[:-1]
    return body


def _resnet50() -> nn.Module:
    # Zero-initialised last batch-norm of every block: each block starts as the identity, which
    # is what lets a training from scratch get anywhere in few epochs (Goyal et al. 2017).
    body = torchvision.models.resnet50(zero_init_residual=True)
    body.fc = nn.Identity()
    return body


# IMAGENET1K_V1 for ResNet-50, although V2 scores higher on ImageNet: V2's long recipe (label
# smoothing, mixup, cutmix) makes features that transfer worse (Kornblith et al. 2021).
BACKBONES: dict[str, Backbone] = {
    "alexnet": Backbone(
        _alexnet, torchvision.models.AlexNet_Weights.IMAGENET1K_V1, 4096, "classifier.6", None, 3e-4
    ),
    "resnet50": Backbone(
        _resnet50, torchvision.models.ResNet50_Weights.IMAGENET1K_V1, 2048, "fc", 20, 1e-3
    ),
}

SMALLEST_IMAGE = 64  # pixels a side; below 63 AlexNet's last pooling has nothing left to pool

# The logit of a class that training has not seen: e^-1e4 is no probability in any precision.
_ABSENT = -1e4


class PaintingNetwork(nn.Module):
    """A body that turns pictures into features and one linear head per task on top of it.

    Parameters
    ----------
    backbone
        A key of :data:`BACKBONES`.
    classes_per_task
        Number of classes (>= 1) of each task, in the order of the store's class lists.
    """

    def __init__(self, backbone: str, classes_per_task: Mapping[str, int]) -> None:
        super().__init__()
        self.backbone = backbone
        self.fixed_statistics = False  # see freeze_except_last
        self.body = BACKBONES[backbone].build()
        width = BACKBONES[backbone].features
        self.heads = nn.ModuleDict({t: nn.Linear(width, n) for t, n in classes_per_task.items()})
        for task, n in classes_per_task.items():
            self.register_buffer(f"present_{task}", torch.ones(n, dtype=torch.bool))

    def present(self, task: str) -> Tensor:
        """Classes of `task` that training has seen, bool (n_classes,)."""
        return self.get_buffer(f"present_{task}")

    def forward_features(self, images: Tensor) -> Tensor:
        """Penultimate features.

        Parameters
        ----------
        images
            float (N, 3, H, W), normalised as ImageNet's, H and W at least 64.

        Returns
        -------
        float (N, 4096) for alexnet, (N, 2048) for resnet50, both non-negative.
        """
        return self.forward_rest(self.forward_maps(images))

    def forward_maps(self, images: Tensor) -> Tensor:
        """What the last convolution makes of pictures (N, 3, H, W), after its ReLU.

        Returns
        -------
        float (N, 256, h, w) for alexnet, 13 a side of 224; (N, 2048, h, w) for resnet50, 7 a side.
        """
        body = self.body
        if self.backbone == "alexnet":  # without the last pooling
            return body.features[:-1](images)  # type: ignore[index,operator]
        for name in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4"):
            images = body.get_submodule(name)(images)
        return images

    def forward_rest(self, maps: Tensor) -> Tensor:
        """Penultimate features (N, n_features) from :meth:`forward_maps`."""
        body = self.body
        if self.backbone == "alexnet":
            pooled = body.avgpool(body.features[-1](maps))  # type: ignore[operator,index]
            return body.classifier(pooled.flatten(1))  # type: ignore[operator]
        return body.avgpool(maps).flatten(1)  # type: ignore[operator]

    def forward_head(self, features: Tensor) -> dict[str, Tensor]:
        """Logits from features: ``{task: float32 (N, n_classes)}``.

        A class that no training work bears gets a logit of -1e4, which is probability 0.
        """
        return {
            task: head(features).float().masked_fill(~self.present(task), _ABSENT)
            for task, head in self.heads.items()
        }

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Logits of pictures (N, 3, H, W): ``{task: float32 (N, n_classes)}``."""
        return self.forward_head(self.forward_features(images))

    def weight_layers(self) -> list[nn.Module]:
        """Convolutions and linear layers of the body, from the input to the output."""
        return [m for m in self.body.modules() if isinstance(m, nn.Conv2d | nn.Linear)]

    def freeze_except_last(
        self, train_layers: int | None, *, fixed_statistics: bool = False
    ) -> None:
        """Train the last `train_layers` weight layers (the heads are one), or all if None.

        The batch-norm that follows a frozen layer is frozen with it: neither its affine
        parameters nor its statistics move (see :meth:`train`).

        Parameters
        ----------
        train_layers
            Counted from the output.
        fixed_statistics
            Keep the statistics of the trained layers' batch-norm too; their affine parameters
            are trained.

        Raises
        ------
        ValueError
            If `train_layers` is below 1 or above the number of weight layers.
        """
        layers = self.weight_layers()
        n = len(layers) + 1
        if train_layers is not None and not 1 <= train_layers <= n:
            raise ValueError(f"{self.backbone} has 1 to {n} layers to train, not {train_layers}")
        self.fixed_statistics = fixed_statistics
        frozen = 0 if train_layers is None else n - train_layers
        seen = 0
        for module in self.body.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                seen += 1
            if isinstance(module, nn.Conv2d | nn.Linear | nn.BatchNorm2d):
                for parameter in module.parameters(recurse=False):
                    parameter.requires_grad_(seen > frozen)
        # Nobody need call train() first: Lightning, for one, takes the modes as it finds them.
        self.train(self.training)

    def train(self, mode: bool = True) -> PaintingNetwork:
        """As ``nn.Module.train``, but batch-norm with frozen statistics stays in eval mode."""
        super().train(mode)
        for module in self.body.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.train(mode and module.weight.requires_grad and not self.fixed_statistics)
        return self


def build_network(
    backbone: str,
    classes_per_task: Mapping[str, int],
    *,
    pretrained: str | Path | None = None,
    train_layers: int | None = None,
    fixed_statistics: bool = False,
) -> PaintingNetwork:
    """Build a network ready to be trained.

    Parameters
    ----------
    backbone
        "alexnet" or "resnet50".
    classes_per_task
        Number of classes of each task; tasks without classes must be left out.
    pretrained
        "imagenet" for torchvision's weights (downloaded once by torchvision), a file with
        torchvision's key names (safetensors, or a torch state dict), or None for random weights.
    train_layers
        Weight layers to train, counted from the output; None takes the backbone's own default
        (20 for resnet50, all for alexnet). From random weights nothing is frozen, whatever is
        asked: a frozen random layer learns nothing and its batch-norm has seen no data.
    fixed_statistics
        Keep the statistics of every batch-norm as they come with the weights.

    Raises
    ------
    StoreError
        If the weights cannot be downloaded, read, or do not fit the architecture.
    ValueError
        If the backbone is unknown or `train_layers` is out of range.
    """
    if backbone not in BACKBONES:
        raise ValueError(f"no backbone {backbone!r}; there are {', '.join(BACKBONES)}")
    network = PaintingNetwork(backbone, classes_per_task)
    if pretrained is None:
        network.freeze_except_last(None)
        return network
    state = _download(backbone) if pretrained == "imagenet" else _read_weights(Path(pretrained))
    _load_body(network, state, str(pretrained))
    network.freeze_except_last(
        train_layers or BACKBONES[backbone].train_layers, fixed_statistics=fixed_statistics
    )
    return network


def load_network(store: Store, backbone: str) -> tuple[PaintingNetwork, dict[str, Any]]:
    """Read a trained network (float32, eval mode, on the CPU) and its config.json.

    Raises
    ------
    StoreError
        If there is none, it is damaged, or its classes are not the store's.
    """
    store.require_networks((backbone,))
    config = store.model_config(backbone)
    known = store.classes()
    for task, names in config["classes"].items():
        if known.get(task) != names:
            raise StoreError(
                f"{backbone} in {store.root} was trained on other classes of {task} than the index "
                f"has now",
                command=f"artextract train --backbone {backbone}",
            )
    path = store.model(backbone) / "model.safetensors"
    with _Unfilled():
        network = PaintingNetwork(backbone, {t: len(n) for t, n in config["classes"].items()})
    try:
        network.load_state_dict(load_file(path), assign=True)
    except (SafetensorError, RuntimeError, OSError) as error:
        raise StoreError(
            f"{path} is damaged ({str(error).splitlines()[0]})",
            command=f"artextract train --backbone {backbone} --overwrite",
        ) from error
    return network.eval(), config


class _Unfilled(TorchFunctionMode):
    """Spares new layers their random weights, half a second for what a state dict replaces.

    On the meta device torch would spare them too, but imports all of torch.compile for it.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if func in (nn.init.kaiming_uniform_, nn.init.uniform_, Tensor.normal_, Tensor.uniform_):
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def _download(backbone: str) -> Mapping[str, Tensor]:
    try:
        return BACKBONES[backbone].imagenet.get_state_dict(progress=True, check_hash=True)
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise StoreError(
            f"ImageNet weights for {backbone} cannot be downloaded ({reason}); give a file: "
            f"--pretrained {backbone}=PATH, or train from scratch: --pretrained none"
        ) from error


def _read_weights(path: Path) -> Mapping[str, Tensor]:
    if not path.is_file():
        raise StoreError(
            f"no weights at {path}; --pretrained takes imagenet, none or BACKBONE=PATH"
        )
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, RuntimeError, ValueError, EOFError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise StoreError(f"{path} holds no readable weights ({reason})") from error
    except Exception as error:  # torch raises UnpicklingError, which must not be imported to name
        raise StoreError(
            f"{path} holds more than tensors, so it is not read; save a plain state dict"
        ) from error
    if isinstance(state, Mapping) and isinstance(state.get("state_dict"), Mapping):
        state = state["state_dict"]
    if not isinstance(state, Mapping) or not all(isinstance(v, Tensor) for v in state.values()):
        raise StoreError(f"{path} is no state dict (a mapping of names to tensors)")
    return state


def _load_body(network: PaintingNetwork, state: Mapping[str, Tensor], source: str) -> None:
    """Copy `state` into the body; its classifier is left out, our heads take its place."""
    expected = network.body.state_dict()
    classifier = BACKBONES[network.backbone].classifier + "."
    given = {k.removeprefix("module."): v for k, v in state.items()}
    given = {k: v for k, v in given.items() if not k.startswith(classifier)}
    missing = [k for k in expected if k not in given and not k.endswith("num_batches_tracked")]
    unknown = [k for k in given if k not in expected]
    wrong = [
        f"{k} {tuple(v.shape)} instead of {tuple(expected[k].shape)}"
        for k, v in given.items()
        if k in expected and v.shape != expected[k].shape
    ]
    problems = [
        f"{what} {_some(names)}"
        for what, names in (("missing", missing), ("unknown", unknown), ("shape", wrong))
        if names
    ]
    if problems:
        raise StoreError(
            f"{source} does not fit torchvision's {network.backbone}: {'; '.join(problems)}"
        )
    network.body.load_state_dict({k: v.float() for k, v in given.items()}, strict=False)


def _some(names: Sequence[str], n: int = 3) -> str:
    more = f" and {len(names) - n} more" if len(names) > n else ""
    return ", ".join(names[:n]) + more
