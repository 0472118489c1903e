import os
import time

import pandas as pd
import pytest

from artextract.store import Store, StoreError, write_json
from artextract.training.history import history, run_status

COLUMNS = ["epoch", "split", "task", "loss", "top1", "lr", "seconds"]


@pytest.fixture
def training(tmp_path):
    """A store in which a training has begun ten minutes ago."""
    store = Store(tmp_path)
    folder = store.model("resnet50")
    write_json(folder / "started.json", {"training": {"epochs": 8}})
    os.utime(folder / "started.json", (time.time() - 600, time.time() - 600))
    return store


def finish_epochs(store, *epochs, seconds=20.0, name="started.csv"):
    rows = [(e, "train", "style", 1 / e, 0.5, 1e-3, seconds) for e in epochs]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.to_csv(store.model("resnet50") / name, index=False)


def test_a_training_is_followed_from_its_start_to_its_end(training):
    assert history(training, "resnet50").empty
    assert run_status(training, "resnet50").epochs_done == 0
    finish_epochs(training, 1, 2)
    now = run_status(training, "resnet50")
    assert (now.epochs_done, now.stalled, now.configuration) == (2, False, {"epochs": 8})
    assert now.silent < 60
    (training.model("resnet50") / "started.json").unlink()
    (training.model("resnet50") / "started.csv").rename(training.model("resnet50") / "history.csv")
    assert run_status(training, "resnet50") is None
    assert history(training, "resnet50")["epoch"].tolist() == [1, 2]


def test_the_curves_of_an_older_training_are_not_those_of_the_new_one(training):
    finish_epochs(training, 1, 2, 3, name="history.csv")
    assert history(training, "resnet50").empty
    assert run_status(training, "resnet50").epochs_done == 0


def test_a_training_that_fell_silent_is_called_so(training):
    finish_epochs(training, 1)
    assert run_status(training, "resnet50", now=time.time() + 3600).stalled


def test_nothing_trained_is_said_with_the_command(tmp_path):
    with pytest.raises(StoreError, match="run: artextract train --backbone alexnet"):
        history(Store(tmp_path), "alexnet")
    assert run_status(Store(tmp_path), "alexnet") is None
