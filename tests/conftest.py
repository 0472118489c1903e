"""A small collection and a store made from it by the real stages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from PIL import Image

    from artextract.store import Store

# What takes seconds to import is imported by the fixtures: the process that hands out the tests
# reads this file first, and needs none of it.


def pytest_configure(config: pytest.Config) -> None:
    """Let test processes beside each other, and what they start, share the cores.

    Set before they start: OpenBLAS and OpenMP read it once, when they are loaded, and Numba hands
    its own number to OpenMP, for PyTorch too. With a thread per core in each of them they wait for
    one another.
    """
    if workers := len(config.getoption("tx", None) or ()):
        threads = str(max(1, (os.cpu_count() or 1) // workers))
        os.environ.update(OMP_NUM_THREADS=threads, NUMBA_NUM_THREADS=threads)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A folder that whichever test process comes first fills, for all of them; read only."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def _made_once(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return _made_once


@pytest.fixture(scope="session")
def collection(made_once: Callable[..., Path]) -> Path:
    """Table of a collection of 60 small pictures."""
    from small import make_collection

    return made_once("collection", make_collection) / "works.csv"


@pytest.fixture
def indexed(collection: Path, tmp_path: Path) -> Store:
    """A store of its own with the collection indexed and nothing else."""
    from artextract.collection.indexing import index
    from artextract.store import Store

    store = Store(tmp_path / "store")
    index(store, collection)
    return store


@pytest.fixture(scope="session")
def small_store(collection: Path, made_once: Callable[..., Path]) -> Store:
    """A store with both networks trained for an epoch and evaluated; read only."""
    from artextract.collection.indexing import index
    from artextract.evaluation.evaluate import evaluate
    from artextract.store import Store
    from artextract.training.fit import fit
    from small import LOCAL, tiny

    def fill(folder: Path) -> None:
        store = Store(folder / "store")
        index(store, collection)
        for backbone in ("alexnet", "resnet50"):  # pages need mistakes to show
            fit(store, tiny(backbone, lr_scratch=1e-5), hardware=LOCAL)
        evaluate(store, precision="32", workers=0)

    return Store(made_once("small", fill) / "store")


@pytest.fixture(scope="session")
def explored_store(small_store: Store, made_once: Callable[..., Path]) -> Store:
    """The small store, embedded by its ResNet-50 and explored; read only.

    Work 3 of the first artist has the features of work 1, which is by the second.
    """
    import numpy as np

    from artextract.inference.embeddings import embed
    from artextract.oeuvres.explore import explore
    from artextract.store import Store
    from small import LOCAL, SMALL_EXPLORATION, copy_tree

    def fill(folder: Path) -> None:
        store = Store(copy_tree(small_store.root, folder / "store"))
        embed(store, "resnet50", precision="32", hardware=LOCAL)
        path = store.embedding_path("resnet50")
        features = np.load(path)
        features[3] = features[1]
        np.save(path, features)
        explore(store, config=SMALL_EXPLORATION)

    return Store(made_once("explored", fill) / "store")


@pytest.fixture(scope="session")
def resnet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights in torchvision's key names, batch-norm statistics that are not the default."""
    import torch
    import torchvision
    from safetensors.torch import save_file
    from torch import nn

    torch.manual_seed(0)
    network = torchvision.models.resnet50()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
    path = tmp_path_factory.mktemp("weights") / "resnet50.safetensors"
    save_file(network.half().state_dict(), path)
    return path


@pytest.fixture
def picture() -> Callable[..., Image.Image]:
    """A maker of pictures of one colour with some noise."""
    import numpy as np
    from PIL import Image

    def make(colour: tuple[int, int, int] = (200, 80, 40), size: tuple[int, int] = (120, 90)):
        noise = np.random.default_rng(1).normal(0, 12, (size[1], size[0], 3))
        return Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8))

    return make
