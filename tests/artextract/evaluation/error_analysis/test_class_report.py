import pytest
from scipy.stats import binomtest
from sklearn import metrics as sk

from artextract.evaluation.confusion import predictions
from artextract.evaluation.error_analysis.class_report import class_report


def test_a_report_agrees_with_scikit_learn_and_holds_every_work_once(small_store):
    said = predictions(small_store, "artist", "ensemble")
    for name in small_store.classes()["artist"]:
        report = class_report(said, name)
        of = {"labels": [name], "average": None, "zero_division": 0}
        for share, score in (
            (report.recall, sk.recall_score),
            (report.precision, sk.precision_score),
        ):
            if share.whole:
                assert share.value == pytest.approx(score(said["true"], said["predicted"], **of)[0])
                exact = binomtest(share.part, share.whole).proportion_ci(method="wilson")
                assert (share.low, share.high) == pytest.approx(tuple(exact), abs=2e-5)
        assert report.f1 == pytest.approx(sk.f1_score(said["true"], said["predicted"], **of)[0])
        own = {*report.missed["work_id"], *report.typical["work_id"]}
        assert own == set(said.loc[said["true"] == name, "work_id"])
        assert len(own) == len(report.missed) + len(report.typical) == report.recall.whole
        assert report.goes_to["works"].sum() == len(report.missed)
        assert report.comes_from["works"].sum() == len(report.wrong)
        for rows in (report.missed, report.wrong, report.typical):
            assert rows["probability"].is_monotonic_decreasing
    nobody = class_report(said, "Nobody")
    assert (nobody.recall.whole, len(nobody.missed), len(nobody.goes_to)) == (0, 0, 0)
