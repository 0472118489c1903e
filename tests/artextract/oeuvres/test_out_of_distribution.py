"""Telling what looks like nothing in a collection."""

from __future__ import annotations

import numpy as np
import pandas as pd

from artextract.oeuvres.similarity.neighbours import Neighbours
from artextract.oeuvres.similarity.out_of_distribution import mean_knn_similarity, threshold

NONE = pd.DataFrame({"work_id": [], "other": []}, dtype=int)


def test_a_picture_from_elsewhere_is_below_the_threshold_and_the_collection_is_not() -> None:
    rng = np.random.default_rng(0)
    works = np.abs(rng.normal(0, 0.2, (300, 40)) + np.repeat([3.0, 0.0], 20)).astype(np.float16)
    works[7] = np.nan  # could not be read
    neighbours = Neighbours(works)
    cut = threshold(neighbours, NONE)
    like = np.abs(rng.normal(0, 0.2, 40) + np.repeat([3.0, 0.0], 20))
    assert mean_knn_similarity(neighbours.similarities(like)) > cut
    assert mean_knn_similarity(neighbours.similarities(like[::-1].copy())) < cut


def test_copies_and_the_work_itself_do_not_count_as_near() -> None:
    works = np.eye(8, dtype=np.float32)
    works[1] = works[0]
    pair = pd.DataFrame({"work_id": [0], "other": [1]})
    assert threshold(Neighbours(works), pair, share=1.0) == 0
    assert threshold(Neighbours(works), NONE, share=1.0) > 0
    assert np.isnan(threshold(Neighbours(works[:1]), NONE))
