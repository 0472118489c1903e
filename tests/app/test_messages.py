"""What errors say on a page: what is missing, and no folder of the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from artextract.store import Store, StoreError
from benchmarks.damaged_stores import PAGES
from messages import error_markdown, error_text

Opens = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no networks in /srv/a b/store; run: x", "no networks in store; run: x"),
        (
            "[Errno 13] Permission denied: '/home/ada/x.jpg'",
            "[Errno 13] Permission denied: 'x.jpg'",
        ),
        (r"no works in C:\Users\ada\store", "no works in store"),
        ("24/10 works at https://example.org/a/b", "24/10 works at https://example.org/a/b"),
        ("either/or, 3 / 4", "either/or, 3 / 4"),
    ],
)
def test_only_the_last_part_of_a_path_is_shown(
    said: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTEXTRACT_STORE", "/srv/a b/store")
    assert error_text(StoreError(said)) == error_text(said) == shown
    assert error_markdown("a*b") == "a\\*b"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_the_folder_of_an_empty_store(
    page: str, tmp_path: Path, indexed: Store, opens: Opens
) -> None:
    for store in (Store(tmp_path / "not here"), indexed):
        at = opens(store, page).run()
        assert not at.exception
        said = "\n".join(str(getattr(element, "value", "")) for element in at.main)
        assert str(store.root.parent) not in said
        if page != "browse" or store is not indexed:
            assert at.info or at.code  # it says what is missing
