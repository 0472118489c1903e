"""Out-of-fold predictions of training works, by networks that were trained without them.

A vote is fitted on works that no member has seen. Those of validation are few; with networks that
were trained on the other folds, those of training count too (stacking: Wolpert 1992; what
``sklearn.ensemble.StackingClassifier`` does).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from artextract.collection.labels import encode
from artextract.collection.sources import open_source
from artextract.inference.dataset import PaintingDataset
from artextract.inference.hardware import Hardware
from artextract.inference.loaders import image_batches
from artextract.inference.runtime import for_inference, infer_together
from artextract.models.weights import load_networks
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, digest
from artextract.store.paths import refitted_name
from artextract.training.config import TrainingConfig
from artextract.training.fit import fit
from artextract.training.heads.members import refit_heads

CROSS_FIT = Stage(
    "cross-fit", revision=1, inputs=("labels", "network"), outputs=("out_of_fold.safetensors",)
)


def cross_fit(
    store: Store,
    config: TrainingConfig,
    *,
    folds: int,
    hardware: Hardware | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
    say: Callable[[str], object] = lambda line: None,
) -> None:
    """Train a network once per fold without it, and keep what each says of the fold it lacks.

    Each is trained as the whole one is, with the same validation works, and has its heads refitted,
    so that both members get out-of-fold predictions of all training works. Takes about `folds` - 1
    times as long as the training. An interrupted run goes on.

    Parameters
    ----------
    store
        One in which the network was trained, and its heads refitted.
    config
        How it was trained.
    folds
        2 or more.
    hardware, overwrite, advance, say
        As of :func:`artextract.training.fit.fit`.

    Raises
    ------
    StoreError
        If there is no such network, or it was trained on other labels.
    ValueError
        If there are fewer than two folds, or fewer works than folds.
    """
    started = time.perf_counter()
    hardware = hardware or Hardware()
    name = config.backbone
    trained = store.model_config(name)
    store.require_same_labels(name, trained)
    config = replace(config, tasks=tuple(trained["classes"]))
    members = [name, refitted_name(name)]
    for member in members:
        if member not in store.networks():
            raise StoreError(f"no {member} in {store.root}", f"artextract train --backbone {name}")
    inputs = store.input_keys("labels", tasks=trained["classes"]) | {"network": trained["digest"]}
    configuration = {"folds": folds}
    key = CROSS_FIT.key(configuration, inputs)
    outputs = [store.model(member) / "out_of_fold.safetensors" for member in members]
    if not overwrite and store.is_done(f"cross-fit-{name}", key, outputs):
        # It may have been killed while it removed what it needs no longer.
        shutil.rmtree(store.model(name) / "folds", ignore_errors=True)
        return
    works = store.works()
    fold = _folds(works, folds, seed=config.seed)
    parts = store.model(name) / "folds" / digest([key])[:8]
    logits: dict[str, dict[str, np.ndarray]] = {member: {} for member in members}
    for number in range(folds):
        say(f"{name} without fold {number + 1} of {folds}")
        part = _without(store, parts / str(number), works, fold == number)
        fit(part, config, hardware=hardware, advance=advance, say=say)
        refit_heads(part, name, hardware=hardware, advance=advance)
        chosen = np.flatnonzero(fold == number)
        for member, of_member in _predict(part, works.iloc[chosen], hardware, advance).items():
            for task, values in of_member.items():
                whole = logits[member].setdefault(
                    task, np.full((len(works), values.shape[1]), np.nan, np.float32)
                )
                whole[chosen] = values
    rows = np.flatnonzero(fold >= 0)
    for member in members:
        kept = {
            task: _known(works, values, task, store)[rows]
            for task, values in logits[member].items()
        }
        store.save_out_of_fold(member, works["work_id"].to_numpy()[rows], kept)
    store.record_stage(
        f"cross-fit-{name}",
        key=key,
        inputs=inputs,
        configuration=configuration,
        seconds=time.perf_counter() - started,
    )
    shutil.rmtree(parts.parent, ignore_errors=True)


def _folds(works: pd.DataFrame, n: int, *, seed: int) -> np.ndarray:
    """Fold of each training work (n_works,), -1 of all others; pictures of one work together."""
    groups = works["duplicate_group"].to_numpy()
    train = (works["split"] == "train").to_numpy()
    distinct = np.unique(groups[train])
    if not 2 <= n <= len(distinct):
        raise ValueError(
            f"{n} folds of {len(distinct)} works: expected 2 or more, and as many works"
        )
    order = np.random.default_rng(seed).permutation(len(distinct))
    place = np.searchsorted(distinct, groups).clip(max=len(distinct) - 1)
    return np.where(train, order[place] % n, -1)


def _without(store: Store, root: Path, works: pd.DataFrame, left_out: np.ndarray) -> Store:
    """A store with the same works, of which some are not trained on; what it holds is kept."""
    part = Store(root)
    columns = ["split", *(f"{task}_split" for task in store.tasks())]
    changed = works.copy()
    for column in columns:
        changed[column] = changed[column].mask(left_out & (changed[column] == "train"), "test")
    dataset = store.dataset()
    labels = {task: digest([key, left_out.tolist()]) for task, key in dataset["labels"].items()}
    source = open_source(store).record(store_root=root)
    root.mkdir(parents=True, exist_ok=True)
    part.save_works(changed, store.classes())
    part.record_dataset(dataset | {"labels": labels, "source": source})
    return part


def _predict(
    store: Store, works: pd.DataFrame, hardware: Hardware, advance: Advance
) -> dict[str, dict[str, np.ndarray]]:
    """Logits of works by the networks of a store that share one body."""
    loaded = load_networks(store, store.networks())
    config = next(iter(loaded.values()))[1]
    dataset = PaintingDataset(
        open_source(store),
        works["path"].tolist(),
        np.zeros((len(works), 0), np.int64),
        size=config["training"]["image_size"],
    )
    logits, _ = infer_together(
        [for_inference(network, hardware.device) for network, _ in loaded.values()],
        image_batches(dataset, hardware.device, batch_size=64, workers=hardware.workers),
        precision=config["training"]["precision"],
        on_batch=partial(advance, total=len(works), note="the fold that was left out"),
    )
    return dict(zip(loaded, logits, strict=True))


def _known(works: pd.DataFrame, logits: np.ndarray, task: str, store: Store) -> np.ndarray:
    """The logits, without those of works that are not labelled or of a class nobody else has."""
    y = encode(works, {task: store.classes()[task]}, "train")[:, 0]
    own = np.where(y >= 0, logits[np.arange(len(y)), np.maximum(y, 0)], np.nan)
    usable = own > -1e3  # an absent class has a logit of -1e4
    return np.where(usable[:, None], logits, np.nan)
