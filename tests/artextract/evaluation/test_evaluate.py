import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from artextract.collection.indexing import index
from artextract.evaluation.confusion import predictions
from artextract.evaluation.evaluate import PROBABILITIES, evaluate
from artextract.evaluation.metrics import METRICS, score
from artextract.inference.predictor import Predictor
from artextract.store import Store, StoreError, write_json
from artextract.training.fit import fit
from small import LOCAL, change_index, copy_tree, tiny

P = np.array(
    [
        [0.9, 0.1, 0.0, 0.0],
        [0.6, 0.4, 0.0, 0.0],  # true: 1
        [0.2, 0.8, 0.0, 0.0],
        [0.3, 0.0, 0.7, 0.0],
    ]
)
Y = np.array([0, 1, 1, 2])


def test_score_of_a_case_done_by_hand():
    figures = score(P, Y)
    assert figures["n"] == 4
    assert figures["top1"] == pytest.approx(3 / 4)
    assert figures["top3"] == 1
    # Class 0: precision 1/2, recall 1, F1 2/3. Class 1: 1, 1/2, 2/3. Class 2: 1. Class 3: absent.
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert figures["balanced_accuracy"] == pytest.approx((1 + 1 / 2 + 1) / 3)
    assert figures["nll"] == pytest.approx(-np.log([0.9, 0.4, 0.8, 0.7]).mean())
    # Four bins with a work each: |1 - .9|, |0 - .6|, |1 - .8|, |1 - .7|.
    assert figures["ece"] == pytest.approx((0.1 + 0.6 + 0.2 + 0.3) / 4, abs=1e-6)
    low, high = figures["top1_ci95"]
    assert low < figures["top1"] < high <= 1


def test_works_of_one_hand_are_resampled_together():
    right = np.tile([1, 0], 100)  # two artists, one always right, one never
    p = np.stack([right, 1 - right], axis=1)
    narrow = score(p, np.zeros(200, int))["top1_ci95"]
    wide = score(p, np.zeros(200, int), clusters=np.tile(["a", "b"], 100))["top1_ci95"]
    assert 0.4 < narrow[0] < narrow[1] < 0.6
    assert wide == [0, 1]


def test_metrics_are_complete_and_can_be_made_again_from_the_store(small_store):
    metrics = small_store.metrics()
    works = small_store.works().set_index("work_id")
    for task, models in metrics.items():
        assert set(models) == {"alexnet", "resnet50", "ensemble"}
        for model, figures in models.items():
            ids, probabilities = small_store.probabilities(task, model)
            np.testing.assert_allclose(probabilities.sum(axis=1, dtype=float), 1, atol=2e-3)
            test = (works.loc[ids, f"{task}_split"] == "test").to_numpy()
            predicted = np.array(small_store.classes()[task])[probabilities[test].argmax(axis=1)]
            right = predicted == works.loc[ids[test], task].to_numpy()
            assert figures["top1"] == pytest.approx(right.mean())
            assert figures["n"] == test.sum() == 12


def test_works_of_one_artist_count_together_for_all_tasks_but_the_artist(small_store):
    works = small_store.works().set_index("work_id")
    for task, models in small_store.metrics().items():
        ids, probabilities = small_store.probabilities(task, "ensemble")
        test = (works.loc[ids, f"{task}_split"] == "test").to_numpy()
        names = small_store.classes()[task]
        y = works.loc[ids[test], task].map(names.index).to_numpy()
        by = None if task == "artist" else works.loc[ids[test], "creator"].to_numpy()
        stored = np.asarray(probabilities[test], dtype=float)
        assert models["ensemble"]["top1_ci95"] == score(stored, y, clusters=by)["top1_ci95"]


def test_a_figure_that_is_added_later_is_made_from_what_is_stored(
    small_store, tmp_path, monkeypatch
):
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    before = store.metrics()
    monkeypatch.setitem(METRICS, "works", lambda scored: len(scored.y))
    monkeypatch.setattr("artextract.evaluation.evaluate.load_networks", None)  # none is asked
    after = evaluate(store)
    assert after["style"]["ensemble"] == before["style"]["ensemble"] | {"works": 12}
    assert store.metrics() == after


def test_another_task_leaves_networks_and_their_evaluation_valid(
    small_store, collection, tmp_path, monkeypatch
):
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    table = pd.read_csv(collection)
    dated = collection.with_name("dated.csv")
    table.assign(period=["early", "late"] * 30).to_csv(dated, index=False)
    index(store, dated, tasks=("artist", "genre", "style", "period"))
    assert store.tasks() == ["artist", "genre", "style", "period"]
    monkeypatch.setattr("artextract.evaluation.evaluate.load_networks", None)  # none is asked
    assert evaluate(store) == small_store.metrics()
    assert len(predictions(store, "style", "ensemble"))
    said: list[str] = []
    config = tiny("resnet50", lr_scratch=1e-5, tasks=("artist", "genre", "style"))
    fit(store, config, hardware=LOCAL, say=said.append)
    assert said == ["resnet50 is trained already; --overwrite trains it anew"]
    relabelled = table.assign(style=table["style"].iloc[::-1].to_numpy())
    relabelled.to_csv(dated, index=False)
    index(store, dated)
    with pytest.raises(StoreError, match="trained on other labels of style"):
        evaluate(store)


def test_the_order_of_the_table_changes_no_figure(small_store, collection, tmp_path):
    shuffled = collection.with_name("shuffled.csv")
    pd.read_csv(collection).sample(frac=1, random_state=3).to_csv(shuffled, index=False)
    store = Store(tmp_path / "store")
    index(store, shuffled)
    copy_tree(small_store.root / "models", store.root / "models")
    assert evaluate(store, precision="32", workers=0) == small_store.metrics()


def test_a_store_evaluated_before_there_were_sets_predicts_without_and_gets_them(
    small_store, tmp_path, picture
):
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    fitted = store.ensemble()
    for parameters in fitted["tasks"].values():
        parameters.pop("sets")
    write_json(store.ensemble_path, fitted)
    record = store.stage_record("probabilities")
    old = replace(PROBABILITIES, revision=1).key({"views": 1}, record["inputs"])
    store.record_stage(
        "probabilities", key=old, inputs=record["inputs"], configuration={"views": 1}, seconds=0
    )
    output = Predictor.load(store).infer([picture()])
    assert output.sets == {}
    figures = evaluate(store, precision="32", workers=0)
    assert figures == small_store.metrics()
    assert store.ensemble() == small_store.ensemble()
    assert set(Predictor.load(store).infer([picture()]).sets) == set(figures)


def test_another_level_is_evaluated_anew_and_changes_the_sets_alone(small_store, tmp_path):
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    before, figures = store.metrics(), evaluate(store, precision="32", workers=0, level=0.6)
    for task, models in figures.items():
        assert models["ensemble"]["sets"].pop("level") == 0.6
        assert models["ensemble"].pop("sets") != before[task]["ensemble"].pop("sets")
    assert figures == before
    with pytest.raises(ValueError, match="between 0 and 1"):
        evaluate(store, level=60)


def test_a_half_written_evaluation_is_made_again_and_a_lost_network_is_named(small_store, tmp_path):
    store = Store(copy_tree(small_store.root, tmp_path / "store"))
    figures = store.metrics()
    for path in (store.ensemble_path, store.metrics_path):
        path.write_text("{")
        assert evaluate(store, precision="32", workers=0) == figures
    shutil.rmtree(store.model("alexnet"))
    with pytest.raises(StoreError, match="alexnet was evaluated and is no longer in"):
        Predictor.load(store)


def test_evaluating_what_is_not_there_or_of_another_index(indexed, small_store):
    with pytest.raises(StoreError, match=r"no networks in .*; run: artextract train"):
        evaluate(indexed)
    with pytest.raises(StoreError, match=r"no evaluation in .*; run: artextract evaluate"):
        indexed.metrics()
    copy_tree(small_store.root / "models", indexed.root / "models")
    change_index(indexed, "labels")
    with pytest.raises(
        StoreError,
        match=r"trained on other labels of artist than .*; run: artextract train",
    ):
        evaluate(indexed)
