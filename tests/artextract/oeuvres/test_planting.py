import numpy as np
import pandas as pd
import pytest

from benchmarks.outliers import measure, minority, planted


@pytest.mark.parametrize("confused", [None, {0: 2, 1: 0, 2: 1}])
def test_impostors_are_planted_once_and_by_whom_they_should_be(confused):
    truth = np.repeat([0, 1, 2], [40, 60, 100])
    claimed, impostor = planted(truth, 0.05, np.random.default_rng(0), confused)
    assert np.array_equal(impostor, claimed != truth)
    assert np.bincount(claimed[impostor]).tolist() == [2, 3, 5]
    if confused is not None:
        wanted = [confused[painter] for painter in claimed[impostor].tolist()]
        assert truth[impostor].tolist() == wanted


def test_a_perfect_ranking_and_the_opposite_one():
    creators = np.repeat([0, 1, 2], 20)
    positive = np.zeros(60, dtype=bool)
    positive[[3, 4, 25]] = True
    figures = measure(np.where(positive, 1.0, 0.0), positive, creators)
    assert figures["painter"].tolist() == [0, 1]  # the third has no impostor
    assert figures["auc"].tolist() == figures["ap"].tolist() == [1, 1]
    assert figures["p10"].tolist() == [0.2, 0.1]
    assert measure(np.where(positive, 0.0, 1.0), positive, creators)["auc"].tolist() == [0, 0]


def test_a_minority_is_a_genre_or_style_that_few_of_the_works_have():
    genres = ["landscape"] * 50 + ["portrait"] * 2 + [None] * 3
    works = pd.DataFrame({"genre": genres, "style": ["Realism"] * 55})
    rare = minority(works, np.zeros(55, np.int64))
    assert np.flatnonzero(rare).tolist() == [50, 51]
