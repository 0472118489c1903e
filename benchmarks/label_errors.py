"""Are wrong labels found? Some are planted, and every ranking is asked to put them first.

    python -m benchmarks.label_errors [--store STORE] [--embedding NAME] [--seeds N] [--record]

The labels of 3 % of the works are swapped, for any other ("random") or for the class that is most
often taken for it ("confused"), before anything is fitted. Measured are the area under the
precision-recall curve and the precision among the first 50. What the collection's own labels have
wrong counts as right, so the figures are a little too low.

By default labels are planted among training and validation works and the test works play no part:
rankings and settings were chosen so. --test plants among the test works and ranks these; the others
teach. The embedding must know no labels (``artextract embed --pretrained``). --record keeps the
figures beside the exploration, for the page.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from artextract.files import write_json
from artextract.oeuvres.embeddings import label_issue_embedding
from artextract.oeuvres.label_quality.confident_learning import confident_learning
from artextract.oeuvres.label_quality.cross_fit import C, cross_fitted_probabilities
from artextract.oeuvres.results import Neighbourhood
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store

SHARE = 0.03
FIRST = 50
NEAR = 10  # neighbours whose labels are compared
USED = "log-odds (used)"


def rankings(
    X: np.ndarray,
    y: np.ndarray,
    pictures: np.ndarray,
    *,
    n_classes: int,
    judged: np.ndarray,
    near: np.ndarray,
    inverse_regularisation: float,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Doubt of each judged work by every ranking, (n_judged,), higher = more doubtful."""
    probabilities, _ = cross_fitted_probabilities(
        X,
        y,
        pictures,
        n_classes=n_classes,
        judged=judged,
        inverse_regularisation=inverse_regularisation,
    )
    rows = np.flatnonzero(judged)
    # A class too rare to be judged says nothing: as if every class were as probable.
    known = np.nan_to_num(probabilities[rows], nan=1 / n_classes)
    found = confident_learning(known, y[rows])
    margin = found.suggested_probability - found.label_probability
    there = near[rows] >= 0
    differ = there & (y[near[rows]] != y[rows, None])
    others = differ.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return {
        "random": rng.random(len(rows)),
        "labels of the 10 nearest works": others + 1e-6 * rng.random(len(rows)),
        "margin": margin,
        "confident learning, then margin": 2 * found.suspected + margin,
        "self-confidence": -found.label_probability,
        USED: found.log_odds,
    }


def most_confused(probabilities: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The class that the works of each class are most often taken for."""
    n_classes = probabilities.shape[1]
    counts = np.zeros((n_classes, n_classes))
    known = np.isfinite(probabilities).all(axis=1)
    np.add.at(counts, (y[known], probabilities[known].argmax(axis=1)), 1)
    np.fill_diagonal(counts, -1)
    return counts.argmax(axis=1)


def benchmark(
    store: Store, name: str, *, seeds: int, test: bool, inverse_regularisation: float
) -> pd.DataFrame:
    """Every measurement: task, kind, seed, ranking, ap, p50, planted."""
    works, hood, rows = store.works(), Neighbourhood.read(store, name), []
    works = works.iloc[hood.work_ids].reset_index(drop=True)
    near, distances = hood.reduced.near.without_duplicates(hood.pictures, NEAR).combined(NEAR)
    near = np.where(np.isfinite(distances), near, -1)
    for task in store.tasks():
        classes = {label: code for code, label in enumerate(store.classes()[task])}
        is_test = (works["split"] == "test").to_numpy()
        chosen = np.flatnonzero(works[task].notna().to_numpy() & (test | ~is_test))
        truth = works[task].iloc[chosen].map(classes).to_numpy(np.int64)
        judged = is_test[chosen] if test else np.ones(len(chosen), dtype=bool)
        place = np.full(len(works) + 1, -1)
        place[chosen] = np.arange(len(chosen))
        common: dict[str, Any] = {
            "n_classes": len(classes),
            "inverse_regularisation": inverse_regularisation,
        }
        X, pictures = hood.reduced.X[chosen], hood.pictures[chosen]
        clean, _ = cross_fitted_probabilities(X, truth, pictures, **common)
        taken_for = most_confused(clean, truth)
        may_be_wrong = np.flatnonzero(judged)
        for kind in ("random", "confused"):
            for seed in range(seeds):
                rng = np.random.default_rng(seed)
                count = max(1, round(SHARE * len(may_be_wrong)))
                wrong = rng.choice(may_be_wrong, count, replace=False)
                y = truth.copy()
                y[wrong] = (
                    (truth[wrong] + rng.integers(1, len(classes), count)) % len(classes)
                    if kind == "random"
                    else taken_for[truth[wrong]]
                )
                planted = np.isin(may_be_wrong, wrong)
                doubts = rankings(
                    X, y, pictures, judged=judged, near=place[near[chosen]], rng=rng, **common
                )
                for ranking, doubt in doubts.items():
                    first = np.argsort(-doubt, kind="stable")[:FIRST]
                    rows.append(
                        {
                            "task": task,
                            "kind": kind,
                            "seed": seed,
                            "ranking": ranking,
                            "ap": average_precision_score(planted, doubt),
                            "p50": planted[first].mean(),
                            "planted": count,
                        }
                    )
        print(f"{task}: {len(may_be_wrong):,} works, {count} labels swapped", flush=True)
    return pd.DataFrame(rows)


def render(found: pd.DataFrame) -> str:
    """Mean and, in brackets, range over seeds, as a Markdown table."""
    cells = found.groupby(["ranking", "task", "kind"], sort=False)[["ap", "p50"]].agg(
        ["mean", "min", "max"]
    )
    columns = list(dict.fromkeys(zip(found["task"], found["kind"], strict=True)))
    lines = [
        "| ranking | " + " | ".join(f"{task}, {kind}" for task, kind in columns) + " |",
        "|" + "---|" * (len(columns) + 1),
    ]
    for ranking in dict.fromkeys(found["ranking"]):
        told = []
        for column in columns:
            key: Any = (ranking, *column)
            row = cells.loc[key]
            told.append(
                f"{row['ap', 'mean']:.3f} ({row['ap', 'min']:.3f}–{row['ap', 'max']:.3f}) / "
                f"{row['p50', 'mean']:.2f}"
            )
        lines.append(f"| {ranking} | " + " | ".join(told) + " |")
    return "\n".join(lines)


def record(found: pd.DataFrame) -> list[dict[str, Any]]:
    """What the page shows: of the ranking that is used, means per task and kind."""
    used = found[found["ranking"] == USED]
    means = used.groupby(["task", "kind"], sort=False)[["ap", "p50", "planted"]].mean()
    rows = means.reset_index().round(4).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--embedding", help="name, or several joined by +")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--test", action="store_true", help="plant among the test works")
    parser.add_argument("--inverse-regularisation", type=float, default=C)
    parser.add_argument("--record", action="store_true", help="for the gallery's Labels page")
    arguments = parser.parse_args()
    store = Store(arguments.store)
    name = arguments.embedding or label_issue_embedding(store, store.embeddings())
    found = benchmark(
        store,
        name,
        seeds=arguments.seeds,
        test=arguments.test,
        inverse_regularisation=arguments.inverse_regularisation,
    )
    print(render(found))
    if arguments.record:
        of = {"embedding": embedding_key(store, name), "seeds": arguments.seeds, "share": SHARE}
        write_json(store.explored(name, "planted_labels.json"), of | {"rows": record(found)})


if __name__ == "__main__":
    main()
