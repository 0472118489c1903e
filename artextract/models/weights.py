"""Networks with weights: ImageNet's or a file's before training, the store's after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from artextract.models.backbones import Backbone
from artextract.models.network import PaintingNetwork
from artextract.store import Store, StoreError
from artextract.store.paths import NetworkName
from artextract.store.reading import damaged


def build_network(
    backbone: str,
    classes_per_task: Mapping[str, int],
    *,
    pretrained: str | Path | None = None,
    train_layers: int | None = None,
    fixed_statistics: bool = False,
    normalize_features: bool = False,
    statistics_side: int | None = None,
) -> PaintingNetwork:
    """Build a network ready to be trained.

    Parameters
    ----------
    backbone
        A name that :func:`artextract.models.backbones.get_backbone` knows.
    classes_per_task
        Number of classes of each task; tasks without classes must be left out.
    pretrained
        "imagenet" for torchvision's weights (downloaded once by torchvision), a file with
        torchvision's key names (safetensors, or a torch state dict), or None for random weights.
    train_layers
        Weight layers to train, counted from the output; None takes the backbone's own default.
        From random weights nothing is frozen, whatever is asked: a frozen random layer learns
        nothing and its batch-norm has seen no data.
    fixed_statistics
        Keep the statistics of every batch-norm as they come with the weights.
    normalize_features, statistics_side
        As of :class:`artextract.models.network.PaintingNetwork`.

    Raises
    ------
    StoreError
        If the weights cannot be downloaded, read, or do not fit the architecture.
    ValueError
        If the backbone is unknown or `train_layers` is out of range.
    """
    network = PaintingNetwork(
        backbone,
        classes_per_task,
        normalize_features=normalize_features,
        statistics_side=statistics_side,
    )
    if pretrained is None:
        network.freeze_except_last(None)
        return network
    state = (
        download(network.backbone) if pretrained == "imagenet" else read_weights(Path(pretrained))
    )
    load_body(network, state, str(pretrained))
    if train_layers is None:
        train_layers = network.backbone.train_layers
    network.freeze_except_last(train_layers, fixed_statistics=fixed_statistics)
    return network


def load_network(store: Store, name: str) -> tuple[PaintingNetwork, dict[str, Any]]:
    """Read a trained network (float32, eval mode, on the CPU) and its config.json.

    Raises
    ------
    StoreError
        If there is none, it is damaged, its backbone is unknown here, or its classes are not the
        store's.
    """
    return load_networks(store, [name])[name]


def load_networks(
    store: Store, names: Sequence[str]
) -> dict[str, tuple[PaintingNetwork, dict[str, Any]]]:
    """Read trained networks as :func:`load_network` does.

    Where one has heads of its own on the body of another, both have the same ``body``, so that one
    pass serves both: see :func:`artextract.inference.runtime.infer_together`.

    Raises
    ------
    StoreError
        As :func:`load_network`.
    """
    store.require_networks(tuple(names))
    loaded: dict[str, tuple[PaintingNetwork, dict[str, Any]]] = {}
    bodies: dict[str, nn.Module] = {}
    for name in names:
        config = _require_usable(store, name)
        owner = config["body"]["network"] if config.get("body") else name
        network = _assemble(store, name, config, bodies.get(owner))
        bodies[owner] = network.body
        loaded[name] = network.eval(), config
    return loaded


def _require_usable(store: Store, name: str) -> dict[str, Any]:
    """The config.json of a network whose classes, and whose body, are those that it learnt with."""
    config = store.model_config(name)
    known = store.classes()
    for task, names in config["classes"].items():
        if known.get(task) != names:
            raise StoreError(
                f"{name} in {store.root} was trained on other classes of {task} than the index "
                f"has now",
                command=NetworkName.read(name).train_command,
            )
    body = config.get("body")
    if body and store.model_config(body["network"])["digest"] != body["digest"]:
        raise StoreError(
            f"{body['network']} in {store.root} was trained anew after {name} was fitted on its "
            "features",
            command=NetworkName.read(name).train_command,
        )
    return config


def _assemble(
    store: Store, name: str, config: Mapping[str, Any], body: nn.Module | None
) -> PaintingNetwork:
    """A network from its files, and from those of the one that it has its body from."""
    backbone = config.get("backbone", name)
    own = store.model(name) / "model.safetensors"
    try:
        with torch.device("meta"):  # random weights that nobody needs would take seconds
            network = _empty(backbone, config)
    except ValueError as error:
        raise StoreError(f"{own} cannot be used: {error}") from error
    path, again = own, NetworkName.read(name).train_command
    try:
        state = load_file(own)
        if config.get("body") and body is None:
            path = store.model(config["body"]["network"]) / "model.safetensors"
            state |= {k: v for k, v in load_file(path).items() if k.startswith("body.")}
        if body is not None:
            network.share_body(body)
            state = {k: v for k, v in state.items() if not k.startswith("body.")}
            state |= {f"body.{k}": v for k, v in body.state_dict().items()}
    except (SafetensorError, RuntimeError, OSError) as error:
        raise damaged(path, error, again) from error
    if problem := state_problem(network, state):
        raise damaged(path, problem, again)
    network.load_state_dict(state, assign=True)
    if any(tensor.is_meta for tensor in network.buffers()):  # one that no file has
        with torch.random.fork_rng(devices=[]):
            network = _empty(backbone, config)
        if body is not None:
            network.share_body(body)
        network.load_state_dict(state, assign=True)
    return network


def _empty(backbone: str, config: Mapping[str, Any]) -> PaintingNetwork:
    """A network as config.json describes it, with weights to be overwritten."""
    return PaintingNetwork(
        backbone,
        {task: len(names) for task, names in config["classes"].items()},
        normalize_features=config.get("normalize_features", False),
        statistics_side=config.get("statistics_side"),
    )


def state_problem(network: PaintingNetwork, state: Mapping[str, Tensor]) -> str | None:
    """What of a state dict does not fit a network; None where all does."""
    expected = network.state_dict()
    if wrong := sorted(set(expected) ^ set(state)):
        return f"{wrong[0]} is {'missing' if wrong[0] in expected else 'unknown'}"
    for name, tensor in expected.items():
        given = state[name]
        if given.shape != tensor.shape or given.dtype != tensor.dtype:
            return (
                f"{name} is {given.dtype} {tuple(given.shape)}, expected {tensor.dtype} "
                f"{tuple(tensor.shape)}"
            )
    return None


def download(backbone: Backbone) -> Mapping[str, Tensor]:
    """ImageNet's weights, which torchvision downloads once and keeps.

    Raises
    ------
    StoreError
        If there are none, or they cannot be downloaded.
    """
    import torchvision

    instead = (
        f"give a file: --pretrained {backbone.name}=PATH, or train from scratch: --pretrained none"
    )
    if backbone.weights is None:
        raise StoreError(f"there are no ImageNet weights for {backbone.name}; {instead}")
    try:
        weights = torchvision.models.get_weight(backbone.weights)
        return weights.get_state_dict(progress=True, check_hash=True)
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise StoreError(
            f"ImageNet weights for {backbone.name} cannot be downloaded ({reason}); {instead}"
        ) from error


def read_weights(path: Path) -> Mapping[str, Tensor]:
    """A file of weights: safetensors, or a torch state dict without anything but tensors.

    Raises
    ------
    StoreError
        If it is not there, cannot be read, or holds anything else.
    """
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


def load_body(network: PaintingNetwork, state: Mapping[str, Tensor], source: str) -> None:
    """Copy `state` into the body; its classifier is left out, our heads take its place.

    Raises
    ------
    StoreError
        If names or shapes are not those of the backbone; the message begins with `source`.
    """
    expected = network.body.state_dict()
    classifier = network.backbone.classifier + "."
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
            f"{source} does not fit the backbone {network.backbone.name}: {'; '.join(problems)}"
        )
    floats = {k: v.float() if v.is_floating_point() else v for k, v in given.items()}
    network.body.load_state_dict(floats, strict=False)


def _some(names: Sequence[str], n: int = 3) -> str:
    more = f" and {len(names) - n} more" if len(names) > n else ""
    return ", ".join(names[:n]) + more
