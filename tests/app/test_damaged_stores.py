"""Pages of a store in which a file is well-formed and not what it should be.

Every page with every damage is asked by ``python -m benchmarks.damaged_stores``.
"""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from artextract.store import Store
from benchmarks.damaged_stores import PAGES, damageable, damaged_copy


def other_content(path: Path) -> bytes | None:
    """Something else in the same format."""
    if path.suffix == ".json":
        return b"{}"
    if path.suffix == ".parquet":
        return pd.DataFrame({"a": [1, 2]}).to_parquet()
    if path.suffix == ".csv":
        return b"a,b\n1,2\n"
    return path.read_bytes()[:200] if path.suffix in (".npy", ".safetensors") else None


def everything(at: AppTest) -> str:
    """All that a page says."""
    return "\n".join(str(getattr(element, "value", "")) for element in at.main)


@pytest.mark.parametrize("turn", range(len(PAGES)))
def test_a_page_names_what_is_damaged(explored_store: Store, tmp_path: Path, opens, turn: int):
    files = [file for file in damageable(explored_store.root) if file.suffix != ".jpg"]
    page = PAGES[turn]
    of_all = (
        Path("ensemble.json"),
        Path("works.parquet"),
        Path("probabilities/artist-ensemble.npy"),
    )
    chosen = (*files[turn :: len(PAGES)], *of_all)
    for number, file in enumerate(chosen):
        content = other_content(explored_store.root / file)
        if content is None:
            continue
        store = damaged_copy(
            explored_store.root, file, content, tmp_path / str(number)
        )  # caches go by it
        query = {"work": "1"} if page == "work" else {}
        at = opens(store, page, **query).run()
        assert not at.exception, f"{page} with {file}: {at.exception[0].value}"
        assert str(tmp_path) not in everything(at), f"{page} with {file}"
        if file.name == "works.parquet":
            assert any("is damaged" in note.value for note in at.info)
            assert at.code[0].value == "artextract index SOURCE"
