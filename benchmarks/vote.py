"""Whether the vote beats its best member: on a store's test works, and over seeds of the training.

    python -m benchmarks.vote [--store STORE]
    python -m benchmarks.vote --seeds 10 [--folder FOLDER]

The first prints for each task the gain of the ensemble in log-loss and top-1 over the best network
and over the best member, with 95 % intervals of the paired differences (over works for the artist,
over artists for other tasks), and what an equal mean, as the method that this project began from
has it, would give. Which is best is decided on validation. The second trains both networks of the
built-in collection from several seeds, in FOLDER, and prints the means over them; a seed that is
there already is not trained again.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from artextract.collection.indexing import index
from artextract.collection.labels import encode
from artextract.evaluation.ensemble import log_loss, losses
from artextract.evaluation.evaluate import evaluate
from artextract.inference.hardware import Hardware
from artextract.pipeline.builtin import configurations
from artextract.store import Store
from artextract.synthetic import paint_collection
from artextract.training.fit import fit

_DRAWS = 10_000


def gains(store: Store) -> str:
    """The ensemble of a store against its best network, its best member and an equal mean."""
    works, classes = store.works(), store.classes()
    networks = set(store.feature_extractors())
    lines = [
        "| task | works | against | its log-loss | ensemble's | gain (95 % interval) "
        "| gain in top-1, points (95 % interval) |",
        "|" + "---|" * 7,
    ]
    for task, fitted in store.ensemble()["tasks"].items():
        work_ids, _ = store.probabilities(task, "ensemble")
        held_out = works.set_index("work_id", drop=False).loc[work_ids]
        val, test = (
            encode(held_out, {task: classes[task]}, split)[:, 0] for split in ("val", "test")
        )
        P = {
            model: np.asarray(store.probabilities(task, model)[1], np.float64)
            for model in (*fitted["members"], "ensemble")
        }
        P = {model: values / values.sum(axis=1, keepdims=True) for model, values in P.items()}
        creators = held_out["creator"].fillna(held_out["path"])
        clusters = held_out["path"] if task == "artist" else creators
        on_val = {m: log_loss(P[m][val >= 0], val[val >= 0]) for m in fitted["members"]}
        members = sorted(on_val, key=on_val.__getitem__)
        # From random weights or pre-trained: what is no probe and has no second heads.
        network = next((m for m in members if m in networks), None)
        own = {"best network": network, "best member": members[0]}
        rivals = {f"{what}, {m}": P[m] for what, m in own.items() if m is not None}
        rivals["equal mean of the networks"] = np.mean(
            [P[m] for m in fitted["members"] if m in networks] or [P[members[0]]], axis=0
        )
        y = test[test >= 0]
        ours = P["ensemble"][test >= 0]
        for name, theirs in rivals.items():
            rival = theirs[test >= 0]
            by = clusters[test >= 0].to_numpy()
            loss = losses(rival, y) - losses(ours, y)
            right = 100.0 * ((ours.argmax(1) == y).astype(float) - (rival.argmax(1) == y))
            lines.append(
                f"| {task} | {len(y):,} | {name} | {losses(rival, y).mean():.3f} "
                f"| {losses(ours, y).mean():.3f} | {_interval(loss, by, 3)} "
                f"| {_interval(right, by, 1)} |"
            )
    return "\n".join(lines)


def _interval(values: np.ndarray, clusters: np.ndarray, digits: int) -> str:
    """Mean with its 95 % percentile bootstrap interval over clusters."""
    table = pd.DataFrame({"value": values}).groupby(clusters)["value"].agg(["sum", "size"])
    rng = np.random.default_rng(0)
    counts = rng.multinomial(len(table), np.full(len(table), 1 / len(table)), size=_DRAWS)
    means = counts @ table["sum"].to_numpy() / (counts @ table["size"].to_numpy())
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def over_seeds(folder: Path, seeds: int) -> str:
    """Means of top-1 and log-loss on the built-in collection's test works, over training seeds."""
    painted = Store(folder / "index")
    if not painted.manifest():
        index(painted, paint_collection(painted.root / "collection", n_works=600, seed=1874))
    rows = []
    for seed in range(seeds):
        store = Store(folder / f"seed-{seed}")
        if not store.root.exists():
            shutil.copytree(painted.root, store.root)
        for recipe in configurations(seed=seed):
            workers = None if torch.cuda.is_available() else 0
            fit(store, recipe, hardware=Hardware(resumable=False, workers=workers))
        for task, models in evaluate(store, views=2).items():
            rows += [{"seed": seed, "task": task, "model": m} | f for m, f in models.items()]
        print(f"seed {seed} of {seeds} is done", flush=True)
    table = pd.DataFrame(rows).groupby(["task", "model"], sort=False)[["top1", "nll"]]
    lines = ["| task | model | top-1 %, mean | range | log-loss, mean |", "|" + "---|" * 5]
    for key, of in table:
        task, model = map(str, key) if isinstance(key, tuple) else (str(key), "")
        top1 = 100 * of["top1"]
        lines.append(
            f"| {task} | {model} | {top1.mean():.2f} | {top1.min():.1f}–{top1.max():.1f} "
            f"| {of['nll'].mean():.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--folder", type=Path, default=Path("seeds"))
    arguments = parser.parse_args()
    if arguments.seeds:
        print(over_seeds(arguments.folder, arguments.seeds))
    else:
        print(gains(Store(arguments.store)))


if __name__ == "__main__":
    main()
