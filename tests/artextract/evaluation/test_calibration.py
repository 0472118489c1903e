import pandas as pd
import pytest

from artextract.evaluation.calibration import reliability


def answers(*rows):
    return pd.DataFrame(
        [("a", "a" if right else "b", probability) for right, probability in rows],
        columns=["true", "predicted", "probability"],
    )


def test_reliability_of_a_case_done_by_hand():
    said = answers((True, 0.52), (False, 0.58), (True, 0.95), (True, 1.0))
    table = reliability(said, bins=10)
    assert table["works"].tolist() == [2, 2]
    assert table["confidence"].tolist() == pytest.approx([0.55, 0.975])
    assert table["right"].tolist() == [0.5, 1]
    # Wilson's interval of 1 of 2 and of 2 of 2.
    assert table["low"].tolist() == pytest.approx([0.0945, 0.3424], abs=1e-3)
    assert table["high"].tolist() == pytest.approx([0.9055, 1], abs=1e-3)


def test_the_calibration_error_follows_from_the_bins(small_store):
    from artextract.evaluation.confusion import predictions

    for model, figures in small_store.metrics()["artist"].items():
        table = reliability(predictions(small_store, "artist", model))
        gaps = (table["confidence"] - table["right"]).abs() * table["works"]
        assert gaps.sum() / table["works"].sum() == pytest.approx(figures["ece"], abs=2e-3)


def test_nothing_answered_gives_no_bins():
    assert len(reliability(answers())) == 0
