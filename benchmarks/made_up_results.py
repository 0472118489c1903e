"""What ``train``, ``evaluate`` and ``explore`` leave in a store, drawn at random but shaped alike.

The gallery cannot tell it from the real thing, and it is made in a minute and not in a day.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import save_file
from sklearn.metrics import accuracy_score, f1_score

from artextract.collection.labels import DEFAULT_TASKS
from artextract.models.weights import build_network
from artextract.oeuvres.outliers.detectors import percentiles
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.oeuvres.projection import MapConfig
from artextract.oeuvres.results import to_json
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.oeuvres.similarity.knn import NearestNeighbours
from artextract.oeuvres.similarity.pca import PCA
from artextract.oeuvres.similarity.reduced_embedding import (
    COMPONENTS,
    COPIES,
    K_NEAR,
    ReducedEmbedding,
)
from artextract.oeuvres.stages import record_name
from artextract.store import Store, write_json
from artextract.training.config import TrainingConfig
from benchmarks.made_up import WIDTH, drawn_features, record_embedding

NETWORKS = ("alexnet", "resnet50")
EPOCHS = 10


def train(store: Store) -> None:
    """Both networks, untrained, with learning curves."""
    classes = store.classes()
    for backbone in NETWORKS:
        torch.manual_seed(0)
        network = build_network(
            backbone, {task: len(names) for task, names in classes.items()}, pretrained=None
        )
        folder = store.model(backbone)
        folder.mkdir(parents=True)
        weights = folder / "model.safetensors"
        save_file({k: v.contiguous() for k, v in network.state_dict().items()}, weights)
        training = asdict(TrainingConfig(backbone=backbone, epochs=EPOCHS, pretrained=None))
        config: dict[str, object] = {"backbone": backbone, "classes": classes}
        config["labels"] = store.dataset()["labels"]
        config |= {"training": training, "best_epoch": EPOCHS, "epochs": EPOCHS}
        config["digest"] = hashlib.sha256(weights.read_bytes()).hexdigest()[:16]
        write_json(folder / "config.json", config)
        rows = [
            (epoch, split, task, 3 / epoch**0.5, 1 - 0.8 / epoch**0.5, 1e-3, 60.0)
            for epoch in range(1, EPOCHS + 1)
            for split in ("train", "val")
            for task in DEFAULT_TASKS
        ]
        columns = ["epoch", "split", "task", "loss", "top1", "lr", "seconds"]
        pd.DataFrame(rows, columns=columns).to_csv(folder / "history.csv", index=False)


def evaluate(store: Store, *, seed: int = 0) -> None:
    """Probabilities that are right for every second work or so, their vote, and figures."""
    rng = np.random.default_rng(seed)
    works = store.works()
    held_out = works[works["split"].isin(["val", "test"])]
    ids = held_out["work_id"].to_numpy()
    metrics: dict[str, dict[str, dict[str, object]]] = {}
    fitted = {}
    for task, names in store.classes().items():
        numbers = {name: number for number, name in enumerate(names)}
        true = held_out[task].map(numbers).fillna(-1).to_numpy(int)
        # Some classes are like each other, so that the matrix is no even grey.
        like = rng.normal(0, 1, (len(names), len(names)))
        members = {}
        for model, strength in zip(NETWORKS, (2.0, 3.5), strict=True):
            logits = rng.normal(0, 1, (len(ids), len(names))) + like[true]
            logits[np.arange(len(ids)), true] += strength
            odds = np.exp(logits - logits.max(axis=1, keepdims=True))
            members[model] = odds / odds.sum(axis=1, keepdims=True)
        said = members | {"ensemble": 0.3 * members["alexnet"] + 0.7 * members["resnet50"]}
        tested = (held_out[f"{task}_split"] == "test").to_numpy()
        metrics[task] = {}
        for model, values in said.items():
            store.save_probabilities(task, model, ids, values)
            answers, right = values[tested].argmax(axis=1), true[tested]
            top1 = float(accuracy_score(right, answers))
            best = np.argsort(-values[tested], axis=1)[:, :5] == right[:, None]
            metrics[task][model] = {
                "top1": top1,
                "top3": float(best[:, :3].any(axis=1).mean()),
                "top5": float(best.any(axis=1).mean()),
                "macro_f1": float(f1_score(right, answers, average="macro")),
                "balanced_accuracy": top1,
                "nll": 1.5,
                "ece": 0.03,
                "n": int(tested.sum()),
                "top1_ci95": [top1 - 0.01, top1 + 0.01],
            }
        fitted[task] = {"members": list(NETWORKS), "temperatures": [1.1, 0.9]}
        fitted[task] |= {
            "weights": [0.3, 0.7],
            "pooled_temperature": 0.8,
            "n_validation": int((~tested).sum()),
        }
    write_json(store.metrics_path, metrics)
    digests = {network: store.model_config(network)["digest"] for network in NETWORKS}
    write_json(store.ensemble_path, {"networks": digests, "views": 1, "tasks": fitted})
    _record(store, "probabilities", **store.input_keys("pictures", "labels", tasks=fitted))


def _record(store: Store, name: str, /, **inputs: str) -> None:
    store.record_stage(name, key=name, inputs=inputs, configuration={}, seconds=0)


def explore(store: Store, *, seed: int = 0) -> None:
    """Neighbours, outliers with reasons, maps, timelines of an exploration called resnet50."""
    rng = np.random.default_rng(seed)
    works = store.works()
    n = len(works)
    codes, painters = pd.factorize(works["creator"], sort=True)
    features = drawn_features(store, seed=seed)
    X = np.zeros((n, COMPONENTS), np.float32)
    X[:, : features.shape[1]] = features
    reduction = PCA(np.zeros(WIDTH, np.float32), np.zeros((COMPONENTS, WIDTH), np.float32))
    k = K_NEAR + COPIES
    own = np.full((n, k), -1, np.int32)
    for number in range(len(painters)):
        rows = np.flatnonzero(codes == number)
        if len(rows) > 1:
            own[rows] = rng.choice(rows, (len(rows), k))
    other = rng.integers(0, n, (n, k), dtype=np.int32)
    distances = np.sort(rng.random((n, k), dtype=np.float32), axis=1)
    near = NearestNeighbours(own, distances, other, distances)
    path = store.explored("resnet50", "neighbours.safetensors")
    rows = np.arange(n)
    reference = np.ones(n, dtype=bool)
    ReducedEmbedding(reduction, X, codes.astype(np.int64), reference, near, rows, rows).save(path)

    def write(table: pd.DataFrame, file: str) -> None:
        table.to_parquet(store.explored("resnet50", file), index=False)

    none = {"work_id": "int32", "other": "int32", "similarity": "float32", "pixels": "float32"}
    write(
        pd.DataFrame({k: pd.Series(dtype=kind) for k, kind in none.items()}), "duplicates.parquet"
    )
    # A cloud for each style with a smaller one for each painter in it.
    flat = features[:, :2] + rng.normal(0, 6, (len(painters) + 1, 2))[codes] / 4
    flat += 8 * rng.normal(0, 1, (30, 2))[works["style"].astype("category").cat.codes.to_numpy()]
    places = pd.DataFrame({"work_id": works["work_id"], "x": flat[:, 0], "y": flat[:, 1]})
    places = places.astype({"x": "float32", "y": "float32"})
    write(places, "map.parquet")
    oeuvre = works.groupby("creator")["work_id"].transform("size") >= OutlierConfig().min_works
    judged = works.loc[oeuvre, ["work_id", "creator", "year"]].sort_values(["creator", "work_id"])
    write(places.loc[judged.index].assign(creator=judged["creator"]), "oeuvre_maps.parquet")
    table = judged[["work_id", "creator"]].assign(score=rng.gamma(2, 1, len(judged)))
    table["percentile"] = table.groupby("creator")["score"].transform(
        lambda scores: percentiles(scores.to_numpy())
    )
    table["shown"] = table["percentile"] >= 95
    table[list(EVIDENCE)] = rng.random((len(judged), len(EVIDENCE)))
    table["predicted"], table["confidence"] = rng.choice(painters, len(judged)), 0.6
    reasons = [
        {"code": "closer_to_others", "count": 9, "artist": "another"},
        {"code": "outside_spread"},
    ]
    grey = [{"code": "grey_scan"}]
    index, numbers = table.index, range(len(table))
    table = table.assign(
        reasons=pd.Series([reasons[: row % 3] for row in numbers], index, dtype="object"),
        faults=pd.Series([grey if row % 40 == 0 else [] for row in numbers], index, dtype="object"),
    )
    table = table.sort_values(["creator", "score"], ascending=[True, False])
    write(to_json(table), "outliers.parquet")
    years = judged["year"].astype(float)
    times = judged.assign(year=years, predicted_year=years + rng.normal(0, 12, len(judged)))
    write(times.assign(earlier="", later=""), "timeline.parquet")
    quality = {"method": "umap", "trustworthiness": 0.93, "neighbour_recall": 0.41}
    people = judged["creator"].unique().tolist()
    sizes = [(str(name), {"n": int(m)}) for name, m in judged["creator"].value_counts().items()]
    drift = {"status": "measured", "dated": 40, "visible": True, "r2": 0.4, "correlation": 0.6}
    drift |= {"change": None, "chance": None}
    # Nothing reads its values here, only its shape: a file with holes, which takes no room.
    embedding = store.embedding_path("resnet50")
    embedding.parent.mkdir(parents=True, exist_ok=True)
    np.lib.format.open_memmap(embedding, "w+", np.float16, (n, WIDTH)).flush()
    record_embedding(store, "resnet50")
    details = store.input_keys("details")
    found: dict[str, tuple[dict[str, str], dict[str, Any], dict[str, Any]]] = {
        "neighbours": (
            details | {"embedding": embedding_key(store, "resnet50")},
            {},
            {"works": n, "pairs": 0},
        ),
        "outliers": (
            details | {"neighbours": "made up"},
            asdict(OutlierConfig()),
            {"works": len(table), "scored": len(people), "temperature": 1.0},
        ),
        "map": (
            {"neighbours": "made up"},
            asdict(MapConfig()),
            {"quality": quality | {"n": n}, "oeuvres": {who: quality | own for who, own in sizes}},
        ),
        "timeline": (
            details | {"neighbours": "made up"},
            {},
            {"drifts": dict.fromkeys(people, drift)},
        ),
    }
    for part, (inputs, configuration, result) in found.items():
        store.record_stage(
            record_name("resnet50", part),
            key="made up",
            inputs=inputs,
            configuration=configuration,
            seconds=0,
            result=result,
        )
