import numpy as np
import pytest
from scipy.stats import binomtest

from artextract.evaluation.intervals import share_interval, wilson
from artextract.evaluation.metrics import bootstrap_interval_of


@pytest.mark.parametrize(("k", "n"), [(0, 7), (1, 2), (37, 40), (40, 40), (500, 1416)])
def test_wilson_is_that_of_scipy(k, n):
    expected = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert wilson(k / n, n) == pytest.approx((expected.low, expected.high), abs=2e-5)
    right = np.arange(n) < k
    assert share_interval(right) == pytest.approx((expected.low, expected.high), abs=2e-5)


def test_works_of_one_artist_widen_the_interval_as_the_bootstrap_does():
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(60), 20)
    right = rng.random(1200) < rng.beta(4, 2, 60)[artists]
    alone, together = share_interval(right), share_interval(right, artists)
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])
    assert together == pytest.approx(bootstrap_interval_of(right, artists), abs=0.012)
    each = share_interval(right, np.arange(1200))  # no two works by one artist
    assert each == pytest.approx(alone, abs=1e-4)


def test_few_or_no_works_promise_nothing():
    assert np.isnan(share_interval([])).all()
    assert share_interval([True] * 50, ["one artist"] * 50)[0] < 0.25
    assert share_interval([True] * 50)[0] > 0.9
