"""The page of outliers, run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.results import read_table
from artextract.oeuvres.reviews.annotations import annotate, read_annotations
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store, write_json
from small import HOSTILE, copy_exploration

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]


def test_the_most_unusual_work_comes_first_with_its_reasons(
    explored_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(explored_store, "outliers", artist="Ada Ember", share="10").run()
    assert not at.exception
    title = explored_store.works().loc[3, "title"]
    first = next(m.value for m in at.markdown if m.value.startswith("**1."))
    assert str(title).split()[-1].lower() in first.lower()
    assert any("Predicted Bo Azur" in m.value for m in at.markdown)
    assert any("the **2** most unusual" in m.value for m in at.markdown)
    histogram, oeuvre, *_ = charts(at)
    assert sum(json.dumps(trace).count('"bar"') for trace in histogram["data"]) == 2
    assert len(oeuvre["data"][1]["hovertext"]) == 2


def test_the_slider_moves_the_threshold_and_no_score(explored_store: Store, opens: Opens) -> None:
    few = opens(explored_store, "outliers", artist="Ada Ember").run()
    more = few.slider(key="share").set_value(20).run()
    assert not more.exception
    assert any("the **4** most unusual" in m.value for m in more.markdown)
    scores = [m.value for m in more.markdown if "· score" in m.value]
    table = read_table(explored_store, "resnet50", "outliers")
    best = table[table["creator"] == "Ada Ember"]["score"].max()
    assert f"{best:.3g}" in scores[0]


@pytest.mark.parametrize("detector", DETECTORS)
def test_every_detector(detector: str, explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "outliers", artist="Ada Ember", detector=detector).run()
    assert not at.exception
    assert any(m.value.startswith("**1.") for m in at.markdown)


def annotation_of(work: int, at: AppTest) -> ButtonGroup:
    """The buttons that annotate a work."""
    return next(pills for pills in at.pills if str(pills.key).split("-")[2] == str(work))


def test_an_annotation_is_saved_and_removed(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers", artist="Ada Ember").run()
    annotation_of(3, at).set_value("other hand").run()
    assert not at.exception
    assert read_annotations(own) == {3: "other hand"}
    annotation_of(3, at).set_value(None).run()
    assert read_annotations(own) == {}


def test_an_annotation_is_not_saved_on_another_painting(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers", artist="Ada Ember").run()
    works = own.works()
    paths = works["path"].tolist()
    own.save_works(works.assign(path=[*paths[1:], paths[0]]), own.classes())  # numbered anew
    own.record_stage("index", key="anew", inputs={}, configuration={}, seconds=0)
    annotation_of(3, at).set_value("other hand").run()
    assert not at.exception
    assert "look again" in at.error[0].value
    assert not own.annotations_path.exists()
    assert annotation_of(3, at).value is None


def test_the_share_is_the_one_that_was_explored_with(own: Store, opens: Opens) -> None:
    copy_exploration(own, "resnet50-pretrained")
    for name, share in (("resnet50", 0.1), ("resnet50-pretrained", 0.4)):
        record = own.stage_record(f"explore-{name}-outliers")
        record["configuration"]["contamination"] = share
        write_json(own.root / "stages" / f"explore-{name}-outliers.json", record)
    at = opens(own, "outliers", artist="Ada Ember").run()
    assert at.slider(key="share").value == 10
    assert any("the **2** most unusual" in m.value for m in at.markdown)
    at.selectbox(key="embedding").set_value("resnet50-pretrained").run()
    assert at.slider(key="share").value == 25  # as far as it goes
    at.slider(key="share").set_value(20).run()
    at.selectbox(key="embedding").set_value("resnet50").run()
    assert at.slider(key="share").value == 20  # what somebody has chosen stays
    assert opens(own, "outliers", share="7").run().slider(key="share").value == 7


def test_hostile_names_and_addresses(own: Store, opens: Opens) -> None:
    annotate(own, 2, "fine")
    at = opens(own, "outliers", artist=HOSTILE, detector="magic", share="500").run()
    assert not at.exception
    for element in [*at.title, *at.markdown, *at.caption, *at.header, *at.subheader]:
        assert "<img" not in element.value.replace(r"\<img", "")
    assert not opens(own, "outliers", artist="Nobody").run().exception


def test_what_is_missing_is_said(own: Store, indexed: Store, opens: Opens) -> None:
    for store, command in (
        (Store(indexed.root / "nowhere"), "artextract index SOURCE"),
        (indexed, "artextract explore"),
    ):
        at = opens(store, "outliers").run()
        assert not at.exception
        assert at.code[0].value == command
    own.explored("resnet50", "timeline.parquet").unlink()
    own.explored("resnet50", "outliers.parquet").write_bytes(b"PAR1")
    at = opens(own, "outliers").run()
    assert not at.exception
    assert "damaged" in at.info[0].value


@pytest.mark.parametrize("page", ["outliers", "map"])
def test_while_it_is_explored_anew(page: str, own: Store, opens: Opens) -> None:
    own.forget_stage("explore-resnet50-map")
    own.forget_stage("explore-resnet50-outliers")
    at = opens(own, page).run()
    assert not at.exception
    assert "--only" in at.code[0].value


def test_how_well_outliers_are_found(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers").run()
    assert "benchmarks.outliers" in at.code[0].value
    row = {"kind": "easy", "share": 0.05, "detector": "lof", "auc": 0.9, "ap": 0.5}
    record = {"painters": 3, "seeds": 2, "unseen": True}
    record["rows"] = [row | {"p10": 0.4, "worst": 0.8}]
    record["embedding"] = embedding_key(own, "resnet50")
    own.explored("resnet50", "planted.json").write_text(json.dumps(record))
    at = opens(own, "outliers").run()
    assert not at.exception
    assert at.dataframe[0].value["Detector"].tolist() == ["Local outlier factor"]
    record["embedding"] = "another"
    own.explored("resnet50", "planted.json").write_text(json.dumps(record))
    assert "benchmarks.outliers" in opens(own, "outliers").run().code[0].value
