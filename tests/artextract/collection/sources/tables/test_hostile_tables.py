"""Tables as they should not be: read right, or refused in a sentence that is fit to be printed."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from artextract.collection.catalogue.cleaning import clean_labels
from artextract.collection.sources import recognise
from artextract.store import StoreError
from benchmarks.hostile_tables import (
    Hostile,
    fault_of_message,
    fault_of_works,
    hostile_tables,
    paint,
    try_command,
)

# The large ones take a second each; they are in the benchmark.
CASES = [case for case in hostile_tables() if len(case.content) < 2**18]
BY_KIND = {
    kind: list(cases)
    for kind, cases in groupby(sorted(CASES, key=lambda case: case.kind), lambda case: case.kind)
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tables")
    paint(place)
    return place


def fault_of(case: Hostile, folder: Path) -> str | None:
    path = folder / case.name
    path.write_bytes(case.content)
    try:
        collection = clean_labels(recognise(path, **case.options).read(None))
    except StoreError as error:
        return fault_of_message(case, str(error).replace(str(folder), ""))
    return fault_of_works(case, collection.works, "kept_")


@pytest.mark.parametrize("kind", BY_KIND)
def test_tables_are_read_right_or_refused(folder: Path, kind: str) -> None:
    faults = [fault for case in BY_KIND[kind] if (fault := fault_of(case, folder))]
    # Labels of a column that the index has too are marked when the store is written.
    faults = [fault for fault in faults if "(source)" not in fault]
    assert not faults


@pytest.mark.parametrize("kind", ["control characters", "a thousand digits", "kept columns"])
def test_the_command_says_so_too(folder: Path, kind: str) -> None:
    assert [f for case in BY_KIND[kind][:4] if (f := try_command(case, folder))] == []
