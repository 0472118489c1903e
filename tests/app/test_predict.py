"""The Predict page, run without a browser, and what it draws."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from artextract.__main__ import main
from artextract.collection.images import PictureError, open_picture
from artextract.files import as_csv
from artextract.inference.prediction_sets import LabelSet
from artextract.inference.predictor import Predictor
from artextract.oeuvres.open_set.status import StatusAssessor, render
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.results import read_table
from artextract.oeuvres.typicality import typicality_of_file
from artextract.store import Store, StoreError, write_json
from cache import networks, snapshot
from cache.collection import original
from charts.embedding_map import Extent
from charts.probability_bars import probability_bars, shown_classes
from labels import display_label, escape_markdown, percent
from model_display import ModelDisplay
from small import HOSTILE, copy_exploration, copy_tree
from widgets.outliers.outlier_card import reason_text
from widgets.predict import prediction_results
from widgets.predict.picture_crop import cropped, valid_box
from widgets.predict.picture_input import PictureRequest, read_upload
from widgets.predict.prediction_details import ATTENTION, MEMBERS, SIMILAR, TYPICALITY
from widgets.predict.prediction_report import report
from widgets.predict.prediction_results import Result, take_detail
from widgets.predict.prediction_sentence import sentence, set_description
from widgets.predict.prediction_table import prediction_frame
from widgets.predict.share_picture import share_picture
from widgets.works.attention import shade

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]


class Session:
    """The state of a page's session, as a page sees it."""

    def __init__(self, at: AppTest) -> None:
        object.__setattr__(self, "at", at)

    def setdefault(self, name: str, value: object) -> object:
        if name not in self.at.session_state:
            self.at.session_state[name] = value
        return self.at.session_state[name]

    def __setattr__(self, name: str, value: object) -> None:
        self.at.session_state[name] = value


def painted(number: int) -> bytes:
    """A picture of its own for each number below 256."""
    Image.new("RGB", (90, 70), (number, 80, 40)).save(file := BytesIO(), "PNG")
    return file.getvalue()


def top_three(at: AppTest) -> list[str]:
    """The bars beside the picture, a list per task."""
    return [e.proto.body for e in at.get("html") if "three most probable" in e.proto.body]


def rows(at: AppTest) -> list[str]:
    """Names in the list of results; that of the one that is open is bold."""
    return [b.label for b in at.button if str(b.key).startswith("open-")]


def button(at: AppTest, kind: str, place: int) -> Button:
    """One of the buttons that every result has."""
    return [b for b in at.button if str(b.key).startswith(f"{kind}-")][place]


@pytest.fixture
def png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (90, 70), (200, 80, 40)).save(file, "PNG")
    return file.getvalue()


def texts(chart: dict) -> str:
    return " ".join(a["text"] for a in chart["layout"]["annotations"])


def test_a_chosen_work_shows_its_bars_and_true_label(
    small_store: Store, opens: Opens, charts: Charts
) -> None:
    works = small_store.works()
    work = works[works["artist"] == "Ada_Ember"].iloc[0]
    at = opens(small_store, "predict")
    at.session_state["picker_choice"] = int(work["work_id"])
    at.session_state["detail_tab"] = MEMBERS
    at.run()
    assert not at.exception
    assert [bars.count("true label") for bars in top_three(at)] == [1, 1, 1]
    artist, genre, style = charts(at)
    assert "Ada Ember" in texts(artist)
    for chart in (artist, genre, style):
        assert texts(chart).count("true label") == 1
        assert all(model in texts(chart) for model in ("AlexNet", "ResNet-50", "Ensemble"))
    assert len([c.value for c in at.caption if " vote" in c.value and "nats" in c.value]) == 3
    sets = [c.value for c in at.caption if c.value.startswith("With 90 \\% confidence\\: ")]
    assert len(sets) == 3
    assert "Ada Ember" in sets[0] or "any of the 3" in sets[0]


def test_the_address_names_the_chosen_work_and_no_other(
    small_store: Store, opens: Opens, png: bytes
) -> None:
    works = small_store.works()
    unseen = works.loc[works["split"] == "test", "work_id"].iloc[0]
    at = opens(small_store, "predict")
    at.query_params["work"] = str(unseen)
    at.run()
    assert not at.exception
    assert len(top_three(at)) == 3
    assert not any("trained on it" in c.value for c in at.caption)
    at.file_uploader(key="uploads-0").upload("another.png", png).run()
    assert "work" not in at.query_params
    for other in ("9" * 5000, "99999999999999999999", "60", "-1", "<b>"):
        at = opens(small_store, "predict")
        at.query_params["work"] = other
        at.run()
        assert not at.exception
        assert "work" not in at.query_params
        assert not at.session_state["results"]


def test_what_the_networks_say_of_a_work_they_were_trained_on_comes_with_a_caveat(
    small_store: Store, opens: Opens
) -> None:
    works = small_store.works()
    for split, caveat in (("train", "were trained on it"), ("val", "to weigh their votes")):
        work = works.index[works["split"] == split][0]
        at = opens(small_store, "predict", work=str(work)).run()
        assert not at.exception
        assert len(top_three(at)) == 3
        assert at.query_params["work"] == str(work)
        assert any(caveat in c.value for c in at.caption)


def test_each_shot_of_the_camera_is_a_result_and_the_camera_is_ready_again(
    small_store: Store, opens: Opens
) -> None:
    at = opens(small_store, "predict").run()
    at.toggle(key="camera_wanted").set_value(True).run()
    for turn in range(2):
        Image.new("RGB", (90, 70), (50 * turn, 80, 40)).save(file := BytesIO(), "JPEG")
        shot = ("shot.jpg", file.getvalue(), "image/jpeg")
        at.camera_input(key=f"camera-{turn}").set_value(shot).run()
        assert not at.exception
        assert len(at.session_state["results"]) == turn + 1


def test_a_broken_upload_is_named_and_the_others_are_predicted(
    small_store: Store, opens: Opens, png: bytes
) -> None:
    at = opens(small_store, "predict").run()
    at.file_uploader(key="uploads-0").upload("bro*ken*.png", b"<svg onload=alert(1)>")
    at.file_uploader(key="uploads-0").upload("good.png", png).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "bro\\*ken\\*\\.png" in at.error[0].value
    assert rows(at) == ["**bro\\*ken\\*\\.png**", "good\\.png"]

    button(at, "open", -1).click().run()
    assert len(top_three(at)) == 3
    assert rows(at) == ["bro\\*ken\\*\\.png", "**good\\.png**"]


def test_results_stay_until_they_are_removed(small_store: Store, opens: Opens) -> None:
    at = opens(small_store, "predict").run()
    for turn, names in enumerate((("a.png", "b.png"), ("c.png", "a again.png"))):
        for name in names:
            at.file_uploader(key=f"uploads-{turn}").upload(name, painted(ord(name[0])))
        at.run()
        assert not at.exception
    # Appended; what is there by its content is not there twice.
    assert rows(at) == ["a\\.png", "b\\.png", "**c\\.png**"]

    at.switch_page("views/training.py").run()
    at.switch_page("views/predict.py").run()
    assert rows(at) == ["a\\.png", "b\\.png", "**c\\.png**"]

    button(at, "drop", 1).click().run()
    assert rows(at) == ["a\\.png", "**c\\.png**"]
    button(at, "remove", 0).click().run()
    assert [r.request.name for r in at.session_state["results"].values()] == ["a.png"]
    assert len(top_three(at)) == 3

    at.file_uploader(key="uploads-2").upload("d.png", painted(9)).run()
    next(b for b in at.button if b.label == "Clear all").click().run()
    assert not at.exception
    assert not at.session_state["results"]
    assert not top_three(at)


def test_results_beyond_the_limit_are_refused_and_none_is_removed(
    small_store: Store, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction_results, "KEPT", 2)
    monkeypatch.setattr(prediction_results, "ORIGINALS", len(painted(1)))
    at = opens(small_store, "predict").run()
    for number in range(3):
        at.file_uploader(key="uploads-0").upload(f"{number}.png", painted(number))
    at.run()
    assert not at.exception
    assert any("1 picture was not taken" in w.value for w in at.warning)
    first, second = at.session_state["results"].values()
    assert (first.request.name, second.request.name) == ("0.png", "1.png")
    assert first.request.read is None  # the oldest original makes room
    assert second.request.read() == painted(1)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("like_collection", "Probably Ada Ember, 96\u00a0%"),
        (None, "Probably Ada Ember, 96\u00a0%"),
        ("unknown_artist", "None of the 2 artists, probably"),
        ("unlike_collection", "No answer: unlike anything in the collection"),
    ],
)
def test_the_sentence_says_what_the_status_says(code: str | None, said: str) -> None:
    answer = SimpleNamespace(
        status=None if code is None else {"code": code},
        probabilities={"artist": {"ensemble": np.array([0.04, 0.96])}},
        classes={"artist": ["Bo_Azur", "Ada_Ember"]},
    )
    assert str(sentence(answer)) == said  # type: ignore[arg-type]
    answer.probabilities["artist"]["ensemble"] = np.array([0.3, 0.4])
    unsure = str(sentence(answer))  # type: ignore[arg-type]
    assert unsure == (said if "Ada" not in said else "Perhaps Ada Ember, 40\u00a0%")


def test_a_report_holds_everything_and_interprets_nothing(
    small_store: Store, opens: Opens, png: bytes
) -> None:
    works = small_store.works()
    at = opens(small_store, "predict")
    at.session_state["picker_choice"] = int(works.index[works["artist"] == HOSTILE][0])
    at.run()
    at.file_uploader(key="uploads-0").upload("<b>broken</b>.png", b"no picture")
    at.file_uploader(key="uploads-0").upload("good.png", png).run()
    assert not at.exception
    page = report(at.session_state["results"], ModelDisplay.read(small_store)).decode()
    assert page.count("<article>") == 3
    assert page.count('<img src="data:image/jpeg;base64,') == page.count("<img") == 2
    assert "&lt;b&gt;broken&lt;/b&gt;.png" in page
    assert "True label: &lt;img src=x onerror=alert(1)&gt;" in page
    assert "ResNet-50" in page
    assert not re.search(r"https?:|<script|<link|url\(|@import", page)


def test_a_strip_and_every_file_that_the_command_reads_are_taken(
    small_store: Store, opens: Opens
) -> None:
    at = opens(small_store, "predict").run()
    uploader = at.file_uploader(key="uploads-0")
    assert {".jfif", ".mpo", ".avif", ".tif", ".webp"} <= set(uploader.proto.type)
    strip = BytesIO()
    Image.new("RGB", (65_500, 16), "teal").save(strip, "JPEG")
    uploader.upload("strip.jfif", strip.getvalue()).run()
    assert not at.exception
    assert not at.error
    assert [r.prediction is not None for r in at.session_state["results"].values()] == [True]
    shown = networks.predict(strip.getvalue(), snapshot.take_snapshot())
    assert shown.display_size == (networks._DISPLAY_SIDE, 16)


def test_what_is_missing_is_said_with_its_command(indexed: Store, opens: Opens) -> None:
    nothing = opens(Store(indexed.root / "nowhere"), "predict").run()
    assert not nothing.exception
    assert "artextract index" in nothing.code[0].value
    assert "make app" in nothing.code[1].value

    no_networks = opens(indexed, "predict").run()
    assert not no_networks.exception
    assert no_networks.code[0].value == "artextract train"


def test_a_hostile_label_is_shown_and_not_interpreted(
    small_store: Store, opens: Opens, charts: Charts
) -> None:
    works = small_store.works()
    at = opens(small_store, "predict")
    at.session_state["picker_choice"] = int(works.index[works["artist"] == HOSTILE][0])
    at.session_state["detail_tab"] = MEMBERS
    at.run()
    assert not at.exception
    assert not any("<img" in bars for bars in top_three(at))
    shown = texts(charts(at)[0])
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert "<img" not in shown
    for element in [*at.markdown, *at.caption, *at.header, *at.subheader]:
        assert "<img" not in element.value.replace(r"\<img", "")
    assert escape_markdown("![x](http://y) :red[z] $1$ <b>") == (
        r"\!\[x\]\(http\:\/\/y\) \:red\[z\] \$1\$ \<b\>"
    )


def test_rows_are_the_top_five_of_every_model_and_the_truth() -> None:
    n = 12
    ensemble = np.linspace(0.2, 0.0, n)
    alexnet = np.zeros(n)
    alexnet[9], alexnet[10] = 0.995, 0.005
    rows = shown_classes({"alexnet": alexnet, "ensemble": ensemble}, true=11)
    assert rows == [0, 1, 2, 3, 4, 9, 11]

    figure = probability_bars(
        {"alexnet": alexnet, "ensemble": ensemble},
        [f"class_{i}" for i in range(n)],
        ModelDisplay({}, {}),
    )
    bars = {bar.name: bar for bar in figure.data}
    assert list(bars["AlexNet"].x) == [0, 0, 0, 0, 0, 0.995]
    # The same length means the same probability in every panel.
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    strong = [i for i, o in enumerate(bars["AlexNet"].marker.opacity) if o == 1]
    assert strong == [5]


def test_many_models_have_panels_below_each_other_and_colours_of_their_own(tmp_path: Path) -> None:
    models = ["a", "b", "c", "d", "ensemble"]
    for model in models[:-1]:
        (tmp_path / "models" / model).mkdir(parents=True)
    display = ModelDisplay.read(Store(tmp_path))
    values = dict.fromkeys(models, np.array([0.6, 0.4]))
    bars = probability_bars(values, ["x", "y"], display).data
    assert [bar.xaxis for bar in bars] == ["x", "x2", "x3", "x", "x2"]
    assert max(bars[0].y) < min(bars[3].y)
    # Four are side by side, unless a name would run into the next.
    four = {model: values[model] for model in ("a", "b", "c", "ensemble")}
    for name, places in (("A", ["x", "x2", "x3", "x4"]), ("A (linear probe)+", ["x", "x2"] * 2)):
        named = replace(display, names={**display.names, "a": name})
        drawn = probability_bars(four, ["x", "y"], named).data
        assert [bar.xaxis for bar in drawn] == places
    assert len({bar.marker.color for bar in bars}) == len(models)


def test_names_are_read_by_people() -> None:
    assert display_label("genre_painting") == "Genre painting"
    assert display_label("Pierre_Auguste_Renoir") == "Pierre Auguste Renoir"
    assert display_label("Anthony_Van_Dyck") == "Anthony van Dyck"
    assert display_label("Ukiyo_e") == "Ukiyo-e"


def test_an_upload_over_the_limit_is_refused() -> None:
    with pytest.raises(PictureError, match="at most 1 MB"):
        read_upload(BytesIO(bytes(2**20 + 1)), limit=1)


def test_a_set_in_words_and_in_the_csv(tmp_path: Path) -> None:
    def words(*labels: str) -> str:
        return set_description(LabelSet(0.95, labels), 20)

    assert words("pointillism") == "With 95 % confidence: Pointillism"
    assert words("a_b", "c", "d") == "With 95 % confidence: A b, C, or D"
    assert words(*"abcdefgh") == "With 95 % confidence: A, B, C, D, E, or one of 3 others"
    assert words(*map(str, range(20))) == "With 95 % confidence: any of the 20"

    answer = SimpleNamespace(
        status=None,
        probabilities={"style": {"ensemble": np.array([0.7, 0.3])}},
        classes={"style": ["Flat_Planes", "Grain"]},
        sets={"style": LabelSet(0.9, ("Flat_Planes", "Grain"))},
    )
    display = ModelDisplay.read(Store(tmp_path))

    def asked(prediction: object) -> Result:
        return Result(PictureRequest("x", "x.png", None), None, prediction)  # type: ignore[arg-type]

    frame = prediction_frame([asked(answer)], display)
    assert frame["Style, 90 % confidence"].tolist() == ["Flat Planes; Grain"]
    old = SimpleNamespace(**vars(answer) | {"sets": {}})
    frame = prediction_frame([asked(old)], display)
    assert frame.columns.tolist() == ["Picture", "Status", "Style", "Style probability", "Error"]


def test_csv_holds_no_formula() -> None:
    text = as_csv(pd.DataFrame({"Picture": ["=1+1", "a,b"], "Artist probability": [0.5, 1]}))
    assert text.decode("utf-8-sig").splitlines()[1:] == ["'=1+1,0.5000", '"a,b",1.0000']


def test_what_the_networks_look_at_is_shown_and_what_is_missing_for_the_rest(
    small_store: Store, opens: Opens, png: bytes
) -> None:
    at = opens(small_store, "predict")
    at.session_state["detail_tab"] = ATTENTION
    at.run()
    at.file_uploader(key="uploads-0").upload("good.png", png).run()
    assert not at.exception
    label = next(box for box in at.selectbox if box.label == "What speaks for")
    label.select_index(len(label.options) - 1).run()
    assert not at.exception
    # The pictures are of the class that was chosen, or a sentence says that nothing speaks for it.
    chosen = escape_markdown(label.options[-1].rsplit(" (", 1)[0])
    captions = [said for image in at.get("image") for said in image.captions]
    assert any(chosen in said for said in [*captions, *(i.value for i in at.info)])
    at.session_state["detail_tab"] = SIMILAR
    at.run()
    assert "artextract explore" in at.code[0].value


def test_another_evaluation_answers_anew_and_another_exploration_does_not(
    small_store: Store, tmp_path: Path, opens: Opens, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(copy_tree(small_store.root, tmp_path / "own"))
    load, loaded = Predictor.load, []
    monkeypatch.setattr(Predictor, "load", lambda store: loaded.append(store) or load(store))

    def record(stage: str) -> None:
        known = store.stage_record(stage) or store.stage_record("probabilities")
        write_json(store.root / "stages" / f"{stage}.json", known | {"seconds": len(loaded) + 0.5})

    at = opens(store, "predict").run()
    at.file_uploader(key="uploads-0").upload("good.png", png).run()
    (first,) = at.session_state["results"].values()
    record("explore-resnet50-timeline")
    at.run()
    assert list(at.session_state["results"].values()) == [first]
    assert len(loaded) == 1

    record("probabilities")
    at.run()
    assert not at.exception
    (second,) = at.session_state["results"].values()
    assert second.snapshot != first.snapshot
    assert len(loaded) == 2
    assert not any("evaluated anew" in i.value for i in at.info)

    def retrained(taken: snapshot.Snapshot) -> None:
        raise StoreError("alexnet was trained after the evaluation", command="artextract evaluate")

    monkeypatch.setattr(networks, "predictor", retrained)
    record("probabilities")
    at.run()
    assert not at.exception
    assert "trained after" in at.info[0].value
    assert at.code[0].value == "artextract evaluate"


def test_a_detail_is_of_the_picture_as_it_is_seen() -> None:
    picture = Image.new("RGB", (80, 40), "blue")
    picture.paste("red", (0, 0, 20, 40))  # a quarter, which EXIF turns to the top
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(file := BytesIO(), "JPEG", quality=95, exif=exif)
    detail = open_picture(cropped(file.getvalue(), (0.0, 0.0, 1.0, 0.5)))
    assert detail.size == (40, 40)
    red, _, blue = detail.getpixel((20, 8))  # type: ignore[misc]
    assert red > 200 > 60 > blue
    assert detail.getpixel((20, 32))[2] > 200  # type: ignore[index]


@pytest.mark.parametrize(
    "answer",
    [None, "0123", [0, 0, 1], [0, 0, 1, 2], [0.5, 0, 0.4, 1], [0, 0, 0.01, 1], [0, 0, 1, "1"]],
)
def test_what_is_no_detail_is_not_taken(answer: object) -> None:
    assert valid_box(answer) is None
    assert valid_box([0, 0.1, 1, 0.9]) == (0, 0.1, 1, 0.9)


def test_the_answer_for_a_detail_stands_beside_that_for_the_whole(
    small_store: Store, opens: Opens, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opens(small_store, "predict").run()
    at.file_uploader(key="uploads-0").upload("good.png", png).run()
    at.button(key=next(b.key for b in at.button if b.label == "Predict a detail")).click().run()
    assert not at.exception
    (whole,) = at.session_state["results"]
    with monkeypatch.context() as browser:  # what its answer does
        browser.setattr(prediction_results, "st", SimpleNamespace(session_state=Session(at)))
        take_detail(whole, (0.25, 0.25, 0.75, 0.75))
    at.session_state["cropping"] = None
    at.run()
    assert not at.exception
    detail = at.session_state["result_open"]
    assert at.session_state["results"][detail].request.whole == whole
    assert len(top_three(at)) == 6  # three tasks, twice
    assert any("**The whole picture**" in m.value for m in at.markdown)
    at.file_uploader(key="uploads-1").upload("other.png", painted(9)).run()
    *_, other = results = at.session_state["results"]
    shared = {key: results[key] for key in (detail, other, whole)}
    told = report(shared, ModelDisplay.read(small_store)).decode()
    beside, by_itself = re.findall("<article.*?</article>", told)
    assert [beside.index(f'alt="{name}"') for name in ("good.png", "good.png, detail")] == sorted(
        m.start() for m in re.finditer("alt=", beside)
    )
    assert by_itself.count("<img") == 1
    at.session_state["result_open"] = detail
    at.run()
    button(at, "remove", 0).click().run()
    assert list(at.session_state["results"]) == [whole, other]
    at.session_state["result_open"] = whole
    at.run()
    assert len(top_three(at)) == 3


def test_answers_are_shared_as_a_picture(small_store: Store, opens: Opens, png: bytes) -> None:
    works = small_store.works()
    at = opens(small_store, "predict")
    at.session_state["picker_choice"] = int(works.index[works["artist"] == HOSTILE][0])
    at.run()
    at.file_uploader(key="uploads-0").upload("broken " * 60 + ".png", b"no picture")
    at.file_uploader(key="uploads-0").upload("good.png", png).run()
    results = list(at.session_state["results"].values())
    display = ModelDisplay.read(small_store)
    heights = []
    for shared in (*([result] for result in results), results):
        picture = Image.open(BytesIO(share_picture(shared, display)))
        assert (picture.format, picture.width) == ("PNG", 1600)
        assert len(picture.getcolors(10**7)) > 20  # words and pictures, and not an empty sheet
        heights.append(picture.height)
    assert max(heights) < 1400


def upload(at: AppTest, content: bytes, *, tab: str = SIMILAR) -> AppTest:
    at.session_state["detail_tab"] = tab
    at.run()
    at.file_uploader(key="uploads-0").upload("upload.png", content).run()
    assert not at.exception
    return at


def tiles(at: AppTest, label: str) -> list[dict]:
    """What the grid of thumbnails of this label was told to show."""
    protos = [component.proto for component in at.get("bidi_component")]
    grids = [json.loads(proto.json) for proto in protos if proto.json]
    return next(grid["items"] for grid in grids if grid.get("label") == label)


def test_similar_works_place_and_typicality_of_a_work_uploaded_again(
    explored_store: Store, opens: Opens, charts: Charts
) -> None:
    works = explored_store.works()
    work = works.loc[7]
    at = upload(opens(explored_store, "predict"), original(snapshot.take_snapshot(), work["path"]))
    assert not at.code  # nothing is missing
    assert not at.warning  # it is of the kind that the collection holds
    first, second = tiles(at, "Similar works")[:2]
    assert (first["id"], first["lines"][1]) == (7, "Similarity 100\u00a0%")
    assert second["lines"][0] == work["creator"]
    # It falls where the work itself lies.
    points = read_table(explored_store, "resnet50", "map").set_index("work_id")
    ringed = charts(at)[-1]["data"][-1]
    spread = points["x"].max() - points["x"].min()
    assert abs(ringed["x"][0] - points.loc[7, "x"]) < 0.1 * spread
    at.session_state["detail_tab"] = TYPICALITY
    at.run()
    assert any("in the collection already" in c.value for c in at.caption)


def test_an_upload_is_put_on_the_large_map(explored_store: Store, opens: Opens) -> None:
    path = explored_store.works().loc[7, "path"]
    at = upload(opens(explored_store, "predict"), original(snapshot.take_snapshot(), path))
    next(b for b in at.button if b.label == "On the large map").click().run()
    assert not at.exception
    assert any("lies in the blue ring" in m.value for m in at.markdown)
    mark = "".join(at.query_params["mark"])
    points = read_table(explored_store, "resnet50", "map").set_index("work_id")
    x, y = Extent.of(points["x"], points["y"]).units(*points.loc[7, ["x", "y"]])
    placed = [int(mark[:4], 36), int(mark[4:], 36)]
    assert np.abs(np.subtract(placed, [int(x), int(y)])).max() < 0.1 * 65_535


def test_a_picture_like_none_in_the_collection_is_warned_of(
    explored_store: Store, opens: Opens
) -> None:
    page = Image.new("L", (90, 70), 255)
    page.paste(0, (10, 30, 80, 40))
    page.save(file := BytesIO(), "PNG")
    at = upload(opens(explored_store, "predict"), file.getvalue(), tab=TYPICALITY)
    assert "Unlike anything in the collection" in at.warning[0].value
    assert "stranger than" in at.warning[0].value
    assert not [s for s in at.subheader if s.value.startswith(("Typical", "Unusual", "Very"))]
    assert sum(m.value.startswith("No answer") for m in at.markdown) == 3  # tasks


def test_page_command_and_notebook_give_a_picture_one_status(
    explored_store: Store, opens: Opens, png: bytes, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    works = explored_store.works()
    opens(explored_store, "predict")
    for content in (png, original(snapshot.take_snapshot(), works.loc[7, "path"])):
        (path := tmp_path / "picture.png").write_bytes(content)
        main(["predict", str(path), "--store", str(explored_store.root), "--json"])
        told = json.loads(capsys.readouterr().out)[0]["status"]
        on_page = networks.predict(content, snapshot.take_snapshot()).status
        networks_here = Predictor.load(explored_store)
        picture = networks_here.open(content)
        assert told == on_page == StatusAssessor(explored_store).assess(picture)
        assert (
            typicality_of_file(explored_store, path, "Ada_Ember")["status"]["code"] == told["code"]
        )
        shown = upload(opens(explored_store, "predict"), content)
        said = [element.value for element in (*shown.warning, *shown.caption)]
        sentence = render(told)
        assert any(sentence[1:] in value for value in said)


def test_what_was_not_explored_is_not_assessed(
    small_store: Store, opens: Opens, png: bytes
) -> None:
    at = upload(opens(small_store, "predict"), png)
    assert any("not assessed; run: artextract explore" in c.value for c in at.caption)


def test_the_page_and_the_command_tell_the_same_typicality(
    own: Store, opens: Opens, tmp_path: Path
) -> None:
    noise = np.random.default_rng(3).normal((200, 80, 40), 30, (90, 70, 3))  # as its works are
    Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(file := BytesIO(), "PNG")
    png = file.getvalue()
    # Another embedding was explored later; both have to leave it alone.
    copy_exploration(own, "resnet50-pretrained")
    path = own.explored("resnet50-pretrained", "outliers.parquet")
    evidence = pd.read_parquet(path)
    evidence[list(EVIDENCE)] *= 5  # beside which nothing new is unusual
    evidence.to_parquet(path)
    at = upload(opens(own, "predict"), png, tab=TYPICALITY)
    artists = next(box for box in at.multiselect if box.label.startswith("How typical")).value
    assert len(artists) > 1  # the most probable, side by side
    (tmp_path / "upload.png").write_bytes(png)
    said = [m.value for m in at.markdown]
    for artist in artists:
        told = typicality_of_file(own, tmp_path / "upload.png", artist)
        share = percent(told["percentile"] / 100)
        name = escape_markdown(display_label(artist))
        assert f"More unusual than {share} of the works by {name}." in said
        reasons = [f"- {escape_markdown(reason_text(reason))}" for reason in told["reasons"]]
        assert "\n".join(reasons) in said


def test_where_the_light_falls_the_picture_keeps_its_colours() -> None:
    picture = Image.new("RGB", (4, 2), (200, 40, 40))
    light = np.zeros((2, 4), np.float32)
    light[0, 3] = 1
    lit = shade(picture, light)
    assert lit.getpixel((3, 0)) == (200, 40, 40)
    assert len(set(lit.getpixel((0, 1)))) == 1  # grey
    assert max(lit.getpixel((0, 1))) < 60
