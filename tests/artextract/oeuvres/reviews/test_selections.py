"""Selections under a name, which stay with their pictures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from artextract.collection.indexing import index
from artextract.oeuvres.reviews.selections import (
    keep_selection,
    remove_selection,
    selection,
    selection_names,
)
from artextract.store import Store, StoreError


def test_kept_in_their_order_under_any_name_and_replaced(indexed: Store) -> None:
    for name in ("Zoo", "../../x", "été"):
        keep_selection(indexed, f" {name} ", [5, 3, 9, 3])
    keep_selection(indexed, "Zoo", [1])
    (indexed.selections / "broken.json").write_text("[")

    assert selection_names(indexed) == ["../../x", "Zoo", "été"]
    assert selection(indexed, "été").tolist() == [5, 3, 9]
    assert selection(indexed, "Zoo").tolist() == [1]
    assert {path.parent for path in indexed.root.rglob("*.json")} >= {indexed.selections}
    remove_selection(indexed, "Zoo")
    with pytest.raises(StoreError, match="no selection 'Zoo'"):
        selection(indexed, "Zoo")


def test_they_stay_with_their_pictures(indexed: Store, collection: Path) -> None:
    keep_selection(indexed, "mine", [4, 2])
    before = indexed.works().loc[[4, 2], "path"].tolist()
    table = pd.read_csv(collection)
    fewer = collection.with_name("fewer.csv")
    table[table["path"] != indexed.works().loc[0, "path"]].to_csv(fewer, index=False)
    index(indexed, fewer)

    assert indexed.works().loc[selection(indexed, "mine"), "path"].tolist() == before


@pytest.mark.parametrize(("name", "ids"), [(" ", [1]), ("x" * 81, [1]), ("x", [])])
def test_what_cannot_be_kept(name: str, ids: list[int], indexed: Store) -> None:
    with pytest.raises(ValueError, match="select"):
        keep_selection(indexed, name, ids)


def test_works_that_are_not_there(indexed: Store) -> None:
    with pytest.raises(StoreError, match="indexed anew"):
        keep_selection(indexed, "x", [1, 999])
    assert selection_names(indexed) == []
