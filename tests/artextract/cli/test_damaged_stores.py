"""Every file of a store, damaged in every way: one sentence, or an answer, and no traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from artextract.evaluation.confusion import evaluated, predictions
from artextract.inference.predictor import Predictor
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.open_set.status import status_assessor
from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.outliers.reasons import render
from artextract.oeuvres.report import render_part
from artextract.oeuvres.results import TABLES, Neighbourhood, read_table, rescored, summary
from artextract.oeuvres.reviews.annotations import annotate, current, history
from artextract.oeuvres.typicality import TypicalityModel
from artextract.store import Store, StoreError
from artextract.training.history import history as learning_curves
from artextract.training.history import run_status
from benchmarks.damaged_stores import ask_command, commands, damageable, damaged_copy, damages


def read_index(store: Store) -> None:
    works = store.works()
    assert works["path"].is_unique
    store.tasks()
    store.dataset()


def read_evaluation(store: Store) -> None:
    metrics = store.metrics()
    for task, models in evaluated(store).items():
        for model in models:
            if metrics[task][model]:
                assert 0 <= metrics[task][model]["top1"] <= 1
            assert len(predictions(store, task, model))


def read_exploration(store: Store) -> None:
    name = explored_embeddings(store)[0]
    for part, result in summary(store, name).items():
        render_part(part, result)
    near = Neighbourhood.read(store, name)
    near.nearest(3, k=2)
    for table in TABLES:
        read_table(store, name, table)
    found = read_table(store, name, "outliers")
    assert all(render(reason) for reasons in found["reasons"] for reason in reasons)
    model = TypicalityModel(store, name)
    model.score(np.asarray(store.embedding(name)[2], np.float32), model.creators[0], three=False)
    rescored(found[found["creator"] == found["creator"].iloc[0]], near, next(iter(DETECTORS)))


def read_networks(store: Store) -> None:
    Predictor.load(store)


def read_status(store: Store) -> None:
    status_assessor(store)


def read_training(store: Store) -> None:
    run_status(store, "resnet50")
    curves = learning_curves(store, "resnet50")
    assert not len(curves) or curves["epoch"].max() >= 1


def read_annotations(store: Store) -> None:
    current(history(store))
    annotate(store, 1, "fine")


# What reads a store, and how the files begin that it reads.
FOLDERS = ("", "models", "stages", "probabilities", "explored")
READERS: dict[Callable[[Store], None], tuple[str, ...]] = {
    read_index: ("manifest", "works", "classes"),
    read_evaluation: ("manifest", "works", "classes", "ensemble", "metrics", "prob", "stages/p"),
    read_exploration: ("manifest", "works", "classes", "embeddings", "explored", "stages/e"),
    read_networks: ("manifest", "classes", "ensemble", "models"),
    read_status: ("manifest", "embeddings", "explored", "stages/e"),
    read_training: ("models",),
    read_annotations: ("manifest", "works", "classes", "annotations"),
}


def answered(reader: Callable[[Store], None], store: Store) -> str | None:
    """What is wrong with an answer; a file that is named is damaged, and a command mends it."""
    try:
        reader(store)
    except StoreError as error:
        if "is damaged" in error.what and "manifest.json" not in error.what:
            return None if error.command else f"no command mends it: {error}"
    except Exception as error:
        return f"{reader.__name__}: {type(error).__name__}: {error}"
    return None


@pytest.mark.parametrize("folder", [*FOLDERS, "others"])
def test_no_damage_is_a_traceback(stages, tmp_path, folder: str):
    """The full product with every command and every page is in benchmarks/damaged_stores.py."""
    whole, _ = stages
    if not folder:
        annotate(whole, 2, "fine")
        for reader in READERS:
            reader(whole)
    store = damaged_copy(whole.root, Path("works.parquet"), whole.works_path.read_bytes(), tmp_path)
    asked, wrong = 0, []
    for file in damageable(whole.root):
        top = "" if len(file.parts) == 1 else file.parts[0]
        if folder != (top if top in FOLDERS else "others"):
            continue
        readers = [reader for reader, of in READERS.items() if str(file).startswith(of)]
        for what, content in damages(whole.root / file, most=6):
            (store.root / file).unlink()
            (store.root / file).write_bytes(content)
            for reader in readers:
                asked += 1
                if problem := answered(reader, store):
                    wrong.append(f"{file} {what}: {problem}")
        (store.root / file).unlink()
        shutil.copy2(whole.root / file, store.root / file)
    assert wrong == [], f"{len(wrong)} of {asked}"


@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("ensemble.json", "evaluate"),
        ("metrics.json", "evaluate"),
        ("probabilities/artist-ensemble.npy", "evaluate"),
        ("stages/probabilities.json", "evaluate"),
        ("embeddings/resnet50.npy", "embed"),
        ("stages/embed-resnet50.json", "embed"),
        ("explored/resnet50/outliers.parquet", "explore"),
        ("explored/resnet50/neighbours.safetensors", "explore"),
        ("explored/resnet50/duplicates.parquet", "explore"),
        ("reproductions.parquet", "explore"),
        ("models/resnet50/model.safetensors", "train"),
        ("models/resnet50/config.json", "train"),
    ],
)
def test_a_damaged_part_is_made_again_by_the_command_that_makes_it(
    stages, tmp_path: Path, collection: Path, file: str, command: str
):
    whole, _ = stages
    content = (whole.root / file).read_bytes()
    store = damaged_copy(whole.root, Path(file), content[: len(content) // 2], tmp_path / "store")
    recipe = (store.root / "models" / "resnet50" / "training.toml").read_text("utf-8")
    (store.root / "again.toml").write_text(recipe, "utf-8")
    words = commands(store, whole.thumbnail(whole.works()["digest"][0]))[command]

    assert ask_command(words) == "answer"
    again = (store.root / file).read_bytes()
    assert len(again) > 0.9 * len(content)
    timed = file.startswith("stages/")  # a record says how long it took
    exact = Path(file).suffix == ".parquet" or "resnet50." in file
    if (exact and not timed) or file.endswith("model.safetensors"):
        assert again == content


@pytest.mark.parametrize("file", ["manifest.json", "works.parquet", "classes.json"])
def test_indexing_again_mends_the_index(stages, tmp_path: Path, collection: Path, file: str):
    whole, _ = stages
    store = damaged_copy(whole.root, Path(file), b"[]", tmp_path / "store")
    words = ["index", str(collection), "--seed", "1", "--store", str(store.root)]

    assert ask_command(words) == "answer"
    assert store.works().equals(whole.works())
    assert store.dataset() == whole.dataset()
    assert len(predictions(store, "artist", "ensemble"))
