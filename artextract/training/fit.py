"""Training one network on the works of a store, with Lightning's Trainer: :func:`fit`."""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from safetensors.torch import save

from artextract.collection.labels import encode
from artextract.collection.sources import open_source
from artextract.inference.dataset import PaintingDataset
from artextract.inference.hardware import Hardware, make_trainer, quiet_lightning
from artextract.inference.loaders import image_batches
from artextract.inference.memory import keep_freed_memory
from artextract.inference.runtime import for_inference, infer, resolve_precision
from artextract.models.backbones import get_backbone
from artextract.models.network import PaintingNetwork
from artextract.models.weights import build_network, load_network
from artextract.progress import Advance, ignore
from artextract.store import (
    Stage,
    Store,
    StoreError,
    changed_settings,
    digest,
    replacing,
    write_json,
)
from artextract.training.augmentation import training_transform
from artextract.training.callbacks import History, Report
from artextract.training.classes import learnable_classes
from artextract.training.config import TrainingConfig
from artextract.training.heads.linear_probe import probe_heads
from artextract.training.history import RUNNING
from artextract.training.loaders import PaintingDataModule
from artextract.training.module import FineTuning
from artextract.training.resuming.checkpoints import (
    LAST,
    AtomicCheckpoints,
    best_state,
    checkpoint_to_go_on_from,
    remove_checkpoints,
)
from artextract.training.resuming.exclusive import exclusive

TRAIN = Stage(
    "train",
    revision=1,
    inputs=("labels",),
    outputs=("model.safetensors", "config.json", "history.csv"),
)


def fit(
    store: Store,
    config: TrainingConfig,
    *,
    hardware: Hardware | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
    say: Callable[[str], object] = lambda line: None,
) -> dict[str, Any]:
    """Train one network and write it to ``models/<backbone>/`` of the store.

    Parameters
    ----------
    store
        An indexed store.
    config
        What to train, and how.
    hardware
        Where to train it.
    overwrite
        Begin anew, even where a finished network or a checkpoint of this configuration exists.
    advance
        Told of every step by the first process; see :class:`artextract.progress.Advance`.
    say
        Called with sentences for a person by the first process.

    Returns
    -------
    The network's config.json: ``{"key", "backbone", "classes", "labels", "training",
    "best_epoch", "epochs", "val_loss", ...}``.

    Raises
    ------
    StoreError
        If nothing is indexed, there is nothing to learn of a task, or the weights cannot be read.
    ValueError
        If the configuration is out of range.
    """
    store.dataset()  # refused before anything is written
    folder = store.model(config.backbone)
    with exclusive(folder, config.backbone):
        store.remove_leftovers()
        try:
            return _fit(
                store,
                config,
                hardware=hardware or Hardware(),
                overwrite=overwrite,
                advance=advance,
                say=say,
            )
        except KeyboardInterrupt as stopped:
            there = (folder / LAST).exists()
            way = "goes on from the last finished epoch" if there else "begins anew"
            raise KeyboardInterrupt(
                f"training of {config.backbone} stopped; the same command {way}"
            ) from stopped


def _fit(
    store: Store,
    config: TrainingConfig,
    *,
    hardware: Hardware,
    overwrite: bool,
    advance: Advance,
    say: Callable[[str], object],
) -> dict[str, Any]:
    started = time.perf_counter()
    keep_freed_memory(hardware.device)
    works = store.works()
    train, val = (works[works["split"] == split] for split in ("train", "val"))
    classes = learnable_classes(store, config.tasks, works)
    config = replace(config, tasks=tuple(classes))
    folder = store.model(config.backbone)
    labels = {task: store.dataset()["labels"][task] for task in classes}
    inputs = store.input_keys("labels", tasks=classes)
    key = TRAIN.key(changed_settings(config), inputs)
    identity = json.loads(
        json.dumps({"key": key, "training": asdict(config), "labels": labels, "classes": classes})
    )
    if not overwrite:
        finished = _finished(store, config.backbone, key)
        if finished is not None:
            say(f"{config.backbone} is trained already; --overwrite trains it anew")
            remove_checkpoints(folder)  # of a run that was killed after all but this
            return finished
    for side in (config.side, config.image_size):
        get_backbone(config.backbone).check_image_size(side)
    lightning.seed_everything(config.seed, verbose=False)
    train_labels = encode(train, classes, "train")
    counts = {
        task: np.bincount(column[column >= 0], minlength=len(names))
        for (task, names), column in zip(classes.items(), train_labels.T, strict=True)
    }
    network = build_network(
        config.backbone,
        {task: len(names) for task, names in classes.items()},
        pretrained=config.pretrained,
        train_layers=config.train_layers,
        fixed_statistics=config.fixed_statistics,
    )
    for task, count in counts.items():
        network.present(task).copy_(torch.from_numpy(count > 0))
    source = open_source(store)
    train_set = PaintingDataset(
        source,
        train["path"].tolist(),
        train_labels,
        size=config.side,
        transform=training_transform(config.side, config.augmentation),
        seed=config.seed,
    )
    val_labels = encode(val, classes, "val")
    measured = bool((val_labels >= 0).any())  # else there is no validation loss to go by
    val_set = PaintingDataset(source, val["path"].tolist(), val_labels, size=config.image_size)
    history = History(folder / RUNNING)
    best = ModelCheckpoint(
        folder,
        "best",
        monitor="val_loss" if measured else None,
        save_weights_only=True,
        enable_version_counter=False,
        save_on_train_epoch_end=True,
    )
    callbacks: list[Callback] = [history, Report(advance), best]
    if measured:
        callbacks.append(
            EarlyStopping(
                "val_loss", patience=config.effective_patience, check_on_train_epoch_end=True
            )
        )
    if hardware.resumable:
        callbacks.append(
            ModelCheckpoint(
                folder, "last", enable_version_counter=False, save_on_train_epoch_end=True
            )
        )
    trainer = make_trainer(
        hardware,
        precision=config.precision,
        folder=folder,
        callbacks=callbacks,
        max_epochs=config.epochs,
        num_sanity_val_steps=0,
        gradient_clip_val=config.clip,
        plugins=[AtomicCheckpoints()],
    )
    # Whatever can be refused has been: from here on the training has begun.
    checkpoint = checkpoint_to_go_on_from(folder, identity, network, overwrite=overwrite, say=say)
    if config.pretrained and config.probe and checkpoint is None:
        _probe(network, train_set, config, hardware, advance=advance, say=say)
    module = FineTuning(network, config, counts)
    with quiet_lightning():
        loader = PaintingDataModule(train_set, val_set, config, hardware)
        trainer.fit(module, loader, ckpt_path=checkpoint, weights_only=True)
    if trainer.is_global_zero:
        result = identity | {
            "backbone": config.backbone,
            "best_epoch": history.best_epoch(),
            "epochs": trainer.current_epoch,
            "val_loss": float(best.best_model_score) if best.best_model_score is not None else None,
            "precision": resolve_precision(config.precision, hardware.device),
            "processes": trainer.world_size,
        }
        _publish(folder, best_state(folder, best.best_model_path, network), result)
        with replacing(folder / "training.toml") as temporary:  # for artextract train --config
            temporary.write_text(config.to_toml(), "utf-8")
        store.record_stage(
            f"train-{config.backbone}",
            key=key,
            inputs=inputs,
            configuration=identity["training"],
            seconds=time.perf_counter() - started,
        )
    trainer.strategy.barrier("published")
    return store.model_config(config.backbone)


# -- preparation ---------------------------------------------------------------------------------


def _finished(store: Store, backbone: str, key: str) -> dict[str, Any] | None:
    try:
        config = store.model_config(backbone)
    except StoreError:
        return None
    try:
        if (config.get("key") or _key_of(config)) != key:
            return None
        load_network(store, backbone)
    except (StoreError, ValueError, TypeError):  # damaged, or of another version
        return None
    return config


def _key_of(config: dict[str, Any]) -> str:
    """The key of a network that was trained before keys were written down."""
    training = TrainingConfig.from_dict(config["training"])
    return TRAIN.key(changed_settings(training), {"labels": digest(config["labels"])})


def _probe(
    network: PaintingNetwork,
    train_set: PaintingDataset,
    config: TrainingConfig,
    hardware: Hardware,
    *,
    advance: Advance,
    say: Callable[[str], object],
) -> None:
    say(f"fitting linear heads on the frozen features of {len(train_set)} works")
    plain = PaintingDataset(
        train_set.source, train_set.keys, train_set.labels.numpy(), size=config.side
    )
    batches = image_batches(
        plain, hardware.device, batch_size=config.batch_size, workers=hardware.workers
    )
    frozen = for_inference(copy.deepcopy(network), hardware.device)
    # Counted by itself: a batch takes a fraction of the time that a step of the training takes.
    advance(0, total=len(plain), note="features for the linear heads")
    _, features = infer(
        frozen,
        batches,
        precision=config.precision,
        on_batch=partial(advance, note="features for the linear heads"),
    )
    probe_heads(network, features, train_set.labels.numpy())


# -- what is written -----------------------------------------------------------------------------


def _publish(folder: Path, weights: dict[str, torch.Tensor], config: dict[str, Any]) -> None:
    """Write model.safetensors, config.json and history.csv, then drop what the run left."""
    with replacing(folder / "model.safetensors") as temporary:
        temporary.write_bytes(save(weights))
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()[:16]
    write_json(folder / "config.json", config | {"digest": digest})
    (folder / RUNNING).replace(folder / "history.csv")
    remove_checkpoints(folder)
