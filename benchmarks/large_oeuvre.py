"""How much memory exploring takes where one artist has made most of the works.

    python -m benchmarks.large_oeuvre [--works 30000] [--others 3000] [--detector NAME ...]

The works, their years and the embedding are drawn; there are no pictures. Prints seconds and the
peak of resident memory of each part up to its end, PyTorch and the embedding included.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from artextract.collection.images import DECODER
from artextract.oeuvres.explore import ExploreConfig, explore
from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.oeuvres.projection import MapConfig
from artextract.store import Store
from artextract.store.index_keys import detail_key, label_keys, picture_key
from benchmarks.made_up import give_embedding

OTHERS = 60  # works of each other artist


def oeuvre_store(folder: Path, n: int, others: int, *, seed: int = 0) -> Store:
    """A store of `n` works by one artist, painted over 120 years, and `others` by others."""
    rng = np.random.default_rng(seed)
    artist = ["Most_Works"] * n + [f"Other_{i // OTHERS:03d}" for i in range(others)]
    total = len(artist)
    split = rng.choice(["train", "val", "test"], total, p=[0.7, 0.1, 0.2])
    works = pd.DataFrame(
        {
            "work_id": np.arange(total, dtype=np.int32),
            "path": [f"{number:06d}.jpg" for number in range(total)],
            "title": [f"Study {number}" for number in range(total)],
            "year": pd.array(rng.integers(1800, 1920, total), dtype="Int16"),
            "creator": artist,
            "artist": artist,
            "split": split,
            "artist_split": split,
            "duplicate_group": np.arange(total, dtype=np.int32),
            "digest": [f"{number:032x}" for number in range(total)],
        }
    )
    classes = {"artist": sorted(set(artist))}
    store = Store(folder)
    store.save_works(works, classes)
    store.record_dataset(
        {
            "source": {"kind": "folders", "images": str(folder)},
            "kind": "folders",
            "works": total,
            "labels": label_keys(works, classes),
            "pictures": picture_key(works, decoder=DECODER),
            "details": detail_key(works),
            "complete": True,
        }
    )
    give_embedding(store, "made-up", seed=seed)
    return store


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--works", type=int, default=30_000)
    parser.add_argument("--others", type=int, default=3_000)
    parser.add_argument("--detector", action="append", choices=DETECTORS)
    options = parser.parse_args()
    steps = [("neighbours", "isolation-forest"), ("timeline", "isolation-forest")]
    steps += [("outliers", name) for name in options.detector or ["isolation-forest"]]
    steps += [("map", "isolation-forest")]
    print("| works of one | part | time | peak memory |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        store = oeuvre_store(Path(folder), options.works, options.others)
        for part, detector in steps:
            config = ExploreConfig(OutlierConfig(detector=detector), MapConfig(method="pca"))
            started = time.perf_counter()
            explore(store, "made-up", config=config, parts=(part,))
            seconds = time.perf_counter() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            name = f"{part}, {detector}" if part == "outliers" else part
            print(f"| {options.works:,} | {name} | {seconds:.1f} s | {peak:.2f} GB |", flush=True)


if __name__ == "__main__":
    main()
