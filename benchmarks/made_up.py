"""A collection of WikiArt's size and labels without WikiArt's pictures, for measuring.

Works, labels and splits are those of the release's own tables; the pictures are a dozen drawn
ones, linked under every name.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

from artextract.collection.catalogue.kept import with_details
from artextract.collection.duplicates import duplicate_groups
from artextract.collection.images import DECODER, thumbnail
from artextract.collection.indexing import columns
from artextract.collection.sources.wikiart import WikiArtSource
from artextract.collection.sources.wikiart_tables import read_release
from artextract.collection.splits import assign_splits
from artextract.store import Store
from artextract.store.index_keys import detail_key, label_keys, picture_key

WIDTH = 2048
SHAPES = ((640, 480), (480, 640), (600, 600), (720, 400))  # pixels


def drawn_picture(size: tuple[int, int], *, seed: int) -> Image.Image:
    """A soft gradient with grain: about as large a file as a photograph of its size."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(40, 230, (5, 5, 3), dtype=np.uint8))
    grain = rng.normal(0, 9, (size[1], size[0], 1))
    pixels = np.asarray(small.resize(size, Image.Resampling.BICUBIC)) + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def made_up_store(
    folder: Path, labels: Path, n: int, *, thumbnails: bool = True, seed: int = 0
) -> Store:
    """A store in which `n` works of the release's tables, drawn evenly, are indexed.

    Parameters
    ----------
    labels
        Folder with Artist/, Genre/ and Style/ of the release.
    thumbnails
        Whether there are any. Works that share one are copies of each other to ``explore``.
    """
    rng = np.random.default_rng(seed)
    paths = sorted(read_release(labels).rows["path"].unique())
    chosen = rng.choice(paths, min(n, len(paths)), replace=False).tolist()
    images = folder / "pictures"
    originals = []
    for number in range(12):
        picture = drawn_picture(SHAPES[number % len(SHAPES)], seed=number)
        file = folder / f"original-{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file, quality=90)
        small = folder / f"small-{number}.jpg"
        small.write_bytes(thumbnail(picture))
        originals.append((file, small))
    for style in {path.partition("/")[0] for path in chosen}:
        (images / style).mkdir(parents=True)
    for number, path in enumerate(chosen):
        os.link(originals[number % 12][0], images / path)
    source = WikiArtSource(labels, images=images)
    collection = source.read(None)
    works, tasks = collection.works, list(collection.classes)
    works["duplicate_group"] = duplicate_groups(works["picture"], works["path"])
    works, _ = assign_splits(works, tasks=tasks, validation=0.1, test=0.2, seed=seed)
    works["work_id"] = np.arange(len(works), dtype=np.int32)
    # One each, although a dozen pictures serve for all of them.
    works["digest"] = [f"{number:032x}" for number in range(len(works))]
    works = with_details(works)[columns(tasks)]
    store = Store(folder)
    store.save_works(works, collection.classes)
    store.record_dataset(
        {
            "source": source.record(store_root=folder),
            "kind": source.kind,
            "works": len(works),
            "labels": label_keys(works, collection.classes),
            "pictures": picture_key(works, decoder=DECODER),
            "details": detail_key(works),
            "complete": True,
        }
    )
    if thumbnails:
        store.thumbnails.mkdir()
        for number, digest in enumerate(works["digest"]):
            os.link(originals[number % 12][1], store.thumbnail(digest))
    return store


def drawn_features(store: Store, *, seed: int = 0) -> np.ndarray:
    """What an embedding is drawn from: float32 (n_works, 128), painter, style and work apart.

    The variances fall off as 1/k, as those of trained features do.
    """
    rng = np.random.default_rng(seed)
    works = store.works()
    falloff = (1 / np.sqrt(np.arange(1, 129))).astype(np.float32)
    features = rng.normal(0, 1, (len(works), 128)).astype(np.float32)
    styles = works["path"].str.partition("/")[0]
    for labels, spread in ((works["creator"].fillna(""), 0.8), (styles, 0.6)):
        codes = labels.astype("category").cat.codes.to_numpy()
        features += rng.normal(0, spread, (codes.max() + 1, 128)).astype(np.float32)[codes]
    return features * falloff


def give_embedding(store: Store, name: str, *, seed: int = 0) -> None:
    """Write an embedding, not negative, as wide as ResNet-50's."""
    rng = np.random.default_rng(seed)
    features = drawn_features(store, seed=seed)
    directions = rng.normal(0, 1, (features.shape[1], WIDTH)).astype(np.float32)
    file = store.embedding_path(name)
    file.parent.mkdir(parents=True)
    written = np.lib.format.open_memmap(file, "w+", np.float16, (len(features), WIDTH))
    for start in range(0, len(features), 2048):
        rows = slice(start, start + 2048)
        values = 0.3 + 0.1 * (features[rows] @ directions)
        values += rng.normal(0, 0.1, values.shape).astype(np.float32)
        written[rows] = np.maximum(values, 0)
    written.flush()
    record_embedding(store, name)


def record_embedding(store: Store, name: str) -> None:
    """Let an embedding that no network made pass for one that a network of `name` made."""
    store.record_stage(
        f"embed-{name}",
        key=f"made up {name}",
        inputs=store.input_keys("pictures") | {"network": "made up"},
        configuration={},
        seconds=0,
        result={
            "backbone": name,
            "pretrained": None,
            "network": "made up",
            "image_size": 224,
            "unreadable": [],
        },
    )
