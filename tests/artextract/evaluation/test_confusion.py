import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from artextract.evaluation.confusion import (
    REST,
    cell,
    cluster_order,
    confusion,
    group_other,
    matrix,
    models,
    per_class,
    predictions,
    shares,
    worst,
)
from artextract.store import StoreError
from small import change_index

# Monet is taken for Sisley twice, Sisley for Monet once; Rothko stands alone; Dürer has no work.
NAMES = ["Dürer", "Monet", "Rothko", "Sisley"]
SAID = pd.DataFrame(
    [
        (0, "Monet", "Monet", 0.9, 1),
        (1, "Monet", "Sisley", 0.6, 2),
        (2, "Monet", "Sisley", 0.8, 4),
        (3, "Sisley", "Monet", 0.7, 3),
        (4, "Rothko", "Rothko", 0.9, 1),
    ],
    columns=["work_id", "true", "predicted", "probability", "rank"],
)


def test_matrix_cells_and_figures_of_a_case_done_by_hand():
    counts = matrix(SAID, NAMES)
    assert counts.to_numpy().tolist() == [[0, 0, 0, 0], [0, 1, 0, 2], [0, 0, 1, 0], [0, 1, 0, 0]]
    assert cell(SAID, "Monet", "Sisley")["work_id"].tolist() == [2, 1]
    figures = per_class(SAID, NAMES)
    assert list(figures.index) == ["Monet", "Rothko", "Sisley"]
    monet = figures.loc["Monet"]
    assert monet.tolist() == pytest.approx([1 / 2, 1 / 3, 2 / 5, 2 / 3, 3])
    assert figures.loc["Sisley", "precision"] == 0
    pairs = worst(counts)
    assert pairs[["true", "predicted", "works"]].to_numpy().tolist() == [
        ["Monet", "Sisley", 2],
        ["Sisley", "Monet", 1],
    ]
    assert pairs["share"].tolist() == pytest.approx([2 / 3, 1])


def test_shares_add_up_and_nothing_is_divided_by_nothing():
    counts = matrix(SAID, NAMES)
    rows, columns = shares(counts, "row"), shares(counts, "column")
    np.testing.assert_allclose(rows.loc[["Monet", "Rothko", "Sisley"]].sum(axis=1), 1)
    np.testing.assert_allclose(columns[["Monet", "Rothko", "Sisley"]].sum(axis=0), 1)
    assert rows.loc["Dürer"].isna().all()
    assert columns["Dürer"].isna().all()


def test_classes_taken_for_each_other_stand_side_by_side():
    order = cluster_order(matrix(SAID, NAMES))
    assert sorted(order) == sorted(NAMES)
    assert abs(order.index("Monet") - order.index("Sisley")) == 1
    rng = np.random.default_rng(0)
    blocks = np.kron(np.eye(4, dtype=int), np.full((3, 3), 5))
    shuffle = rng.permutation(12)
    names = [f"{i // 3}" for i in shuffle]
    counts = pd.DataFrame(blocks[np.ix_(shuffle, shuffle)], index=names, columns=names)
    together = cluster_order(counts)
    assert sum(a != b for a, b in itertools.pairwise(together)) == 3


def test_the_rest_is_lumped_and_its_cells_hold_its_works():
    said = group_other(SAID, ["Monet"])
    counts = matrix(said, ["Monet", REST])
    assert counts.to_numpy().tolist() == [[1, 2], [1, 1]]
    assert cell(said, REST, "Monet")["work_id"].tolist() == [3]


def test_matrix_of_the_store_and_its_cells_hold_the_same_works(small_store):
    counts = confusion(small_store, "artist", "ensemble")
    said = predictions(small_store, "artist", "ensemble")
    assert list(counts.index) == list(counts.columns) == small_store.classes()["artist"]
    figures = small_store.metrics()["artist"]["ensemble"]
    assert counts.to_numpy().sum() == figures["n"]
    assert (said["rank"] <= 3).mean() == figures["top3"]
    for true in counts.index:
        for predicted in counts.columns:
            inside = cell(said, true, predicted)
            assert len(inside) == counts.loc[true, predicted]
            assert inside["probability"].is_monotonic_decreasing


def test_what_was_not_evaluated_or_is_of_another_index_is_said(indexed, small_store, tmp_path):
    with pytest.raises(StoreError, match=r"no evaluation in .*; run: artextract evaluate"):
        predictions(indexed, "artist", "ensemble")
    assert models(small_store, "style") == ["alexnet", "resnet50", "ensemble"]
    with pytest.raises(StoreError, match="no vgg was evaluated on style"):
        predictions(small_store, "style", "vgg")
    (indexed.root / "ensemble.json").write_bytes(small_store.ensemble_path.read_bytes())
    change_index(indexed, "labels")
    with pytest.raises(StoreError, match="of another index; run: artextract evaluate"):
        predictions(indexed, "artist", "ensemble")


def test_reading_confusions_does_not_import_torch(small_store):
    code = (
        "import sys; from artextract.evaluation.confusion import *;"
        "from artextract.store import Store;"
        f"cluster_order(confusion(Store({str(small_store.root)!r}), 'artist', 'ensemble'));"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
