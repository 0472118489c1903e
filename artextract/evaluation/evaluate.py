"""How good the networks and their vote are: probabilities, temperatures, weights, metrics.

Which works they take for what is read from what this leaves, by
:mod:`artextract.evaluation.confusion`.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn import metrics as sk
from torchmetrics.functional.classification import multiclass_calibration_error

from artextract.evaluation.ensemble import SoftVotingEnsemble, log_loss
from artextract.inference.dataset import PaintingDataset, encode
from artextract.inference.loaders import image_batches
from artextract.inference.memory import keep_freed_memory
from artextract.inference.runtime import best_device, for_inference, infer
from artextract.inference.voting import Vote
from artextract.models.weights import load_network
from artextract.progress import Advance, ignore
from artextract.store import Store, StoreError, write_json

BINS = 15  # of the expected calibration error
RESAMPLES = 2000  # of the bootstrap


def evaluate(
    store: Store,
    *,
    precision: str = "auto",
    views: int = 1,
    batch_size: int = 64,
    workers: int | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
) -> dict[str, Any]:
    """Score every network of the store, and their vote, on the test works.

    Writes calibrated probabilities on validation and test, ensemble.json and metrics.json.
    Temperatures and weights come from validation alone. `views`, one of
    :data:`artextract.inference.views.VIEWS`, is how many views test-time augmentation takes;
    predictions for new pictures then do the same.

    Returns
    -------
    ``{task: {model: {"top1", "top3", "top5", "macro_f1", "balanced_accuracy", "nll", "ece", "n",
    "top1_ci95"}}}`` for each network that knows the task, and "ensemble".

    Raises
    ------
    StoreError
        If there is no network, one was trained on another index, or a task has no validation works.
    ValueError
        If the number of views is none of those offered.
    """
    started = time.perf_counter()
    backbones = store.require_networks()
    configs = {backbone: store.model_config(backbone) for backbone in backbones}
    for backbone, config in configs.items():
        if config["fingerprint"] != store.fingerprint:
            raise StoreError(
                f"{backbone} in {store.root} was trained on another index",
                command=f"artextract train --backbone {backbone}",
            )
    made_from = {
        **store.made_from(),
        "networks": {backbone: config["digest"] for backbone, config in configs.items()},
        "views": views,
    }
    if not overwrite:
        with suppress(StoreError):  # not there, or half written
            if store.ensemble().get("made_from") == made_from:
                return store.metrics()

    works = store.works()
    classes = store.classes()
    held_out = works[works["split"].isin(["val", "test"])]
    total = len(held_out) * len(backbones)
    device = best_device()
    keep_freed_memory(device)
    logits: dict[str, dict[str, np.ndarray]] = {}
    for backbone in backbones:
        network, config = load_network(store, backbone)
        dataset = PaintingDataset(
            [store.picture(path) for path in held_out["path"]],
            np.zeros((len(held_out), 0), np.int64),
            size=config["training"]["image_size"],
        )
        batches = image_batches(dataset, device, batch_size=batch_size, workers=workers)
        logits[backbone], _ = infer(
            for_inference(network, device),
            batches,
            precision=precision,
            views=views,
            on_batch=partial(advance, total=total, note=backbone),
        )

    labels = {s: encode(held_out, classes, s) for s in ("val", "test")}
    work_ids = held_out["work_id"].to_numpy()
    # Works by nobody known are no evidence about each other.
    clusters = held_out["creator"].fillna(held_out["path"]).to_numpy()
    results: dict[str, Any] = {}
    ensembles: dict[str, Any] = {}
    for column, task in enumerate(classes):
        members = [backbone for backbone in backbones if task in logits[backbone]]
        if not members:
            continue
        X = np.stack([logits[backbone][task] for backbone in members], axis=1)
        y_val, y_test = labels["val"][:, column], labels["test"][:, column]
        if not (y_val >= 0).any():
            raise StoreError(
                f"no validation work in {store.root} is labelled with {task}, so nothing can be "
                "calibrated; index more works"
            )
        ensemble = SoftVotingEnsemble(members).fit(X[y_val >= 0], y_val[y_val >= 0])
        probabilities = dict(zip(members, ensemble.member_proba(X).swapaxes(0, 1), strict=True))
        probabilities["ensemble"] = ensemble.predict_proba(X)
        ensembles[task] = {
            "members": members,
            "temperatures": ensemble.temperatures_.round(4).tolist(),
            "weights": ensemble.weights_.round(4).tolist(),
            "pooled_temperature": round(ensemble.pooled_temperature_, 4),
            "n_validation": int((y_val >= 0).sum()),
        }
        scored = y_test >= 0
        by = None if task == "artist" else clusters[scored]
        results[task] = {}
        for model, values in probabilities.items():
            store.save_probabilities(task, model, work_ids, values)
            # Scored as stored, so that every figure can be made again from the store.
            stored = values.astype(np.float16)[scored].astype(np.float64)
            results[task][model] = (
                score(stored, y_test[scored], clusters=by) if scored.any() else {}
            )
    write_json(store.metrics_path, results)
    # Last: what it was made from says that all of it is there.
    write_json(store.ensemble_path, {"made_from": made_from, "tasks": ensembles})
    store.record(
        "evaluate",
        seconds=time.perf_counter() - started,
        configuration={"precision": precision, "views": views, "batch_size": batch_size},
    )
    return results


def score(
    probabilities: np.ndarray, y: np.ndarray, *, clusters: np.ndarray | None = None, seed: int = 0
) -> dict[str, Any]:
    """Figures of one model on one task, each over the classes that occur in `y`.

    Parameters
    ----------
    probabilities
        (n, n_classes), n >= 1, rows summing to 1 up to rounding.
    y
        True class numbers (n,).
    clusters
        What is resampled together for the interval, (n,): works of one hand are not independent
        evidence on genre and style. None resamples works.
    seed
        Seed of the bootstrap.

    Returns
    -------
    top1, top3, top5, macro_f1, balanced_accuracy, ece (15 bins, l1; Naeini et al. 2015): shares,
    0..1; nll: nats; n: works; top1_ci95: [low, high] from 2,000 bootstrap resamples.
    """
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    n_classes = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1)
    ranks = (probabilities > probabilities[np.arange(len(y)), y][:, None]).sum(axis=1)
    ece = multiclass_calibration_error(
        torch.from_numpy(probabilities), torch.from_numpy(y), num_classes=n_classes, n_bins=BINS
    )
    return {
        "top1": float(sk.accuracy_score(y, predicted)),
        "top3": float((ranks < 3).mean()),
        "top5": float((ranks < 5).mean()),
        "macro_f1": float(
            sk.f1_score(y, predicted, labels=np.unique(y), average="macro", zero_division=0)
        ),
        "balanced_accuracy": float(
            sk.recall_score(y, predicted, labels=np.unique(y), average="macro", zero_division=0)
        ),
        "nll": log_loss(np.maximum(probabilities, 1e-7), y),
        "ece": float(ece),
        "n": len(y),
        "top1_ci95": _bootstrap(predicted == y, clusters, seed),
    }


def _bootstrap(right: np.ndarray, clusters: np.ndarray | None, seed: int) -> list[float]:
    """95 % interval of the mean of `right` (n,), whole clusters drawn with replacement."""
    groups = np.arange(len(right)) if clusters is None else clusters
    table = pd.DataFrame({"right": right}).groupby(groups)["right"].agg(["sum", "size"])
    # Sorted by content and not by place: the interval does not depend on the order of the rows.
    counts = table.sort_values(["sum", "size"]).to_numpy()
    drawn = np.random.default_rng(seed).integers(len(counts), size=(RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)  # (RESAMPLES, 2)
    return [float(v) for v in np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])]


def render(results: dict[str, Any], ensemble: dict[str, Any]) -> str:
    """The figures as a table for a terminal, with the vote's weights and temperatures."""
    lines = []
    for task, models in results.items():
        vote = Vote.read(ensemble["tasks"][task]).settings()
        lines.append(
            f"{task:9} n      top-1   95 %         top-3  macro-F1  log-loss  ECE   weight  T"
        )
        for model, figures in models.items():
            if not figures:
                lines.append(f"  {model:9} no test work is labelled")
                continue
            low, high = figures["top1_ci95"]
            line = (
                f"  {model:9} {figures['n']:<6,} {100 * figures['top1']:4.1f} %  "
                f"{100 * low:4.1f}-{100 * high:4.1f}  {100 * figures['top3']:6.1f} %  "
                f"{figures['macro_f1']:.3f}     {figures['nll']:.3f}    {figures['ece']:.3f}"
            )
            weight, temperature = ("" if v is None else f"{v:.2f}" for v in vote[model])
            lines.append(f"{line}  {weight:4}  {temperature}".rstrip())
    return "\n".join(lines)
