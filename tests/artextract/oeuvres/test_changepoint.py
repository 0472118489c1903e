import numpy as np

from artextract.oeuvres.changepoint import change_point


def test_a_turn_is_found_and_neither_a_drift_nor_chance_is_taken_for_one():
    rng = np.random.default_rng(0)
    years = np.repeat(np.arange(1870.0, 1900), 3)
    noise = rng.normal(0, 1, (90, 20))
    assert change_point(noise, years)[0] is None
    drifting = noise.copy()
    drifting[:, :2] += (years[:, None] - 1885) / 4
    assert change_point(drifting, years)[0] is None
    turned = noise.copy()
    turned[years >= 1888, :3] += 2
    year, p = change_point(turned, years)
    assert 1887 <= year <= 1889
    assert p <= 0.001
    order = rng.permutation(90)
    assert change_point(turned[order], years[order])[0] == year
    assert change_point(turned[:15], years[:15]) == (None, 1.0)


def test_chance_is_kept_to_its_level():
    rng = np.random.default_rng(1)
    years = np.repeat(np.arange(1870.0, 1890), 2)
    found = [change_point(rng.normal(0, 1, (40, 6)), years)[1] for _ in range(60)]
    assert 0.3 < np.mean(np.array(found) < 0.5) < 0.7
