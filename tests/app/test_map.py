"""The map, run without a browser."""

from __future__ import annotations

import base64
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.typing import PlotlyState

from artextract.store import Store
from charts.embedding_map import OTHERS, UNKNOWN, categories, map_figure, selected_works
from small import HOSTILE
from widgets.map.map_controls import MapView, colour_values

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]
COLOURS = ("Artist", "Genre", "Style", "Decade", "Right or wrong", "Outlier score")


def works_of(trace: dict) -> list[int]:
    """The works that a trace shows."""
    sent = trace["customdata"]
    if not sent:
        return []
    return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).tolist()


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_shows_every_work_once(
    colour: str, explored_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(explored_store, "map", colour=colour).run()
    assert not at.exception
    traces = charts(at)[0]["data"]
    assert {trace["type"] for trace in traces} == {"scattergl"}
    assert sorted(work for trace in traces for work in works_of(trace)) == [*range(60)]
    assert any("**60** works" in m.value for m in at.markdown)


def test_one_artist_with_the_outliers_ringed(
    explored_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(explored_store, "map", artist="Ada Ember").run()
    assert not at.exception
    assert any("**20** works by Ada Ember" in m.value for m in at.markdown)
    assert charts(at)[0]["data"][-1]["name"] == "Outliers"
    at = opens(explored_store, "map", artist="Ada Ember", view="Map of all works").run()
    assert not at.exception
    assert any("**60** works" in m.value for m in at.markdown)


def test_a_selection_is_shown_beside_the_map(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map")
    points = [{"customdata": work} for work in (4, 7, 4, 999, None, HOSTILE)]
    at.session_state["map"] = PlotlyState({"selection": {"points": points}})
    at.run()
    assert not at.exception
    assert any(s.value == "2 works selected" for s in at.header)
    assert any("**Artist**: Bo" in m.value for m in at.markdown)


def test_an_address_shows_a_work(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map", work="5").run()
    assert any(s.value == "The work selected" for s in at.header)
    at = opens(explored_store, "map", work="999", artist=HOSTILE, colour="No", embedding="x").run()
    assert not at.exception
    assert not any("selected" in s.value for s in at.header)


def test_what_is_missing_is_said(indexed: Store, opens: Opens) -> None:
    for store, command in (
        (Store(indexed.root / "nowhere"), "artextract index SOURCE"),
        (indexed, "artextract explore"),
    ):
        at = opens(store, "map").run()
        assert not at.exception
        assert at.code[0].value == command


def test_the_largest_classes_have_colours_and_the_rest_is_grey() -> None:
    values = pd.Series(["a_b"] * 3 + ["c"] * 2 + ["d", None, ""], index=range(10, 18))
    found = categories(values, n=2)
    assert found.tolist() == ["A b"] * 3 + ["C"] * 2 + [OTHERS, UNKNOWN, UNKNOWN]
    table = pd.DataFrame({"work_id": values.index, "x": 0.0, "y": 1.0, "value": found.to_numpy()})
    figure = map_figure(table, by="Genre", rings=[10])
    assert [trace.name for trace in figure.data] == [UNKNOWN, OTHERS, "A b", "C", "Outliers"]
    assert sum(len(trace.x) for trace in figure.data) == len(values) + 1


@pytest.mark.parametrize("own", [False, True])
def test_the_artist_who_is_asked_for_has_a_colour(own: bool) -> None:
    works = pd.DataFrame({"creator": [f"Painter_{i}" for i in range(14) for _ in range(15 - i)]})
    view = MapView("resnet50", "Painter_13", own, "Artist", "creator", "", "")
    values, _ = colour_values(view, works, None, None)
    assert values.tolist() == [OTHERS] * (len(works) - 2) + ["Painter 13"] * 2


@pytest.mark.parametrize("event", [None, {}, {"selection": {"points": [3, {"customdata": [[]]}]}}])
def test_no_selection(event: object) -> None:
    assert selected_works(event, [1, 2]) == []
