"""How good: the figures of a store in Markdown, and the artists of photographs from elsewhere.

    python -m benchmarks.accuracy [--store STORE] [--uploads FOLDER]

FOLDER holds pictures and labels.csv with the columns file and artist (as in file names:
claude-monet).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from artextract.collection.filenames import slug
from artextract.inference.predictor import Predictor, predict_files
from artextract.inference.voting import Vote
from artextract.store import Store, StoreError


def figures(store: Store) -> str:
    """Every figure of every model, and how the vote was weighted."""
    fitted = store.ensemble()["tasks"]
    lines = [
        "| task | model | top-1 % (95 % interval) | top-3 % | top-5 % | macro-F1 "
        "| balanced accuracy | log-loss | ECE | works | weight | temperature |",
        "|" + "---|" * 12,
    ]
    for task, models in store.metrics().items():
        vote = Vote.read(fitted[task]).settings()
        for model, f in models.items():
            low, high = (100 * v for v in f["top1_ci95"])
            weight, temperature = ("" if v is None else f"{v:.2f}" for v in vote[model])
            lines.append(
                f"| {task} | {model} | {100 * f['top1']:.1f} ({low:.1f}–{high:.1f}) "
                f"| {100 * f['top3']:.1f} | {100 * f['top5']:.1f} | {f['macro_f1']:.3f} "
                f"| {f['balanced_accuracy']:.3f} | {f['nll']:.3f} | {f['ece']:.3f} | {f['n']:,} "
                f"| {weight} | {temperature} |"
            )
    return "\n".join(lines)


def uploads(store: Store, folder: Path) -> str:
    """Artists that come out right, among those that the collection has."""
    table = pd.read_csv(folder / "labels.csv")
    entries = predict_files(Predictor.load(store), [folder / name for name in table["file"]])
    table["error"] = [entry.get("error") for entry in entries]
    known = {slug(name) for name in store.classes()["artist"]}
    table["known"] = table["artist"].isin(known)
    lines = [f"{len(table)} pictures, {table['error'].notna().sum()} could not be read"]
    for artist, rows in table.groupby("artist"):
        kind = "in the collection" if rows["known"].all() else "not in the collection"
        lines.append(f"{artist}: {len(rows)} pictures, {kind}")
    of = table[table["known"]]
    for model in (*store.ensemble()["tasks"]["artist"]["members"], "ensemble"):
        said = [
            [slug(label["label"]) for label in entries[row]["predictions"]["artist"][model]]
            if "predictions" in entries[row]
            else []
            for row in of.index
        ]
        first, third = (
            sum(artist in labels[:n] for artist, labels in zip(of["artist"], said, strict=True))
            for n in (1, 3)
        )
        lines.append(f"{model}: {first} of {len(of)} first, {third} in three")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--uploads", type=Path)
    arguments = parser.parse_args()
    try:
        print(figures(Store(arguments.store)))
        if arguments.uploads:
            print("\n" + uploads(Store(arguments.store), arguments.uploads))
    except StoreError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
