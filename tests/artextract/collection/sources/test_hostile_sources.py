"""Every input of the generator comes out as it should; each is indexed for itself."""

from pathlib import Path

import pytest

from benchmarks.hostile_folders import CASES, wrong
from benchmarks.hostile_sources.case import Case


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name != "a bomb"],  # which takes a second to make
    ids=lambda case: f"{case.kind}: {case.name}",
)
def test_comes_out_as_it_should(case: Case, tmp_path: Path) -> None:
    assert wrong(case, tmp_path) == ""
