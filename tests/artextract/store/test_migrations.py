"""A store of format 1 is made from one of today by undoing, step by step, what has changed."""

import json
import os

import pandas as pd
import pytest
from safetensors.numpy import load_file, save_file

from artextract.evaluation.confusion import predictions
from artextract.inference.embeddings import embed
from artextract.inference.predictor import Predictor
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.explore import explore
from artextract.oeuvres.outliers.reasons import render
from artextract.oeuvres.results import Neighbourhood, read_table
from artextract.oeuvres.reviews.annotations import read_annotations
from artextract.store import Store, StoreError
from artextract.training.fit import fit
from small import LOCAL, SMALL_EXPLORATION, copy_tree, tiny

OLD_EVIDENCE = {"intra_artist_distance": "own_distance", "negative_log_likelihood": "surprise"}


@pytest.fixture
def old(explored_store, tmp_path):
    """The explored store as the first format had it; two works annotated."""
    store = Store(copy_tree(explored_store.root, tmp_path / "old"))
    root, works, dataset = store.root, store.works(), store.dataset()
    made_from = {"fingerprint": "f", "pictures": dataset["pictures"]}

    def rewrite(path, change):
        path.write_text(json.dumps(change(json.loads(path.read_text()))))

    for work_id, digest in zip(works["work_id"], works["digest"], strict=True):
        os.link(store.thumbnail(digest), store.thumbnails / f"{work_id}.jpg")
    for digest in set(works["digest"]):
        store.thumbnail(digest).unlink()
    works.drop(columns="digest").to_parquet(store.works_path, index=False)
    for path in root.glob("models/*/config.json"):
        rewrite(
            path,
            lambda c: (
                {k: v for k, v in c.items() if k not in ("labels", "key")} | {"fingerprint": "f"}
            ),
        )
    fitted = store.ensemble()
    networks = {"networks": fitted["networks"], "views": fitted["views"]}
    store.ensemble_path.write_text(
        json.dumps({"made_from": made_from | networks, "tasks": fitted["tasks"]})
    )
    (name,) = store.embeddings()
    record = store.embedding_record(name)
    of_embedding = made_from | {
        "backbone": record["backbone"],
        "pretrained": record["pretrained"],
        "digest": record["network"],
        "image_size": record["image_size"],
    }
    store.embedding_path(name).with_suffix(".json").write_text(
        json.dumps({"made_from": of_embedding, "unreadable": [], "processes": 1})
    )
    folder = store.explored(name)
    summary = {"made_from": [of_embedding, {"details": dataset["details"]}]}
    for part in ("neighbours", "outliers", "map", "timeline"):
        known = store.stage_record(f"explore-{name}-{part}")
        summary[part] = known["result"] | {"configuration": known["configuration"], "revision": 1}
    for quality in (summary["map"]["quality"], *summary["map"]["oeuvres"].values()):
        quality["kept"] = quality.pop("neighbour_recall")
    (folder / "summary.json").write_text(json.dumps(summary))
    table = pd.read_parquet(folder / "outliers.parquet").rename(columns=OLD_EVIDENCE)
    for column in ("reasons", "faults"):
        table[column] = [[render(r) for r in json.loads(codes)] for codes in table[column]]
    table.to_parquet(folder / "outliers.parquet", index=False)
    times = pd.read_parquet(folder / "timeline.parquet")
    times.rename(columns={"predicted_year": "speaks_for"}).to_parquet(folder / "timeline.parquet")
    (folder / "oeuvre_maps.parquet").rename(folder / "oeuvres.parquet")
    arrays = load_file(folder / "neighbours.safetensors")
    arrays["painters"] = arrays.pop("creators")
    del arrays["work_ids"]
    save_file(arrays, folder / "space.safetensors")
    (folder / "neighbours.safetensors").unlink()
    verdict = {"at": "2026-01-01", "work_id": 3, "path": works["path"][3], "verdict": "other hand"}
    (root / "verdicts.jsonl").write_text(json.dumps(verdict) + '\n{"cut\n')
    for path in root.glob("stages/*.json"):
        path.unlink()
    source = dataset["source"]
    old_dataset = {
        "fingerprint": "f",
        "pictures": dataset["pictures"],
        "details": dataset["details"],
        "source": source["table"],
        "images": source["images"],
        "kind": "table",
        "works": len(works),
    }
    (root / "manifest.json").write_text(json.dumps({"format": 1, "dataset": old_dataset}))
    return store


def test_an_old_store_opens_and_what_was_made_is_there(old, explored_store, collection):
    now, name = Store(old.root), "resnet50"
    pd.testing.assert_frame_equal(
        now.works().drop(columns="digest"), explored_store.works().drop(columns="digest")
    )
    assert all(now.thumbnail(digest).exists() for digest in now.works()["digest"])
    assert now.dataset()["labels"] == explored_store.dataset()["labels"]
    assert len(predictions(now, "artist", "ensemble"))
    picture = collection.parent / now.works()["path"][0]
    Predictor.load(now).open(picture)
    assert explored_embeddings(now) == [name]
    outliers = read_table(now, name, "outliers").set_index("work_id")
    known = read_table(explored_store, name, "outliers").set_index("work_id")
    assert [*map(render, outliers.loc[3, "reasons"])] == [*map(render, known.loc[3, "reasons"])]
    assert outliers["negative_log_likelihood"].equals(known["negative_log_likelihood"])
    near, near_before = (Neighbourhood.read(s, name) for s in (now, explored_store))
    assert near.nearest(7, k=3) == near_before.nearest(7, k=3)
    assert read_annotations(now) == {3: "other hand"}
    assert json.loads((now.root / "manifest.json").read_text())["format"] == 2


def test_networks_and_embeddings_of_an_old_store_are_not_made_again(old):
    now = Store(old.root)
    said: list[str] = []
    fit(now, tiny("resnet50", lr_scratch=1e-5), hardware=LOCAL, say=said.append)
    assert said == ["resnet50 is trained already; --overwrite trains it anew"]
    before = now.embedding_path("resnet50").stat().st_mtime_ns
    embed(now, "resnet50", precision="32", hardware=LOCAL)
    assert now.embedding_path("resnet50").stat().st_mtime_ns == before
    explore(now, config=SMALL_EXPLORATION)  # made anew: the stages have keys now
    assert not any(
        "text" in r["code"] for r in read_table(now, "resnet50", "outliers")["reasons"][0]
    )


def test_a_migration_that_was_interrupted_goes_on(old, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("artextract.store.migrations._Migration._annotations", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Store(old.root).manifest()
    assert json.loads((old.root / "manifest.json").read_text())["format"] == 1
    now = Store(old.root)
    assert len(read_table(now, "resnet50", "outliers")) == len(now.works())
    assert all(now.thumbnail(digest).exists() for digest in now.works()["digest"])
    assert read_annotations(now) == {3: "other hand"}


def test_an_unknown_format_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="is a store of format 99, this version reads format 2"):
        Store(tmp_path).works()
