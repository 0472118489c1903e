"""Do the outlier detectors find what does not belong? Impostors planted in every oeuvre.

    python -m benchmarks.outliers [--store STORE] [--embedding NAME] [--seeds 10] [--unseen]
    python -m benchmarks.outliers --seeds 0 --nuisance 3
    python -m benchmarks.outliers --seeds 0 --stability

Nobody can say which works are truly untypical, so works of others are filed under each painter
with at least 40 works, and every detector, which knows no more than the claimed painter, ranks the
oeuvre. "easy" impostors are by anybody, "hard" ones by the painter with whom this one is confused
most; "in-oeuvre" are the painter's own works of a genre or style that fewer than 5 % of them have.
"nuisance" are spoilt copies of usual works, which should not rise (--nuisance; it loads the
network). --stability tells how far the order of an oeuvre depends on the seed of the forest.

--unseen leaves out the works on which the network was trained. A network that was trained on a
work has learnt its true painter, and recognises an impostor too easily.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.embeddings import default_embedding
from artextract.oeuvres.outliers.detectors import DETECTORS, detect
from artextract.oeuvres.outliers.evidence import compute_evidence
from artextract.oeuvres.similarity.embedding import embedding_key, read_embedding
from artextract.oeuvres.similarity.pca import PCA
from artextract.oeuvres.similarity.reduced_embedding import COMPONENTS, ReducedEmbedding
from artextract.store import Store, write_json

MIN_WORKS = 40
BASELINES = ("random", "centroid")


def planted(
    truth: np.ndarray, share: float, rng: np.random.Generator, confused: dict[int, int] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Claimed painters (n,) and which works are impostors, about `share` of each oeuvre.

    Every work is claimed for one painter; an impostor is missing from its own oeuvre.
    """
    claimed, impostor = truth.copy(), np.zeros(len(truth), dtype=bool)
    oeuvres = rows_by_creator(truth)
    order = rng.permutation(len(truth))
    for painter in rng.permutation(list(oeuvres)):
        wanted = max(1, round(share * len(oeuvres[painter])))
        free = order[~impostor[order] & (truth[order] != painter)]
        if confused is not None:
            free = free[truth[free] == confused[painter]]
        chosen = free[:wanted]
        claimed[chosen], impostor[chosen] = painter, True
    return claimed, impostor


def most_confused(space: ReducedEmbedding) -> dict[int, int]:
    """The painter to whom most of each one's works are given by mistake."""
    evidence = compute_evidence(space)
    result = {}
    for painter, rows in rows_by_creator(space.creators).items():
        given = evidence.predicted[rows]
        counts = np.bincount(given[given != painter], minlength=int(space.creators.max()) + 1)
        counts[painter] = -1
        result[painter] = int(counts.argmax())
    return result


def minority(works: pd.DataFrame, truth: np.ndarray) -> np.ndarray:
    """Works of a genre or style that fewer than 5 % of their painter's works have."""
    rare = np.zeros(len(works), dtype=bool)
    for task in {"genre", "style"} & set(works):
        labels = works[task]
        counts = works.groupby([truth, labels])[task].transform("size")
        known = labels.notna().groupby(truth).transform("sum")
        rare |= (labels.notna() & (counts < 0.05 * known)).to_numpy()
    return rare


def scores(
    space: ReducedEmbedding, detectors: tuple[str, ...], rng: np.random.Generator, seed: int
) -> Iterator[tuple[str, np.ndarray, float]]:
    """Name, scores and seconds of each detector; those on evidence pay for it once, beforehand."""
    rows = {str(p): members for p, members in rows_by_creator(space.creators).items()}
    started = time.perf_counter()
    pieces = compute_evidence(space).features
    yield "(the evidence)", np.zeros(len(pieces)), time.perf_counter() - started
    for name in detectors:
        started = time.perf_counter()
        if name == "random":
            values = rng.random(len(space.X))
        elif name == "centroid":
            values = np.zeros(len(space.X))
            for members in rows.values():
                X = space.X[members]
                values[members] = np.linalg.norm(X - X.mean(axis=0), axis=1)
        else:
            values = detect(pieces, space.X, rows, detector=name, seed=seed)
        yield name, values, time.perf_counter() - started


def measure(values: np.ndarray, positive: np.ndarray, painters: np.ndarray) -> pd.DataFrame:
    """Per painter: auc, ap, p10."""
    found = []
    for painter, rows in rows_by_creator(painters).items():
        if 0 < positive[rows].sum() < len(rows):
            top = rows[np.argsort(-values[rows], kind="stable")[:10]]
            found.append(
                (
                    painter,
                    roc_auc_score(positive[rows], values[rows]),
                    average_precision_score(positive[rows], values[rows]),
                    positive[top].mean(),
                )
            )
    return pd.DataFrame(found, columns=["painter", "auc", "ap", "p10"])


def judged_works(
    store: Store, name: str, *, unseen: bool = False
) -> tuple[pd.DataFrame, np.ndarray]:
    """Works of painters with enough of them, and their embeddings (n, n_features)."""
    works, features = store.works(), read_embedding(store, name)
    keep = works["creator"].notna() & np.isfinite(features[:, ::64]).all(axis=1)
    if unseen:
        keep &= works["split"] == "test"
    counts = works["creator"].where(keep).value_counts()
    keep &= works["creator"].isin(counts.index[counts >= MIN_WORKS])
    return works[keep].reset_index(drop=True), features[keep.to_numpy()]


def benchmark(
    store: Store,
    name: str,
    *,
    seeds: int,
    shares: tuple[float, ...],
    kinds: tuple[str, ...],
    detectors: tuple[str, ...],
    unseen: bool,
) -> pd.DataFrame:
    """Every measurement: kind, share, seed, detector, painter, auc, ap, p10, seconds."""
    works, features = judged_works(store, name, unseen=unseen)
    truth = pd.factorize(works["creator"], sort=True)[0].astype(np.int64)
    print(f"{name}: {len(works):,} works by {truth.max() + 1} painters", flush=True)
    reduction = PCA.fit(features, COMPONENTS)
    confused = (
        most_confused(ReducedEmbedding.fit(features, truth, reduction=reduction))
        if "hard" in kinds
        else None
    )
    found = []
    for kind in kinds:
        for share in shares if kind != "in-oeuvre" else (0.0,):
            for seed in range(seeds if kind != "in-oeuvre" else 1):
                rng = np.random.default_rng(seed)
                if kind == "in-oeuvre":
                    claimed, positive = truth, minority(works, truth)
                else:
                    claimed, positive = planted(
                        truth, share, rng, confused if kind == "hard" else None
                    )
                space = ReducedEmbedding.fit(features, claimed, reduction=reduction)
                for detector, values, seconds in scores(space, detectors, rng, seed):
                    if detector.startswith("("):
                        continue
                    table = measure(values, positive, claimed)
                    found.append(
                        table.assign(
                            kind=kind, share=share, seed=seed, detector=detector, seconds=seconds
                        )
                    )
    return pd.concat(found, ignore_index=True)


def render(found: pd.DataFrame) -> str:
    """Macro-means over painters, with a 95 % interval over painters, as a Markdown table."""
    lines = [
        "| impostors | share | detector | ROC-AUC (95 %) | AP (95 %) | precision@10 "
        "| worst painter's AUC | seconds |",
        "|" + "---|" * 8,
    ]
    for (kind, share, detector), rows in found.groupby(["kind", "share", "detector"], sort=False):
        by = rows.groupby("painter")[["auc", "ap", "p10"]].mean()
        mean, half = by.mean(), 1.96 * by.std() / np.sqrt(len(by))
        lines.append(
            f"| {kind} | {100 * float(str(share)):.0f} % | {detector} "
            f"| {mean['auc']:.3f} ± {half['auc']:.3f} | {mean['ap']:.3f} ± {half['ap']:.3f} "
            f"| {mean['p10']:.3f} | {by['auc'].min():.3f} "
            f"| {rows.groupby('seed')['seconds'].first().mean():.1f} |"
        )
    return "\n".join(lines)


def record(found: pd.DataFrame, *, unseen: bool) -> dict[str, Any]:
    """What the gallery shows: macro-means over painters, a row per kind, share and detector."""
    rows = []
    for (kind, share, detector), part in found.groupby(["kind", "share", "detector"], sort=False):
        by = part.groupby("painter")[["auc", "ap", "p10"]].mean()
        means = by.mean().round(4).to_dict()
        rows.append(
            {"kind": kind, "share": float(str(share)), "detector": detector}
            | means
            | {"worst": round(float(by["auc"].min()), 4)}
        )
    return {
        "painters": int(found["painter"].nunique()),
        "seeds": int(found["seed"].nunique()),
        "unseen": unseen,
        "rows": rows,
    }


def stability(store: Store, name: str) -> str:
    """Spearman's rank correlation of the scores of two seeds, painter by painter."""
    works, features = judged_works(store, name)
    codes, painters = pd.factorize(works["creator"], sort=True)
    space = ReducedEmbedding.fit(features, codes)
    rows = {str(painters[p]): members for p, members in rows_by_creator(space.creators).items()}
    pieces = compute_evidence(space).features
    first, second = (detect(pieces, space.X, rows, seed=seed) for seed in (0, 1))
    found = pd.Series(
        {
            name: spearmanr(first[members], second[members]).statistic
            for name, members in rows.items()
        }
    )
    return (
        f"Spearman's rho of two seeds over {len(found)} painters: least {found.min():.3f} "
        f"({found.idxmin()}), median {found.median():.3f}"
    )


def spoilt(picture: Image.Image) -> dict[str, Image.Image]:
    """The picture and copies of it that are worse, but not another painter's."""
    width, height = picture.size
    band = width // 12
    framed = picture.copy()
    for box in ((0, 0, band, height), (width - band, 0, width, height)):
        framed.paste((245, 245, 245), box)
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=8)
    cut = (width // 10, height // 10, width - width // 10, height - height // 10)
    return {
        "unchanged": picture,
        "greyscale": picture.convert("L").convert("RGB"),
        "strong JPEG": Image.open(BytesIO(stream.getvalue())).convert("RGB"),
        "border": framed,
        "crop": picture.crop(cut),
    }


def nuisance(store: Store, name: str, *, n: int) -> str:
    """Percentiles of spoilt copies of usual works, `n` a painter, and whether the fault is named.

    The store must have been explored.
    """
    from artextract.collection.images import open_picture
    from artextract.collection.reproductions.measure import COLUMNS
    from artextract.collection.reproductions.measure import measure as reproduction
    from artextract.collection.sources import open_source
    from artextract.inference.embeddings import Embedder
    from artextract.oeuvres.outliers.reproduction import faults
    from artextract.oeuvres.typicality import TypicalityModel

    oeuvres, embedder = TypicalityModel(store, name), Embedder(store, name)
    judged = pd.read_parquet(store.explored(name, "outliers.parquet"))
    usual = judged[judged["percentile"] < 50].sort_values("work_id")
    usual = usual.groupby("creator").sample(n, random_state=0)
    paths = store.works().set_index("work_id")["path"]
    source, found = open_source(store), []
    for work_id, creator in zip(usual["work_id"].tolist(), usual["creator"].tolist(), strict=True):
        with source.open(paths[work_id]) as stream:
            copies = spoilt(open_picture(stream))
        features = embedder(list(copies.values()))
        for variant, picture, vector in zip(copies, copies.values(), features, strict=True):
            measured = pd.DataFrame([reproduction(picture)], columns=list(COLUMNS))
            result = oeuvres.score(vector, creator, without=work_id, three=False)
            named = any(fault["code"] != "tiny" for fault in faults(measured)[0])
            found.append((work_id, variant, result["percentile"], named))
    table = pd.DataFrame(found, columns=["work", "variant", "percentile", "named"])
    before = table[table["variant"] == "unchanged"].set_index("work")["percentile"]
    table["rise"] = table["percentile"] - table["work"].map(before)
    lines = [
        "| copy | works | median percentile | median rise | named as a fault |",
        "|" + "---|" * 5,
    ]
    for kind, rows in table.groupby("variant", sort=False):
        lines.append(
            f"| {kind} | {len(rows)} | {rows['percentile'].median():.0f} "
            f"| {rows['rise'].median():+.0f} | {100 * rows['named'].mean():.0f} % |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--embedding", help="name, or several joined by +")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.02, 0.05, 0.1])
    parser.add_argument("--kinds", nargs="+", default=["easy", "hard", "in-oeuvre"])
    parser.add_argument("--detectors", nargs="+", default=[*DETECTORS, *BASELINES])
    parser.add_argument("--unseen", action="store_true", help="test works alone")
    parser.add_argument("--nuisance", type=int, default=0, help="works a painter to spoil")
    parser.add_argument("--stability", action="store_true", help="of the scores over two seeds")
    parser.add_argument("--csv", type=Path, help="where every measurement goes")
    parser.add_argument("--record", action="store_true", help="for the gallery's Outliers page")
    arguments = parser.parse_args()
    store = Store(arguments.store)
    name = arguments.embedding or default_embedding(store)
    if arguments.seeds:
        found = benchmark(
            store,
            name,
            seeds=arguments.seeds,
            shares=tuple(arguments.shares),
            kinds=tuple(arguments.kinds),
            detectors=tuple(arguments.detectors),
            unseen=arguments.unseen,
        )
        if arguments.csv:
            found.to_csv(arguments.csv, index=False)
        if arguments.record:
            path = store.explored(name, "planted.json")
            of = {"embedding": embedding_key(store, name)}
            write_json(path, record(found, unseen=arguments.unseen) | of)
        print(render(found))
    if arguments.stability:
        print(stability(store, name))
    if arguments.nuisance:
        print(nuisance(store, name, n=arguments.nuisance))


if __name__ == "__main__":
    main()
