"""The Confusion page, run without a browser, and what it draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from artextract.evaluation.confusion import REST, confusion, worst
from artextract.store import Store
from charts.confusion_matrix import clicked_cell, matrix_figure
from labels import display_label, escape_markdown
from model_display import ModelDisplay
from small import HOSTILE
from widgets.cell_works import Cell, cell_table, cell_tiles

NAMES = ["Ada_Ember", "Bo_Azur", HOSTILE]
Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]

DISPLAY = ModelDisplay({}, {})
PREDICTIONS = {
    "alexnet": pd.DataFrame(
        [(0, "Ada_Ember", "Bo_Azur", 0.6, 2), (1, "Ada_Ember", "Ada_Ember", 0.7, 1)],
        columns=["work_id", "true", "predicted", "probability", "rank"],
    ),
    "ensemble": pd.DataFrame(
        [(0, "Ada_Ember", "Bo_Azur", 0.5, 2), (1, "Ada_Ember", "Bo_Azur", 0.9, 3)],
        columns=["work_id", "true", "predicted", "probability", "rank"],
    ),
}


def a_cell_with_works(store: Store) -> tuple[str, str]:
    return tuple(worst(confusion(store, "artist", "ensemble")).loc[0, ["true", "predicted"]])


def headings(at: AppTest) -> list[str]:
    return [m.value for m in at.markdown if "works**" in m.value]


def test_a_deep_link_opens_its_cell(small_store: Store, opens: Opens) -> None:
    true, predicted = a_cell_with_works(small_store)
    link = {"task": "Artist", "model": "Ensemble"}
    link |= {"true": display_label(true), "predicted": display_label(predicted)}
    at = opens(small_store, "confusion", **link).run()
    assert not at.exception
    n = confusion(small_store, "artist", "ensemble").loc[true, predicted]
    assert any(f": {n}" in text.replace("\\", "") for text in headings(at))
    assert any(
        escape_markdown(display_label(true)) in text
        and escape_markdown(display_label(predicted)) in text
        for text in headings(at)
    )


def test_an_address_of_before_its_parameters_were_renamed(small_store: Store, opens: Opens) -> None:
    old = {"true": "Bo Azur", "pred": "Ada Ember", "minus": "AlexNet", "order": "Likeness"}
    at = opens(small_store, "confusion", **old).run()
    assert not at.exception
    assert at.selectbox(key="predicted").value == "Ada_Ember"
    assert at.selectbox(key="baseline").value == "alexnet"
    assert at.segmented_control(key="order").value == "Similarity"
    assert "pred" not in at.query_params


def test_the_ranked_list_and_the_lists_open_cells(small_store: Store, opens: Opens) -> None:
    true, predicted = a_cell_with_works(small_store)
    at = opens(small_store, "confusion").run()
    assert not at.exception
    assert not headings(at)
    at.button(key="worst-0").click().run()
    assert not at.exception
    assert (at.selectbox(key="true").value, at.selectbox(key="predicted").value) == (
        true,
        predicted,
    )
    assert headings(at)
    at.segmented_control(key="task").set_value("genre").run()
    assert not at.exception
    assert at.selectbox(key="true").value is None


def test_every_view_can_be_drawn(small_store: Store, opens: Opens, charts: Charts) -> None:
    at = opens(
        small_store, "confusion", baseline="AlexNet", true="Bo Azur", predicted="Ada Ember"
    ).run()
    for key, value in (
        ("show", "Share of true label"),
        ("show", "Share of predicted label"),
        ("order", "Similarity"),
        ("order", "Size"),
        ("colours", "Log"),
    ):
        at.segmented_control(key=key).set_value(value).run()
        assert not at.exception
        assert len(charts(at)) == 1
    at.toggle(key="hide_diagonal").set_value(True)
    at.multiselect(key="only_artist").set_value(["Ada_Ember"]).run()
    assert not at.exception
    assert at.selectbox(key="true").options == ["Ada Ember", REST]


def test_hostile_labels_are_shown_and_not_interpreted(
    small_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(small_store, "confusion", true=HOSTILE, predicted="Ada Ember").run()
    assert not at.exception
    assert at.selectbox(key="true").value == HOSTILE
    chart = charts(at)[0]
    names = chart["layout"]["yaxis"]["ticktext"] + list(chart["data"][1]["hovertext"])
    assert not any("<img" in name for name in names)
    assert any("&lt;img" in name for name in names)
    for element in [*at.markdown, *at.caption, *at.subheader]:
        assert "<img" not in element.value.replace(r"\<img", "")


def test_what_is_missing_is_said_with_its_command(
    small_store: Store, indexed: Store, opens: Opens
) -> None:
    for store, command in (
        (Store(indexed.root / "nowhere"), "artextract index SOURCE"),
        (indexed, "artextract train"),
    ):
        at = opens(store, "confusion").run()
        assert not at.exception
        assert at.code[0].value == command
    (indexed.root / "models").symlink_to(small_store.root / "models")
    at = opens(indexed, "confusion").run()
    assert not at.exception
    assert at.code[0].value == "artextract evaluate"


def test_a_click_is_a_row_and_a_column_and_nothing_else_is_trusted() -> None:
    def event(index: object) -> dict:
        return {"selection": {"points": [{"point_index": index}]}}

    assert clicked_cell(event(5), NAMES) == ("Bo_Azur", HOSTILE)
    for nonsense in (9, -1, "5", None, 1.5):
        assert clicked_cell(event(nonsense), NAMES) is None
    assert clicked_cell({"selection": {"points": []}}, NAMES) is None


def test_a_matrix_shows_what_it_is_told() -> None:
    counts = pd.DataFrame([[8, 1, 0], [0, 0, 100], [0, 2, 9]], index=NAMES, columns=NAMES)
    heat, points = matrix_figure(counts, counts).data
    assert np.isnan(heat.z[0][2])
    assert (heat.zmin, heat.zmax) == (0, 100)
    assert len(points.x) == 9
    assert points.hovertext[5].startswith("True: Bo Azur<br>Predicted: &lt;img")
    assert points.hovertext[0] == "True: Ada Ember<br>Predicted: Ada Ember<br>8 works"
    off = matrix_figure(counts, counts, diagonal=False, logarithmic=True).data[0]
    assert np.isnan(np.diag(off.z)).all()
    assert off.z[1][2] == np.log10(101)
    difference = matrix_figure(-counts, -counts).data[0]
    assert difference.zmin == -difference.zmax
    assert "−8" in difference.text[0]


def test_a_tile_tells_the_true_label_and_every_prediction() -> None:
    works = pd.DataFrame(
        {"work_id": [0, 1], "title": ["a", HOSTILE], "year": [1890, None], "creator": ["A", "A"]}
    )
    table = cell_table(PREDICTIONS, Cell("ensemble", "Ada_Ember", "Bo_Azur"), works)
    assert table["work_id"].tolist() == [1, 0]
    first, second = cell_tiles(table, "ensemble", lambda work_id: f"src-{work_id}", DISPLAY)
    assert (first.title, first.source) == (HOSTILE, "src-1")
    assert first.lines == [
        "True: Ada Ember",
        "Ensemble: Bo Azur, 90\u00a0%",
        "AlexNet: Ada Ember, 70\u00a0% ✓",
    ]
    assert second.lines[2] == "AlexNet: the same, 60\u00a0%"
