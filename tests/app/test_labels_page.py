"""The Labels page and the audit on Overview, run without a browser."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from artextract.collection.reproductions.audit import audit_reproductions
from artextract.oeuvres.explore import explore
from artextract.oeuvres.results import part_record, read_table
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store, write_json
from labels import percent
from small import HOSTILE, SMALL_EXPLORATION, give_embedding

Opens = Callable[..., AppTest]
PRETRAINED = "resnet50-pretrained"


@pytest.fixture
def listed(own: Store) -> Store:
    """A store with an embedding that knows no labels, in which those of ten works are doubtful."""
    artists = own.works()["artist"].astype("category").cat.codes.to_numpy()
    looks = artists.copy()
    looks[:10] = (artists[:10] + 1) % 3
    noise = np.random.default_rng(0).normal(0, 0.1, (60, 24))
    give_embedding(own, np.abs(np.eye(3)[looks].repeat(8, axis=1) + noise))
    explore(own, PRETRAINED, config=SMALL_EXPLORATION, parts=("label_issues",))
    return own


def test_doubtful_works_are_shown_with_what_they_look_like(listed: Store, opens: Opens) -> None:
    at = opens(listed, "labels").run()
    assert not at.exception
    counts = part_record(listed, PRETRAINED, "label_issues")["result"]["tasks"]["artist"]
    assert f"For **{counts['listed']}** of 60 works" in at.markdown[0].value
    assert not at.info
    first = read_table(listed, PRETRAINED, "label_issues").iloc[0]
    cards = [m.value for m in at.markdown if m.value.startswith("Labelled :material")]
    assert len(cards) == min(10, counts["listed"])
    assert first["task"] == "artist"
    for element in [*at.markdown, *at.caption, *at.header]:
        assert "<img" not in element.value.replace(r"\<img", "")
    at.segmented_control(key="task").set_value("genre").run()
    assert not at.exception
    assert "genre is more probable" in at.markdown[0].value


def test_a_label_can_be_chosen_and_an_address_may_name_none(listed: Store, opens: Opens) -> None:
    table = read_table(listed, PRETRAINED, "label_issues")
    artists = table.loc[table["task"] == "artist", "label"]
    at = opens(listed, "labels", labelled=artists.iloc[0]).run()
    assert not at.exception
    cards = [m.value for m in at.markdown if m.value.startswith("Labelled :material")]
    assert len(cards) == (artists == artists.iloc[0]).sum()
    assert not opens(listed, "labels", labelled="Nobody", task=HOSTILE).run().exception


def test_what_was_measured_with_planted_labels_is_told(listed: Store, opens: Opens) -> None:
    assert "benchmarks.label_errors" in opens(listed, "labels").run().code[-1].value
    row = {"task": "artist", "ap": 0.6, "planted": 9.0}
    rows = [row | {"kind": "random", "p50": 0.71}, row | {"kind": "confused", "p50": 0.28}]
    record = {"embedding": embedding_key(listed, PRETRAINED), "seeds": 5, "share": 0.03}
    path = listed.explored(PRETRAINED, "planted_labels.json")
    write_json(path, record | {"rows": rows})
    at = opens(listed, "labels").run()
    assert not at.exception
    assert any(percent(0.71) in m.value and percent(0.28) in m.value for m in at.markdown)
    write_json(path, record | {"rows": rows, "embedding": "another"})
    assert "benchmarks.label_errors" in opens(listed, "labels").run().code[-1].value


def test_what_is_missing_is_said_with_its_command(listed: Store, opens: Opens) -> None:
    listed.forget_stage(f"explore-{PRETRAINED}-label_issues")
    at = opens(listed, "labels").run()  # as the trained network sees it
    assert not at.exception
    assert "has learnt the labels of its training works" in at.info[0].value
    listed.forget_stage("explore-resnet50-label_issues")
    at = opens(listed, "labels").run()
    assert not at.exception
    assert at.code[0].value == "artextract label-issues"
    assert any(c.value == "artextract audit" for c in opens(listed).run().code)


def test_overview_says_whether_the_scan_tells_the_label(listed: Store, opens: Opens) -> None:
    found = audit_reproductions(listed)
    at = opens(listed).run()
    assert not at.exception
    assert any("the scan alone" in m.value.lower() for m in [*at.markdown, *at.warning])
    # As if one painter's works had been scanned in another way.
    found["tasks"]["artist"] |= {"verdict": "told"}
    write_json(listed.reproduction_bias_path, found)
    at = opens(listed).run()
    assert "what a network has learnt may be the scan" in at.warning[0].value
    assert set(at.dataframe[-1].value["Told by its scan"]) <= {"yes", "in part", "no"}
