"""The Training page, run without a browser."""

from __future__ import annotations

import json
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
    results, vote, changed, settings = (frame.value for frame in at.dataframe)
    figures = small_store.metrics()["style"]
    assert results["Model"].tolist()[0] in ("AlexNet", "ResNet-50", "Ensemble")
    assert results["Accuracy"].max() == 100 * max(f["top1"] for f in figures.values())
    assert vote["Model"].tolist() == ["AlexNet", "ResNet-50", "Ensemble"]
    assert changed.loc["Batch size"].tolist() == ["12", "12"]
    assert changed.loc["Starting weights", "AlexNet"] == "random"
    assert "Epochs" in changed.index
    assert settings.loc["Weight decay"].tolist() == ["0.05", "0.05"]
    assert not set(changed.index) & set(settings.index)
    assert not any("_" in name for name in [*settings.index, *changed.index])
    assert [m.value for m in at.markdown if "**90 % sets**" in m.value]


def test_no_path_of_the_server_is_shown(own: Store, opens: Opens) -> None:
    path = own.model("resnet50") / "config.json"
    config = json.loads(path.read_text())
    config["training"] |= {"pretrained": "/srv/weights/of-a-friend/resnet50.safetensors"}
    write_json(path, config)
    at = opens(own, "training").run()
    assert not at.exception
    shown = [frame.value.to_csv() for frame in at.dataframe]
    assert any("resnet50.safetensors" in table for table in shown)
    assert not any("/srv" in table or str(own.root) in table for table in shown)


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
    # For the results, and for the reliability.
    assert [code.value for code in at.code][:2] == ["artextract evaluate"] * 2


def test_what_is_missing_is_said_with_its_command(indexed: Store, opens: Opens) -> None:
    nothing = opens(Store(indexed.root / "nowhere"), "training").run()
    assert not nothing.exception
    assert nothing.code[0].value == "artextract index SOURCE"
    at = opens(indexed, "training").run()
    assert not at.exception
    assert at.code[0].value == "artextract train"
