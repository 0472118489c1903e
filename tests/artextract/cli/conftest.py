"""Running commands in this process, and one collection taken through every stage by them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from artextract.cli import main
from artextract.models.backbones import BACKBONES
from artextract.oeuvres.outliers.detectors import DETECTORS, Detector
from artextract.store import Store
from small import SHALLOW


@dataclass(frozen=True)
class Ended:
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


def command(*words: object) -> Ended:
    """Run a command in this process."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main([str(word) for word in words])
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def run() -> Callable[..., Ended]:
    return command


@pytest.fixture(scope="module")
def shallow() -> Iterator[None]:
    """Let resnet50 be a network that trains in a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKBONES, "resnet50", SHALLOW)
        yield


@pytest.fixture(scope="module")
def few_trees() -> Iterator[None]:
    """Let isolation forests have three trees: hundreds of them are grown, and none is judged."""

    def of_few(detector: Detector) -> Detector:
        return lambda oeuvre, seed, trees: detector(oeuvre, seed, 3)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("isolation-forest", "isolation-forest-embedding"):
            patch.setitem(DETECTORS, name, of_few(DETECTORS[name]))
        yield


@pytest.fixture(scope="module")
def stages(
    shallow: None, few_trees: None, collection: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Store, dict[str, Ended]]:
    """A store made by the commands alone, one after the other, and what each printed."""
    store = Store(tmp_path_factory.mktemp("cli") / "store")
    at = partial(command, "--quiet")
    where = ("--json", "--store", store.root)
    ended = {"index": at("index", collection, "--seed", "1", *where)}
    recipe = ("--backbone", "resnet50", "--pretrained", "none", "--epochs", "1")
    sizes = ("--image-size", "64", "--batch-size", "12", "--workers", "0")
    ended["train"] = at("train", *recipe, *sizes, *where)
    ended["evaluate"] = at("evaluate", "--views", "2", "--level", "0.8", *where)
    ended["embed"] = at("embed", "--workers", "0", *where)
    ended["explore"] = at("explore", "--projection", "pca", "--min-works", "15", *where)
    return store, ended
