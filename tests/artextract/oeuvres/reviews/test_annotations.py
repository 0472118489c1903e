"""Verdicts on works, which nothing may lose or move to another picture."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from artextract.collection.indexing import index
from artextract.oeuvres.reviews.annotations import (
    Annotation,
    agreement,
    annotate,
    by_author,
    history,
    read_annotations,
    standing,
)
from artextract.store import Store, StoreError


def test_the_last_word_counts_and_can_be_taken_back(indexed: Store) -> None:
    annotate(indexed, 3, "other hand")
    annotate(indexed, 4, "fine")
    annotate(indexed, 3, "wrong label")
    assert read_annotations(indexed) == {3: "wrong label", 4: "fine"}
    annotate(indexed, 4, None)
    assert read_annotations(indexed) == {3: "wrong label"}
    assert history(indexed)["annotation"].tolist() == [
        "other hand",
        "fine",
        "wrong label",
        "",
    ]


def test_notes_and_who_made_them_are_kept_beside_lines_of_earlier_versions(indexed: Store) -> None:
    path = indexed.works()["path"].iloc[3]
    old = f'{{"at": "2026-01-01", "work_id": 3, "path": "{path}", "annotation": "fine"}}\n'
    indexed.annotations_path.write_text(old)
    assert standing(history(indexed))[3] == Annotation("fine", at="2026-01-01")
    annotate(indexed, 3, "other hand", note=" the left hand \n is Bo's ", author=" Ada \n Ember ")
    annotate(indexed, 4, None, note="ask the conservator", author="Bo")
    annotate(indexed, 3, "other hand", author="Bo")
    annotate(indexed, 5, "fine", author="Bo")
    annotate(indexed, 5, "wrong label", author="Ada Ember")
    annotate(indexed, 6, "fine", author="x" * 500, note="y" * 5000)
    said = standing(history(indexed))
    assert said[4].note == "ask the conservator"
    assert said[3].author == "Bo"
    assert len(said[6].author) == 80
    assert len(said[6].note) == 2000
    assert read_annotations(indexed) == {3: "other hand", 5: "wrong label", 6: "fine"}
    each = by_author(history(indexed))
    assert each.loc[each["author"] == "Ada Ember", "note"].tolist() == [
        "the left hand \n is Bo's",
        "",
    ]
    assert agreement(history(indexed)) == (2, 1)  # they agree on 3 and not on 5
    annotate(indexed, 4, None)
    assert 4 not in standing(history(indexed))


def test_two_at_once_and_a_line_cut_short_lose_nothing(indexed: Store) -> None:
    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(lambda work: annotate(indexed, work % 50, "fine"), range(200)))
    with indexed.annotations_path.open("a") as file:
        file.write('{"at": "2026-\n')
    annotate(indexed, 7, "true oddity")
    assert len(history(indexed)) == 201
    assert read_annotations(indexed)[7] == "true oddity"


def test_a_verdict_stays_with_its_picture(indexed: Store, collection: Path, tmp_path: Path) -> None:
    annotate(indexed, 10, "other hand")
    annotate(indexed, 11, "fine")
    path = indexed.works().loc[10, "path"]
    table = pd.read_csv(collection)
    gone = indexed.works().loc[11, "path"]
    fewer = collection.with_name("fewer.csv")
    table[(table.index > 5) & (table["path"] != gone)].to_csv(fewer, index=False)
    index(indexed, fewer)
    now = indexed.works()
    assert read_annotations(indexed) == {int(now.index[now["path"] == path][0]): "other hand"}


def test_a_verdict_on_what_was_shown_before_is_refused(indexed: Store) -> None:
    shown = str(indexed.works().loc[10, "path"])
    annotate(indexed, 10, "fine", path=shown)
    for work in (11, 60):  # another picture bears the number now, or none does
        with pytest.raises(StoreError, match="indexed anew since"):
            annotate(indexed, work, "other hand", path=shown)
    assert read_annotations(indexed) == {10: "fine"}


def test_refused(indexed: Store) -> None:
    with pytest.raises(ValueError, match="no annotation 'splendid'"):
        annotate(indexed, 1, "splendid")
    with pytest.raises(StoreError, match="no work 60"):
        annotate(indexed, 60, "fine")
    indexed.annotations_path.mkdir()
    with pytest.raises(StoreError, match="nothing was noted"):
        annotate(indexed, 1, "fine")
