"""The Overview page, run without a browser, and the promises that all pages keep."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from artextract.pipeline.background import Building
from artextract.store import Store, write_json
from charts.map_thumbnail import map_thumbnail
from labels import percent
from small import copy_tree
from widgets.frame.sampling import sample_by_creator

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]
PAGES = ("overview", "predict", "confusion", "map", "outliers", "labels", "training", "work")


def test_the_collection_is_told(small_store: Store, opens: Opens, charts: Charts) -> None:
    at = opens(small_store).run()
    assert not at.exception
    figures = small_store.metrics()["artist"]["ensemble"]
    assert [(m.label, m.value) for m in at.metric] == [
        ("Works", "60"),
        ("Artists", "3"),
        ("Artist predicted right", percent(figures["top1"])),
    ]
    figures = small_store.metrics()["style"]["ensemble"]
    assert any(
        f"**{100 * figures['top1']:.3g} %** of 12 test works" in m.value for m in at.markdown
    )
    accuracy, classes = charts(at)
    assert [trace["name"] for trace in accuracy["data"]] == ["AlexNet", "ResNet-50", "Ensemble"]
    train, test = classes["data"]
    assert (sum(train["x"]), sum(test["x"])) == (48, 12)
    assert not any("<img" in name for name in classes["layout"]["yaxis"]["ticktext"])
    at.button(key="shuffle-works").click().run()
    assert not at.exception
    assert at.session_state["sample"] == 1


def test_a_painting_that_is_put_in_here_leads_to_its_answer(
    small_store: Store, opens: Opens
) -> None:
    Image.new("RGB", (90, 70), "teal").save(file := BytesIO(), "PNG")
    at = opens(small_store).run()
    at.file_uploader(key="uploads-0").upload("here.png", file.getvalue()).run()
    assert not at.exception
    assert [result.request.name for result in at.session_state["results"].values()] == ["here.png"]
    assert at.title[0].value == "Predict"

    unseen = small_store.works().query("split == 'test'").index[0]
    at = opens(small_store)
    at.session_state["first_look_picker_choice"] = int(unseen)
    at.run()
    assert not at.exception
    assert at.session_state["result_open"] == f"work-{unseen}"
    assert at.title[0].value == "Predict"


def test_the_map_is_drawn_as_a_picture_with_the_names_where_the_works_lie() -> None:
    n = 300
    side = np.arange(n) % 2  # one artist's works at the left, the other's at the right
    points = pd.DataFrame({"work_id": range(n), "x": side * 10.0, "y": np.arange(n) % 7})
    creators = pd.Series(np.where(side == 1, "Bo Azur", "Ada Ember"), dtype=object)
    creators[n - 1] = None
    content, names = map_thumbnail(points, creators, size=(200, 100))
    assert [name.name for name in names] == ["Ada Ember", "Bo Azur"]
    assert names[0].x < 0.5 < names[1].x
    picture = np.asarray(Image.open(BytesIO(content)).convert("RGBA"), int)
    drawn = np.argwhere(picture[..., 3] > 200)
    assert 0 < len(drawn) < 0.2 * 200 * 100  # the ground is transparent
    left, right = (
        picture[tuple(at)] for at in (drawn[drawn[:, 1].argmin()], drawn[drawn[:, 1].argmax()])
    )
    assert abs(left - right).sum() > 100  # two colours
    assert map_thumbnail(points.iloc[:0], creators)[1] == []


@pytest.mark.parametrize("page", [*PAGES, "browse"])
def test_a_store_that_vanishes_while_it_is_shown_is_said_on_every_page(
    page: str, small_store: Store, tmp_path: Path, opens: Opens
) -> None:
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    at = opens(store, page, work="12").run()
    store.root.rename(tmp_path / "unmounted")
    at.run()
    assert not at.exception
    assert ["mount it again" in error.value for error in at.error] == [True]
    assert not [b for b in at.button if "Build" in b.label]
    (tmp_path / "unmounted").rename(store.root)
    at.button(key="store-try-again").click().run()
    assert not at.exception
    assert not at.error


def test_an_empty_store_can_be_filled_from_here(
    tmp_path: Path, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    log.write_text('{"share": 0.3, "left": 70, "note": "painting"}\n')
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    monkeypatch.setattr(Building, "start", lambda store: Building(process, log))
    try:
        at = opens(Store(tmp_path / "nowhere")).run()
        assert not at.exception
        assert at.code[0].value == "artextract index SOURCE"
        next(b for b in at.button if "Build" in b.label).click().run()
        assert not at.exception
        bar = at.get("progress")[0].proto
        what = "**Building the built-in collection**: about 70 s left\\, painting"
        assert (bar.value, bar.text) == (30, what)
        assert not [b for b in at.button if "Build" in b.label]
    finally:
        process.kill()
        process.wait()
    at.run()
    assert not at.exception
    assert "It failed" in at.error[0].value


def test_every_page_says_how_far_the_building_is_and_cancels_it(
    tmp_path: Path, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    log.write_text('{"share": 0.3, "left": 70, "note": "painting"}\n')
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    monkeypatch.setattr(Building, "start", lambda store: Building(process, log))
    try:
        at = opens(Store(tmp_path / "nowhere")).run()
        next(b for b in at.button if "Build" in b.label).click().run()
        for page in ("browse", "predict", "confusion", "map", "outliers", "training", "work"):
            at.switch_page(f"views/{page}.py").run()
            assert not at.exception
            assert "built-in collection" in at.get("progress")[0].proto.text, page
            assert at.button(key="cancel-building").label == "Cancel"
        at.button(key="cancel-building").click().run()
        assert process.poll() is not None
        assert not at.get("progress")
        at.switch_page("views/overview.py").run()
        assert "was cancelled" in at.info[0].value
        assert [b for b in at.button if "Build" in b.label]
    finally:
        process.kill()
        process.wait()


def test_an_unfinished_store_says_what_comes_next(indexed: Store, opens: Opens) -> None:
    at = opens(indexed).run()
    assert not at.exception
    assert at.metric[0].value == "60"
    assert at.code[0].value == "artextract train"
    assert not [b for b in at.button if "Build" in b.label]


@pytest.mark.parametrize("labelled", [True, False])
def test_networks_that_know_the_artist_alone_blank_no_page(
    labelled: bool, explored_store: Store, tmp_path: Path, opens: Opens
) -> None:
    store = Store(copy_tree(explored_store.root, tmp_path / "store"))
    metrics, ensemble = store.metrics(), store.ensemble()
    if not labelled:
        works = store.works()
        for task in ("genre", "style"):
            works[task] = works[f"{task}_split"] = None
        store.save_works(works, store.classes() | {"genre": [], "style": []})
    write_json(store.metrics_path, {"artist": metrics["artist"]})
    write_json(store.ensemble_path, ensemble | {"tasks": {"artist": ensemble["tasks"]["artist"]}})
    record = store.stage_record("probabilities")
    record["inputs"] |= store.input_keys("pictures", "labels", tasks=["artist"])
    write_json(store.root / "stages" / "probabilities.json", record)
    for page in ("overview", "confusion", "map", "outliers", "training", "work"):
        asked = {"task": "Genre"} if page == "overview" else {}
        at = opens(store, page, work="12", **asked).run()
        assert not at.exception, page
        assert at.get("plotly_chart") or at.metric or at.dataframe or has_map(at), page
        assert not any("knows genre" in info.value for info in at.info), page
    store.metrics_path.unlink()
    store.ensemble_path.unlink()
    assert has_map(opens(store, "map").run())  # which no evaluation made


def has_map(at: AppTest) -> bool:
    return any(c.proto.component_name == "artextract_map" for c in at.get("bidi_component"))


def test_one_artist_does_not_fill_the_page(small_store: Store) -> None:
    works = small_store.works()
    chosen = sample_by_creator(works, 9)
    assert len(set(chosen)) == 9
    assert set(Counter(works.loc[chosen, "creator"]).values()) == {3}
    assert sample_by_creator(works, 9) == chosen != sample_by_creator(works, 9, seed=1)
    assert len(sample_by_creator(works, 500)) == 60
    assert sample_by_creator(works.iloc[:0], 9) == []


@pytest.mark.parametrize(
    ("page", "damaged"),
    [
        ("overview", "works.parquet"),
        ("overview", "classes.json"),
        ("predict", "works.parquet"),
        ("confusion", "works.parquet"),
        ("training", "classes.json"),
        ("work", "works.parquet"),
        ("work", "classes.json"),
    ],
)
def test_a_damaged_table_is_said(page: str, damaged: str, indexed: Store, opens: Opens) -> None:
    (indexed.root / damaged).write_text("{")
    at = opens(indexed, page).run()
    assert not at.exception
    assert "damaged" in at.info[0].value


def test_looking_at_the_pages_does_not_import_torch(explored_store: Store, router: Path) -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"for page in {PAGES!r}:\n"
        f"    at = AppTest.from_file({str(router)!r}, default_timeout=300)\n"
        "    at.switch_page(f'views/{page}.py') if page != 'overview' else None\n"
        "    at.query_params.update({'work': '12'} if page == 'work' else {})\n"
        "    at.run()\n"
        "    assert not at.exception, at.exception\n"
        "    assert 'torch' not in sys.modules, page\n"
    )
    environment = {"ARTEXTRACT_STORE": str(explored_store.root), "PYTHONPATH": "app"}
    subprocess.run([sys.executable, "-c", code], cwd=router.parents[1], env=environment, check=True)
