"""The built-in collection from nothing to its figures, small and with a small network."""

import json
from functools import partial

import pytest

from artextract.cli import main, output
from artextract.models.backbones import BACKBONES
from artextract.oeuvres.explore import ExploreConfig
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.oeuvres.projection import MapConfig
from artextract.oeuvres.results import summary
from artextract.oeuvres.stages import PARTS
from artextract.pipeline import builtin
from artextract.progress import JsonLines
from artextract.store import Store
from small import SHALLOW, tiny

N_WORKS = 80


@pytest.fixture
def demo(tmp_path, capsys, monkeypatch):
    """Run ``artextract demo``, small; what it printed and each line of its progress."""
    monkeypatch.setitem(BACKBONES, "resnet50", SHALLOW)
    exploring = ExploreConfig(
        OutlierConfig(trees=20, min_works=10), MapConfig(method="pca", min_works=10)
    )
    small = partial(builtin.build, n_works=N_WORKS, training=[tiny()], exploring=exploring)
    monkeypatch.setattr(builtin, "build", small)
    monkeypatch.setattr(output, "JsonLines", partial(JsonLines, every=0))
    progress = tmp_path / "progress.jsonl"

    def run(store):
        words = ["--progress-file", str(progress), "demo", "--json", "--store", str(store.root)]
        code = main(words)
        lines = [json.loads(line) for line in progress.read_text().splitlines()]
        return code, capsys.readouterr().out, lines

    return run


def test_an_interrupted_build_goes_on_to_a_store_that_the_gallery_shows(
    demo, tmp_path, monkeypatch
):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    store = Store(tmp_path / "store")
    with monkeypatch.context() as stopped:
        stopped.setattr(builtin, "evaluate", interrupt)
        code, printed, began = demo(store)
    assert (code, printed) == (130, "")
    assert "interrupted" in began.pop()["error"]
    made = [
        *(store.root / "collection" / "pictures").rglob("*.*"),
        store.model("resnet50") / "model.safetensors",
    ]
    assert len(made) == N_WORKS + 1
    before = [path.stat().st_mtime_ns for path in made]

    code, printed, went_on = demo(store)
    assert code == 0
    assert json.loads(printed) == store.metrics()
    assert [path.stat().st_mtime_ns for path in made] == before
    assert store.manifest()["dataset"]["procedural"]
    assert len(store.works()) == N_WORKS
    assert set(summary(store, "resnet50")) == set(PARTS)

    for lines in (began, went_on):
        shares = [line["share"] for line in lines]
        assert shares == sorted(shares)
    assert began[0]["share"] < 0.2
    assert went_on[-1]["share"] == 1
    stages = ("painting", "reading", "training resnet50", "evaluating", "embedding by resnet50")
    for stage in stages:
        assert any(line["note"].startswith(stage) for line in began + went_on), stage


@pytest.mark.parametrize("steps", [0, 3, 1000])
def test_a_part_is_done_at_its_end_whatever_the_number_of_its_steps(steps):
    reached = []
    with builtin._part(lambda n, note: reached.append(n), 3, "painting") as part:
        for _ in range(steps):
            part(1, total=steps)
    assert sum(reached) == 3 * builtin._STEPS
