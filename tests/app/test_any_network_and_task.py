"""Pages on a store whose source, networks and tasks nobody has heard of before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from artextract.collection.indexing import index
from artextract.collection.sources import SOURCES
from artextract.evaluation.evaluate import evaluate
from artextract.inference.embeddings import embed
from artextract.models.backbones import BACKBONES
from artextract.oeuvres.explore import explore
from artextract.store import Store
from artextract.training.fit import fit
from small import LOCAL, SHALLOW, SMALL_EXPLORATION, tiny
from widgets.predict.prediction_details import MEMBERS, SIMILAR
from zip_source import ZipSource, zip_collection

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]
NAMES = ["ResNet-50", "Shallow", "Wide ResNet", "Ensemble"]


@pytest.fixture(scope="module")
def other_store(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of a zip file, with a task "period" and two networks of other makers."""
    folder = tmp_path_factory.mktemp("other")
    store = Store(folder / "store")
    archive = zip_collection(collection, folder / "collection.zip")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SOURCES, "zip", ZipSource)
        index(store, ZipSource(archive), tasks=("artist", "genre", "style", "period"))
        patch.setitem(BACKBONES, "shallow", SHALLOW)
        wide = replace(SHALLOW, name="wide", display_name="Wide ResNet")
        patch.setitem(BACKBONES, "wide", wide)
        for backbone in ("resnet50", "shallow", "wide"):
            fit(store, tiny(backbone), hardware=LOCAL)
        evaluate(store, precision="32", workers=0)
        embed(store, "shallow", precision="32", hardware=LOCAL)
        explore(store, config=SMALL_EXPLORATION)
        yield store


def written(at: AppTest) -> str:
    """All that a page says, the words and data of its charts and tables included."""
    said = [element.value for element in [*at.markdown, *at.caption, *at.subheader, *at.info]]
    said += [chart.proto.spec for chart in at.get("plotly_chart")]
    said += [table.value.to_csv() for table in at.dataframe]
    said += [option for box in at.selectbox for option in box.options]
    said += [option for group in at.segmented_control for option in group.options]
    said += [json.dumps(component.proto.json) for component in at.get("bidi_component")]
    return " ".join(said)


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("overview", {"task": "Period"}),
        ("predict", {"work": "12"}),
        ("confusion", {"task": "Period", "true": "Late", "predicted": "Late"}),
        ("map", {"colour": "Right or wrong", "task": "Period", "model": "Wide ResNet"}),
        ("training", {"task": "Period"}),
        ("work", {"work": "12"}),
    ],
)
def test_every_page_shows_every_network_and_task(
    page: str, asked: dict[str, str], other_store: Store, opens: Opens
) -> None:
    at = opens(other_store, page, **asked)
    at.session_state["detail_tab"] = MEMBERS  # of Predict
    at.run()
    assert not at.exception
    # Nothing is missing but the audit of scans, which is a command of its own.
    assert [code.value for code in at.code] == ["artextract audit"] * (page == "overview")
    text = written(at)
    for name in [*NAMES, "Period"]:
        assert name in text, name
    assert "AlexNet" not in text


def test_a_map_is_coloured_by_any_task(other_store: Store, opens: Opens) -> None:
    at = opens(other_store, "map", colour="Period").run()
    assert not at.exception
    (data,) = (
        c.proto.bytes
        for c in at.get("bidi_component")
        if c.proto.component_name == "artextract_map"
    )
    header = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
    assert {entry["name"] for entry in header["legend"]} == {"Early Works", "Late"}


def test_similar_works_come_from_any_network(other_store: Store, opens: Opens) -> None:
    at = opens(other_store, "outliers").run()
    assert not at.exception
    at = opens(other_store, "predict", work="12")
    at.session_state["detail_tab"] = SIMILAR
    at.run()
    assert any("Similarity" in c.value for c in at.caption)
