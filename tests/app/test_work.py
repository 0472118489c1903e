"""The page of a work, run without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from artextract.store import Store, StoreError
from cache import networks, snapshot
from small import HOSTILE
from widgets.frame.csv_button import with_kept_columns
from widgets.works import thumbnail_grid

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]


def one(store: Store, split: str, artist: str = "Ada_Ember") -> str:
    works = store.works()
    return str(works.index[(works["split"] == split) & (works["artist"] == artist)][0])


def test_a_test_work_shows_labels_and_predictions(
    small_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(small_store, "work", work=one(small_store, "test")).run()
    assert not at.exception
    table = next(m.value for m in at.markdown if m.value.startswith("| Task | True | Predicted"))
    assert table.count("\n") == 4  # a row per task
    assert "**Ada Ember**" in table  # what is true is bold, what is predicted in italics
    assert len(re.findall(r":primary\[:material/\w+: \*[^*]+\*\] <?>?\d+\xa0%", table)) == 3
    assert len(re.findall(": right|: wrong", table)) == 3
    assert len(charts(at)) == 3
    assert any("never seen" in c.value for c in at.caption)
    assert any("artextract explore" in code.value for code in at.code)


def test_of_a_training_work_no_prediction_is_shown(
    small_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(small_store, "work", work=one(small_store, "train")).run()
    assert not at.exception
    assert not charts(at)
    assert any("remember" in c.value for c in at.caption)
    assert any(m.value.startswith("| Task | True |\n") for m in at.markdown)


def test_an_explored_work_shows_similar_works_and_why_it_stands_out(
    explored_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(explored_store, "work", work="3").run()
    assert not at.exception
    assert any("More unusual than **99 %**" in m.value for m in at.markdown)
    assert any("Closer to 20 works by Bo Azur" in m.value for m in at.markdown)
    assert at.pills[0].key.startswith("annotation-work-3-")
    assert at.pills[0].value is None
    ringed = charts(at)[-1]["data"][-1]
    assert len(ringed["x"]) == 1


def test_a_hostile_label_is_shown_and_not_interpreted(small_store: Store, opens: Opens) -> None:
    at = opens(small_store, "work", work=one(small_store, "test", HOSTILE)).run()
    assert not at.exception
    for element in [*at.title, *at.markdown, *at.caption, *at.header, *at.subheader]:
        assert "<img" not in element.value.replace(r"\<img", "")


@pytest.mark.parametrize("asked", ["", "99999", "-1", "1;2", HOSTILE, "9" * 40, "٣"])
def test_no_such_work(asked: str, small_store: Store, opens: Opens) -> None:
    at = opens(small_store, "work", work=asked).run()
    assert not at.exception
    if asked != "٣":  # a digit, three, in another script
        assert "No such work" in at.info[0].value


def test_a_work_whose_picture_is_gone_and_that_nobody_evaluated(
    indexed: Store, opens: Opens
) -> None:
    dataset = indexed.dataset()
    indexed.record_dataset(dataset | {"source": dataset["source"] | {"images": "/nowhere"}})
    at = opens(indexed, "work", work="3").run()
    assert not at.exception
    assert any("cannot be shown" in c.value for c in at.caption)
    assert at.code[0].value == "artextract train"


def test_the_networks_are_asked_about_the_store_as_it_is_now(
    small_store: Store,
    opens: Opens,
    evaluated_anew: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def predict(content: bytes, taken: snapshot.Snapshot) -> None:
        asked.append(taken.version)
        raise StoreError("no evaluation", command="artextract evaluate")

    work = one(small_store, "test")
    at = opens(small_store, "work", work=work)
    at.session_state["attention_of"] = int(work)
    evaluated_anew(after=1)  # once the page has looked
    monkeypatch.setattr(networks, "answering", lambda taken: taken)
    monkeypatch.setattr(networks, "predict", predict)
    at.run()
    assert not at.exception
    assert asked == ["anew"]


def test_the_way_back_leads_to_the_page_one_came_from(
    explored_store: Store, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opens(explored_store, "map", work="4")
    clicks = {"Nearest by Bo Azur": 10, "Also by Bo Azur": 7}  # one after the other
    monkeypatch.setattr(
        thumbnail_grid,
        "_component",
        lambda *, data, **_: SimpleNamespace(opened=clicks.pop(data["label"], None)),
    )
    at.run()
    assert not at.exception
    assert not clicks
    assert at.query_params["work"] == "7"
    path, title, params = at.session_state["came_from"]
    assert (path, title, params["work"]) == ("views/map.py", "Map", ["4"])
    of, ids = at.session_state["work_list"]  # that of the map, where one left off looking
    assert of == "Nearest by Bo Azur"
    assert all(explored_store.works().loc[ids, "artist"] == "Bo_Azur")


def test_arrows_lead_through_the_list_that_one_came_from(small_store: Store, opens: Opens) -> None:
    at = opens(small_store, "work", work="4")
    at.session_state["work_list"] = ("Works in a cell", np.array([9, 4, 2]))
    at.run()
    assert not at.exception
    assert any(m.value.startswith("**2** of 3 · Works in a cell") for m in at.markdown)
    steps = {b.label: b for b in at.button if b.label in ("Previous", "Next")}
    assert [b.proto.shortcut for b in steps.values()] == ["left", "right"]
    steps["Next"].click().run()
    assert not at.exception
    assert at.query_params["work"] == "2"
    assert next(b for b in at.button if b.label == "Next").disabled
    at.query_params["work"] = "11"  # not of the list
    at.run()
    assert not [b for b in at.button if b.label == "Next"]


def test_no_store(indexed: Store, opens: Opens) -> None:
    at = opens(Store(indexed.root / "nowhere"), "work", work="1").run()
    assert not at.exception
    assert at.code[0].value == "artextract index SOURCE"


def test_what_the_table_says_besides_is_on_the_page(
    indexed: Store, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = indexed.works().assign(qualifier="workshop of", Rights="CC0 <b>|*x*")
    works["year_to"] = works["year_from"] + 5
    monkeypatch.setattr(Store, "works", lambda self: works)
    at = opens(indexed, "work", work="0").run()
    assert not at.exception
    table = next(m.value for m in at.markdown if "Rights" in m.value)
    assert f"Workshop of {works.loc[0, 'creator']}" in table
    assert r"CC0 \<b\>\|\*x\*" in table
    exported = with_kept_columns(works[["work_id", "path"]], works)
    assert {"qualifier", "year_to", "Rights"} <= set(exported)
