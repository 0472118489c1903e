"""Pictures in archives and Parquet files are the same in threads, forks and new processes."""

from __future__ import annotations

import copy
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from torch.utils.data import DataLoader

from artextract.collection.images import PictureError
from artextract.collection.indexing import index
from artextract.collection.places import tar_members
from artextract.collection.sources import open_source, recognise
from artextract.inference.dataset import PaintingDataset
from artextract.store import Store, StoreError
from benchmarks.hostile_sources.archives import tarred, zipped
from benchmarks.hostile_sources.case import picture
from benchmarks.hostile_sources.parquet import write

MANY = {f"{('Degas', 'Monet')[i % 2]}/{i:02}.png": picture(i) for i in range(24)}


def _made(kind: str, folder: Path) -> Path:
    if kind == "parquet":
        rows = [{"bytes": content, "path": None} for content in MANY.values()]
        columns = {"image": rows, "artist": [i % 2 for i in range(24)]}
        return write(folder / "a.parquet", columns, row_group_size=10)
    if kind == "zip":
        return zipped(folder / "a.zip", MANY)
    name, mode = {"tar": ("a.tar", "w"), "tar.gz": ("a.tar.gz", "w:gz")}[kind]
    return tarred(folder / name, MANY, mode)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "parquet"])
def test_threads_and_processes_read_the_same(kind: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert index(store, _made(kind, tmp_path)).works == 24
    source = open_source(store)
    keys = store.works()["path"].tolist()

    def read(key: str) -> bytes:
        with source.open(key) as stream:
            assert stream.seekable()
            stream.read(3)
            stream.seek(0)
            return stream.read()

    expected = [read(key) for key in keys]
    assert sorted(expected) == sorted(MANY.values())
    shuffled = np.random.default_rng(0).permutation(np.repeat(np.arange(24), 8))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, [keys[i] for i in shuffled]))
    assert all(content == expected[i] for i, content in zip(shuffled, found, strict=True))
    source = copy.deepcopy(source)  # as a process that is spawned gets it
    assert [read(key) for key in keys] == expected
    dataset = PaintingDataset(source, keys, np.zeros((24, 0), np.int64), size=64)
    alone = [dataset[row]["image"] for row in range(24)]
    loader = DataLoader(dataset, 5, num_workers=3, multiprocessing_context="fork")
    together = [image for batch in loader for image in batch["image"]]
    assert all(a.equal(b) for a, b in zip(alone, together, strict=True))
    assert not list(tmp_path.rglob("*.png"))  # nothing was unpacked


@pytest.mark.parametrize("kind", ["zip", "tar", "parquet"])
def test_what_an_archive_no_longer_holds_is_named(kind: str, tmp_path: Path) -> None:
    path = _made(kind, tmp_path)
    source = recognise(path)
    key = source.read(None).works["path"][0]
    with pytest.raises(PictureError, match="does not exist"):
        source.open(f"{key}.gone")
    path.unlink()
    with pytest.raises(PictureError):
        source.open(key)


def test_a_compressed_tar_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _made("tar.gz", tmp_path)
    monkeypatch.setattr(tar_members, "LARGEST", 10_000)
    with pytest.raises(StoreError, match=r"plain \.tar is read in place; run: gunzip .*a\.tar\.gz"):
        recognise(path)


def test_the_release_is_read_with_its_pictures_in_a_zip(tmp_path: Path) -> None:
    styles = {f"wikiart/{('Baroque', 'Cubism')[i % 2]}/a_b-{i}.png": picture(i) for i in range(8)}
    pictures = zipped(tmp_path / "wikiart.zip", styles)
    labels = tmp_path / "labels/Style"
    labels.mkdir(parents=True)
    rows = [f"{name.removeprefix('wikiart/')},{i % 2}" for i, name in enumerate(styles)]
    (labels / "style_train.csv").write_text("\n".join(rows[:6]))
    (labels / "style_val.csv").write_text("\n".join(rows[6:]))
    (labels / "style_class.txt").write_text("0 Baroque\n1 Cubism\n")
    store = Store(tmp_path / "store")
    report = index(store, pictures, labels=labels.parent)
    assert (report.kind, report.works, report.test) == ("wikiart", 8, 2)
    with open_source(store).open(store.works()["path"][0]) as stream:
        assert stream.read() in styles.values()
    with pytest.raises(StoreError, match=r"style folders of WikiArt .*--labels"):
        index(store, pictures)


def test_refresh_opens_what_kept_its_size_and_time(tmp_path: Path) -> None:
    source = tmp_path / "pictures"
    for name in ("Monet/a.png", "Degas/b.png"):
        (source / name).parent.mkdir(parents=True)
        (source / name).write_bytes(picture(1) if "a" in name else picture(2))
    store = Store(tmp_path / "store")
    index(store, source)
    before = store.dataset()
    path = source / "Monet/a.png"
    status, other = path.stat(), picture(3)
    size = max(status.st_size, len(other))
    path.write_bytes(other + bytes(size - len(other)))
    os.truncate(path, status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert index(store, source).opened == 0
    assert store.dataset() == before
    assert index(store, source, refresh=True).opened == 2
    assert store.dataset()["pictures"] != before["pictures"]
    assert store.dataset()["labels"] == before["labels"]
