"""Whether sets of labels keep their promise: on the test works of a store, and over many divisions.

    python -m benchmarks.prediction_sets [--store STORE] [--works 300] [--draws 200]

The second table takes the stored probabilities of validation and test works together, fits the
sets on some of them, drawn at random, and counts on the others how often the true label is in the
set. The spread is what so few works leave to chance.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from artextract.collection.labels import encode
from artextract.evaluation.conformal import LEVEL, ConformalSets
from artextract.store import Store


def on_test(store: Store) -> str:
    """Coverage and size on test works, and where the coverage is lowest."""
    lines = [
        "| task | level | top-1 % | coverage % (95 % interval) | mean size | of one label % "
        "| worst class | worst creator |",
        "|" + "---|" * 8,
    ]
    for task, models in store.metrics().items():
        top1, sets = models["ensemble"]["top1"], models["ensemble"]["sets"]
        low, high = (100 * v for v in sets["coverage_ci95"])
        worst = [
            f"{w['name']} {100 * w['coverage']:.0f} % of {w['n']}" if w else "–"
            for w in (sets["worst_class"], sets["worst_creator"])
        ]
        lines.append(
            f"| {task} | {100 * sets['level']:g} | {100 * top1:.1f} "
            f"| {100 * sets['coverage']:.1f} ({low:.1f}–{high:.1f}) | {sets['size']:.2f} "
            f"| {100 * sets['singletons']:.0f} | {worst[0]} | {worst[1]} |"
        )
    return "\n".join(lines)


def over_divisions(store: Store, *, works: int, draws: int) -> str:
    """Coverage and size at 90 % with sets fitted on `works` held-out works, over many draws."""
    lines = [
        f"| task | penalty | coverage %, mean (standard deviation) of {draws} "
        "| within 2 points % | mean size |",
        "|" + "---|" * 5,
    ]
    table, classes = store.works(), store.classes()
    for task in store.ensemble()["tasks"]:
        work_ids, stored = store.probabilities(task, "ensemble")
        held_out = table.set_index("work_id", drop=False).loc[work_ids]
        own = {task: classes[task]}
        y = np.maximum(encode(held_out, own, "val"), encode(held_out, own, "test"))[:, 0]
        P, y = np.asarray(stored, np.float64)[y >= 0], y[y >= 0]
        P /= P.sum(axis=1, keepdims=True)
        for name, penalty in (("chosen", None), ("none", 0.0)):
            coverage, sizes = [], []
            for seed in range(draws):
                order = np.random.default_rng(seed).permutation(len(y))
                fitted, rest = order[:works], order[works:]
                estimator = ConformalSets(level=LEVEL, penalty=penalty)
                sets = estimator.fit(P[fitted], y[fitted]).predict_set(P[rest])
                coverage.append(sets[np.arange(len(rest)), y[rest]].mean())
                sizes.append(sets.sum(axis=1).mean())
            close = np.abs(np.array(coverage) - LEVEL) <= 0.02
            lines.append(
                f"| {task} | {name} | {100 * np.mean(coverage):.1f} ({100 * np.std(coverage):.1f}) "
                f"| {100 * close.mean():.0f} | {np.mean(sizes):.2f} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--works", type=int, default=300)
    parser.add_argument("--draws", type=int, default=200)
    options = parser.parse_args()
    store = Store(options.store)
    print(on_test(store), end="\n\n")
    print(over_divisions(store, works=options.works, draws=options.draws))


if __name__ == "__main__":
    main()
