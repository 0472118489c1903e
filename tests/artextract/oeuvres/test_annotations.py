"""Verdicts on works, which nothing may lose or move to another picture."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from artextract.collection.indexing import index
from artextract.oeuvres.annotations import give_verdict, said_so_far, verdicts
from artextract.store import Store, StoreError


def test_the_last_word_counts_and_can_be_taken_back(indexed: Store) -> None:
    give_verdict(indexed, 3, "other hand")
    give_verdict(indexed, 4, "fine")
    give_verdict(indexed, 3, "wrong label")
    assert verdicts(indexed) == {3: "wrong label", 4: "fine"}
    give_verdict(indexed, 4, None)
    assert verdicts(indexed) == {3: "wrong label"}
    assert said_so_far(indexed)["verdict"].tolist() == ["other hand", "fine", "wrong label", ""]


def test_two_at_once_and_a_line_cut_short_lose_nothing(indexed: Store) -> None:
    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(lambda work: give_verdict(indexed, work % 50, "fine"), range(200)))
    with indexed.verdicts_path.open("a") as file:
        file.write('{"at": "2026-\n')
    give_verdict(indexed, 7, "true oddity")
    assert len(said_so_far(indexed)) == 201
    assert verdicts(indexed)[7] == "true oddity"


def test_a_verdict_stays_with_its_picture(indexed: Store, collection: Path, tmp_path: Path) -> None:
    give_verdict(indexed, 10, "other hand")
    give_verdict(indexed, 11, "fine")
    path = indexed.works().loc[10, "path"]
    table = pd.read_csv(collection)
    gone = indexed.works().loc[11, "path"]
    fewer = collection.with_name("fewer.csv")
    table[(table.index > 5) & (table["path"] != gone)].to_csv(fewer, index=False)
    index(indexed, fewer)
    now = indexed.works()
    assert verdicts(indexed) == {int(now.index[now["path"] == path][0]): "other hand"}


def test_a_verdict_on_what_was_shown_before_is_refused(indexed: Store) -> None:
    shown = str(indexed.works().loc[10, "path"])
    give_verdict(indexed, 10, "fine", path=shown)
    for work in (11, 60):  # another picture bears the number now, or none does
        with pytest.raises(StoreError, match="indexed anew since"):
            give_verdict(indexed, work, "other hand", path=shown)
    assert verdicts(indexed) == {10: "fine"}


def test_refused(indexed: Store) -> None:
    with pytest.raises(ValueError, match="no verdict 'splendid'"):
        give_verdict(indexed, 1, "splendid")
    with pytest.raises(StoreError, match="no work 60"):
        give_verdict(indexed, 60, "fine")
    indexed.verdicts_path.mkdir()
    with pytest.raises(StoreError, match="nothing was noted"):
        give_verdict(indexed, 1, "fine")
