import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from artextract.embedding import Embedder, embed
from artextract.images import open_picture
from artextract.store import StoreError
from small import LOCAL

SMALL = {"image_size": 64, "batch_size": 8, "precision": "32", "hardware": LOCAL}


@pytest.fixture
def embedded(indexed, resnet_file):
    """A store with the embedding of a network that was not trained."""
    embed(indexed, "resnet50", pretrained=str(resnet_file), **SMALL)
    return indexed


def _folders() -> list[str]:
    tests = Path(__file__).parents[1]
    return [str(tests), str(tests.parent)]


def test_every_row_is_what_the_network_makes_of_that_work(embedded):
    features = embedded.embedding("resnet50-pretrained")
    works = embedded.works()
    assert features.dtype == np.float16
    assert features.shape == (len(works), 2048)
    assert isinstance(features, np.memmap)
    embedder = Embedder(embedded, "resnet50-pretrained")
    for row in (0, 17, len(works) - 1):
        picture = open_picture(embedded.picture(works.loc[row, "path"]), min_side=64)
        np.testing.assert_allclose(embedder([picture])[0], features[row], rtol=5e-3, atol=1e-3)


def test_it_is_made_once_and_made_anew_when_asked(embedded, resnet_file):
    path = embedded.embedding_path("resnet50-pretrained")
    before = path.stat().st_mtime_ns
    embed(embedded, "resnet50", pretrained=str(resnet_file), **SMALL)
    assert path.stat().st_mtime_ns == before
    embed(embedded, "resnet50", pretrained=str(resnet_file), fresh=True, **SMALL)
    assert path.stat().st_mtime_ns > before
    assert sorted(p.name for p in path.parent.iterdir()) == [
        path.with_suffix(".json").name,
        path.name,
    ]


_KILLED = """
import os, signal, sys
sys.path[:0] = {path!r}
from artextract.embedding import embed
from artextract.store import Store
from small import LOCAL

def advance(n=1, *, total=None, note=""):
    advance.done = getattr(advance, "done", 0) + n
    if advance.done >= 24:
        os.kill(os.getpid(), signal.SIGKILL)

embed(Store({store!r}), "resnet50", pretrained={weights!r}, image_size=64, batch_size=8,
      precision="32", hardware=LOCAL, advance=advance)
"""


def test_a_killed_run_goes_on_where_it_was(embedded, resnet_file):
    path = embedded.embedding_path("resnet50-pretrained")
    whole = np.array(embedded.embedding("resnet50-pretrained"))
    path.unlink()
    code = _KILLED.format(path=_folders(), store=str(embedded.root), weights=str(resnet_file))
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert not path.exists()
    steps = []
    embed(
        embedded,
        "resnet50",
        pretrained=str(resnet_file),
        advance=lambda n=1, *, total=None, note="": steps.append(n),
        **SMALL,
    )
    assert steps[0] == 24  # what was there already
    assert sum(steps) == 60
    np.testing.assert_array_equal(embedded.embedding("resnet50-pretrained"), whole)


_TWO = """
import sys
sys.path[:0] = {path!r}
from artextract.embedding import embed
from artextract.store import Store
from artextract.training import Hardware
import artextract.chunks as chunks

step = chunks._Features.predict_step
def recorded(self, batch, batch_idx):
    with open({log!r} + str(self.global_rank), "a") as file:
        file.write(str(int(batch["first"])) + "\\n")
    return step(self, batch, batch_idx)
chunks._Features.predict_step = recorded

if __name__ == "__main__":
    hardware = Hardware(accelerator="cpu", devices=2, strategy="ddp", workers=0)
    embed(Store({store!r}), "resnet50", pretrained={weights!r}, image_size=64, batch_size=8,
          precision="32", hardware=hardware)
"""


def test_two_processes_embed_every_row_once_and_alike(embedded, resnet_file, tmp_path):
    path = embedded.embedding_path("resnet50-pretrained")
    alone = np.array(embedded.embedding("resnet50-pretrained"))
    path.unlink()
    script, log = tmp_path / "two.py", str(tmp_path / "rank")
    script.write_text(
        _TWO.format(path=_folders(), log=log, store=str(embedded.root), weights=str(resnet_file))
    )
    process = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert process.returncode == 0, process.stderr
    ranks = [[int(v) for v in Path(log + str(r)).read_text().split()] for r in (0, 1)]
    assert ranks == [[0, 16, 32, 48], [8, 24, 40, 56]]
    assert embedded.embedding_record("resnet50-pretrained")["processes"] == 2
    # Half precision keeps eleven bits; the batches differ, and with them the last of these.
    np.testing.assert_allclose(
        embedded.embedding("resnet50-pretrained"), alone, rtol=2**-9, atol=1e-3
    )


def test_a_picture_that_is_gone_has_no_numbers_and_harms_no_other(indexed, resnet_file, tmp_path):
    works = indexed.works()
    works.loc[5, "path"] = "gone.png"
    indexed.save_works(works, indexed.classes())
    embed(indexed, "resnet50", pretrained=str(resnet_file), **SMALL)
    lost = np.isnan(indexed.embedding("resnet50-pretrained")).all(axis=1)
    assert np.flatnonzero(lost).tolist() == [5]
    assert indexed.embedding_record("resnet50-pretrained")["unreadable"] == [5]


def test_what_is_missing_is_named(indexed, embedded, small_store):
    with pytest.raises(StoreError, match=r"run: artextract train"):
        embed(indexed, "alexnet", hardware=LOCAL)
    with pytest.raises(StoreError, match=r"no embeddings in .*; run: artextract embed"):
        small_store.embedding("resnet50")
    with pytest.raises(ValueError, match="no backbone 'vgg'"):
        embed(indexed, "vgg")
    embedded.record_dataset(embedded.manifest()["dataset"] | {"fingerprint": "another"})
    with pytest.raises(StoreError, match="made from another index; run: artextract embed"):
        embedded.embedding("resnet50-pretrained")


def test_a_trained_network_embeds_at_the_size_it_was_trained_for(small_store, tmp_path):
    import shutil

    from artextract.store import Store

    store = Store(shutil.copytree(small_store.root, tmp_path / "copy"))
    assert embed(store, "alexnet", batch_size=32, hardware=replace(LOCAL)) == "alexnet"
    assert store.embedding("alexnet").shape == (60, 4096)
    assert store.embedding_record("alexnet")["made_from"]["image_size"] == 64
