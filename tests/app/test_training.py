"""The Training page, run without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from artextract.store import Store, write_json

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]


def test_curves_reliability_and_settings_are_shown(
    small_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(small_store, "training", task="Style").run()
    assert not at.exception
    loss, top1, reliability = charts(at)
    assert [trace["name"] for trace in loss["data"]] == [
        "AlexNet, validation works",
        "AlexNet, training works",
        "ResNet-50, validation works",
        "ResNet-50, training works",
    ]
    assert all(0 <= y <= 100 for trace in top1["data"] for y in trace["y"])
    assert len(reliability["data"]) == 3
    vote, settings = (frame.value for frame in at.dataframe)
    assert vote["Model"].tolist() == ["AlexNet", "ResNet-50", "Ensemble"]
    assert settings.loc["Batch size"].tolist() == ["12", "12"]
    assert settings.loc["Starting weights", "AlexNet"] == "random"
    assert not any("_" in name for name in settings.index)
    assert [m.value for m in at.markdown if "**90 % sets**" in m.value]


@pytest.fixture
def training(indexed: Store, small_store: Store) -> Store:
    """A store in which AlexNet is being trained and nothing else was done."""
    folder = indexed.model("alexnet")
    folder.mkdir(parents=True)
    write_json(folder / "started.json", {"training": {"epochs": 4, "batch_size": 12}})
    shutil.copyfile(small_store.model("alexnet") / "history.csv", folder / "started.csv")
    return indexed


def test_a_training_is_followed(training: Store, opens: Opens, charts: Charts) -> None:
    at = opens(training, "training").run()
    assert not at.exception
    assert [bar.proto.text for bar in at.get("progress")] == [
        "**AlexNet** is training: 1 of 4 epochs are done."
    ]
    assert len(charts(at)) == 2
    assert charts(at)[0]["layout"]["xaxis"]["range"][1] > 4
    assert at.code[0].value == "artextract evaluate"  # for the reliability


def test_what_is_missing_is_said_with_its_command(indexed: Store, opens: Opens) -> None:
    nothing = opens(Store(indexed.root / "nowhere"), "training").run()
    assert not nothing.exception
    assert nothing.code[0].value == "artextract index SOURCE"
    at = opens(indexed, "training").run()
    assert not at.exception
    assert at.code[0].value == "artextract train"
