"""The gallery's pages, run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from artextract.store import Snapshot, Store
from cache import snapshot
from small import copy_tree

ROUTER = Path(__file__).parents[2] / "app" / "streamlit_app.py"

Opens = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def installed_components_are_searched_for_once() -> Iterator[None]:
    """Every run of an AppTest would read the metadata of all packages: half its time."""
    search = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


@pytest.fixture
def opens(monkeypatch: pytest.MonkeyPatch) -> Opens:
    """Open a page of the gallery on a store, with query parameters; it is not run yet."""

    def _open(store: Store, page: str = "overview", **query: str) -> AppTest:
        monkeypatch.setenv("ARTEXTRACT_STORE", str(store.root))
        at = AppTest.from_file(str(ROUTER), default_timeout=300)
        if page != "overview":
            at.switch_page(f"views/{page}.py")
        for name, value in query.items():
            at.query_params[name] = value
        return at

    st.cache_data.clear()
    st.cache_resource.clear()
    return _open


@pytest.fixture
def charts() -> Callable[[AppTest], list[dict[str, Any]]]:
    """The specifications of the charts on a page."""
    return lambda at: [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


@pytest.fixture
def own(explored_store: Store, tmp_path: Path) -> Store:
    """An explored store into which a test may write."""
    return Store(copy_tree(explored_store.root, tmp_path / "own"))


@pytest.fixture
def evaluated_anew(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the store change for the pages once they have looked at it `after` more times."""

    def change(*, after: int) -> None:
        now = snapshot.take_snapshot()
        before = iter([now] * after)
        anew = Snapshot(now.root, "anew")
        monkeypatch.setattr(snapshot, "take_snapshot", lambda: next(before, anew))

    return change


@pytest.fixture
def router() -> Path:
    """The script that Streamlit runs."""
    return ROUTER
