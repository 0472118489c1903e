"""The map, run without a browser."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from artextract.oeuvres.reviews.selections import keep_selection, selection
from artextract.store import Store
from charts.embedding_map import (
    NO_YEAR,
    OTHERS,
    UNDATED,
    UNITS,
    UNKNOWN,
    Extent,
    MapPoints,
    categories,
    map_points,
)
from charts.map_area import area_text, inside, read_area
from charts.map_regions import map_regions
from small import HOSTILE
from widgets.browse import browse_subset
from widgets.browse.browse_subset import LONGEST, packed_ids, unpacked_ids
from widgets.map.map_controls import OTHER_ARTISTS, MapView, colour_values
from widgets.map.map_link import MapState, shown_points, told_state, works_inside
from widgets.map.map_pictures import MOST, asked_works

Opens = Callable[..., AppTest]
COLOURS = ("Artist", "Genre", "Style", "Decade", "Right or wrong", "Outlier score")
EVERYWHERE = "000000001ekf1ekf"


def sent(at: AppTest) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and columns of the map, as the browser unpacks them."""
    (data,) = (c.proto.bytes for c in components(at) if c.proto.component_name == "artextract_map")
    length = int.from_bytes(data[:4], "little")
    header, at_byte, columns = json.loads(data[4 : 4 + length]), 4 + length, {}
    for name, kind in (
        ("ids", "<i4"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("years", "<i2"),
        ("values", "u1"),
    ):
        columns[name] = np.frombuffer(data, kind, header["n"], at_byte)
        at_byte += columns[name].nbytes
    assert at_byte == len(data)
    return header, columns


def link(at: AppTest) -> dict:
    """What the map is told of what is chosen."""
    found = (c.proto.json for c in components(at) if c.proto.component_name.endswith("map_link"))
    return json.loads(next(found))


def components(at: AppTest) -> list:
    return list(at.get("bidi_component"))


def heading(at: AppTest) -> str:
    return at.header[0].value


def points_of(n: int = 4, **columns: object) -> MapPoints:
    """A map of works in a row, from left to right."""
    table = pd.DataFrame(
        {
            "work_id": 10 + np.arange(n),
            "x": np.arange(n, dtype=np.float32),
            "y": np.float32(0),
            "year": [1600.0 + i for i in range(n)],
            "other": False,
            "value": "A",
        }
        | columns
    )
    return map_points(table, by="Genre", others=OTHER_ARTISTS)


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_shows_every_work_once(
    colour: str, explored_store: Store, opens: Opens
) -> None:
    at = opens(explored_store, "map", colour=colour).run()
    assert not at.exception
    header, columns = sent(at)
    assert sorted(columns["ids"]) == [*range(60)]
    steps = len(header["scale"]["colours"]) if header["scale"] else 0
    assert columns["values"].max() < len(header["legend"]) + steps
    assert heading(at) == "60 works in view"


def test_one_artist_with_the_outliers_ringed(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map", artist="Ada Ember").run()
    assert not at.exception
    assert heading(at) == "20 works in view"
    assert link(at)["rings"]
    assert link(at)["rings_are"] == "Outliers"
    at = opens(explored_store, "map", artist="Ada Ember", view="Map of all works").run()
    assert not at.exception
    assert heading(at) == "60 works in view"
    names = {entry["name"]: entry["n"] for entry in sent(at)[0]["legend"]}
    assert names == {OTHER_ARTISTS: 40, "Ada Ember": 20}


def test_undated_works_are_told_apart_from_those_of_other_artists() -> None:
    table = pd.DataFrame(
        {
            "work_id": range(4),
            "x": [0.0, 1.0, 2.0, 3.0],
            "y": 0.0,
            "year": [1650.0, np.nan, 1660.0, np.nan],
            "value": [1650.0, np.nan, 1660.0, np.nan],
            "other": [False, False, True, True],
        }
    )
    points = map_points(table, by="Decade", continuous=True, missing=UNDATED, others=OTHER_ARTISTS)
    told = {(entry.name, entry.n, entry.hollow) for entry in points.legend}
    assert told == {(OTHER_ARTISTS, 2, False), (UNDATED, 1, True)}
    assert points.scale is not None
    assert (points.scale["least"], points.scale["most"]) == (1650, 1650)
    assert sorted(points.years) == [NO_YEAR, NO_YEAR, 1650, 1660]


def test_an_area_of_the_address_selects_what_lies_in_it(
    explored_store: Store, opens: Opens
) -> None:
    at = opens(explored_store, "map", area=EVERYWHERE).run()
    assert heading(at) == "60 works selected"
    assert link(at)["area"] == EVERYWHERE
    first = sent(at)[1]
    some = (first["x"] <= 30_000) & (first["y"] <= 40_000)
    at = opens(explored_store, "map", area="000000000n5c0uv4").run()  # 0, 0 to 30000, 40000
    assert 1 < some.sum() < 60
    assert heading(at) == f"{some.sum()} works selected"
    for broken in ("0000", HOSTILE, "0000000z", "zzzzzzzzzzzzzzzz", "0" * 1600):
        at = opens(explored_store, "map", area=broken, window=broken, mark=broken).run()
        assert not at.exception
        assert heading(at) == "60 works in view"


def test_years_and_the_legend_decide_what_is_selected(explored_store: Store, opens: Opens) -> None:
    works = explored_store.works()
    at = opens(explored_store, "map", area=EVERYWHERE, hide="Ada Ember").run()
    assert heading(at) == "40 works selected"
    first, last = int(works["year"].min()), int(works["year"].max())
    middle = (first + last) // 2
    at = opens(explored_store, "map", area=EVERYWHERE)
    at.query_params["years"] = [str(first), str(middle)]
    at.run()
    n = int(works["year"].between(first, middle).fillna(False).sum())
    assert 0 < n < 60
    assert heading(at) == f"{n} works selected"
    assert link(at)["years"] == [first, middle]


def test_an_area_is_of_one_map_and_of_no_other(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map", area=EVERYWHERE).run()
    at.selectbox(key="artist").set_value("Ada Ember").run()
    assert heading(at) == "20 works in view"
    assert "area" not in at.query_params


def test_an_address_shows_a_work(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map", work="5").run()
    assert not at.exception
    assert str(explored_store.works().loc[5, "year"]) in heading(at)
    assert link(at)["work"] == 5
    assert any("| **Genre** |" in m.value for m in at.markdown)
    grids = [c.proto for c in components(at) if "map-near-" in c.proto.id]
    assert grids
    at.button[[b.label for b in at.button].index("Back to the list")].click().run()
    assert heading(at) == "60 works in view"
    at = opens(explored_store, "map", work="999", artist=HOSTILE, colour="No", embedding="x").run()
    assert not at.exception
    assert heading(at) == "60 works in view"


def test_a_kept_selection_is_ringed_and_one_of_the_map_is_kept(own: Store, opens: Opens) -> None:
    keep_selection(own, "Three", [4, 7, 50])
    at = opens(own, "map", selection="Three").run()
    assert not at.exception
    assert heading(at) == "Three: 3 works"
    assert link(at)["rings_are"] == "Selection"
    at = opens(own, "map", area=EVERYWHERE, hide="Ada Ember").run()
    at.text_input(key="selection-name").set_value("The rest")
    next(b for b in at.button if b.label == "Keep").click().run()
    assert not at.exception
    assert len(selection(own, "The rest")) == 40


def test_the_confusion_page_takes_a_kept_selection(own: Store, opens: Opens) -> None:
    works = own.works()
    test = works.index[works["artist_split"] == "test"][:3]
    keep_selection(own, "Three", test)
    at = opens(own, "confusion", selection="Three").run()
    assert not at.exception
    assert any("3 of" in m.value and "Three" in m.value for m in at.markdown)


def test_works_of_the_map_open_in_browse(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map", area=EVERYWHERE, hide="Ada Ember").run()
    next(b for b in at.button if b.label == "Browse").click().run()
    assert not at.exception
    assert any(m.value.startswith("Only **40 works**") for m in at.markdown)
    assert any("**40 works** of 60" in m.value for m in at.markdown)
    address = "".join(at.query_params["among"])
    elsewhere = opens(explored_store, "browse", among=address).run()  # passed on to somebody
    assert any("**40 works** of 60" in m.value for m in elsewhere.markdown)
    for nothing, said in (("gone", "names no list"), ("session-0", "is gone")):
        at = opens(explored_store, "browse", among=nothing).run()
        assert any(said in i.value for i in at.info)
        assert any("**60 works**" in m.value for m in at.markdown)


def test_a_list_is_packed_for_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    for ids in ([0], [7], [80_000, 3, 3_000_000], rng.permutation(81_446)[:2_000], range(81_446)):
        text = packed_ids(np.array(ids))
        assert unpacked_ids(text).tolist() == sorted(ids)  # type: ignore[union-attr]
        assert len(text) <= LONGEST
    assert len(packed_ids(np.arange(81_446))) < 200
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(2**23), 9)).decode()
    endless = base64.urlsafe_b64encode(zlib.compress(b"\x80" * 40)).decode()
    for text in ("", "eJ", "ä", "A" * 5_000, packed_ids(np.arange(9))[:-3], bomb, endless):
        assert unpacked_ids(text) is None


def test_what_is_too_long_for_an_address_stays_in_the_session(
    explored_store: Store, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse_subset, "LONGEST", 4)
    at = opens(explored_store, "map", area=EVERYWHERE, hide="Ada Ember").run()
    next(b for b in at.button if b.label == "Browse").click().run()
    assert any("**40 works** of 60" in m.value for m in at.markdown)
    assert any("keep them under a name" in c.value for c in at.caption)


def test_a_mark_of_the_address_is_drawn(explored_store: Store, opens: Opens) -> None:
    at = opens(explored_store, "map", mark="00a00b00").run()
    assert link(at)["mark"] == {"x": 360, "y": 396 * 36, "name": "Uploaded picture"}
    next(b for b in at.button if b.label == "Remove").click().run()
    assert link(at)["mark"] is None


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
    points = points_of(8, value=found.to_numpy())
    legend = [(entry.name, entry.n, entry.grey) for entry in points.legend]
    assert legend == [(OTHERS, 1, True), (UNKNOWN, 2, True), ("A b", 3, False), ("C", 2, False)]
    # Grey points are drawn first, below the others.
    assert set(points.places[:3].tolist()) == {0, 1}


@pytest.mark.parametrize("own", [False, True])
def test_the_artist_who_is_asked_for_has_a_colour(own: bool) -> None:
    works = pd.DataFrame({"creator": [f"Painter_{i}" for i in range(14) for _ in range(15 - i)]})
    view = MapView("resnet50", "Painter_13", own, "Artist", "creator", "", "")
    values, _ = colour_values(view, works, None, None)
    assert values.tolist() == [OTHERS] * (len(works) - 2) + ["Painter 13"] * 2


def test_a_polygon_holds_the_points_that_matplotlib_says() -> None:
    path = pytest.importorskip("matplotlib.path")
    rng = np.random.default_rng(3)
    corners = rng.integers(0, UNITS, (9, 2))  # crosses itself: the even-odd rule decides
    x, y = rng.integers(0, UNITS, (2, 3000)).astype(np.uint16)
    found = inside(corners, x, y)
    # By winding numbers, what is enclosed an odd number of times.
    odd = np.zeros(len(x), dtype=bool)
    for a, b in pairwise(corners[1:]):
        odd ^= path.Path([corners[0], a, b]).contains_points(np.stack([x, y], axis=1))
    assert (found == odd).mean() > 0.999


def test_areas_are_read_as_they_were_written() -> None:
    assert read_area("000000011ekf1ekf").tolist() == [[0, 1], [UNITS, UNITS]]
    assert area_text(0, 1, UNITS, UNITS) == "000000011ekf1ekf"
    for text in ("", "0000", "0000000000", "000000001ekg0000", "AAAAAAAAAAAAAAAA", "00000000" * 65):
        assert read_area(text) is None


def test_works_in_an_area_come_from_its_middle_outwards() -> None:
    points = points_of(5)
    everything = np.ones(5, dtype=bool)
    assert works_inside(points, everything, "").tolist()[0] == 12
    assert set(works_inside(points, everything, "000000000ez90000").tolist()) == {10, 11}
    shown = shown_points(points, (1601, 1603), ())
    assert set(works_inside(points, shown, "").tolist()) == {11, 12, 13}
    assert not shown_points(points, None, ["A"]).any()


@pytest.mark.parametrize(
    "told",
    [
        None,
        3,
        {},
        {"work": "x", "area": 7, "window": [], "hidden": "A"},
        {"work": 999, "area": "0000", "window": EVERYWHERE + EVERYWHERE, "hidden": [[], "Z"]},
    ],
)
def test_a_browser_is_not_believed(told: object) -> None:
    assert told_state(told, points_of()) in (None, MapState())


def test_what_a_browser_tells_is_kept() -> None:
    state = MapState(11, EVERYWHERE, EVERYWHERE, ("A",))
    told = asdict(state) | {"hidden": ["A", "A", "B"]}
    assert told_state(told, points_of()) == state


def test_no_more_pictures_are_sent_than_a_map_shows() -> None:
    works = pd.DataFrame(index=range(1000))
    asked = {"ids": [*range(500)], "large": False}
    assert asked_works(asked, works) == ([*range(MOST)], False)
    assert asked_works({"ids": [True, "x", 2000, 3], "large": True}, works) == ([3], True)
    assert asked_works([1], works) == ([], False)


def test_regions_are_named_where_a_label_outnumbers_the_others() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(12_000, 1500, (2, 200)), rng.normal(50_000, 1500, (2, 90))
    mixed = rng.integers(25_000, 35_000, (2, 60))
    x, y = np.concatenate([left, right, mixed], axis=1).astype(np.uint16)
    names = np.array(["Ada"] * 200 + ["Bo"] * 90 + ["Ada", "Bo", "Cy"] * 20, dtype=object)
    found = map_regions(x, y, names, units=UNITS)
    assert [region.name for region in found[:2]] == ["Ada", "Bo"]
    assert abs(found[0].x - 12_000) < 1500
    assert abs(found[1].y - 50_000) < 1500


def test_coordinates_keep_their_proportions() -> None:
    extent = Extent.of(np.array([0.0, 10.0]), np.array([0.0, 5.0]))
    x, y = extent.units([0.0, 5.0, 10.0], [5.0, 2.5, 0.0])
    assert x.tolist() == [0, 32768, UNITS]
    assert y.tolist() == [0, 16384, 32768]
