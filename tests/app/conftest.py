"""The gallery's pages, run without a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from artextract.exploring import ExploreConfig, explore
from artextract.outliers import OutlierConfig
from artextract.projection import MapConfig
from artextract.store import Store
from small import give_embedding

ROUTER = Path(__file__).parents[2] / "app" / "streamlit_app.py"

Opens = Callable[..., AppTest]


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
def router() -> Path:
    """The script that Streamlit runs."""
    return ROUTER


@pytest.fixture(scope="session")
def explored_store(small_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The small store, explored by an embedding that is a cloud for each painter; read only."""
    root = tmp_path_factory.mktemp("explored") / "store"
    shutil.copytree(small_store.root, root)
    store = Store(root)
    rng = np.random.default_rng(0)
    centres = rng.random((3, 64))[pd.factorize(store.works()["creator"])[0]]
    features = np.abs(centres + rng.normal(0, 0.05, centres.shape))
    features[3] = features[1]  # filed under the first painter, looks like the second
    give_embedding(store, features, "resnet50")
    explore(
        store,
        config=ExploreConfig(
            OutlierConfig(trees=20, min_works=15), MapConfig(method="pca", min_works=15)
        ),
    )
    return store
