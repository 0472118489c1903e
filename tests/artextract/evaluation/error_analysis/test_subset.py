import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from artextract.evaluation.confusion import predictions
from artextract.evaluation.error_analysis.subset import Subset, figures


def test_figures_of_all_test_works_are_those_of_the_evaluation(small_store):
    for task, of_task in small_store.metrics().items():
        names, works = small_store.classes()[task], small_store.works()
        creators = None if task == "artist" else works["creator"].to_dict()
        for model, expected in of_task.items():
            found = figures(predictions(small_store, task, model), names, creators=creators)
            for key in ("top1", "top3", "macro_f1", "balanced_accuracy", "n"):
                assert found[key] == pytest.approx(expected[key]), (task, model, key)


def test_figures_of_a_part_are_those_of_scikit_learn(small_store):
    works, names = small_store.works(), small_store.classes()["artist"]
    everything = predictions(small_store, "artist", "alexnet")
    genre = works["genre"].iloc[0]
    part = Subset(labels=(("genre", (genre,)),), years=(1890, 1930)).of(everything, works)
    rows = works.loc[part["work_id"]]
    assert set(rows["genre"]) == {genre}
    assert rows["year"].between(1890, 1930).all()
    assert 0 < len(part) < len(everything)
    found = figures(part, names)
    true, predicted = part["true"], part["predicted"]
    present = sorted(set(true))
    assert found["top1"] == pytest.approx(sk.accuracy_score(true, predicted))
    assert found["balanced_accuracy"] == pytest.approx(
        sk.recall_score(true, predicted, labels=present, average="macro", zero_division=0)
    )
    assert found["macro_f1"] == pytest.approx(
        sk.f1_score(true, predicted, labels=present, average="macro", zero_division=0)
    )


def test_a_work_without_a_year_is_in_no_span_and_nothing_is_no_figure():
    works = pd.DataFrame({"year": pd.array([1880, None], "Int16")})
    columns = {"work_id": [0, 1], "true": ["a", "a"], "predicted": ["a", "b"], "rank": [1, 2]}
    said = pd.DataFrame(columns | {"probability": [0.9, 0.4]})
    assert Subset(years=(1800, 1900)).of(said, works)["work_id"].tolist() == [0]
    assert Subset(confidence=(0, 0.5)).of(said, works)["work_id"].tolist() == [1]
    assert Subset(works=(1,)).of(said, works)["work_id"].tolist() == [1]
    assert not Subset()
    assert np.isnan(figures(said.iloc[:0], ["a", "b"])["top1"])
