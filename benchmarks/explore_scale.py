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

from artextract.oeuvres.explore import PARTS, ExploreConfig, explore
from artextract.oeuvres.similarity.neighbours import Neighbours
from artextract.store import Store
from benchmarks.made_up import give_embedding, made_up_store


def measure(store: Store) -> None:
    """Explore, part by part, and ask for the nearest works."""
    n = len(store.works())
    total = 0.0
    for stage in PARTS:
        started = time.perf_counter()
        explore(store, "made-up", config=ExploreConfig(), parts=(stage,))
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
            # Without thumbnails: there are a dozen pictures only, which would all be copies.
            store = made_up_store(Path(folder), arguments.labels, n, thumbnails=False)
            give_embedding(store, "made-up")
            measure(store)


if __name__ == "__main__":
    main()
