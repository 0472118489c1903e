"""A source of somebody else's, which nothing but :data:`SOURCES` knows, through every stage."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.data import DataLoader

from artextract.collection.indexing import index
from artextract.collection.sources import SOURCES, open_source, recognise
from artextract.collection.sources.base import Source
from artextract.evaluation.evaluate import evaluate
from artextract.inference.dataset import PaintingDataset
from artextract.inference.embeddings import embed
from artextract.models.backbones import BACKBONES
from artextract.oeuvres.explore import ExploreConfig, explore
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.oeuvres.projection import MapConfig
from artextract.store import Store, StoreError
from artextract.training.fit import fit
from small import LOCAL, SHALLOW, tiny
from zip_source import ZipSource, zip_collection


@pytest.fixture
def archive(collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small collection in a zip file, whose kind of source is registered."""
    monkeypatch.setitem(SOURCES, "zip", ZipSource)
    return zip_collection(collection, tmp_path / "collection.zip")


def test_pictures_in_a_zip_file_go_through_every_stage(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    store = Store(tmp_path / "store")
    report = index(store, archive, tasks=["artist", "period"])
    assert (report.kind, report.works, report.rejected) == ("zip", 60, 0)
    # Loading processes are forks of this one, which has the archive open.
    fit(store, tiny("shallow"), hardware=replace(LOCAL, workers=2))
    figures = evaluate(store, precision="32", workers=2)
    assert figures.keys() == {"artist", "period"}
    assert figures["period"]["ensemble"]["n"] == report.labelled["period"]["test"]
    name = embed(store, "shallow", precision="32", hardware=replace(LOCAL, workers=2))
    assert np.isfinite(store.embedding(name)).all()
    config = ExploreConfig(
        OutlierConfig(trees=20, min_works=15), MapConfig(method="pca", min_works=15)
    )
    explore(store, name, config=config)
    assert len(pd.read_parquet(store.explored(name, "outliers.parquet"))) == 60
    measured = pd.read_parquet(store.reproductions_path)
    assert set(measured["short_side"]) == {72, 80}  # of the originals
    assert not list(store.root.rglob("*.png"))  # nothing was unpacked


def test_what_a_zip_file_no_longer_holds_is_named(archive: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    index(store, archive)
    dataset = PaintingDataset(open_source(store), ["gone.png"], np.zeros((1, 1), int), size=64)
    with pytest.raises(StoreError, match=r"gone.png in .*collection.zip: .*not in the archive"):
        _ = dataset[0]


def test_a_source_that_is_not_known_here_is_named(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    index(store, archive)
    monkeypatch.delitem(SOURCES, "zip")
    with pytest.raises(StoreError, match="kind 'zip'; known are wikiart, table, folders"):
        open_source(store)
    assert recognise(archive).kind == "table"  # as any zip file with a table of works


def _sources(archive: Path, collection: Path) -> dict[str, Source]:
    return {
        "zip": recognise(archive),
        "table": recognise(collection),
        "folders": recognise(collection.parent),
        "wikiart": SOURCES["wikiart"].from_record(
            {"labels": "labels", "images": "."}, store_root=collection.parent
        ),
    }


@pytest.mark.parametrize("kind", ["zip", "table", "folders", "wikiart"])
def test_a_source_survives_json_copies_and_processes(
    archive: Path, collection: Path, kind: str
) -> None:
    keys = pd.read_csv(collection)["path"].tolist()
    source = _sources(archive, collection)[kind]
    assert source.kind == kind
    expected = [(collection.parent / key).read_bytes() for key in keys]
    root = collection.parent / "store"
    record = json.loads(json.dumps(source.record(store_root=root)))
    for other in (
        source,
        SOURCES[kind].from_record(record, store_root=root),
        copy.deepcopy(source),  # as a process that loads pictures gets it
    ):
        with other.open(keys[7]) as stream:
            assert stream.read() == expected[7]
    dataset = PaintingDataset(source, keys, np.zeros((len(keys), 0), np.int64), size=64)
    alone = torch.stack([dataset[row]["image"] for row in range(len(keys))])
    loader = DataLoader(dataset, 6, num_workers=2, multiprocessing_context="fork")
    assert torch.equal(torch.cat([batch["image"] for batch in loader]), alone)
