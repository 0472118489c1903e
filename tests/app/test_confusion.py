"""The Confusion page, run without a browser, and what it draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from artextract.evaluation.confusion import REST, confusion, predictions, worst
from artextract.evaluation.error_analysis.comparison import OUTCOMES, compare, outcomes
from artextract.store import Store
from charts.confusion_matrix import confusion_cells, outcome_cells
from labels import display_label, escape_markdown
from model_display import ModelDisplay
from small import HOSTILE, copy_tree
from widgets.confusion.cell_matrix import clicked_cell
from widgets.confusion.cell_works import cell_table, cell_tiles, written_out

NAMES = ["Ada_Ember", "Bo_Azur", HOSTILE]
Opens = Callable[..., AppTest]

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


def texts(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown).replace("\\", "")


def test_a_deep_link_opens_its_cell(small_store: Store, opens: Opens) -> None:
    true, predicted = a_cell_with_works(small_store)
    link = {"task": "Artist", "model": "Ensemble"}
    link |= {"true": display_label(true), "predicted": display_label(predicted)}
    at = opens(small_store, "confusion", **link).run()
    assert not at.exception
    n = confusion(small_store, "artist", "ensemble").loc[true, predicted]
    heading = f"{display_label(true)}, predicted as {display_label(predicted)} by the ensemble: {n}"
    assert heading in texts(at)


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
    assert at.segmented_control(key="order").value == "Similarity"
    assert at.segmented_control(key="show").value == "Share of true label"
    at.button(key="worst-0").click().run()
    assert not at.exception
    assert (at.selectbox(key="true").value, at.selectbox(key="predicted").value) == (
        true,
        predicted,
    )
    assert "by the ensemble" in texts(at)
    at.segmented_control(key="task").set_value("genre").run()
    assert not at.exception
    assert at.selectbox(key="true").value is None


def test_every_view_can_be_drawn(small_store: Store, opens: Opens) -> None:
    at = opens(
        small_store, "confusion", baseline="AlexNet", true="Bo Azur", predicted="Ada Ember"
    ).run()
    for key, value in (
        ("show", "Works"),
        ("show", "Share of predicted label"),
        ("order", "Name"),
        ("order", "Size"),
        ("colours", "Log"),
    ):
        at.segmented_control(key=key).set_value(value).run()
        assert not at.exception
    at.toggle(key="hide_diagonal").set_value(True)
    at.multiselect(key="only_artist").set_value(["Ada_Ember"]).run()
    assert not at.exception
    assert at.selectbox(key="true").options == ["Ada Ember", REST]


def test_a_comparison_opens_each_outcome_and_they_add_up(small_store: Store, opens: Opens) -> None:
    now, before = (predictions(small_store, "artist", m) for m in ("ensemble", "alexnet"))
    expected = compare(outcomes(now, before))
    at = opens(small_store, "confusion", baseline="AlexNet").run()
    assert not at.exception
    assert f"gains **{expected.gained:,}**" in texts(at)
    assert "McNemar's exact test: **p" in texts(at)
    assert at.segmented_control(key="change").options == [
        f"{name} {getattr(expected, kind):,}"
        for name, kind in zip(("Both right", "Gained", "Lost", "Both wrong"), OUTCOMES, strict=True)
    ]
    for kind, name in zip(OUTCOMES, ("Both right", "Gained", "Lost", "Both wrong"), strict=True):
        at.segmented_control(key="change").set_value(kind).run()
        assert not at.exception
        n = getattr(expected, kind)
        said = texts(at) + "".join(caption.value for caption in at.caption).replace("\\", "")
        assert f"{name}: {n} work{'s' * (n != 1)}" in said


def test_another_store_is_compared_as_a_model_is(
    small_store: Store, tmp_path_factory: pytest.TempPathFactory, opens: Opens, monkeypatch
) -> None:
    other = Store(copy_tree(small_store.root, tmp_path_factory.mktemp("2024") / "last-year"))
    monkeypatch.setenv("ARTEXTRACT_COMPARE", str(other.root))
    at = opens(small_store, "confusion", baseline="AlexNet of last-year").run()
    assert not at.exception
    assert at.selectbox(key="baseline").value == "last-year/alexnet"
    assert "AlexNet of last-year predicts wrongly" in texts(at)
    assert str(other.root.parent) not in texts(at)


def test_classes_are_merged_and_taken_apart(small_store: Store, opens: Opens) -> None:
    group = f"Warm=Ada_Ember|{HOSTILE}"
    at = opens(small_store, "confusion").run()
    at.multiselect(key="group_members").set_value(["Ada_Ember", HOSTILE])
    at.text_input(key="group_name").set_value("Warm")
    next(b for b in at.button if b.label == "Merge").click().run()
    assert not at.exception
    assert sorted(at.selectbox(key="true").options) == ["Bo Azur", "Warm"]
    assert at.query_params["merge_artist"] in (group, [group])
    metrics = at.dataframe[0].value
    assert sorted(metrics.index) == ["Bo Azur", "Warm"]
    again = opens(small_store, "confusion", merge_artist=group).run()
    assert sorted(again.selectbox(key="true").options) == ["Bo Azur", "Warm"]
    at.button(key="ungroup-Warm").click().run()
    assert len(at.selectbox(key="true").options) == 3
    assert "merge_artist" not in at.query_params
    at.button(key="group-by-style").click().run()
    assert not at.exception


def test_figures_are_of_the_works_that_the_filter_leaves(small_store: Store, opens: Opens) -> None:
    works = small_store.works()
    rows = works.loc[predictions(small_store, "artist", "ensemble")["work_id"]]
    n = int((rows["genre"] == "landscape").sum())
    assert 0 < n < len(rows)
    at = opens(small_store, "confusion", where_genre="Landscape").run()
    assert not at.exception
    assert f"Only {n} of {len(rows)} test works count (Genre: Landscape)" in texts(at)
    assert at.dataframe[0].value["works"].sum() == n
    at.slider(key="years").set_value((1880, 1880)).run()
    assert not at.exception
    at.slider(key="sure").set_value((0, 1)).run()
    assert not at.exception
    assert "None of the" in texts(at)
    next(b for b in at.button if b.label == "All test works").click().run()
    assert "Only" not in texts(at)


def test_hostile_labels_are_shown_and_not_interpreted(small_store: Store, opens: Opens) -> None:
    at = opens(small_store, "confusion", true=HOSTILE, predicted="Ada Ember").run()
    assert not at.exception
    assert at.selectbox(key="true").value == HOSTILE
    for element in [*at.markdown, *at.caption, *at.subheader]:
        assert "<img" not in element.value.replace(r"\<img", "")


def test_what_is_missing_is_said_with_its_command(
    small_store: Store, indexed: Store, opens: Opens
) -> None:
    for store, command in (
        (Store(indexed.root / "nowhere"), "artextract index SOURCE"),
        (indexed, "artextract train"),
    ):
        for page in ("confusion", "class_report"):
            at = opens(store, page).run()
            assert not at.exception
            assert at.code
        at = opens(store, "confusion").run()
        assert at.code[0].value == command
    (indexed.root / "models").symlink_to(small_store.root / "models")
    at = opens(indexed, "confusion").run()
    assert not at.exception
    assert at.code[0].value == "artextract evaluate"


def test_a_click_is_a_row_and_a_column_and_nothing_else_is_trusted() -> None:
    assert clicked_cell({"cell": [1, 2]}, NAMES, NAMES) == ("Bo_Azur", HOSTILE)
    for nonsense in ([3, 0], [0, -1], [0], "12", None, [1.5, 0], ["1", 0], {"0": 1}):
        assert clicked_cell({"cell": nonsense}, NAMES, NAMES) is None
    assert clicked_cell({}, NAMES, NAMES) is None


def test_a_matrix_shows_what_it_is_told() -> None:
    counts = pd.DataFrame([[8, 1, 0], [0, 0, 100], [0, 2, 9]], index=NAMES, columns=NAMES)
    cells = confusion_cells(counts, counts, label="a matrix")
    assert cells.levels == [0.08, 0.01, None, None, None, 1.0, None, 0.02, 0.09]
    assert cells.texts == ["8", "1", "", "", "", "100", "", "2", "9"]
    assert cells.notes[:3] == ["8 works", "1 work", "No works"]
    assert cells.rows == cells.columns == ["Ada Ember", "Bo Azur", HOSTILE]
    off = confusion_cells(counts, counts, label="", diagonal=False, logarithmic=True)
    assert [off.levels[i] for i in (0, 4, 8)] == [None] * 3
    assert off.levels[1] == pytest.approx(np.log10(2) / np.log10(101), abs=1e-3)
    change = confusion_cells(-counts, counts, label="", is_change=True)
    assert (change.diverging, change.levels[5], change.texts[5]) == (True, -1.0, "−100")
    assert change.notes[5] == "100 works more (worse)"


def test_the_rest_neither_bleaches_the_others_nor_opens() -> None:
    names = ["Ada_Ember", REST]
    counts = pd.DataFrame([[8, 90], [70, 900]], index=names, columns=names)
    cells = confusion_cells(counts, counts, label="")
    assert cells.levels == [1.0, 1.0, 1.0, 1.0]
    assert cells.rest == [1]
    assert not len(worst(counts))


def test_the_four_outcomes_stand_where_their_rows_and_columns_say() -> None:
    counts = dict(zip(OUTCOMES, (5, 3, 2, 1), strict=True))
    cells = outcome_cells(counts, "New", "Old")
    assert (cells.row_title, cells.column_title) == ("New", "Old")
    assert cells.texts == ["Both right\n5", "Gained\n3", "Lost\n2", "Both wrong\n1"]
    assert cells.rows == cells.columns == ["Right", "Wrong"]


def test_a_tile_tells_the_true_label_and_every_prediction() -> None:
    works = pd.DataFrame(
        {"work_id": [0, 1], "title": ["a", HOSTILE], "year": [1890, None], "creator": ["A", "A"]}
    )
    elsewhere = PREDICTIONS["alexnet"].iloc[:1].assign(probability=0.8)  # has one of the works only
    table = cell_table(PREDICTIONS | {"old/alexnet": elsewhere}, [1, 0], works)
    first, second = cell_tiles(table, "ensemble", lambda work_id: f"src-{work_id}", DISPLAY)
    assert (first.title, first.source) == (HOSTILE, "src-1")
    assert first.lines == [
        "True: Ada Ember",
        "Ensemble: Bo Azur, 90\u00a0%",
        "AlexNet: Ada Ember, 70\u00a0% ✓",
    ]
    assert second.lines[2:] == ["2 others: the same, 60\u00a0% to 80\u00a0%"]
    (alone,) = cell_tiles(cell_table(PREDICTIONS, [0], works), "ensemble", str, DISPLAY)
    assert alone.lines[2:] == ["AlexNet: the same, 60\u00a0%"]
    assert written_out(table)["true"].tolist() == ["Ada Ember", "Ada Ember"]


def test_a_class_has_a_page_with_all_its_errors(small_store: Store, opens: Opens) -> None:
    said = predictions(small_store, "artist", "ensemble")
    true, predicted = a_cell_with_works(small_store)
    at = opens(small_store, "class_report", **{"class": display_label(true)}).run()
    assert not at.exception
    assert at.title[0].value.replace("\\", "") == display_label(true)
    own = said[said["true"] == true]
    missed = int((own["predicted"] != true).sum())
    assert f"missed: {missed} work" in texts(at)
    recall = at.metric[0]
    assert (recall.label, recall.value) == ("Recall", f"{100 * (1 - missed / len(own)):.0f} %")
    assert f"{escape_markdown(display_label(predicted))}" in at.button(key="to-0").label
    at.selectbox(key="class").set_value(predicted).run()
    assert not at.exception
    assert at.title[0].value.replace("\\", "") == display_label(predicted)
