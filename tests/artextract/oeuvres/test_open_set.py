"""Status of a picture: valid p-values, and what is no painting is told from what is one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.explore import explore
from artextract.oeuvres.open_set.conformal import conformal_p_values
from artextract.oeuvres.open_set.description import Describer
from artextract.oeuvres.open_set.detector import OpenSetConfig, OpenSetDetector
from artextract.oeuvres.open_set.discriminant import ArtistDiscriminant
from artextract.oeuvres.open_set.image_statistics import STATISTICS, image_statistics
from artextract.oeuvres.open_set.status import (
    LIKE,
    UNKNOWN_ARTIST,
    UNLIKE,
    StatusAssessor,
    is_doubtful,
    render,
    status_assessor,
    status_of,
)
from artextract.oeuvres.results import part_record
from artextract.store import Store, StoreError
from small import SMALL_EXPLORATION, copy_tree, give_embedding


def test_p_values_are_valid_and_never_rise_with_the_score() -> None:
    rng = np.random.default_rng(0)
    p = np.concatenate(
        [conformal_p_values(rng.gumbel(size=50), rng.gumbel(size=1)) for _ in range(4000)]
    )
    for a in (0.02, 0.05, 0.1, 0.5):
        assert np.mean(p <= a) < a + 3 * np.sqrt(a * (1 - a) / len(p))
    held_out = rng.normal(size=99)
    p = conformal_p_values(held_out, np.sort(rng.normal(size=500)))
    assert (np.diff(p) <= 0).all()
    assert conformal_p_values(held_out, np.array([-9.0, 9.0])).tolist() == [1, 0.01]
    assert conformal_p_values(np.zeros(9), np.zeros(1)).tolist() == [1]  # a tie is as strange


def test_its_alarms_are_as_rare_as_promised_and_strangers_raise_them() -> None:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(9, 40))
    by = np.repeat(np.arange(6), 150)
    features = centres[by] + rng.normal(0, 0.6, (900, 40))
    statistics = rng.normal(size=(900, len(STATISTICS)))
    order = rng.permutation(900)
    train, held, test = order[:400], order[400:650], order[650:]
    detector = OpenSetDetector.fit(features, by, statistics, train=train, held_out=held)
    p_picture, p_artist = detector.p_values(features[test], statistics[test])
    assert np.mean(p_picture <= 0.1) < 0.17
    assert np.mean(p_artist <= 0.1) < 0.17
    unknown = centres[6 + rng.integers(3, size=100)] + rng.normal(0, 0.6, (100, 40))
    assert np.mean(detector.p_values(unknown, statistics[:100])[1] <= 0.1) > 0.5
    odd = statistics[:100] + 9
    assert (detector.p_values(features[test][:100], odd)[0] <= 0.01).all()


def test_what_is_read_back_answers_as_what_was_saved(tmp_path) -> None:
    rng = np.random.default_rng(2)
    features, statistics = rng.normal(size=(120, 30)), rng.normal(size=(120, len(STATISTICS)))
    rows, descriptions = np.arange(120), rng.random((120, 20)).astype(np.float32)
    descriptions[3] = np.nan  # a training work that was not described
    for artists in (rows % 3, np.full(120, -1)):
        detector = OpenSetDetector.fit(
            features,
            artists,
            statistics,
            train=rows[:70],
            held_out=rows[70:],
            descriptions=descriptions,
            widths=np.array([8, 12]),
        )
        detector.save(tmp_path / "open_set.safetensors")
        again = OpenSetDetector.read(tmp_path / "open_set.safetensors")
        asked = features[:9], statistics[:9], descriptions[:9]
        p_picture, p_artist = detector.p_values(*asked)
        np.testing.assert_array_equal(again.p_values(*asked), (p_picture, p_artist))
        expected = [False] * 9 if artists[0] == 0 else [True] * 9
        expected[3] = True  # it could not be described, so nothing is said of its artist
        assert np.isnan(p_artist).tolist() == expected
        assert np.isfinite(p_picture).all()


def test_artists_are_told_apart_by_a_block_of_small_numbers() -> None:
    rng = np.random.default_rng(3)
    by = rng.integers(4, size=400)
    loud = 1000 * rng.random((400, 50))
    quiet = 1e-3 * (rng.random((400, 12)) + np.eye(12)[by])
    X, widths = np.hstack([loud, quiet]).astype(np.float32), np.array([50, 12])
    discriminant = ArtistDiscriminant.fit(X[:300], by[:300], widths, n_components=40)
    assert np.mean(discriminant.logits(X[300:]).argmax(axis=1) == by[300:]) > 0.95


def test_networks_describe_the_works_and_without_them_the_features_do(
    explored_store: Store, tmp_path
) -> None:
    record = part_record(explored_store, explored_embeddings(explored_store)[0], "open_set")
    assert record["result"]["described"]
    store = Store(copy_tree(explored_store.root, tmp_path / "store"))
    features = np.random.default_rng(0).random((len(store.works()), 64))
    give_embedding(store, features)  # its weights are in no file
    name = "resnet50-pretrained"
    explore(store, name, config=SMALL_EXPLORATION, parts=("neighbours", "open_set"))
    assert part_record(store, name, "open_set")["result"]["described"] is False


def test_a_work_is_described_as_its_small_picture_is_when_uploaded(explored_store: Store) -> None:
    describer = Describer(explored_store, explored_embeddings(explored_store)[0])
    small = [explored_store.thumbnail(digest) for digest in explored_store.works()["digest"][:3]]
    described = describer([*small, b"no picture"])
    assert described.shape == (4, describer.widths().sum())
    assert np.isnan(described[3]).all()
    alone = describer([small[1].read_bytes()])[0]
    np.testing.assert_allclose(described[1], alone, rtol=0.05, atol=0.01)


def test_statistics_are_finite_whatever_the_picture() -> None:
    for size in ((16, 16), (16, 900), (500, 80)):
        for colour in ((0, 0, 0), (255, 255, 255), (127, 127, 127)):
            assert np.isfinite(image_statistics(Image.new("RGB", size, colour))).all()


def test_noise_and_flat_grey_are_unlike_the_small_collection(explored_store: Store) -> None:
    assessor = StatusAssessor(explored_store)
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    for picture in (Image.fromarray(noise), Image.new("RGB", (200, 200), (128, 128, 128))):
        status = assessor.assess(picture)
        assert status["code"] == UNLIKE
        assert "stranger than 96 % of" in render(status)  # than all 24


def test_statuses_survive_exploring_anew(explored_store: Store, tmp_path) -> None:
    picture = Image.new("RGB", (90, 70), (200, 80, 40))
    before = StatusAssessor(explored_store).assess(picture)
    store = Store(copy_tree(explored_store.root, tmp_path / "store"))
    explore(store, config=SMALL_EXPLORATION, parts=("open_set",), overwrite=True)
    assert StatusAssessor(store).assess(picture) == before


def test_too_few_held_out_works_assess_nothing(indexed: Store) -> None:
    features = np.random.default_rng(0).random((len(indexed.works()), 64))
    give_embedding(indexed, features)
    assert status_assessor(indexed) is None  # nothing explored
    lines: list[str] = []
    explore(indexed, parts=("open_set",), say=lines.append)  # 24 works; 49 are needed
    assert any("24 works" in line and "too few" in line for line in lines)
    with pytest.raises(StoreError, match="24 works that no network was trained on are too few"):
        StatusAssessor(indexed)
    assert status_assessor(indexed) is None


def test_only_what_the_status_is_about_is_doubtful() -> None:
    config = OpenSetConfig()
    assert status_of(0.026, 0.026, config)["code"] == LIKE
    assert status_of(0.5, None, config)["code"] == LIKE
    unknown, unlike = status_of(0.5, 0.025, config), status_of(0.025, 0.5, config)
    assert (unknown["code"], unlike["code"]) == (UNKNOWN_ARTIST, UNLIKE)
    assert [is_doubtful(unknown, task) for task in ("artist", "genre")] == [True, False]
    assert [is_doubtful(unlike, task) for task in ("artist", "genre")] == [True, True]
    assert not is_doubtful(None, "artist")
    assert render(None) == "not assessed; run: artextract explore"
