"""How long exploring takes at WikiArt's size: works of the real label tables, made-up embeddings.

    python -m benchmarks.explore_scale LABELS [--works 81446] [--works 20000 ...]

LABELS holds Artist/, Genre/ and Style/ of the release; no picture is needed. The embeddings are
drawn: a direction for each painter and style and a spread that falls off as that of trained
features does, not negative. Prints seconds and peak memory of each part, and of one question for
the nearest works.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from artextract import names
from artextract.exploring import STAGES, ExploreConfig, explore
from artextract.neighbours import Neighbours
from artextract.store import TASKS, Store, write_json

WIDTH = 2048


def made_up_store(folder: Path, labels: Path, n: int, *, seed: int = 0) -> Store:
    """A store with `n` works of the release's tables, drawn evenly, without any picture."""
    rng = np.random.default_rng(seed)
    paths: set[str] = set()
    for task in TASKS:
        for split in ("train", "val"):
            for table in (labels / task.capitalize()).glob(f"{task}_{split}*"):
                for line in table.read_text("utf-8", errors="replace").splitlines():
                    path, suffix, _ = line.strip().strip('"').partition(".jpg")
                    if suffix:
                        paths.add(path + suffix)
    chosen = sorted(rng.choice(sorted(paths), min(n, len(paths)), replace=False).tolist())
    rows = []
    for path in chosen:
        style, _, name = path.partition("/")
        painter, rest = names.split_stem(name.rsplit(".", 1)[0])
        rows.append((path, names.creator(painter), style, *names.title_and_year(rest)))
    works = pd.DataFrame(rows, columns=["path", "creator", "style", "title", "year"])
    works.insert(0, "work_id", np.arange(len(works), dtype=np.int32))
    works["year"] = works["year"].astype("Int16")
    works["genre"] = works["artist"] = pd.array([None] * len(works), dtype="str")
    works["split"] = "train"
    works["duplicate_group"] = works["work_id"]
    store = Store(folder)
    store.save_works(works, {})
    store.record_dataset({"fingerprint": f"made up {len(works)}", "images": str(folder)})
    painter_of, style_of = (pd.factorize(works[c])[0] for c in ("creator", "style"))
    # 128 directions whose variances fall off as 1/k: painter, style and work each move along them.
    directions = rng.normal(0, 1, (128, WIDTH)).astype(np.float32)
    falloff = (1 / np.sqrt(np.arange(1, 129))).astype(np.float32)
    of_painter = rng.normal(0, 0.8, (painter_of.max() + 1, 128)).astype(np.float32)
    of_style = rng.normal(0, 0.6, (style_of.max() + 1, 128)).astype(np.float32)
    file = store.embedding_path("made-up")
    file.parent.mkdir(parents=True)
    features = np.lib.format.open_memmap(file, "w+", np.float16, (len(works), WIDTH))
    for start in range(0, len(works), 2048):
        rows_ = slice(start, start + 2048)
        where = of_painter[painter_of[rows_]] + of_style[style_of[rows_]]
        where = where + rng.normal(0, 1, where.shape).astype(np.float32)
        values = 0.3 + 0.1 * ((where * falloff) @ directions)
        values += rng.normal(0, 0.1, values.shape).astype(np.float32)
        features[rows_] = np.maximum(values, 0)
    features.flush()
    made_from = {"fingerprint": store.fingerprint, "digest": "made up"}
    write_json(file.with_suffix(".json"), {"made_from": made_from, "unreadable": []})
    return store


def measure(store: Store) -> None:
    """Explore, part by part, and ask for the nearest works."""
    n = len(store.works())
    total = 0.0
    for stage in STAGES:
        started = time.perf_counter()
        explore(store, "made-up", config=ExploreConfig(), stages=(stage,))
        seconds = time.perf_counter() - started
        total += seconds
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"| {n:,} | {stage} | {seconds:.1f} s | {peak:.2f} GB |", flush=True)
    print(f"| {n:,} | all | {total:.1f} s | |", flush=True)
    neighbours = Neighbours(store.embedding("made-up"))
    times = []
    for work in range(12):
        started = time.perf_counter()
        neighbours.nearest(work, k=12)
        times.append(time.perf_counter() - started)
    print(f"| {n:,} | 12 nearest works of one | {1000 * np.median(times):.0f} ms | |", flush=True)


def main() -> None:
    """Print the table, a size at a time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("--works", type=int, action="append")
    arguments = parser.parse_args()
    print("| works | part | time | peak memory |\n|---|---|---|---|")
    for n in arguments.works or [20_000, 81_446]:
        with tempfile.TemporaryDirectory() as folder:
            measure(made_up_store(Path(folder), arguments.labels, n))


if __name__ == "__main__":
    main()
