import json
import random
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.collection import indexing
from artextract.collection import verification as checking
from artextract.collection.images import open_picture
from artextract.collection.indexing import index
from artextract.collection.sources import open_source
from artextract.store import Store, StoreError

PAINTERS = {"Claude_Monet": "claude-monet", "Rembrandt": "rembrandt"}


def paint(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    colours = np.random.default_rng(number).integers(0, 255, (4, 5, 3), dtype=np.uint8)
    Image.fromarray(colours).resize((100, 80), Image.Resampling.NEAREST).save(path, "JPEG")


def mean_of(picture: Path | BinaryIO) -> np.ndarray:
    return np.asarray(open_picture(picture)).mean((0, 1))


def assert_thumbnails_show_the_pictures(store: Store) -> None:
    source = open_source(store)
    for work in store.works().itertuples():
        with source.open(work.path) as original:
            assert np.allclose(mean_of(store.thumbnail(work.digest)), mean_of(original), atol=3)


def make_release(folder: Path, *, seed: int = 0) -> Path:
    """Forty works, one leak by path, one by name and one by content; rows in the seed's order."""
    rows = {"artist_train": [], "artist_val": [], "style_train": [], "style_val": []}
    for number in range(40):
        label, slug = number % 2, list(PAINTERS.values())[number % 2]
        path = f"{('Impressionism', 'Baroque')[label]}/{slug}_work-n{number}.jpg"
        paint(folder / path, number)
        part = "val" if number >= 30 else "train"
        rows[f"artist_{part}"].append(f"{path},{label}")
        rows["style_train" if number == 30 else f"style_{part}"].append(f"{path},{label}")
    leak_by_name = "Pointillism/" + rows["style_val"][0].split("/")[1].split(",")[0]
    paint(folder / leak_by_name, 100)
    paint(folder / "Pointillism/copy_copy.jpg", 35)
    rows["style_train"] += [f"{leak_by_name},1", "Pointillism/copy_copy.jpg,1"]
    rows["style_val"].append(rows["style_val"][0][:-1] + "0")  # the same work, another style
    for name, lines in rows.items():
        random.Random(seed).shuffle(lines)
        table = folder / name.split("_")[0].title() / f"{name}.csv"
        table.parent.mkdir(exist_ok=True)
        table.write_text("\n".join(lines))
    (folder / "Artist/artist_class.txt").write_text("0 Claude_Monet\n1 Rembrandt\n2 Nobody\n")
    (folder / "Style/style_class.txt").write_text("0 Impressionism\n1 Baroque\n")
    return folder


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return make_release(tmp_path / "release")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_index_of_a_release(release: Path, store: Store) -> None:
    report = index(store, release)
    works = store.works()
    assert (report.works, report.rejected, report.opened) == (42, 0, 42)
    assert works["work_id"].tolist() == list(range(42))
    assert works["path"].is_monotonic_increasing
    assert (report.train + report.val, report.test) == (30, 12)
    assert report.val == 3
    assert list(report.removed.values()) == [1, 1, 1]
    assert works["style_split"].value_counts()["excluded"] == 3
    assert set(works.loc[works["artist_split"] == "train", "split"]) == {"train"}
    assert store.classes()["artist"] == ["Claude_Monet", "Rembrandt", "Nobody"]
    assert works["duplicate_group"].nunique() == 40
    assert report.labels == store.manifest()["dataset"]["labels"]
    assert_thumbnails_show_the_pictures(store)
    audit = json.loads(store.audit_path.read_text("utf-8"))
    assert audit["tables"]["leaks"] == 1
    assert audit["removed"] == report.removed
    assert "0 left out" in report.summary().splitlines()[-1]


def test_order_of_the_rows_changes_nothing(release: Path, tmp_path: Path) -> None:
    tables = []
    for seed in (0, 1):
        store = Store(tmp_path / f"store{seed}")
        index(store, make_release(tmp_path / f"again{seed}", seed=seed))
        tables.append((store.manifest()["dataset"]["labels"], store.works()))
    assert tables[0][0] == tables[1][0]
    pd.testing.assert_frame_equal(tables[0][1], tables[1][1])


def test_another_seed_or_label_is_another_data_set(release: Path, store: Store) -> None:
    first = index(store, release, seed=0).labels
    assert index(store, release, seed=0).labels == first
    assert index(store, release, seed=1).labels != first
    classes = release / "Artist/artist_class.txt"
    classes.write_text(classes.read_text().replace("Rembrandt", "Rembrandt_van_Rijn"))
    assert index(store, release, seed=0).labels != first


def test_bad_pictures_are_listed_and_the_run_goes_on(release: Path, store: Store) -> None:
    index(store, release)
    paths = store.works()["path"].tolist()
    (release / paths[0]).write_bytes(b"")
    (release / paths[1]).write_bytes((release / paths[1]).read_bytes()[:-50])
    (release / paths[2]).unlink()
    Image.new("RGB", (1, 1)).save(release / paths[3])
    (release / paths[4]).write_text("<html>")
    report = index(store, release)
    assert (report.works, report.rejected) == (37, 5)
    assert "5 left out" in report.summary().splitlines()[-1]
    rejected = pd.read_csv(store.rejected_path).set_index("path")["reason"]
    assert rejected.index.tolist() == paths[:5]
    for path, reason in zip(
        paths, ["empty", "truncated", "does not exist", "1×1", "web page"], strict=False
    ):
        assert reason in rejected[path]
    works = store.works()
    assert works["path"].tolist() == paths[5:]
    assert works["work_id"].tolist() == list(range(37))
    assert {p.stem for p in store.thumbnails.iterdir()} == set(works["digest"])
    assert_thumbnails_show_the_pictures(store)


def test_run_again_opens_only_what_is_new(release: Path, store: Store) -> None:
    index(store, release)
    path = release / store.works()["path"][7]
    assert index(store, release).opened == 0
    before = store.dataset()
    paint(path, 500)
    report = index(store, release)
    assert report.opened == 1
    # Networks stay what they are; what they say of the pictures does not.
    assert store.dataset()["labels"] == before["labels"]
    assert store.dataset() != before
    assert_thumbnails_show_the_pictures(store)
    # A thumbnail that was lost is made again.
    lost = store.thumbnail(store.works()["digest"][3])
    lost.unlink()
    assert index(store, release).opened == 1
    assert lost.exists()


def test_another_size_makes_the_thumbnails_again_and_leaves_the_rest_valid(
    release: Path, store: Store
) -> None:
    index(store, release)
    before = store.manifest()["dataset"]
    assert index(store, release, thumbnail_size=64).opened == 42
    assert {max(Image.open(path).size) for path in store.thumbnails.iterdir()} == {64}
    assert index(store, release, thumbnail_size=64).opened == 0
    assert store.manifest()["dataset"] == before  # what embeddings are made from
    with pytest.raises(StoreError, match="thumbnails of 10 pixels; expected 64 to 2048"):
        index(store, release, thumbnail_size=10)


def test_another_decoder_makes_thumbnails_and_features_again(
    release: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(store, release)
    before = store.manifest()["dataset"]
    for module in (checking, indexing):
        monkeypatch.setattr(module, "DECODER", 99)
    assert index(store, release).opened == 42
    after = store.manifest()["dataset"]
    assert after["pictures"] != before["pictures"]
    assert after["labels"] == before["labels"]


def test_stopped_run_goes_on(release: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_CHUNK", 1)
    real, seen = open_picture, []

    def failing(source: Path, **options: int) -> Image.Image:
        seen.append(source)
        if len(seen) == 20:
            raise KeyboardInterrupt
        return real(source, **options)

    monkeypatch.setattr(checking, "open_picture", failing)
    with pytest.raises(KeyboardInterrupt):
        index(store, release, jobs=1)
    assert not store.works_path.exists()
    opened = index(store, release, jobs=1).opened
    assert opened == 42 - 19
    assert len(store.works()) == 42


def test_failure_leaves_the_last_good_state(release: Path, store: Store) -> None:
    index(store, release)
    before = {p: p.read_bytes() for p in store.root.rglob("*") if p.is_file()}
    table = release / "Style/style_train.csv"
    table.write_text(table.read_text() + "\nBaroque/x.jpg,99")
    with pytest.raises(StoreError, match="class 99"):
        index(store, release)
    with pytest.raises(StoreError, match="does not exist"):
        index(store, release / "nowhere")
    assert {p: p.read_bytes() for p in store.root.rglob("*") if p.is_file()} == before


def test_works_that_were_half_replaced_pass_for_neither(
    release: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(store, release)
    before = store.dataset()
    (release / store.works()["path"][0]).unlink()

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "save_works", full)
        with pytest.raises(StoreError, match="No space left"):
            index(store, release)
    with pytest.raises(StoreError, match="interrupted; run: artextract index"):
        store.dataset()
    assert index(store, release).works == 41
    assert store.dataset().keys() == before.keys()
    assert store.dataset() != before


def test_labels_and_images_apart(release: Path, store: Store, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for style in ("Impressionism", "Baroque", "Pointillism"):
        (release / style).rename(pictures / style)
    with pytest.raises(StoreError, match=r"none of the 42 pictures .*release.*--images"):
        index(store, release)
    first = index(store, release, images=pictures)
    second = index(Store(tmp_path / "other"), pictures, labels=release)
    assert first.works == 42
    assert first.labels == second.labels


def test_nothing_readable_is_an_error(tmp_path: Path, store: Store) -> None:
    (tmp_path / "pictures/monet").mkdir(parents=True)
    (tmp_path / "pictures/monet/a.jpg").write_bytes(b"")
    with pytest.raises(StoreError, match=r"none of the 1 pictures .* can be read.*empty"):
        index(store, tmp_path / "pictures")
    assert not store.works_path.exists()


def test_folders_get_splits_by_artist(tmp_path: Path, store: Store) -> None:
    for number in range(40):
        paint(tmp_path / "pictures" / ("monet", "renoir")[number % 2] / f"{number}.jpg", number)
    paint(tmp_path / "pictures/nobody/1.jpg", 99)
    report = index(store, tmp_path / "pictures")
    assert (report.train, report.val, report.test) == (30, 3, 8)
    assert report.few == {"artist": ["nobody"]}
    per_artist = pd.crosstab(store.works()["artist"], store.works()["split"])
    assert per_artist.loc[["monet", "renoir"], "test"].tolist() == [4, 4]
    assert list(store.classes()) == ["artist"]


def test_pictures_within_the_store_move_with_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "here")
    for number in range(20):
        paint(store.root / f"pictures/Painter {number % 2}/work {number}.jpg", number)
    index(store, store.root / "pictures")
    moved = Store(store.root.rename(tmp_path / "there"))
    assert_thumbnails_show_the_pictures(moved)
    assert index(moved, moved.root / "pictures").opened == 0
