"""Is a picture from outside told from the collection's own? Three measurements.

    python -m benchmarks.open_set [--store STORE] [--uploads FOLDER --unknown ARTIST] [--record]

(a) **Unknown artists**: a quarter of the artists is left out, `--draws` times; the discriminant and
the space are fitted without them, and their test works are scored against those of the others. In
an embedding by a network that was trained on none of the works (``artextract embed --pretrained``):
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
from artextract.oeuvres.open_set.detector import OpenSetDetector
from artextract.oeuvres.open_set.image_statistics import SIDE, STATISTICS, image_statistics
from artextract.oeuvres.open_set.status import LIKE, UNKNOWN_ARTIST, UNLIKE, StatusAssessor
from artextract.oeuvres.results import part_record
from artextract.oeuvres.similarity.embedding import read_embedding
from artextract.oeuvres.similarity.pca import PCA, unit
from artextract.store import Store
from benchmarks.no_paintings import no_paintings


def unknown_artists(store: Store, embedding: str, *, draws: int, alpha: float) -> pd.DataFrame:
    """AUROC of several scores, and what is flagged at `alpha`; one row per draw."""
    works, features = store.works(), read_embedding(store, embedding)
    artists = works["artist"].astype("category").cat.codes.to_numpy(np.int64)
    split = works["split"].where(works["artist"].notna()).to_numpy()
    rows = []
    for draw in range(draws):
        rng = np.random.default_rng(draw)
        count = artists.max() + 1
        unknown = np.isin(artists, rng.choice(count, count // 4, replace=False))
        train = np.flatnonzero((split == "train") & ~unknown)
        held = np.flatnonzero((split == "val") & ~unknown)
        test = np.flatnonzero(split == "test")
        detector = OpenSetDetector.fit(
            features,
            artists,
            np.random.default_rng(0).normal(size=(len(works), len(STATISTICS))),  # not asked here
            train=train,
            held_out=held,
        )
        scores = detector.artist_scores(features[test])
        reduced = PCA(detector.mean, detector.components).transform(features[test])
        logits = reduced @ detector.weights.T + detector.offsets
        cosines = unit(features[test]) @ unit(features[train]).T
        truth = unknown[test]
        flagged = conformal_p_values(detector.held_out_artists, scores) <= alpha
        rows.append(
            {
                "max logit (used)": roc_auc_score(truth, scores),
                "max softmax": roc_auc_score(truth, -softmax(logits, axis=1).max(axis=1)),
                "nearest work": roc_auc_score(truth, -cosines.max(axis=1)),
                "flagged": flagged[truth].mean(),
                "false alarms": flagged[~truth].mean(),
            }
        )
    return pd.DataFrame(rows)


def statuses(assessor: StatusAssessor, pictures: list[Image.Image]) -> list[str]:
    """The code of each picture."""
    return [assessor.assess(picture)["code"] for picture in pictures]


def test_alarms(store: Store, assessor: StatusAssessor) -> dict[str, float]:
    """Shares of the test works that are called strange: by picture, by artist."""
    works = store.works()
    test = works.index[works["split"] == "test"]
    features = read_embedding(store, assessor.name)[test]
    thumbnails = (store.thumbnail(digest) for digest in works.loc[test, "digest"])
    measured = np.stack([image_statistics(open_picture(t, min_side=SIDE)) for t in thumbnails])
    p_picture, p_artist = assessor.detector.p_values(features, measured)
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
    parser.add_argument("--record", action="store_true", help="keep (a) in the store")
    options = parser.parse_args()
    store = Store(options.store)
    assessor = StatusAssessor(store)
    if options.frozen in store.embeddings():
        alpha = assessor.config.alpha_artist
        table = unknown_artists(store, options.frozen, draws=options.draws, alpha=alpha)
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
                    "auroc": float(table["max logit (used)"].mean()),
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
