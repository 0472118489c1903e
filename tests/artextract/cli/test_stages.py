"""Each command once, from a folder of pictures to answers about a new one."""

import json

import numpy as np
import pytest

from artextract.store import Store


@pytest.fixture
def painting(collection):
    return collection.parent / "pictures" / "000-study-1880.png"


def test_every_stage_succeeds_and_reports_json_alone(stages):
    store, ended = stages
    for name, command in ended.items():
        assert (name, command.code, command.err) == (name, 0, "")
    assert ended["index"].result["works"] == 60
    (network,) = ended["train"].result
    assert network["backbone"] == "resnet50"
    assert (network["epochs"], network["best_epoch"]) == (1, 1)
    assert set(network["classes"]) == {"artist", "genre", "style"}
    assert ended["evaluate"].result == store.metrics()
    (embedding,) = ended["embed"].result
    assert (embedding["works"], embedding["features"]) == store.embedding("resnet50").shape
    assert (embedding["unreadable"], embedding["written"]) == ([], True)
    explored = ended["explore"].result
    assert explored["embedding"] == "resnet50"
    assert set(explored) >= {"neighbours", "outliers", "map", "timeline"}
    assert store.ensemble()["views"] == 2


def test_what_is_done_is_not_done_again_unless_it_is_asked_for(stages, run):
    store, _ = stages
    where = ("--store", store.root)
    path = store.embedding_path("resnet50")
    before = path.stat().st_mtime_ns
    again = run("embed", "--workers", "0", *where)
    assert again.out == f"{path} is there already; --overwrite makes it anew\n"
    assert path.stat().st_mtime_ns == before
    anew = run("embed", "--workers", "0", "--fresh", *where)
    assert "--fresh is now called --overwrite" in anew.err
    assert path.stat().st_mtime_ns > before
    assert anew.out.startswith(f"wrote {path}")


def test_the_recipe_that_was_trained_can_be_printed_and_read_back(stages, run, tmp_path):
    store, _ = stages
    where = ("--store", store.root)
    options = ("--pretrained", "none", "--epochs", "1", "--image-size", "64", "--mixup", "0.3")
    printed = run("train", "--backbone", "resnet50", "--print-config", *options)
    assert printed.code == 0
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(printed.out)
    same = run("train", "--config", recipe, "--print-config", *where)
    assert same.out == printed.out
    other = run("train", "--config", recipe, "--print-config", "--batch-size", "12", *where)
    changed = set(other.out.splitlines()) ^ set(printed.out.splitlines())
    assert changed == {"batch_size = 12", "batch_size = 32"}
    # Nothing of this has trained anything.
    assert store.model_config("resnet50")["training"]["augmentation"]["mixup"] == 0


def test_the_recipe_that_the_store_keeps_is_the_one_that_was_trained(stages, run):
    store, ended = stages
    kept = store.model("resnet50") / "training.toml"
    again = run("train", "--config", kept, "--json", "--store", store.root)
    assert again.err == "resnet50: from random weights, so every layer is trained\n" + (
        "resnet50 is trained already; --overwrite trains it anew\n"
    )
    assert again.result == ended["train"].result


def test_predict_and_typicality_of_a_picture(stages, run, painting):
    store, _ = stages
    where = ("--store", store.root)
    (entry,) = run("predict", painting, "--json", "--top", "2", *where).result
    assert {task: len(m["ensemble"]) for task, m in entry["predictions"].items()} == {
        "artist": 2,
        "genre": 2,
        "style": 2,
    }
    told = run("predict", painting, *where)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"{painting}\n  status: ")
    assert "\n  artist" in told.out
    # The first label is in the set, and the sets are of the level that was asked for.
    assert set(entry["sets"]) == set(entry["predictions"])
    for task, made in entry["sets"].items():
        assert made["level"] == 0.8
        assert made["labels"][0] == entry["predictions"][task]["ensemble"][0]["label"]
    names = ", ".join(label.replace("_", " ") for label in entry["sets"]["artist"]["labels"])
    assert f"  artist  80 %      {names}\n" in told.out
    typical = run("typicality", painting, "--artist", "Ada Ember", "--json", *where).result
    assert typical["artist"] == "Ada Ember"
    assert 0 <= typical["percentile"] <= 100
    assert typical["duplicates"] == [0]
    old = run("score", painting, "--artist", "Ada Ember", "--json", *where)
    assert old.result == typical
    assert old.err == "the command score is now called typicality\n"


def test_a_run_does_all_of_it(shallow, collection, run, tmp_path, monkeypatch):
    from artextract.cli import pipeline

    explored = pipeline.explore_store
    monkeypatch.setattr(
        pipeline, "explore_store", lambda *a, **k: explored(*a, **k, projection="pca", min_works=15)
    )
    options = ("--backbone", "resnet50", "--pretrained", "none", "--epochs", "1")
    store = Store(tmp_path / "store")
    where = ("--image-size", "64", "--json", "--store", store.root)
    ended = run("run", collection, "--tasks", "artist", *options, *where)
    assert ended.code == 0, ended.err
    assert set(ended.result) == {"index", "train", "evaluate", "explore", "audit"}
    assert [network["backbone"] for network in ended.result["train"]] == ["resnet50"]
    assert set(ended.result["evaluate"]) == {"artist"}
    assert set(store.metrics()["artist"]) == {"resnet50", "resnet50-refitted", "ensemble"}
    assert np.isfinite(store.embedding("resnet50")).all()


def test_an_audit_as_text_and_as_json(run, tmp_path):
    for task in ("Artist", "Genre", "Style"):
        folder = tmp_path / task
        folder.mkdir()
        name = task.lower()
        (folder / f"{name}_class.txt").write_text("0 First\n1 Second\n")
        for part, rows in {"train": "a/x.jpg,0\nb/y.jpg,1\n", "val": "a/z.jpg,0\n"}.items():
            (folder / f"{name}_{part}.csv").write_text(rows)
    facts = run("audit", tmp_path, "--json")
    assert (facts.code, facts.result["works"]) == (0, 3), facts.err
    assert run("audit", tmp_path).out.startswith("3 works in the tables\n")
    assert json.loads(facts.out)["rows"]["artist"] == {"train": 2, "test": 1}
