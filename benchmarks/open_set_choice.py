"""Which evidence tells pictures from outside: chosen without a test work, or a picture reported on.

    python -m benchmarks.open_set_choice [--store STORE] [--embedding NAME]

Everything is scored on training and validation works that had no part in fitting, in folds, by a
network that was trained on none of the works (``artextract embed --pretrained``).

**Unknown artists**: a quarter of the artists is left out; other draws than those of
benchmarks.open_set. AUROC of telling their works from the others'.
**No paintings**: of kinds that benchmarks.no_paintings does not make; share that is flagged where
2.5 % of the works are.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.cbook import get_sample_data
from PIL import Image, ImageDraw
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from artextract.collection.images import open_picture, thumbnail
from artextract.inference.embeddings import Embedder
from artextract.oeuvres.open_set.conformal import conformal_p_values
from artextract.oeuvres.open_set.detector import OpenSetConfig, OpenSetDetector
from artextract.oeuvres.open_set.image_statistics import SIDE, image_statistics
from artextract.oeuvres.similarity.embedding import read_embedding
from artextract.store import Store
from benchmarks.open_set import artist_scores, artists_and_splits, describe

DRAWS = range(100, 106)
FOLDS = 2
PIXELS = 400


def _two_colours(first: np.ndarray, rng: np.random.Generator) -> Image.Image:
    colours = rng.integers(0, 256, (2, 3))
    return Image.fromarray(np.where(first, colours[0], colours[1]).astype(np.uint8))


def _stripes(rng: np.random.Generator) -> Image.Image:
    y, x = np.mgrid[:PIXELS, :PIXELS]
    angle, period = rng.uniform(0, np.pi), rng.uniform(6, 60)
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)[..., None] > 0
    return _two_colours(wave, rng)


def _checkerboard(rng: np.random.Generator) -> Image.Image:
    y, x = np.mgrid[:PIXELS, :PIXELS] // int(rng.integers(8, 80))
    odd = ((x + y) % 2)[..., None] == 1
    return _two_colours(odd, rng)


def _mosaic(rng: np.random.Generator) -> Image.Image:
    """Each pixel in the colour of the nearest of some points."""
    n = int(rng.integers(8, 60))
    places, colours = rng.uniform(0, PIXELS, (n, 2)), rng.integers(0, 256, (n, 3))
    y, x = np.mgrid[:PIXELS, :PIXELS]
    away = (x[..., None] - places[:, 0]) ** 2 + (y[..., None] - places[:, 1]) ** 2
    return Image.fromarray(colours[away.argmin(axis=2)].astype(np.uint8))


def _code(rng: np.random.Generator) -> Image.Image:
    cells = (rng.random((int(rng.integers(20, 60)),) * 2) < 0.5) * np.uint8(255)
    return Image.fromarray(cells).resize((PIXELS, PIXELS), Image.Resampling.NEAREST).convert("RGB")


def _dots(rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (PIXELS, PIXELS), tuple(int(v) for v in rng.integers(200, 256, 3)))
    draw = ImageDraw.Draw(picture)
    colours = [tuple(int(v) for v in c) for c in rng.integers(0, 230, (4, 3))]
    for x, y in rng.normal(PIXELS / 2, PIXELS / 6, (int(rng.integers(40, 300)), 2)):
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), colours[int(rng.integers(4))])
    return picture


def _table(rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (PIXELS, PIXELS), "white")
    draw = ImageDraw.Draw(picture)
    for y in range(0, PIXELS, 24):
        draw.line((0, y, PIXELS, y), (200, 200, 200))
        for x in range(0, PIXELS, 80):
            draw.line((x, 0, x, PIXELS), (200, 200, 200))
            draw.text((x + 6, y + 6), f"{rng.uniform(0, 9999):.2f}", "black")
    return picture


def _portrait(rng: np.random.Generator) -> Image.Image:
    """A cutting of the photograph that Matplotlib ships, half to all of it."""
    path = str(get_sample_data("grace_hopper.jpg", asfileobj=False))
    picture = Image.open(path).convert("RGB")
    share = rng.uniform(0.5, 1)
    width, height = (int(share * n) for n in picture.size)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


KINDS: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "stripes": _stripes,
    "checkerboard": _checkerboard,
    "mosaic": _mosaic,
    "code": _code,
    "dots": _dots,
    "table": _table,
    "portrait": _portrait,
}


def unknown_artists(store: Store, X: np.ndarray, widths: np.ndarray) -> pd.DataFrame:
    """AUROC of each score on each description; one row per draw."""
    artists, split = artists_and_splits(store)
    usable = np.flatnonzero(np.isin(split, ["train", "val"]) & np.isfinite(X).all(axis=1))
    columns = {
        "features": (X[:, -widths[-1] :], widths[-1:]),
        "stages": (X[:, : -widths[-1]], widths[:-1]),
        "stages and features": (X, widths),
    }
    rows = []
    for draw in DRAWS:
        count = artists.max() + 1
        left_out = np.random.default_rng(draw).choice(count, count // 4, replace=False)
        unknown = np.isin(artists, left_out)
        known, others = usable[~unknown[usable]], usable[unknown[usable]]
        found: dict[str, list[float]] = {}
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=draw)
        for fit, held in folds.split(known, artists[known]):
            scored = np.concatenate([known[held], others])
            for name, (values, blocks) in columns.items():
                if len(blocks):
                    scores = artist_scores(values, blocks, artists, known[fit], scored)
                    for score, s in scores.items():
                        auroc = roc_auc_score(unknown[scored], s)
                        found.setdefault(f"{name}: {score}", []).append(float(auroc))
        rows.append({name: np.mean(values) for name, values in found.items()})
    return pd.DataFrame(rows)


def no_paintings(store: Store, embedding: str, *, each: int, alpha: float) -> pd.DataFrame:
    """Share of each kind that each evidence flags, where `alpha` of the works are."""
    artists, split = artists_and_splits(store)
    rows = np.flatnonzero(np.isin(split, ["train", "val"]))
    made = [
        (kind, make(np.random.default_rng([number, i])))
        for number, (kind, make) in enumerate(KINDS.items())
        for i in range(each)
    ]
    embedder = Embedder(store, embedding)
    outside = np.concatenate([embedder([_opened(picture, embedder.size)]) for _, picture in made])
    measured = np.stack([_measured(thumbnail(picture)) for _, picture in made])
    features = np.asarray(read_embedding(store, embedding)[rows])
    statistics = np.stack([_measured(store.thumbnail(d)) for d in store.works()["digest"][rows]])
    config = OpenSetConfig(measured=len(rows))
    p: dict[str, list[np.ndarray]] = {}
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for fit, held in folds.split(rows, artists[rows]):
        detector = OpenSetDetector.fit(
            features,
            np.full(len(rows), -1),
            statistics,
            train=fit,
            held_out=held,
            config=replace(config, alpha_picture=alpha),
        )
        inside = detector.strangeness(features[held], statistics[held])
        strange = detector.strangeness(outside, measured)
        for name, pick in {
            "residual": lambda s: s[:, 0],
            "low-level statistics": lambda s: s[:, 1],
            "sum": lambda s: s.sum(axis=1),
            "larger": lambda s: s.max(axis=1),
        }.items():
            p.setdefault(name, []).append(conformal_p_values(pick(inside), pick(strange)))
    flagged = pd.DataFrame({name: (np.stack(v) <= alpha).mean(axis=0) for name, v in p.items()})
    by_kind = flagged.groupby([kind for kind, _ in made]).mean()
    by_kind.loc["all"] = flagged.mean()
    return by_kind


def _opened(picture: Image.Image, side: int) -> Image.Image:
    content = BytesIO()
    picture.save(content, "PNG")
    return open_picture(content.getvalue(), min_side=side)


def _measured(coded: Path | bytes) -> np.ndarray:
    return image_statistics(open_picture(coded, min_side=SIDE))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--embedding", default="resnet50-pretrained")
    parser.add_argument("--each", type=int, default=24, help="no paintings of each kind")
    parser.add_argument("--descriptions", type=Path, help=".npy, made if it is not there")
    options = parser.parse_args()
    store = Store(options.store)
    alpha = OpenSetConfig().alpha_picture
    print(no_paintings(store, options.embedding, each=options.each, alpha=alpha).round(3))
    _, split = artists_and_splits(store)
    rows = np.flatnonzero(np.isin(split, ["train", "val"]))
    table = unknown_artists(store, *describe(store, options.embedding, rows, options.descriptions))
    print(table.agg(["mean", "min", "max"]).T.round(3).to_string())


if __name__ == "__main__":
    main()
