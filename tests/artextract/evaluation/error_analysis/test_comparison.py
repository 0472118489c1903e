import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from artextract.evaluation.confusion import matrix, predictions
from artextract.evaluation.error_analysis.comparison import (
    OUTCOMES,
    Comparison,
    by_class,
    compare,
    improvement,
    mcnemar,
    outcomes,
    predictions_elsewhere,
)
from artextract.store import Store, StoreError
from small import copy_tree

COLUMNS = ["work_id", "true", "predicted", "probability", "rank"]


def said(*answers):
    return pd.DataFrame([(i, t, p, 0.5, 1) for i, t, p in answers], columns=COLUMNS)


NOW = said((0, "a", "a"), (1, "a", "a"), (2, "a", "b"), (3, "b", "a"), (5, "b", "b"))
BEFORE = said((0, "a", "a"), (1, "a", "b"), (2, "a", "a"), (3, "b", "b"), (4, "b", "b"))


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (6, 0), (1, 1), (12, 34), (300, 260)])
def test_mcnemar_is_the_exact_binomial_test(gained, lost):
    n = gained + lost
    expected = binomtest(gained, n, 0.5).pvalue if n else 1.0
    assert mcnemar(gained, lost) == pytest.approx(expected, rel=1e-9)


def test_every_work_of_both_is_in_one_list():
    table = outcomes(NOW, BEFORE)
    lists = {kind: table.loc[table["outcome"] == kind, "work_id"].tolist() for kind in OUTCOMES}
    assert lists == {"both_right": [0], "gained": [1], "lost": [2, 3], "both_wrong": []}
    counted = compare(table)
    assert (counted.n, counted.difference) == (4, -1 / 4)
    rows = by_class(table)
    assert rows.loc["a", ["works", "gained", "lost"]].tolist() == [3, 1, 1]
    assert rows.loc["b", ["baseline_recall", "recall"]].tolist() == [1, 0]
    assert rows.index.tolist() == ["b", "a"]  # the largest change first


def test_the_interval_of_a_difference_holds_as_often_as_it_says():
    rng = np.random.default_rng(0)
    shares = [0.6, 0.12, 0.06, 0.22]
    drawn = [Comparison(*row) for row in rng.multinomial(150, shares, size=2000).tolist()]
    inside = [c.interval[0] <= 0.06 <= c.interval[1] for c in drawn]
    assert 0.93 < np.mean(inside) < 0.975


def test_better_is_more_on_the_diagonal_and_less_off_it():
    now, before = (matrix(p[p["work_id"] < 4], ["a", "b"]) for p in (NOW, BEFORE))
    assert improvement(now, before).to_numpy().tolist() == [[0, 0], [-1, -1]]
    assert improvement(now, before, by="row").to_numpy().tolist() == [[0, 0], [-1, -1]]


def test_another_store_is_compared_work_by_work(small_store, tmp_path):
    other = Store(copy_tree(small_store.root, tmp_path / "other"))
    works = other.works()
    test = works.index[works["artist_split"] == "test"]
    # Another year: one picture is another scan, another work has another label.
    works.loc[test[0], "digest"] = "another"
    works.loc[test[1], "artist"] = next(
        name for name in other.classes()["artist"] if name != works.loc[test[1], "artist"]
    )
    other.save_works(works, other.classes())
    own = predictions(small_store, "artist", "alexnet")
    found = predictions_elsewhere(small_store, other, "artist", "alexnet")
    kept = own[~own["work_id"].isin(test[:2])].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, kept, check_dtype=False)
    other.save_works(works.assign(digest="none"), other.classes())
    with pytest.raises(StoreError, match="cannot be compared"):
        predictions_elsewhere(small_store, other, "artist", "alexnet")
