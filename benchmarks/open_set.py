"""Is a picture from outside told from the collection's own? Three measurements.

    python -m benchmarks.open_set [--store STORE] [--uploads FOLDER --unknown ARTIST] [--record]

What is measured here was chosen by benchmarks.open_set_choice, on other works.

(a) **Unknown artists**: a quarter of the artists is left out, `--draws` times; the discriminant and
the space are fitted without them, and their test works are scored against those of the others. By
a network that was trained on none of the works (``artextract embed --pretrained``):
one that was trained on all artists would know the ones left out.
(b) **No paintings**: 256 pictures of benchmarks.no_paintings, and the false alarms on test works.
(c) **Uploads**: pictures of a folder with a labels.csv (file, artist).

(b) and (c) use the detector that ``artextract explore`` left. --record keeps (a) beside it, for the
page.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from artextract.collection.images import open_picture
from artextract.files import write_json
from artextract.inference.embeddings import Embedder
from artextract.oeuvres.open_set.conformal import conformal_p_values
from artextract.oeuvres.open_set.description import Describer
from artextract.oeuvres.open_set.detector import OpenSetConfig
from artextract.oeuvres.open_set.discriminant import ArtistDiscriminant
from artextract.oeuvres.open_set.image_statistics import SIDE, image_statistics
from artextract.oeuvres.open_set.status import LIKE, UNKNOWN_ARTIST, UNLIKE, StatusAssessor
from artextract.oeuvres.results import part_record
from artextract.oeuvres.similarity.embedding import read_embedding
from artextract.oeuvres.similarity.pca import unit
from artextract.store import Store
from benchmarks.no_paintings import no_paintings


def describe(
    store: Store, embedding: str, rows: np.ndarray, cache: Path | None
) -> tuple[np.ndarray, np.ndarray]:
    """Descriptions of some works as ``explore`` makes them, NaN elsewhere, and their widths."""
    describer = Describer(store, embedding)
    if cache is not None and cache.is_file():
        return np.load(cache), describer.widths()
    digests = store.works()["digest"]
    result = np.full((len(digests), int(describer.widths().sum())), np.nan, np.float32)
    result[rows] = describer([store.thumbnail(digest) for digest in digests.iloc[rows]])
    if cache is not None:
        np.save(cache, result)
    return result, describer.widths()


def artist_scores(
    X: np.ndarray, widths: np.ndarray, artists: np.ndarray, fit: np.ndarray, scored: np.ndarray
) -> dict[str, np.ndarray]:
    """How strange works are to the artists of others, by several scores; all (n_scored,)."""
    discriminant = ArtistDiscriminant.fit(
        X[fit], artists[fit], widths, n_components=OpenSetConfig.components
    )
    cosines = unit(X[scored][:, -widths[-1] :]) @ unit(X[fit][:, -widths[-1] :]).T
    return {
        "max logit": discriminant.scores(X[scored]),
        "max softmax": -softmax(discriminant.logits(X[scored]), axis=1).max(axis=1),
        "nearest work": -cosines.max(axis=1),
    }


def unknown_artists(
    store: Store, X: np.ndarray, widths: np.ndarray, *, draws: int, alpha: float
) -> pd.DataFrame:
    """AUROC of several scores, and what is flagged at `alpha`; one row per draw."""
    artists, split = artists_and_splits(store)
    features = (X[:, -widths[-1] :], widths[-1:])
    rows = []
    for draw in range(draws):
        rng = np.random.default_rng(draw)
        count = artists.max() + 1
        unknown = np.isin(artists, rng.choice(count, count // 4, replace=False))
        train = np.flatnonzero((split == "train") & ~unknown)
        held = np.flatnonzero((split == "val") & ~unknown)
        test = np.flatnonzero(split == "test")
        truth = unknown[test]
        scores = artist_scores(X, widths, artists, train, np.concatenate([held, test]))
        alone = artist_scores(*features, artists, train, test)
        used = scores["max logit"]
        flagged = conformal_p_values(used[: len(held)], used[len(held) :]) <= alpha
        rows.append(
            {name: roc_auc_score(truth, s[len(held) :]) for name, s in scores.items()}
            | {f"features alone, {n}": roc_auc_score(truth, s) for n, s in alone.items()}
            | {"flagged": flagged[truth].mean(), "false alarms": flagged[~truth].mean()}
        )
    return pd.DataFrame(rows)


def artists_and_splits(store: Store) -> tuple[np.ndarray, np.ndarray]:
    """Number of each work's artist, -1 without, and its split, None without; both (n_works,)."""
    works = store.works()
    artists = works["artist"].astype("category").cat.codes.to_numpy(np.int64)
    return artists, works["split"].where(works["artist"].notna()).to_numpy()


def statuses(assessor: StatusAssessor, pictures: list[Image.Image]) -> list[str]:
    """The code of each picture."""
    return [assessor.assess(picture)["code"] for picture in pictures]


def test_alarms(store: Store, assessor: StatusAssessor) -> dict[str, float]:
    """Shares of the test works that are called strange: by picture, by artist."""
    works = store.works()
    test = works.index[works["split"] == "test"]
    features = read_embedding(store, assessor.name)[test]
    thumbnails = [store.thumbnail(digest) for digest in works.loc[test, "digest"]]
    measured = np.stack([image_statistics(open_picture(t, min_side=SIDE)) for t in thumbnails])
    descriptions = None
    if part_record(store, assessor.name, "open_set")["result"].get("described"):
        descriptions = Describer(store, assessor.name)(thumbnails)
    p_picture, p_artist = assessor.detector.p_values(features, measured, descriptions)
    strange = p_picture <= assessor.config.alpha_picture
    return {
        UNLIKE: float(strange.mean()),
        UNKNOWN_ARTIST: float((~strange & (p_artist <= assessor.config.alpha_artist)).mean()),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--frozen", default="resnet50-pretrained", help="embedding for (a)")
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--each", type=int, default=32, help="no paintings of each kind")
    parser.add_argument("--uploads", type=Path)
    parser.add_argument("--unknown", default="", help="the artist of the uploads who is not here")
    parser.add_argument("--descriptions", type=Path, help=".npy of (a), made if it is not there")
    parser.add_argument("--record", action="store_true", help="keep (a) in the store")
    options = parser.parse_args()
    store = Store(options.store)
    assessor = StatusAssessor(store)
    if options.frozen in store.embeddings():
        alpha = assessor.config.alpha_artist
        rows = np.arange(len(store.works()))
        described = describe(store, options.frozen, rows, options.descriptions)
        table = unknown_artists(store, *described, draws=options.draws, alpha=alpha)
        print(f"(a) unknown artists, {options.frozen}, alarms at p <= {alpha}")
        print(table.round(3).to_string())
        print(table.mean().round(3).to_string())
        if options.record:
            write_json(
                store.explored(assessor.name, "open_set_measured.json"),
                {
                    "open_set": part_record(store, assessor.name, "open_set")["key"],
                    "embedding": options.frozen,
                    "draws": options.draws,
                    "auroc": float(table["max logit"].mean()),
                    "flagged": float(table["flagged"].mean()),
                    "false_alarms": float(table["false alarms"].mean()),
                },
            )
    print(f"\n(b) no paintings, {assessor.name}; test works called strange:")
    print({code: round(share, 4) for code, share in test_alarms(store, assessor).items()})
    size = max(Embedder(store, part).size for part in assessor.name.split("+"))
    made = no_paintings(options.each)
    codes = pd.Series(statuses(assessor, [picture for _, picture in made]))
    by_kind = (codes == UNLIKE).groupby([kind for kind, _ in made]).agg(["mean", "size"])
    print(by_kind.round(3).to_string())
    print(f"flagged: {(codes == UNLIKE).mean():.4f} of {len(codes)}")
    if options.uploads:
        labels = pd.read_csv(options.uploads / "labels.csv")
        pictures = [open_picture(options.uploads / f, min_side=size) for f in labels["file"]]
        labels["status"] = statuses(assessor, pictures)
        print("\n(c) uploads")
        print(pd.crosstab(labels["artist"], labels["status"]).to_string())
        known = labels["artist"] != options.unknown
        print(f"known painters flagged: {(labels['status'][known] != LIKE).mean():.3f}")
        print(f"unknown painter flagged: {(labels['status'][~known] != LIKE).mean():.3f}")


if __name__ == "__main__":
    main()
