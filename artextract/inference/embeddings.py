"""Penultimate features of every work, row by work_id: the ground of maps, neighbours, outliers."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from artextract.inference.runtime import best_device, for_inference, infer
from artextract.models.backbones import get_backbone
from artextract.models.network import PaintingNetwork
from artextract.models.preprocessing import preprocess
from artextract.models.weights import build_network, load_network
from artextract.progress import Advance, ignore
from artextract.store import Store, StoreError, write_json

if TYPE_CHECKING:
    from artextract.inference.hardware import Hardware

IMAGE_SIZE = 224  # pixels a side, of a network that was not trained here


def embed(
    store: Store,
    backbone: str,
    *,
    pretrained: str | None = None,
    image_size: int | None = None,
    precision: str = "auto",
    batch_size: int = 64,
    hardware: Hardware | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
) -> str:
    """Write ``embeddings/<name>.npy``: the penultimate features of every work, float16.

    Killed and run again, it goes on with the batches that are missing. Several processes, of one
    machine or of several that share the store's folder, share the batches.

    Parameters
    ----------
    store
        An indexed store.
    backbone
        A name that :func:`artextract.models.backbones.get_backbone` knows.
    pretrained
        None takes the network that was trained on the collection. "imagenet" or a file of weights
        (see :func:`artextract.models.weights.build_network`) needs no training; the name of the
        embedding is then ``<backbone>-pretrained``.
    image_size
        Side in pixels; None takes what the network was trained for, or 224.
    precision
        "auto", "32" or "bf16".
    batch_size
        Pictures per process and step.
    hardware
        Where it runs.
    overwrite
        Make it anew even where it is there.
    advance
        Told of every batch by the first process.

    Returns
    -------
    The embedding's name.

    Raises
    ------
    StoreError
        If nothing is indexed, there is no such network, or it is of another index.
    ValueError
        If the backbone is unknown.
    """
    # Lightning takes seconds to import, which who embeds one upload need not wait for.
    from artextract.inference.embedding_writer import join_chunks, write_chunks
    from artextract.inference.hardware import Hardware

    started = time.perf_counter()
    get_backbone(backbone)  # is there one?
    name = embedding_name(backbone, pretrained)
    network, identity = _network(store, backbone, pretrained, image_size)
    if not overwrite and is_embedded(store, name, identity):
        return name
    works = store.works()
    folder = store.embedding_path(name).parent
    parts = folder / f".{name}-{_short(identity | {'batch_size': batch_size})}"
    if overwrite:
        shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir(parents=True, exist_ok=True)
    trainer = write_chunks(
        for_inference(network, torch.device("cpu")),
        [store.picture(path) for path in works["path"]],
        parts,
        size=identity["image_size"],
        batch_size=batch_size,
        precision=precision,
        hardware=hardware or Hardware(),
        advance=advance,
    )
    trainer.strategy.barrier("every batch is written")
    if trainer.is_global_zero:

        def missing(row: int) -> StoreError:
            return StoreError(
                f"the features of work {row} are in no file of {parts} or in two",
                command="artextract embed --overwrite",
            )

        unreadable = join_chunks(parts, store.embedding_path(name), len(works), missing=missing)
        record = {"made_from": identity, "unreadable": unreadable, "processes": trainer.world_size}
        write_json(store.embedding_path(name).with_suffix(".json"), record)
        for leftover in folder.glob(f".{name}-????????"):
            shutil.rmtree(leftover, ignore_errors=True)
        store.record(
            f"embed-{name}",
            seconds=time.perf_counter() - started,
            configuration={"pretrained": pretrained, "batch_size": batch_size},
        )
    trainer.strategy.barrier("joined")
    return name


def embedding_name(backbone: str, pretrained: str | None = None) -> str:
    """Under which name an embedding is kept: the backbone's, or ``<backbone>-pretrained``."""
    return backbone if pretrained is None else f"{backbone}-pretrained"


def is_embedded(store: Store, name: str, identity: dict[str, Any]) -> bool:
    """Whether the store holds this embedding, made from this network and index."""
    if not store.embedding_path(name).exists():
        return False
    try:
        return store.embedding_record(name)["made_from"] == identity
    except StoreError:  # stopped between the two files
        return False


class Embedder:
    """Embeds pictures from outside the collection as its works were embedded.

    Parameters
    ----------
    store
        A store with the embedding.
    name
        Of the embedding.

    Raises
    ------
    StoreError
        If there is no such embedding, or the network is no longer the one that made it.
    """

    def __init__(self, store: Store, name: str, *, device: torch.device | None = None) -> None:
        made_from = store.embedding_record(name)["made_from"]
        backbone, pretrained = made_from["backbone"], made_from["pretrained"]
        network, identity = _network(store, backbone, pretrained, made_from["image_size"])
        if identity["digest"] != made_from["digest"]:
            raise StoreError(
                f"the network has changed since {store.embedding_path(name)} was made",
                command="artextract explore",
            )
        self.size: int = made_from["image_size"]
        self.network = for_inference(network, device or best_device())

    def __call__(self, pictures: list[Image.Image], *, precision: str = "auto") -> np.ndarray:
        """Features of RGB pictures, float16 (n, n_features)."""
        batch = torch.stack([preprocess(picture, self.size) for picture in pictures])
        return infer(self.network, [batch], precision=precision)[1]


def _network(
    store: Store, backbone: str, pretrained: str | None, image_size: int | None
) -> tuple[PaintingNetwork, dict[str, Any]]:
    """The network, and what of it decides the features."""
    made_from = store.made_from()
    if pretrained is None:
        network, config = load_network(store, backbone)
        if config["fingerprint"] != made_from["fingerprint"]:
            raise StoreError(
                f"{backbone} in {store.root} was trained on another index",
                command=f"artextract train --backbone {backbone}",
            )
        digest, side = config["digest"], image_size or config["training"]["image_size"]
    else:
        if pretrained != "imagenet":
            pretrained = str(Path(pretrained).absolute())
        network = build_network(backbone, {}, pretrained=pretrained)
        digest, side = _digest(network), image_size or IMAGE_SIZE
    return network, {
        **made_from,
        "backbone": backbone,
        "pretrained": pretrained,
        "digest": digest,
        "image_size": side,
    }


def _digest(network: PaintingNetwork) -> str:
    digest = hashlib.sha256()
    for tensor in network.body.state_dict().values():
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()[:16]


def _short(identity: dict[str, Any]) -> str:
    content = json.dumps(identity, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()[:8]
