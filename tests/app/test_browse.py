"""The page of all works, run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from artextract.oeuvres.reviews.annotations import annotate
from artextract.oeuvres.reviews.selections import keep_selection, selection, selection_names
from artextract.store import Store
from cache import browse
from small import HOSTILE
from widgets.browse.browse_filter import BrowseFilter
from widgets.browse.work_grid import GridTiles, select, selected_ids
from widgets.frame.csv_button import as_csv

Opens = Callable[..., AppTest]


def shown(at: AppTest) -> list[dict]:
    """The tiles that the grid was given."""
    grids = [c.proto.json for c in at.get("bidi_component") if '"items"' in str(c.proto.json)]
    return json.loads(grids[0])["items"] if grids else []


def test_every_work_is_there_and_only_the_first_are_sent(
    explored_store: Store, opens: Opens
) -> None:
    at = opens(explored_store, "browse").run()
    assert not at.exception
    assert any("**60 works**" in m.value for m in at.markdown)
    assert len(shown(at)) == 60
    assert all(tile["source"].startswith("data:image/jpeg") for tile in shown(at))


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"artist": "Ada Ember"}, lambda w, s: w["artist"] == "Ada_Ember"),
        ({"is_style": "Grain"}, lambda w, s: w["style"] == "Grain"),
        ({"years": ["1890", "1899"]}, lambda w, s: w["year"].between(1890, 1899)),
        ({"split": "Test"}, lambda w, s: w["split"] == "test"),
        ({"q": "1884"}, lambda w, s: w["year"] == 1884),
        ({"unusual": ["90", "100"]}, lambda w, s: s.reindex(w.index) >= 90),
    ],
)
def test_the_address_filters(
    asked: dict, kept: Callable, explored_store: Store, opens: Opens
) -> None:
    at = opens(explored_store, "browse", **asked).run()
    assert not at.exception
    works = explored_store.works()
    scores = browse.percentiles(explored_store.snapshot())
    assert [tile["id"] for tile in shown(at)] == works.index[kept(works, scores)].tolist()


def test_right_and_wrong_add_up_and_tiles_say_what_is_predicted(
    explored_store: Store, opens: Opens
) -> None:
    found: list[int] = []
    for outcome in ("Right", "Wrong"):
        at = opens(explored_store, "browse", outcome=outcome, task="Artist").run()
        assert not at.exception
        found += [tile["id"] for tile in shown(at)]
        assert all(t["note"].endswith("✓") == (outcome == "Right") for t in shown(at))
    works = explored_store.works()
    assert sorted(found) == works.index[works["artist_split"] == "test"].tolist()


def test_orders(explored_store: Store) -> None:
    snapshot = explored_store.snapshot()
    works, scores = explored_store.works(), browse.percentiles(snapshot)
    newest = browse.browsed(snapshot, BrowseFilter(order="Newest first"))
    assert works.loc[newest, "year"].is_monotonic_decreasing
    unusual = browse.browsed(snapshot, BrowseFilter(order="Most unusual first"))
    assert scores.reindex(unusual).dropna().is_monotonic_decreasing
    assert len(unusual) == len(works)  # those that nobody scored come last
    sure = browse.browsed(
        snapshot, BrowseFilter(order="Least sure first", task="artist", model="ensemble")
    )
    assert len(sure) == len(works)


def test_annotations_and_selections_filter_as_they_are_now(own: Store) -> None:
    snapshot = own.snapshot()
    asked = BrowseFilter(annotations=("fine",))
    assert browse.browsed(snapshot, asked).tolist() == []
    annotate(own, 7, "fine")
    assert browse.browsed(snapshot, asked).tolist() == [7]
    keep_selection(own, "mine", [9, 4])
    assert browse.browsed(snapshot, BrowseFilter(selection="mine")).tolist() == [9, 4]


def test_nothing_found_says_so_and_can_be_cleared(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "browse", q="zzzzzz").run()
    assert not at.exception
    assert "No work is like this" in at.info[0].value
    next(b for b in at.button if b.label == "Clear filters").click().run()
    assert len(shown(at)) == 60
    assert not dict(at.query_params)


def test_what_is_selected_is_kept_under_a_name(own: Store, opens: Opens) -> None:
    at = opens(own, "browse", artist="Bo Azur").run()
    next(b for b in at.button if b.label.startswith("Select all")).click().run()
    assert not at.exception
    at.text_input(key="selection-name").input("  Blue <b> ")
    next(b for b in at.button if b.label == "Keep").click().run()
    assert not at.exception
    assert selection_names(own) == ["Blue <b>"]
    works = own.works()
    expected = works.index[works["artist"] == "Bo_Azur"].tolist()
    assert selection(own, "Blue <b>").tolist() == expected


def test_a_kept_selection_is_used_on_the_map_and_among_the_outliers(
    own: Store, opens: Opens
) -> None:
    keep_selection(own, "mine", [9, 4])
    at = opens(own, "map", selection="mine").run()
    assert not at.exception
    assert any(h.value == "mine: 2 works" for h in at.header)
    at = opens(own, "outliers", artist="Ada Ember", share="25", selection="mine").run()
    assert not at.exception
    titles = [m.value for m in at.markdown if m.value.startswith("**1.")]
    assert all("09 Study" in title for title in titles)  # the one of the two that is hers


def test_the_selection_is_what_was_picked_since_the_last_choice_of_all() -> None:
    ids = np.arange(10)
    select("grid", ids[2:5])
    st.session_state["grid-grid"]["picks"] = {3: False, 8: True}
    assert selected_ids("grid", ids).tolist() == [2, 4, 8]
    select("grid", ids[:0])
    assert selected_ids("grid", ids).tolist() == []


def test_the_export_has_every_column_of_each_work(explored_store: Store) -> None:
    table = browse.export_table(explored_store.snapshot(), np.array([5, 3]))
    read = pd.read_csv(BytesIO(as_csv(table)))
    assert read["work_id"].tolist() == [5, 3]
    wanted = {"path", "title", "year", "creator", "artist", "genre", "style", "split"}
    wanted |= {"artist_ensemble_predicted", "style_alexnet_probability", "outlier_percentile"}
    assert wanted | {"annotation"} <= set(read.columns)


def test_a_hostile_title_stays_text(explored_store: Store) -> None:
    works = explored_store.works().iloc[:1].assign(title=HOSTILE, creator=HOSTILE)
    tile = GridTiles(works, lambda _: "").make(np.array([0]), {0})[0]
    assert tile["title"].startswith(HOSTILE)
    assert tile["on"]


def test_no_store(indexed: Store, opens: Opens) -> None:
    at = opens(Store(indexed.root / "nowhere"), "browse").run()
    assert not at.exception
    assert at.code[0].value == "artextract index SOURCE"


def test_a_store_without_networks(indexed: Store, opens: Opens) -> None:
    at = opens(indexed, "browse").run()
    assert not at.exception
    assert len(shown(at)) == 60
