import os
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from artextract.collection.images import open_picture
from artextract.collection.sources import open_source
from artextract.inference import embedding_writer as chunks
from artextract.inference.embeddings import Embedder, embed
from artextract.inference.hardware import Hardware
from artextract.models.backbones import BACKBONES
from artextract.store import Store, StoreError
from small import LOCAL, SHALLOW, change_index, copy_tree, exit_codes

SMALL = {"image_size": 64, "batch_size": 8, "precision": "32", "hardware": LOCAL}


@pytest.fixture
def shallow_file(monkeypatch, tmp_path):
    """Random weights of a small network that is registered as "shallow"."""
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    torch.manual_seed(0)
    path = tmp_path / "shallow.safetensors"
    save_file(SHALLOW.build().state_dict(), path)
    return path


@pytest.fixture
def embedded(indexed, shallow_file):
    """A store with the embedding of a network that was not trained."""
    embed(indexed, "shallow", pretrained=str(shallow_file), **SMALL)
    return indexed


def test_every_row_is_what_the_network_makes_of_that_work(embedded):
    features = embedded.embedding("shallow-pretrained-64")
    works = embedded.works()
    assert features.dtype == np.float16
    assert features.shape == (len(works), 512)
    assert isinstance(features, np.memmap)
    embedder = Embedder(embedded, "shallow-pretrained-64", device=torch.device("cpu"))
    for row in (0, 17, len(works) - 1):
        with open_source(embedded).open(works.loc[row, "path"]) as stream:
            picture = open_picture(stream, min_side=64)
        again = embedder([picture], precision="32")[0]
        np.testing.assert_allclose(again, features[row], rtol=5e-3, atol=1e-3)


def test_it_is_made_once_and_made_anew_when_asked(embedded, shallow_file):
    path = embedded.embedding_path("shallow-pretrained-64")
    before = path.stat().st_mtime_ns
    embed(embedded, "shallow", pretrained=str(shallow_file), **SMALL)
    assert path.stat().st_mtime_ns == before
    embed(embedded, "shallow", pretrained=str(shallow_file), overwrite=True, **SMALL)
    assert path.stat().st_mtime_ns > before
    assert sorted(p.name for p in path.parent.iterdir()) == [
        path.name,
    ]


def test_a_killed_run_goes_on_where_it_was(embedded, shallow_file):
    path = embedded.embedding_path("shallow-pretrained-64")
    whole = np.array(embedded.embedding("shallow-pretrained-64"))
    path.unlink()
    done = []

    def advance(n=1, *, total=None, note=""):
        done.append(n)
        if sum(done) >= 24:
            os.kill(os.getpid(), signal.SIGKILL)

    def until_killed(rank: int) -> None:
        embed(embedded, "shallow", pretrained=str(shallow_file), advance=advance, **SMALL)

    assert exit_codes(until_killed) == [-signal.SIGKILL]
    assert not path.exists()
    steps = []
    embed(
        embedded,
        "shallow",
        pretrained=str(shallow_file),
        advance=lambda n=1, *, total=None, note="": steps.append(n),
        **SMALL,
    )
    assert steps[0] == 24  # what was there already
    assert sum(steps) == 60
    # One thread in the process that was killed and several here: the last bit may differ.
    np.testing.assert_allclose(
        embedded.embedding("shallow-pretrained-64"), whole, rtol=2**-9, atol=1e-3
    )


def test_two_processes_embed_every_row_once_and_alike(
    embedded, shallow_file, tmp_path, monkeypatch
):
    path = embedded.embedding_path("shallow-pretrained-64")
    alone = np.array(embedded.embedding("shallow-pretrained-64"))
    path.unlink()
    step = chunks._Features.predict_step

    def recorded(self, batch, batch_idx):
        with (tmp_path / str(self.global_rank)).open("a") as file:
            file.write(f"{int(batch['first'])}\n")
        return step(self, batch, batch_idx)

    monkeypatch.setattr(chunks._Features, "predict_step", recorded)
    hardware = Hardware(accelerator="cpu", devices=2, strategy="ddp", workers=0)

    def with_the_other(rank: int) -> None:
        embed(embedded, "shallow", pretrained=str(shallow_file), **SMALL | {"hardware": hardware})

    assert exit_codes(with_the_other, 2) == [0, 0]
    ranks = [[int(v) for v in (tmp_path / str(r)).read_text().split()] for r in (0, 1)]
    assert ranks == [[0, 16, 32, 48], [8, 24, 40, 56]]
    assert embedded.embedding_record("shallow-pretrained-64")["processes"] == 2
    # Half precision keeps eleven bits; the batches differ, and with them the last of these.
    np.testing.assert_allclose(
        embedded.embedding("shallow-pretrained-64"), alone, rtol=2**-9, atol=1e-3
    )


def test_a_picture_that_is_gone_has_no_numbers_and_harms_no_other(indexed, shallow_file, tmp_path):
    works = indexed.works()
    works.loc[5, "path"] = "gone.png"
    indexed.save_works(works, indexed.classes())
    embed(indexed, "shallow", pretrained=str(shallow_file), **SMALL)
    lost = np.isnan(indexed.embedding("shallow-pretrained-64")).all(axis=1)
    assert np.flatnonzero(lost).tolist() == [5]
    assert indexed.embedding_record("shallow-pretrained-64")["unreadable"] == [5]


def test_what_is_missing_is_named(indexed, embedded, small_store):
    with pytest.raises(StoreError, match=r"run: artextract train"):
        embed(indexed, "alexnet", hardware=LOCAL)
    with pytest.raises(StoreError, match=r"no embeddings in .*; run: artextract embed"):
        small_store.embedding("resnet50")
    with pytest.raises(ValueError, match="no backbone 'vgg'"):
        embed(indexed, "vgg")
    change_index(embedded, "pictures")
    with pytest.raises(StoreError, match="made from another index; run: artextract embed"):
        embedded.embedding("shallow-pretrained-64")


def test_an_embedding_that_stopped_before_its_record_is_made(embedded, shallow_file):
    record = embedded.root / "stages" / "embed-shallow-pretrained-64.json"
    before = embedded.stage_record(record.stem)
    record.unlink()
    embed(embedded, "shallow", pretrained=str(shallow_file), **SMALL)
    after = embedded.stage_record(record.stem)
    assert [after[part] for part in ("key", "result")] == [before[p] for p in ("key", "result")]


def test_a_trained_network_embeds_at_the_size_it_was_trained_for(small_store, tmp_path):
    store = Store(copy_tree(small_store.root, tmp_path / "copy"))
    assert embed(store, "alexnet", batch_size=32, hardware=replace(LOCAL)) == "alexnet"
    assert store.embedding("alexnet").shape == (60, 4096)
    assert store.embedding_record("alexnet")["image_size"] == 64
