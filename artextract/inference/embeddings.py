"""Penultimate features of every work, row by work_id: the ground of maps, neighbours, outliers."""

from __future__ import annotations

import hashlib
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from artextract.collection.sources import open_source
from artextract.inference.runtime import (
    autocast,
    best_device,
    for_inference,
    infer,
    resolve_precision,
)
from artextract.models.backbones import get_backbone
from artextract.models.network import PaintingNetwork
from artextract.models.preprocessing import preprocess
from artextract.models.stage_statistics import StageStatistics
from artextract.models.weights import build_network, load_network
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, digest, replacing
from artextract.store.paths import IMAGE_SIZE, STAGES, embedding_name

if TYPE_CHECKING:
    from artextract.inference.hardware import Hardware

EMBED = Stage("embed", revision=1, inputs=("pictures", "network"), outputs=("{embedding}.npy",))


def embed(
    store: Store,
    backbone: str,
    *,
    pretrained: str | None = None,
    image_size: int | None = None,
    stages: bool = False,
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
        embedding is then ``<backbone>-pretrained``, and ends with the size where that is not 224.
    image_size
        Side in pixels; None takes what the network was trained for, or 224.
    stages
        Write ``<name>-stages``, the statistics of the network's stages before the penultimate
        features (:class:`artextract.models.stage_statistics.StageStatistics`), and, unless it is
        there, the embedding of the penultimate features alone, in the same pass.
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
    plain = embedding_name(backbone, pretrained, image_size=image_size)
    name = f"{plain}{STAGES}" if stages else plain
    network, made_by = _network(store, backbone, pretrained, image_size, stages=stages)
    configuration = {"image_size": made_by["image_size"]}
    inputs = store.input_keys("pictures") | {"network": made_by["network"]}
    key = EMBED.key(configuration, inputs)
    store.remove_leftovers()
    if not overwrite and store.is_done(f"embed-{name}", key, [store.embedding_path(name)]):
        with suppress(StoreError):  # damaged: made again
            store.embedding(name)
            return name
    works = store.works()
    folder = store.embedding_path(name).parent
    parts = folder / f".{name}-{digest([key, batch_size])[:8]}"
    if overwrite:
        shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir(parents=True, exist_ok=True)
    trainer = write_chunks(
        for_inference(network, torch.device("cpu")),
        open_source(store),
        works["path"].tolist(),
        parts,
        size=made_by["image_size"],
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
        written = [name]
        if stages and not store.is_done(f"embed-{plain}", key, [store.embedding_path(plain)]):
            whole = np.load(store.embedding_path(name), mmap_mode="r", allow_pickle=False)
            path = store.embedding_path(plain)
            with replacing(path) as temporary, temporary.open("wb") as file:
                np.save(file, whole[:, -network.n_penultimate :], allow_pickle=False)
            written.append(plain)
        for embedding in written:
            store.record_stage(
                f"embed-{embedding}",
                key=key,
                inputs=inputs,
                configuration=configuration,
                seconds=time.perf_counter() - started,
                result=made_by | {"unreadable": unreadable, "processes": trainer.world_size},
            )
        for leftover in folder.glob(f".{name}-????????"):
            shutil.rmtree(leftover, ignore_errors=True)
    trainer.strategy.barrier("joined")
    return name


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
        record = store.embedding_record(name)
        self.size: int = record["image_size"]
        network, made_by = _network(store, record["backbone"], record["pretrained"], self.size)
        if made_by["network"] != record["network"]:
            raise StoreError(
                f"the network has changed since {store.embedding_path(name)} was made",
                command="artextract explore",
            )
        self.device = device or best_device()
        self.network = for_inference(network, self.device)
        self._stages = StageStatistics(self.network, self.size)

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers in each block of what :meth:`stage_statistics` returns."""
        return self._stages.widths

    def __call__(self, pictures: list[Image.Image], *, precision: str = "auto") -> np.ndarray:
        """Features of RGB pictures, float16 (n, n_features)."""
        batch = torch.stack([preprocess(picture, self.size) for picture in pictures])
        return infer(self.network, [batch], precision=precision)[1]

    @torch.inference_mode()
    def stage_statistics(
        self, pictures: list[Image.Image], *, precision: str = "auto"
    ) -> np.ndarray:
        """Means and deviations of all stages, and the features: float32 (n, sum(widths)).

        See :class:`artextract.models.stage_statistics.StageStatistics`.
        """
        batch = torch.stack([preprocess(picture, self.size) for picture in pictures])
        images = batch.to(self.device).contiguous(memory_format=torch.channels_last)
        with autocast(resolve_precision(precision, self.device), self.device):
            return self._stages(images).cpu().numpy()


def _network(
    store: Store,
    backbone: str,
    pretrained: str | None,
    image_size: int | None,
    *,
    stages: bool = False,
) -> tuple[PaintingNetwork, dict[str, Any]]:
    """The network, and what of it decides the features: see ``Store.embedding_record``."""
    if pretrained is None:
        network, config = load_network(store, backbone)
        store.require_same_labels(backbone, config)
        weights, side = config["digest"], image_size or config["training"]["image_size"]
    else:
        if pretrained != "imagenet":
            pretrained = str(Path(pretrained).absolute())
        side = image_size or IMAGE_SIZE
        network = build_network(
            backbone, {}, pretrained=pretrained, statistics_side=side if stages else None
        )
        weights = _digest_of_weights(network)
    return network, {
        "backbone": backbone,
        "pretrained": pretrained,
        "network": weights,
        "image_size": side,
    }


def _digest_of_weights(network: PaintingNetwork) -> str:
    content = hashlib.sha256()
    for tensor in network.body.state_dict().values():
        content.update(tensor.numpy().tobytes())
    return content.hexdigest()[:16]
