"""The built-in collection: reproducible, complete, and honest about what it gives away."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artextract.pipeline.builtin import build
from artextract.store import Store, StoreError
from artextract.synthetic import GENRES, PAINTERS, STYLES, about, paint, paint_collection, plan


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small collection painted in this process."""
    folder = tmp_path_factory.mktemp("collection")
    paint_collection(folder, n_works=16, size=64, jobs=1)
    return folder


def test_same_seed_gives_same_bytes_however_many_jobs(painted: Path, tmp_path: Path) -> None:
    paint_collection(tmp_path, n_works=16, size=64, jobs=2)
    assert _bytes(tmp_path) == _bytes(painted)


def test_another_seed_paints_anew_and_keeps_foreign_files(tmp_path: Path) -> None:
    paint_collection(tmp_path, n_works=3, size=48, jobs=1)
    before = _bytes(tmp_path)
    (tmp_path / "pictures" / "mine.jpg").write_bytes(b"mine")
    paint_collection(tmp_path, n_works=3, size=48, seed=7, jobs=1)
    after = _bytes(tmp_path)
    assert after.pop("pictures/mine.jpg") == b"mine"
    assert len(after) == len(before)
    assert not set(before.values()) & {v for k, v in after.items() if k.endswith(".jpg")}


def test_second_call_paints_only_what_is_missing(painted: Path) -> None:
    before = _bytes(painted)
    calls: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        calls.append((done, total))

    paint_collection(painted, n_works=16, size=64, jobs=1, on_painted=note)
    assert calls == []
    lost = sorted((painted / "pictures").glob("*.jpg"))[5]
    times = {p: p.stat().st_mtime_ns for p in (painted / "pictures").iterdir() if p != lost}
    lost.unlink()
    paint_collection(painted, n_works=16, size=64, jobs=1, on_painted=note)
    assert calls == [(16, 16)]
    assert _bytes(painted) == before
    assert {p: p.stat().st_mtime_ns for p in times} == times


def test_a_run_cut_short_is_finished_identically(painted: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paint_collection(tmp_path, n_works=16, size=64, jobs=1, on_painted=stop)
    paint_collection(tmp_path, n_works=16, size=64, jobs=1)
    assert _bytes(tmp_path) == _bytes(painted)


def test_tables_list_the_pictures(painted: Path) -> None:
    with (painted / "works.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["path", "artist", "genre", "style", "title", "year"]
    assert {r["path"] for r in rows} == {
        f"pictures/{p.name}" for p in (painted / "pictures").iterdir()
    }
    for row in rows:
        with Image.open(painted / row["path"]) as picture:
            assert picture.mode == "RGB"
            assert max(picture.size) <= 72
            assert not picture.getexif()
            assert "progressive" not in picture.info


def test_plan_is_complete() -> None:
    works = plan()
    assert len(works) == 600
    assert len({w.path for w in works}) == 600
    assert Counter(w.artist for w in works) == {p.name: 75 for p in PAINTERS}
    assert Counter(w.artist for w in works if w.outlier) == {p.name: 4 for p in PAINTERS}
    assert all(w.note for w in works if w.outlier)
    for style in STYLES:
        by = Counter(w.artist for w in works if w.style == style and not w.outlier)
        assert len(by) >= 2
        assert sum(by.values()) >= 60
    for painter in PAINTERS:
        own = [w for w in works if w.artist == painter.name]
        assert {w.genre for w in own} == set(GENRES)
        assert all(painter.active[0] <= w.painted <= painter.active[1] for w in own)
    assert 0 < sum(w.year is None for w in works) < 60
    assert 0 < sum(not w.listed for w in works) < 36
    assert {entry["name"] for entry in about()} == {p.name for p in PAINTERS}


def test_formats_and_numbers_do_not_betray_the_painter() -> None:
    works = plan()
    dealt = {p.name: sorted(w.proportion for w in works if w.artist == p.name) for p in PAINTERS}
    assert len({tuple(one) for one in dealt.values()}) == 1
    for attribute in ("artist", "style"):
        labels = {getattr(w, attribute) for w in works}
        for label in labels:
            serials = [w.serial for w in works if getattr(w, attribute) == label]
            extents = [w.extent for w in works if getattr(w, attribute) == label]
            # Four standard errors of the mean of uniform numbers.
            slack = 4 / np.sqrt(12 * len(serials))
            assert abs(np.mean(serials) / 600 - 0.5) < slack
            assert abs(np.mean(extents) - 1.06) < 0.12 * slack
    for work in works:
        name = work.path.lower()
        assert not any(word.lower() in name for word in (*STYLES, *work.artist.split()[-1:]))


def test_a_work_depends_on_its_specification_alone() -> None:
    works = plan(16)
    alone = np.asarray(paint(works[9], 48))
    paint(works[3], 48)
    assert np.array_equal(alone, np.asarray(paint(works[9], 48)))


def test_a_collection_of_ones_own_is_not_replaced(indexed: Store) -> None:
    before = (indexed.root / "works.parquet").read_bytes()
    with pytest.raises(StoreError, match="run: artextract demo --store OTHER_FOLDER"):
        build(indexed, seed=0, n_works=16)
    assert (indexed.root / "works.parquet").read_bytes() == before
    assert not (indexed.root / "collection").exists()
