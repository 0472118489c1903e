"""How good the networks and their vote are: probabilities, temperatures, weights, metrics.

Two stages: one lets the networks see the held-out works and fits the vote, the other makes figures
from the probabilities that the first has stored, so that a new figure needs no network.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch

from artextract.collection.labels import encode
from artextract.collection.sources import open_source
from artextract.evaluation.conformal import (
    LEVEL,
    SET_METRICS,
    ConformalSets,
    ScoredSets,
    out_of_fold,
    render_sets,
    score_sets,
)
from artextract.evaluation.decision import render_decision
from artextract.evaluation.ensemble import SoftVotingEnsemble
from artextract.evaluation.metrics import METRICS, score
from artextract.inference.dataset import PaintingDataset
from artextract.inference.loaders import image_batches
from artextract.inference.memory import keep_freed_memory
from artextract.inference.prediction_sets import PredictionSets
from artextract.inference.runtime import best_device, by_body, for_inference, infer_together
from artextract.inference.voting import Vote
from artextract.models.network import PaintingNetwork
from artextract.models.weights import load_networks
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, digest, write_json
from artextract.store.paths import STAGES

PROBABILITIES = Stage(
    "probabilities",
    revision=5,
    inputs=("pictures", "labels", "networks"),
    outputs=("probabilities/", "ensemble.json"),
)
METRICS_STAGE = Stage(
    "metrics", revision=1, inputs=("probabilities", "details"), outputs=("metrics.json",)
)


def evaluate(
    store: Store,
    *,
    precision: str = "auto",
    views: int = 1,
    level: float = LEVEL,
    batch_size: int = 64,
    workers: int | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
) -> dict[str, Any]:
    """Score every network of the store, and their vote, on the test works.

    Writes calibrated probabilities on validation and test, ensemble.json and metrics.json.
    Temperatures and weights come from works that no member has seen: those of validation, and where
    every member has out-of-fold predictions of them, those of training. Prediction sets come from
    validation alone. `views` is the number of
    views of each picture in test-time augmentation; predictions for new pictures then use as many.
    `level` is the share of pictures, 0..1, whose set of labels is to contain the true one.

    Returns
    -------
    ``{task: {model: {"top1", "top3", "top5", "macro_f1", "balanced_accuracy", "nll", "ece", "n",
    "top1_ci95"}}}`` for each network that knows the task, and "ensemble", which has "sets" too; see
    :mod:`artextract.evaluation.metrics` and :data:`artextract.evaluation.conformal.SET_METRICS`.

    Raises
    ------
    StoreError
        If there is no network, one was trained on other labels, or a task has no validation works.
    ValueError
        If the number of views is none of those offered, or `level` not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a share between 0 and 1, such as 0.9")
    networks = store.require_networks()
    store.remove_leftovers()
    configs = {name: store.model_config(name) for name in networks}
    for name, config in configs.items():
        store.require_same_labels(name, config)
    digests = {name: config["digest"] for name, config in configs.items()}
    known = {task for config in configs.values() for task in config["classes"]}
    # Out-of-fold predictions may be added to a network that was evaluated without them.
    of_networks = [digests, {name: store.out_of_fold_key(name) for name in networks}]
    inputs = store.input_keys("pictures", "labels", tasks=known) | {"networks": digest(of_networks)}
    configuration = {"views": views, "level": level}
    key = PROBABILITIES.key(configuration, inputs)
    if overwrite or not _is_done(store, key):
        started = time.perf_counter()
        store.forget_stage(PROBABILITIES.name)
        logits = _logits(
            store,
            networks,
            precision=precision,
            views=views,
            batch_size=batch_size,
            workers=workers,
            advance=advance,
        )
        tasks = _fit_votes(store, logits, level=level)
        write_json(store.ensemble_path, {"networks": digests, "views": views, "tasks": tasks})
        store.record_stage(
            PROBABILITIES.name,
            key=key,
            inputs=inputs,
            configuration=configuration,
            seconds=time.perf_counter() - started,
        )
        store.forget_stage(METRICS_STAGE.name)
    return _metrics(store, key)


def _is_done(store: Store, key: str) -> bool:
    if not store.is_done(PROBABILITIES.name, key):
        return False
    try:
        for task, vote in store.ensemble()["tasks"].items():
            for model in (*vote["members"], "ensemble"):
                store.probabilities(task, model)
    except StoreError:  # missing or damaged
        return False
    return True


def _metrics(store: Store, probabilities_key: str) -> dict[str, Any]:
    """The figures of the stored probabilities, made anew where one was added or has changed."""
    configuration = {"metrics": list(METRICS), "sets": list(SET_METRICS)}
    inputs = {"probabilities": probabilities_key} | store.input_keys("details")
    key = METRICS_STAGE.key(configuration, inputs)
    if store.is_done(METRICS_STAGE.name, key, [store.metrics_path]):
        with suppress(StoreError):  # damaged: made again
            return store.metrics()
    started = time.perf_counter()
    results: dict[str, Any] = {}
    works = _held_out(store)
    # Works by nobody known are no evidence about each other.
    clusters = works["creator"].fillna(works["path"]).to_numpy()
    classes = store.classes()
    for task, vote in store.ensemble()["tasks"].items():
        y = encode(works, {task: classes[task]}, "test")[:, 0]
        by = None if task == "artist" else clusters[y >= 0]
        results[task] = {}
        for model in (*vote["members"], "ensemble"):
            # From what is stored, so that every figure can be made again from the store.
            work_ids, stored = store.probabilities(task, model)
            if not np.array_equal(work_ids, works["work_id"]):
                raise StoreError(
                    f"the probabilities of {task} in {store.root} are of other works",
                    command="artextract evaluate --overwrite",
                )
            stored = np.asarray(stored)[y >= 0].astype(np.float64)
            results[task][model] = score(stored, y[y >= 0], clusters=by) if len(stored) else {}
        sets = PredictionSets.read(vote)
        if len(stored) and sets:
            creators = works["creator"].to_numpy(dtype=object)[y >= 0]
            made = sets.predict(stored / stored.sum(axis=1, keepdims=True))
            scored = ScoredSets(made, y[y >= 0], classes[task], creators, by)
            results[task]["ensemble"]["sets"] = {"level": sets.level} | score_sets(scored)
    write_json(store.metrics_path, results)
    store.record_stage(
        METRICS_STAGE.name,
        key=key,
        inputs=inputs,
        configuration=configuration,
        seconds=time.perf_counter() - started,
    )
    return results


def _held_out(store: Store) -> Any:
    works = store.works()
    return works[works["split"].isin(["val", "test"])]


def _logits(
    store: Store,
    networks: list[str],
    *,
    precision: str,
    views: int,
    batch_size: int,
    workers: int | None,
    advance: Advance,
) -> dict[str, dict[str, np.ndarray]]:
    """Logits of the held-out works, ``{network: {task: float32 (n, n_classes)}}``."""
    works, source = _held_out(store), open_source(store)
    device = best_device()
    keep_freed_memory(device)
    logits: dict[str, dict[str, np.ndarray]] = {}
    loaded = load_networks(store, networks)
    groups = by_body({name: network for name, (network, _) in loaded.items()})
    for group in groups:
        name = next(iter(group))
        config = loaded[name][1]
        features = _embedded(store, config, works) if views == 1 else None
        told = partial(advance, total=len(works) * len(groups), note=name)
        if features is not None:
            of_group = [_head_logits(network, features) for network in group.values()]
            told(len(works))
        else:
            dataset = PaintingDataset(
                source,
                works["path"].tolist(),
                np.zeros((len(works), 0), np.int64),
                size=config["training"]["image_size"],
            )
            of_group, _ = infer_together(
                [for_inference(network, device) for network in group.values()],
                image_batches(dataset, device, batch_size=batch_size, workers=workers),
                precision=precision,
                views=views,
                on_batch=told,
            )
        logits |= dict(zip(group, of_group, strict=True))
    return logits


def _embedded(store: Store, config: dict[str, Any], works: pd.DataFrame) -> np.ndarray | None:
    """Features (n_works, n_features) that a probe's embedding has of works; None without it."""
    if "features" not in config:
        return None
    try:
        name = config["embedding"] + (STAGES if "statistics_side" in config else "")
        record, embedding = store.embedding_record(name), store.embedding(name)
    except StoreError:
        return None
    made_alike = (
        record["network"] == config["features"]
        and record["image_size"] == config["training"]["image_size"]
    )
    features = embedding[works["work_id"].to_numpy()] if made_alike else None
    return None if features is None or np.isnan(features).any() else np.asarray(features)


@torch.inference_mode()
def _head_logits(network: PaintingNetwork, features: np.ndarray) -> dict[str, np.ndarray]:
    logits = network.forward_head(torch.from_numpy(features).float())
    return {task: values.numpy() for task, values in logits.items()}


def _fit_votes(
    store: Store, logits: dict[str, dict[str, np.ndarray]], *, level: float
) -> dict[str, Any]:
    """Fit each task's vote and sets, and store everybody's probabilities."""
    works, classes = _held_out(store), store.classes()
    labels = encode(works, classes, "val")
    work_ids = works["work_id"].to_numpy()
    everything = store.works()
    stored = {name: store.out_of_fold(name) for name in logits}
    votes: dict[str, Any] = {}
    for column, task in enumerate(classes):
        members = [name for name in logits if task in logits[name]]
        if not members:
            continue
        X = np.stack([logits[name][task] for name in members], axis=1)
        y = labels[:, column]
        if not (y >= 0).any():
            raise StoreError(
                f"no validation work in {store.root} is labelled with {task}, so nothing can be "
                "calibrated; index more works"
            )
        X_val, y_val = X[y >= 0], y[y >= 0]
        X_train, y_train = _of_training(everything, stored, members, task, classes[task])
        ensemble = SoftVotingEnsemble(members).fit(
            np.concatenate([X_val, X_train]), np.concatenate([y_val, y_train])
        )
        held_out = out_of_fold(ensemble, X_val, y_val, beside=(X_train, y_train))
        sets = ConformalSets(level=level).fit(held_out, y_val).sets_
        probabilities = dict(zip(members, ensemble.member_proba(X).swapaxes(0, 1), strict=True))
        probabilities["ensemble"] = ensemble.predict_proba(X)
        for model, values in probabilities.items():
            store.save_probabilities(task, model, work_ids, values)
        votes[task] = {
            "members": members,
            "temperatures": ensemble.temperatures_.round(4).tolist(),
            "pooling": ensemble.pooling_,
            "weights": ensemble.weights_.round(4).tolist(),
            "pooled_temperature": round(ensemble.pooled_temperature_, 4),
            "n_validation": len(y_val),
            "n_out_of_fold": len(y_train),
            "decision": ensemble.decision_.as_json(),
            "sets": sets.as_json(),
        }
    return votes


def _of_training(
    works: pd.DataFrame,
    stored: dict[str, tuple[np.ndarray, dict[str, np.ndarray]] | None],
    members: list[str],
    task: str,
    classes: list[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold logits (n, n_members, n_classes) and classes (n,) of works that all have."""
    X = np.full((len(works), len(members), len(classes)), np.nan, np.float32)
    for m, member in enumerate(members):
        work_ids, logits = stored[member] or (np.empty(0, np.int32), {})
        if task in logits:
            X[work_ids, m] = logits[task]
    y = encode(works, {task: classes}, "train")[:, 0]
    usable = (y >= 0) & ~np.isnan(X[:, :, 0]).any(axis=1)
    return X[usable], y[usable]


def render(results: dict[str, Any], ensemble: dict[str, Any]) -> str:
    """The figures as a table for a terminal, with the vote's weights and temperatures."""
    lines = []
    for task, models in results.items():
        vote = Vote.read(ensemble["tasks"][task]).settings()
        width = max(map(len, models), default=0)
        lines.append(
            f"{task:{width + 2}} n      top-1   95 %         top-3  macro-F1  log-loss  ECE   "
            "weight  T"
        )
        for model, figures in models.items():
            if not figures:
                lines.append(f"  {model:{width}} no test work is labelled")
                continue
            low, high = figures["top1_ci95"]
            line = (
                f"  {model:{width}} {figures['n']:<6,} {100 * figures['top1']:4.1f} %  "
                f"{100 * low:4.1f}-{100 * high:4.1f}  {100 * figures['top3']:6.1f} %  "
                f"{figures['macro_f1']:.3f}     {figures['nll']:.3f}    {figures['ece']:.3f}"
            )
            weight, temperature = ("" if v is None else f"{v:.2f}" for v in vote[model])
            lines.append(f"{line}  {weight:4}  {temperature}".rstrip())
        lines.append(f"  {render_decision(ensemble['tasks'][task])}")
        sets = PredictionSets.read(ensemble["tasks"][task])
        if sets and models.get("ensemble"):
            lines.append(f"  {render_sets(sets, models['ensemble']['sets'])}")
    return "\n".join(lines)
