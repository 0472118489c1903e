import json

import pytest

from artextract import progress as module
from artextract.progress import JsonLines, Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved on."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def test_the_time_left_counts_neither_preparation_nor_the_steps_of_an_earlier_run(clock):
    pace = Pace(100)
    clock(600)  # ten minutes of preparation
    pace.step(50, None)  # an earlier run's
    assert pace.left is None
    for _ in range(10):
        clock(2)
        pace.step(1, None)
    assert pace.left == 2 * 40
    assert pace.seconds == 620


def test_a_part_that_begins_is_counted_by_itself(clock, tmp_path, capsys):
    lines = JsonLines(tmp_path / "progress.jsonl", every=0)
    for advance in (module._plain("Training", 0), lines("Training").__enter__()):
        advance(0, total=4, note="features")
        for _ in range(4):
            clock(1)
            advance(1, note="features")
        clock(30)
        advance(0, total=10, note="epoch 1 of 1")
        for _ in range(5):
            clock(3)
            advance(1, total=10, note="epoch 1 of 1")
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Training: 0 of 4, features"
    assert said[4] == "Training: 4 of 4, 4.0 s, features"
    assert said[5] == "Training: 0 of 10, epoch 1 of 1"
    assert said[-1] == "Training: 5 of 10, about 15 s left, epoch 1 of 1"
    last = json.loads((tmp_path / "progress.jsonl").read_text().splitlines()[-1])
    assert (last["done"], last["total"], last["left"]) == (5, 10, 15.0)
