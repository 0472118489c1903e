"""The page of outliers, run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.results import read_table
from artextract.oeuvres.reviews.annotations import (
    ANNOTATIONS,
    LONGEST_NAME,
    annotate,
    history,
    read_annotations,
    standing,
)
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Snapshot, Store, write_json
from charts.oeuvre import timeline_figure
from small import HOSTILE, copy_exploration
from widgets.outliers import annotation_form, review_strip, reviewer

Opens = Callable[..., AppTest]
Charts = Callable[[AppTest], list[dict]]


def texts(at: AppTest) -> str:
    return "\n".join(m.value for m in [*at.header, *at.markdown, *at.caption])


def test_the_most_unusual_work_comes_first_with_its_reasons(
    explored_store: Store, opens: Opens, charts: Charts
) -> None:
    at = opens(explored_store, "outliers", artist="Ada Ember", share="10").run()
    assert not at.exception
    title = explored_store.works().loc[3, "title"]
    assert at.header[0].value.startswith("1\\. ")
    assert str(title).split()[-1].lower() in at.header[0].value.lower()
    assert any("Predicted Bo Azur" in m.value for m in at.markdown)
    assert any("the **2** most unusual" in m.value for m in at.markdown)
    assert any("0 of 2 judged" in p.proto.text for p in at.get("progress"))
    (histogram,) = charts(at)  # what is in no open tab is not drawn
    assert sum(json.dumps(trace).count('"bar"') for trace in histogram["data"]) == 2
    at = opens(explored_store, "outliers", artist="Ada Ember", share="10")
    at.session_state["oeuvre_tab"] = "Map of the oeuvre"
    (oeuvre,) = charts(at.run())
    assert len(oeuvre["data"][1]["hovertext"]) == 2


def test_the_charts_mark_the_work_that_is_looked_at(
    explored_store: Store, opens: Opens, charts: Charts
) -> None:
    table = read_table(explored_store, "resnet50", "outliers")
    second = table[table["creator"] == "Ada Ember"].iloc[1]
    work = str(second["work_id"])
    marked = {}
    for tab in ("Scores", "Map of the oeuvre"):
        at = opens(explored_store, "outliers", artist="Ada Ember", work=work)
        at.session_state["oeuvre_tab"] = tab
        (marked[tab],) = charts(at.run())
    (line,) = marked["Scores"]["layout"]["shapes"]
    assert line["x0"] == line["x1"] == pytest.approx(second["score"])
    cross = marked["Map of the oeuvre"]["data"][-1]
    title = explored_store.works().loc[second["work_id"], "title"]
    assert (cross["name"], len(cross["hovertext"])) == ("This work", 1)
    assert cross["hovertext"][0].lower().startswith(str(title).lower()[:20])

    dated = pd.DataFrame(
        {"work_id": [4, 7], "year": [1880.0, np.nan], "predicted_year": [1890.0, 1885.0]}
    ).assign(title="x", shown=False)
    (cross,) = (t for t in timeline_figure(dated, chosen=4).data if t.name == "This work")
    assert (list(cross.x), list(cross.y)) == ([1880], [1890])
    assert not any(t.name == "This work" for t in timeline_figure(dated, chosen=7).data)


def beside(at: AppTest) -> dict[str, list[int]]:
    """The works beside the outlier that is looked at, by what stands above them."""
    grids = {}
    for element in at.get("bidi_component"):
        proto = element.proto
        if proto.component_name.endswith("artextract_thumbnail_grid"):
            data = json.loads(proto.json)
            grids[data["label"]] = [item["id"] for item in data["items"]]
    return grids


def test_the_works_beside_it_are_those_that_the_reason_speaks_of(
    explored_store: Store, opens: Opens
) -> None:
    at = opens(explored_store, "outliers", artist="Ada Ember").run()
    table = read_table(explored_store, "resnet50", "outliers").set_index("work_id")
    (closer,) = (r for r in table.loc[3, "reasons"] if r["code"] == "closer_to_others")
    shown = beside(at)
    (title,) = (label for label in shown if "closer than any by Ada Ember" in label)
    assert title.startswith(f"12 of the {closer['count']} works by Bo Azur")
    assert shown[title] == closer["work_ids"][:12]
    creators = explored_store.works()["creator"]
    assert set(creators[shown[title]]) == {"Bo Azur"}
    assert set(creators[shown["Nearest by Ada Ember"]]) == {"Ada Ember"}


def test_an_address_names_one_work_with_or_without_its_artist(
    explored_store: Store, opens: Opens
) -> None:
    for query in ({"work": "4"}, {"work": "4", "artist": "Bo Azur"}):
        at = opens(explored_store, "outliers", **query).run()
        assert not at.exception
        assert at.selectbox(key="artist").value == "Bo Azur"
        assert any(str(p.key).startswith("annotation-list-4-") for p in at.pills)
    # Of another artist, it is forgotten.
    at = opens(explored_store, "outliers", work="4", artist="Ada Ember").run()
    assert "work" not in at.query_params
    assert at.header[0].value.startswith("1\\. ")


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
    assert at.header[0].value.startswith("1\\. ")


def annotation_of(work: int, at: AppTest) -> ButtonGroup:
    """The buttons that annotate a work."""
    return next(pills for pills in at.pills if str(pills.key).split("-")[2] == str(work))


def test_an_annotation_is_saved_with_its_note_and_removed(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers", artist="Ada Ember")
    at.session_state["reviewer-name"] = "Cy Moss"
    annotation_of(3, at.run()).set_value("other hand").run()
    assert not at.exception
    assert read_annotations(own) == {3: "other hand"}
    at.text_area[0].set_value("the left hand").run()
    said = standing(history(own))[3]
    assert (said.annotation, said.note, said.author) == ("other hand", "the left hand", "Cy Moss")
    assert "Other hand by Cy Moss" in texts(at)
    annotation_of(3, at).set_value(None).run()
    assert read_annotations(own) == {}
    assert standing(history(own))[3].note == "the left hand"
    at.text_area[0].set_value("").run()
    assert standing(history(own)) == {}


def test_what_others_say_meanwhile_is_seen(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers", artist="Ada Ember").run()
    annotate(own, 3, "fine", author="Bo")
    at.run()
    assert annotation_of(3, at).value == "fine"
    annotate(own, 3, "wrong label", author="Cy", note="see Bo")
    at.run()
    assert annotation_of(3, at).value == "wrong label"
    assert "Fine by Bo" in texts(at)


def test_every_run_sends_what_is_kept(own: Store, opens: Opens) -> None:
    # A run that is cut short sends nothing, so the one after it has to.
    annotate(own, 3, "fine", author="Bo", note="seen in Ghent")
    at = opens(own, "outliers", artist="Ada Ember").run().run()
    assert at.text_area[0].proto.default == "seen in Ghent"
    assert list(annotation_of(3, at).proto.default) == [ANNOTATIONS.index("fine")]
    annotate(own, 3, "wrong label", author="Bo", note="no, in Bruges")
    at.run().run()
    assert at.text_area[0].proto.default == "no, in Bruges"
    assert list(annotation_of(3, at).proto.default) == [ANNOTATIONS.index("wrong label")]


def test_a_field_that_nobody_changed_notes_nothing(
    own: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, fields = {}, {}
    monkeypatch.setattr(annotation_form.st, "session_state", state)
    monkeypatch.setattr(annotation_form.st, "pills", lambda *_, **given: fields.update(given))
    monkeypatch.setattr(annotation_form.st, "text_area", lambda *_, **given: None)
    path = own.works().loc[3, "path"]
    annotate(own, 3, "fine")
    snapshot = Snapshot(own.root, "now")
    annotation_form.annotation_form(snapshot, 3, path=path, key="list")
    # As Streamlit does after a run that was cut short: with what the field began with.
    state[fields["key"]] = fields["default"]
    fields["on_change"]()
    assert len(history(own)) == 1
    annotation_form.toggle_annotation(snapshot, 3, "fine", path=path)
    fields["on_change"]()
    assert standing(history(own)) == {}
    state[fields["key"]] = "other hand"
    fields["on_change"]()
    assert standing(history(own))[3].annotation == "other hand"


def test_a_press_that_is_told_again_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = SimpleNamespace(annotated={"work": 3, "key": 2, "turn": "a"})
    state, mounted, noted = {"strip": told}, [], []
    monkeypatch.setattr(review_strip.st, "session_state", state)
    monkeypatch.setattr(review_strip, "_component", lambda **given: mounted.append(given))

    def show() -> dict:
        review_strip.review_strip(
            [],
            [3, 4],
            3,
            label="Outliers",
            key="strip",
            n_annotations=6,
            on_open=noted.append,
            on_annotate=lambda work, place: noted.append((work, place)),
        )
        return mounted[-1]

    assert show()["data"]["heard"] == []
    hear = mounted[-1]["on_annotated_change"]  # runs that are cut short do not come to another one
    for turn in ("a", "a", "b", "a"):
        told.annotated = told.annotated | {"turn": turn}
        hear()
    assert noted == [(3, 1), (3, 1)]
    assert show()["data"]["heard"] == ["a", "b"]


def test_judged_works_are_counted_and_can_be_hidden(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers", artist="Ada Ember", share="20").run()
    annotate(own, 3, "fine")
    at.run()
    assert any("1 of 4 judged" in p.proto.text for p in at.get("progress"))
    at.toggle(key="hide_judged").set_value(True).run()
    assert not at.exception
    assert at.header[0].value.startswith("2\\. ")  # its rank stays
    table = read_table(own, "resnet50", "outliers")
    for work in table.loc[table["creator"] == "Ada Ember", "work_id"][:4]:
        annotate(own, int(work), "fine")
    at.run()
    assert "All of these are judged" in at.success[0].value


def test_all_artists_the_strongest_first(own: Store, opens: Opens) -> None:
    annotate(own, 3, "fine")
    at = opens(own, "outliers", outliers_of="All artists").run()
    assert not at.exception
    table = at.dataframe[0].value
    assert len(table) == 3
    assert table["Stands out by"].is_monotonic_decreasing
    row = table.set_index("Artist").loc["Ada Ember"]
    assert row["Judged"] == 100  # the only one that is shown
    assert "Bo Azur" in row["First reason"]
    assert "outliers of **3** artists" in texts(at)
    at.selectbox(key="artist-chosen").set_value("Bo Azur").run()
    assert not at.exception
    assert any("works by **Bo Azur**" in m.value for m in at.markdown)
    assert at.header[0].value.startswith("1\\. ")


def test_a_summary_of_annotations(own: Store, opens: Opens) -> None:
    at = opens(own, "outliers", outliers_of="Annotations").run()
    assert "Nobody has annotated" in at.info[0].value
    annotate(own, 3, "fine", author="Bo")
    annotate(own, 3, "other hand", author=HOSTILE, note="**the** hand")
    annotate(own, 4, None, note="ask")
    at.run()
    assert not at.exception
    counts = at.dataframe[0].value
    assert counts.loc["Fine"].to_dict() == {"Bo": 1, HOSTILE: 0, "No name": 0, "All": 1}
    assert counts.loc["Note only", "All"] == 1
    assert "**2 works** are annotated, by 3 people" in texts(at)
    assert "Of 1 work that several people annotated they say the same of **0**" in texts(at)
    assert beside(at) == {"Annotated: other hand": [3]}


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
    at = open_quality(own, opens)
    assert "benchmarks.outliers" in at.code[0].value
    row = {"kind": "easy", "share": 0.05, "detector": "lof", "auc": 0.9, "ap": 0.5}
    record = {"painters": 3, "seeds": 2, "unseen": True}
    record["rows"] = [row | {"p10": 0.4, "worst": 0.8}]
    record["embedding"] = embedding_key(own, "resnet50")
    own.explored("resnet50", "planted.json").write_text(json.dumps(record))
    at = open_quality(own, opens)
    assert not at.exception
    assert at.dataframe[0].value["Detector"].tolist() == ["Local outlier factor"]
    # Weights from elsewhere know no work, at whatever size they see the pictures.
    made = own.stage_record("embed-resnet50")
    made["result"] |= {"pretrained": "imagenet", "image_size": 320}
    (own.root / "stages" / "embed-resnet50.json").write_text(json.dumps(made))
    record["unseen"] = False
    own.explored("resnet50", "planted.json").write_text(json.dumps(record))
    said = " ".join(text.value for text in open_quality(own, opens).markdown)
    assert "by a network that was trained on none of them" in said
    record["embedding"] = "another"
    own.explored("resnet50", "planted.json").write_text(json.dumps(record))
    assert "benchmarks.outliers" in open_quality(own, opens).code[0].value


def open_quality(store: Store, opens: Opens) -> AppTest:
    at = opens(store, "outliers")
    at.session_state["oeuvre_tab"] = "How well it works"
    return at.run()


def test_an_annotation_has_the_name_that_came_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"reviewer-name": "Bo", "reviewer": SimpleNamespace(name="Cy Moss")}
    monkeypatch.setattr(reviewer, "st", SimpleNamespace(session_state=state))
    assert reviewer.reviewer_name() == "Cy Moss"  # before anybody has heard of the change
    del state["reviewer"]
    assert reviewer.reviewer_name() == "Cy Moss"
    state["reviewer"] = SimpleNamespace(name="x" * 500)
    assert reviewer.reviewer_name() == "x" * LONGEST_NAME
