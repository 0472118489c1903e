"""The odd works that the built-in collection's painters were made to paint are found by `explore`.

Its truth file is read here and in no stage. The features are simple ones of palette and touch, so
that the test needs no trained network: what is tested is how works are judged.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from artextract.collection.indexing import index
from artextract.oeuvres.explore import ExploreConfig, explore
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.store import Store
from artextract.synthetic import paint_collection
from small import give_embedding

SIDE = 48


def palette_and_touch(path: Path) -> np.ndarray:
    """Colours, directions and strengths of edges at three scales, and the spectrum, (105,)."""
    pixels = np.asarray(Image.open(path).convert("RGB").resize((SIDE, SIDE)), np.float32) / 255
    colours, _ = np.histogramdd(pixels.reshape(-1, 3), bins=4, range=[(0, 1)] * 3)
    parts = [np.sqrt(colours.ravel() / SIDE**2)]
    grey = pixels.mean(axis=2)
    for step in (1, 2, 4):
        dy, dx = np.gradient(grey[::step, ::step])
        strength = np.hypot(dx, dy)
        turned = np.arctan2(dy, dx) % np.pi
        directions, _ = np.histogram(turned, bins=8, range=(0, np.pi), weights=strength)
        parts += [directions / max(directions.sum(), 1e-6)]
        parts += [4 * np.quantile(strength, (0.1, 0.5, 0.9))]
    spectrum = np.abs(np.fft.fft2(grey - grey.mean()))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.fftfreq(SIDE)))
    ring = np.minimum(16 * frequency, 7).astype(int)
    parts += [np.log1p(np.bincount(ring.ravel(), spectrum.ravel()) / np.bincount(ring.ravel())) / 4]
    return np.concatenate(parts)


def test_deliberate_outliers_of_the_built_in_collection_are_found(tmp_path: Path) -> None:
    table = paint_collection(tmp_path / "collection", n_works=240, size=SIDE)
    store = Store(tmp_path / "store")
    index(store, table)
    works = store.works()
    features = np.stack([palette_and_touch(table.parent / path) for path in works["path"]])
    give_embedding(store, features, "resnet50")
    explore(store, config=ExploreConfig(OutlierConfig(trees=50)), parts=("neighbours", "outliers"))
    found = pd.read_parquet(store.explored("resnet50", "outliers.parquet"))
    odd = set(pd.read_csv(table.parent / "truth.csv")["path"])
    found["odd"] = found["work_id"].map(works["path"]).isin(odd)
    ranked = found.sort_values("score", ascending=False).groupby("creator")["odd"]
    assert (ranked.sum() == 4).all()
    # By chance 4 and 9 of the 32 would be among each painter's first four and eight.
    assert ranked.head(4).sum() >= 16
    assert ranked.head(8).sum() >= 24
