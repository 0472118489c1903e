"""Any label column can be a task, and adding one leaves the others as they are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from artextract.collection.indexing import index
from artextract.collection.labels import encode
from artextract.store import Store, StoreError


@pytest.fixture
def table(collection: Path, tmp_path: Path) -> Path:
    """The small collection with a column "period" besides and no splits; few have other labels."""
    works = pd.read_csv(collection).drop(columns="split")
    works["path"] = [str(collection.parent / path) for path in works["path"]]
    works["period"] = ["early"] * 20 + ["late"] * 40
    works.loc[works.index % 2 == 0, ["artist", "genre", "style"]] = None
    works.to_csv(tmp_path / "works.csv", index=False)
    return tmp_path / "works.csv"


def test_a_column_becomes_a_task(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    index(store, table)
    assert list(store.classes()) == ["artist", "genre", "style"]
    before = store.manifest()["dataset"]
    splits = store.works()[["artist_split", "split"]]
    report = index(store, table, tasks=["artist", "genre", "style", "period"])
    assert report.opened == 0
    works, classes = store.works(), store.classes()
    assert classes["period"] == ["early", "late"]
    assert (works["period_split"] == works["split"]).all()
    counts = encode(works, {"period": classes["period"]}, "train")[:, 0]
    assert (counts >= 0).sum() == report.labelled["period"]["train"] == report.train
    # Nothing that was learnt from the other labels is of other works, labels or splits now.
    after = store.manifest()["dataset"]
    pd.testing.assert_frame_equal(works[["artist_split", "split"]], splits)
    assert after["labels"].pop("period")
    assert after == before


def test_labels_of_a_task_are_in_its_digest_alone(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    tasks = ["artist", "period"]
    before = index(store, table, tasks=tasks).labels
    works = pd.read_csv(table)
    works.loc[3, "period"] = "late"
    works.to_csv(table, index=False)
    after = index(store, table, tasks=tasks).labels
    assert after["artist"] == before["artist"]
    assert after["period"] != before["period"]
    assert index(store, table, tasks=tasks, seed=1).labels["artist"] != before["artist"]


def test_only_the_tasks_are_kept(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    index(store, table)
    creators = store.works()["creator"]
    index(store, table, tasks=["period"])
    works = store.works()
    assert store.tasks() == ["period"]
    assert not {"artist", "artist_split", "genre", "style"} & set(works)
    pd.testing.assert_series_equal(works["creator"], creators)


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        (["artist", "school"], r"works.csv has no labels called 'school'; there are artist, genre"),
        (["path"], "no labels called 'path'"),
        (["artist", "artist"], "each once"),
        ([], "each once"),
    ],
)
def test_what_cannot_be_a_task_is_refused(
    table: Path, tmp_path: Path, tasks: list[str], message: str
) -> None:
    with pytest.raises(StoreError, match=message):
        index(Store(tmp_path / "store"), table, tasks=tasks)


def test_folders_and_releases_say_which_labels_they_have(collection: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(StoreError, match=r"no labels called 'style'; there are artist$"):
        index(store, collection.parent, tasks=["artist", "style"])
