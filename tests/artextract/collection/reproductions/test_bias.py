"""Is it the painter or the scan? Said where it is the scan, and only there."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFilter

from artextract.collection.indexing import index
from artextract.collection.reproductions.audit import (
    audit_reproductions,
    read_reproduction_bias,
    render,
    verdict_sentence,
)
from artextract.collection.reproductions.bias import Predicted
from artextract.collection.reproductions.measure import decay, jpeg_quality, measure
from artextract.collection.reproductions.properties import folders_are_labels
from artextract.store import Store, StoreError
from small import change_index

SIDE = 256


def motif(seed: int) -> Image.Image:
    """A picture with the spectrum of a painting: a power law in every octave."""
    rng = np.random.default_rng(seed)
    radius = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE))
    radius[0, 0] = 1
    waves = np.fft.fft2(rng.normal(size=(3, SIDE, SIDE))) / radius**1.2
    pixels = np.fft.ifft2(waves).real
    pixels = 128 + 45 * pixels / pixels.std(axis=(1, 2), keepdims=True)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8).transpose(1, 2, 0))


def enlarged(picture: Image.Image) -> Image.Image:
    return picture.resize((100, 100)).resize(picture.size, Image.Resampling.BICUBIC)


def painters(folder: Path, *, scan: bool) -> Store:
    """Two painters of the same motifs; with `scan` the second's were saved small and enlarged."""
    rows = []
    (folder / "pictures").mkdir()
    for number in range(40):
        for artist in ("Ada Ember", "Bo Azur"):
            # The same kind of motif, but no two pictures are one.
            picture = motif(2 * number + (artist == "Bo Azur"))
            if scan and artist == "Bo Azur":
                picture = enlarged(picture)
            path = f"pictures/{artist[0]}{number}.jpg"
            picture.save(folder / path, quality=90)
            rows.append((path, artist))
    table = folder / "works.csv"
    pd.DataFrame(rows, columns=["path", "artist"]).to_csv(table, index=False)
    store = Store(folder / "store")
    index(store, table)
    return store


@pytest.mark.parametrize(("scan", "verdict"), [(True, "told"), (False, "not")])
def test_a_painter_whose_works_were_enlarged_is_told_by_the_scan(
    scan: bool, verdict: str, tmp_path: Path
):
    store = painters(tmp_path, scan=scan)
    with pytest.raises(StoreError, match="run: artextract audit"):
        read_reproduction_bias(store)
    result = audit_reproductions(store)
    assert read_reproduction_bias(store) == result
    found = result["tasks"]["artist"]
    assert found["verdict"] == verdict
    assert {row["verdict"] for row in found["classes"]} == {verdict}
    assert ("what a network has learnt may be the scan" in render(result)) == scan
    if scan:
        assert found["classes"][0]["property"] == "enlarged"
        assert found["scan"]["balanced_accuracy"] > 0.95
    assert "chance 50.0 %" in verdict_sentence("artist", found)
    change_index(store, "labels")
    with pytest.raises(StoreError, match="run: artextract audit"):
        read_reproduction_bias(store)


def test_the_spectrum_of_an_enlarged_picture_breaks_off_and_of_a_soft_one_does_not():
    picture = motif(0)
    assert decay(picture) < 4.6 < 5.4 < decay(enlarged(picture))
    assert decay(Image.new("RGB", (40, 30))) == 0
    assert decay(picture.filter(ImageFilter.GaussianBlur(0.5))) < 5.4


@pytest.mark.parametrize("quality", [35, 75, 92])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality: int):
    stream = BytesIO()
    motif(1).save(stream, "JPEG", quality=quality)
    with Image.open(stream) as file:
        assert jpeg_quality(file) == pytest.approx(quality, abs=1)
    stream.seek(0)
    width, height, told = measure(motif(1), stream)[4:7]
    assert (width, height) == (SIDE, SIDE)
    assert told == pytest.approx(quality, abs=1)
    assert np.isnan(jpeg_quality(motif(1)))


def test_folders_that_are_named_after_labels_are_no_evidence_about_a_scan():
    works = pd.DataFrame({"path": ["Art_Nouveau/a.jpg", "Cubism/b.jpg"], "creator": [None, None]})
    works["style"] = ["Art Nouveau", "Cubism"]
    assert folders_are_labels(works, ["style"])
    works["path"] = ["scanner-1/a.jpg", "scanner-2/b.jpg"]
    assert not folders_are_labels(works, ["style"])


def test_intervals_hold_what_they_promise_and_clusters_widen_them():
    rng = np.random.default_rng(0)
    y = np.arange(400) % 2
    held = []
    for _ in range(200):
        p = rng.random(400)
        found = Predicted(np.stack([p, 1 - p], axis=1), y, np.arange(400))
        area, error = found.auroc(1)
        mean, spread = found.balanced_accuracy()
        held.append((abs(area - 0.5) < 1.96 * error, abs(mean - 0.5) < 1.96 * spread))
    assert (np.mean(held, axis=0) > 0.9).all()
    p = np.repeat(rng.random(40), 10)  # the works of a cluster are all alike
    twice = [
        Predicted(np.stack([p, 1 - p], axis=1), np.repeat(np.arange(40) % 2, 10), clusters)
        for clusters in (np.arange(400), np.repeat(np.arange(40), 10))
    ]
    assert twice[1].auroc(1)[1] > 2 * twice[0].auroc(1)[1]
