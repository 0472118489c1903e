import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch.nn import functional as F

from artextract.collection.labels import encode
from artextract.collection.sources import open_source
from artextract.evaluation.evaluate import evaluate
from artextract.inference.dataset import PaintingDataset
from artextract.models.backbones import BACKBONES
from artextract.store import StoreError
from artextract.training.augmentation import Augmentation, training_transform
from artextract.training.config import TrainingConfig
from artextract.training.fit import fit
from artextract.training.history import run_status
from artextract.training.loaders import EpochSampler
from artextract.training.losses import TaskLoss
from small import LOCAL, MIXED, SHALLOW, exit_codes, tiny

RESUMABLE = replace(LOCAL, resumable=True)
TWO_PROCESSES = replace(LOCAL, workers=1)  # one of them loads pictures


@pytest.fixture
def shallow(monkeypatch):
    """A small network to train, under this name."""
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    return "shallow"


@given(st.integers(1, 40), st.integers(1, 5), st.booleans(), st.integers(0, 3))
def test_every_work_counts_once_per_epoch_over_all_processes(n, replicas, shuffle, epoch):
    samplers = [
        EpochSampler(n, shuffle=shuffle, rank=rank, replicas=replicas) for rank in range(replicas)
    ]
    for sampler in samplers:
        sampler.set_epoch(epoch)
    rows = [list(sampler) for sampler in samplers]
    assert {len(row) for row in rows} == {len(samplers[0])}
    counted = [index for row in rows for index, _, counts in row if counts]
    assert sorted(counted) == list(range(n))


def test_epochs_differ_in_order_and_augmentation_and_can_be_drawn_again(indexed):
    works = indexed.works()
    dataset = PaintingDataset(
        open_source(indexed),
        works["path"].tolist(),
        encode(works, indexed.classes(), "train"),
        size=64,
        transform=training_transform(64, Augmentation()),
    )
    first, again, later = dataset[3, 0, True], dataset[3, 0, True], dataset[3, 1, True]
    assert torch.equal(first["image"], again["image"])
    assert not torch.equal(first["image"], later["image"])
    assert (dataset[3, 0, False]["labels"] == -1).all()
    orders = []
    for epoch in (0, 0, 1):
        sampler = EpochSampler(50, shuffle=True, seed=1)
        sampler.set_epoch(epoch)
        orders.append([index for index, _, _ in sampler])
    assert orders[0] == orders[1] != orders[2]


def test_loss_leaves_out_the_unlabelled_and_the_classes_without_works():
    logits = torch.randn(4, 3, requires_grad=True)
    labels = torch.tensor([0, -1, 2, -1])
    loss = TaskLoss(np.array([5, 0, 1]), label_smoothing=0.1, weighting="none").train()
    expected = F.cross_entropy(logits[[0, 2]][:, [0, 2]], torch.tensor([0, 1]), label_smoothing=0.1)
    torch.testing.assert_close(loss(logits, labels), expected)
    loss(logits, labels).backward()
    assert logits.grad is not None
    assert logits.grad[:, 1].abs().max() == logits.grad[[1, 3]].abs().max() == 0
    assert loss(logits, torch.full((4,), -1)) == 0


def test_class_weighting_follows_its_definition():
    logits, labels = torch.randn(6, 2), torch.tensor([0, 0, 0, 0, 1, 1])
    counts = np.array([400, 100])
    adjusted = TaskLoss(counts, label_smoothing=0, weighting="logit-adjust").train()
    shifted = logits + torch.tensor([0.8, 0.2]).log()
    torch.testing.assert_close(adjusted(logits, labels), F.cross_entropy(shifted, labels))
    torch.testing.assert_close(adjusted.eval()(logits, labels), F.cross_entropy(logits, labels))
    rooted = TaskLoss(counts, label_smoothing=0, weighting="sqrt").train()
    weight = torch.tensor([1.0, 2.0])
    torch.testing.assert_close(rooted(logits, labels), F.cross_entropy(logits, labels, weight))


def test_training_learns_and_says_how(indexed):
    result = fit(indexed, tiny(epochs=2, lr_scratch=1e-3), hardware=LOCAL)
    assert result["labels"] == indexed.dataset()["labels"]
    history = pd.read_csv(indexed.model("resnet50") / "history.csv")
    assert list(history) == ["epoch", "split", "task", "loss", "top1", "lr", "seconds"]
    assert len(history) == 2 * 2 * 3
    train = history[(history["split"] == "train") & (history["task"] == "artist")]["loss"]
    assert train.iloc[-1] < train.iloc[0]
    written = sorted(path.name for path in indexed.model("resnet50").iterdir())
    assert written == ["config.json", "history.csv", "model.safetensors", "training.toml"]
    said: list[str] = []
    assert fit(indexed, tiny(epochs=2, lr_scratch=1e-3), hardware=LOCAL, say=said.append) == result
    assert said == ["resnet50 is trained already; --overwrite trains it anew"]


def test_training_ends_where_validation_no_longer_gains(indexed, shallow, tmp_path):
    torch.save(SHALLOW.build().state_dict(), tmp_path / "weights.pth")
    still = {"lr_body": 0.0, "lr_heads": 0.0}  # so no epoch is better than the first
    config = tiny(shallow, epochs=6, patience=2, pretrained=str(tmp_path / "weights.pth"), **still)
    result = fit(indexed, config, hardware=LOCAL)
    assert (result["epochs"], result["best_epoch"]) == (3, 1)


def test_a_size_that_the_network_does_not_take_is_refused_before_anything_is_read(indexed, shallow):
    with pytest.raises(ValueError, match="shallow takes pictures of 32 or more pixels"):
        fit(indexed, tiny(shallow, train_image_size=16), hardware=LOCAL)
    assert run_status(indexed, shallow) is None


def test_training_runs_in_bfloat16_too(indexed, shallow):
    result = fit(indexed, tiny(shallow, precision="bf16"), hardware=LOCAL)
    assert result["precision"] == "bf16"
    assert np.isfinite(result["val_loss"])


def test_fine_tuning_moves_the_last_layers_and_nothing_before_them(indexed, resnet_file):
    fit(indexed, tiny(pretrained=str(resnet_file)), hardware=LOCAL)
    before = {name: tensor.float() for name, tensor in load_file(resnet_file).items()}
    after = load_file(indexed.model("resnet50") / "model.safetensors")
    moved = {k for k, v in before.items() if not torch.equal(v, after.get(f"body.{k}", v).float())}
    assert {"layer3.3.conv1.weight", "layer4.2.conv3.weight", "layer4.2.bn3.weight"} <= moved
    assert {name.rsplit(".", 1)[0].split(".")[0] for name in moved} == {"layer3", "layer4"}
    assert not any(name.startswith(("layer3.0", "layer3.1", "layer3.2")) for name in moved)
    assert not any("running" in name for name in moved)


@pytest.fixture
def one_thread():
    """Let this process reckon as its forks do: sums by another number of threads differ."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_killed_training_ends_with_the_weights_of_the_uninterrupted_one(
    indexed, shallow, one_thread
):
    config = tiny(shallow, epochs=3, augmentation=MIXED)
    fit(indexed, config, hardware=RESUMABLE)
    folder = indexed.model(shallow)
    whole = load_file(folder / "model.safetensors")
    history = pd.read_csv(folder / "history.csv").drop(columns="seconds")
    for name in ("model.safetensors", "config.json", "history.csv"):
        (folder / name).unlink()

    def killed(rank: int) -> None:
        steps = 0

        def advance(n: int = 1, *, total: int | None = None, note: str = "") -> None:
            nonlocal steps
            steps += n
            if steps == 5:  # three steps an epoch: in the middle of the second
                os.kill(os.getpid(), signal.SIGKILL)

        fit(indexed, config, hardware=RESUMABLE, advance=advance)

    assert exit_codes(killed) == [-signal.SIGKILL]
    assert (folder / "last.ckpt").exists()
    assert not (folder / "model.safetensors").exists()
    said: list[str] = []
    fit(indexed, config, hardware=RESUMABLE, say=said.append)
    assert said[0].startswith("going on from the last finished epoch")
    resumed = load_file(folder / "model.safetensors")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    pd.testing.assert_frame_equal(
        pd.read_csv(folder / "history.csv").drop(columns="seconds"), history
    )


def test_what_stops_while_it_is_published_is_published_by_the_next_call(
    indexed, shallow, monkeypatch
):
    fit(indexed, tiny(shallow), hardware=RESUMABLE)
    folder = indexed.model(shallow)
    curves = (folder / "history.csv").read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("artextract.training.fit.save", full)
        with pytest.raises(OSError, match="No space"):
            fit(indexed, tiny(shallow, epochs=2), hardware=RESUMABLE)
    assert (folder / "history.csv").read_bytes() == curves  # of the network that is there
    assert fit(indexed, tiny(shallow, epochs=2), hardware=RESUMABLE)["epochs"] == 2
    assert set(pd.read_csv(folder / "history.csv")["epoch"]) == {1, 2}
    assert len(list(folder.iterdir())) == 4


def test_a_setting_that_is_added_at_its_default_retrains_nothing(indexed, shallow, monkeypatch):
    fit(indexed, tiny(shallow), hardware=LOCAL)

    @dataclass(frozen=True)
    class LaterConfig(TrainingConfig):
        added: int = 5

    monkeypatch.setattr("artextract.training.fit.TrainingConfig", LaterConfig)
    said: list[str] = []
    later = LaterConfig(**vars(tiny(shallow)))
    fit(indexed, later, hardware=LOCAL, say=said.append)
    assert said == ["shallow is trained already; --overwrite trains it anew"]


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_handful_of_works_makes_a_handful_of_steps(epochs, indexed, shallow):
    fit(indexed, tiny(shallow, epochs=epochs, batch_size=60), hardware=LOCAL)
    rates = pd.read_csv(indexed.model(shallow) / "history.csv").groupby("epoch")["lr"].first()
    assert len(rates) == epochs
    assert (rates > 0).all()


def test_a_task_that_no_validation_work_bears_is_trained_to_the_end(indexed, shallow):
    works = indexed.works()
    works["genre_split"] = works["genre_split"].mask(works["genre_split"] == "val", "excluded")
    indexed.save_works(works, indexed.classes())
    result = fit(indexed, tiny(shallow, epochs=2, tasks=("genre",)), hardware=LOCAL)
    assert (result["epochs"], result["best_epoch"], result["val_loss"]) == (2, 2, None)
    assert set(pd.read_csv(indexed.model(shallow) / "history.csv")["split"]) == {"train"}


def test_a_label_that_training_has_not_seen_weighs_nothing():
    loss = TaskLoss(np.array([10, 10, 0]), label_smoothing=0.0, weighting="none").eval()
    labels = torch.tensor([1, 2, -1])
    assert loss.known(labels).tolist() == [1, -1, -1]
    assert loss(torch.zeros(3, 3), labels) == pytest.approx(np.log(2))


def test_an_interruption_is_one_and_leaves_the_next_one_possible(indexed, shallow):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        fit(indexed, tiny(shallow), hardware=LOCAL, advance=interrupt)
    assert signal.getsignal(signal.SIGINT) == handler


def test_a_picture_that_is_gone_is_named_by_training_and_evaluation(indexed, collection, shallow):
    fit(indexed, tiny(shallow), hardware=LOCAL)
    shutil.copytree(collection.parent / "pictures", indexed.root / "moved" / "pictures")
    dataset = indexed.manifest()["dataset"]
    indexed.record_dataset(dataset | {"source": dataset["source"] | {"images": "moved"}})
    works = indexed.works()
    for split, stage in (
        ("train", lambda: fit(indexed, tiny(shallow), hardware=TWO_PROCESSES, overwrite=True)),
        ("test", lambda: evaluate(indexed, workers=1)),
    ):
        lost = works.loc[works["split"] == split, "path"].iloc[0]
        (indexed.root / "moved" / lost).unlink()
        with pytest.raises(StoreError) as raised:
            stage()
        assert str(raised.value).startswith(
            f"{lost} in {indexed.root / 'moved'}: The file does not exist; "
        )
        assert "Traceback" not in str(raised.value)


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is a GPU here")
def test_hardware_that_is_not_here_is_refused_before_anything_is_read(indexed, shallow):
    with pytest.raises(ValueError, match="accelerator gpu"):
        fit(indexed, tiny(shallow), hardware=replace(LOCAL, accelerator="gpu"))
    assert run_status(indexed, shallow) is None


_TWO = """
import json, os, sys
sys.path[:0] = {path!r}
from small import SHALLOW, tiny
from artextract.training.module import FineTuning
from artextract.models.backbones import BACKBONES
from artextract.store import Store
from artextract.inference.hardware import Hardware
from artextract.training.fit import fit

BACKBONES["shallow"] = SHALLOW

step = FineTuning.training_step
def recorded(self, batch, batch_idx):
    with open({log!r} + str(self.global_rank), "a") as file:
        file.write(json.dumps([self.current_epoch, batch["index"].tolist()]) + "\\n")
    return step(self, batch, batch_idx)
FineTuning.training_step = recorded

if __name__ == "__main__":
    hardware = Hardware(accelerator="cpu", devices=2, strategy="ddp", workers=0)
    fit(Store({store!r}), tiny("shallow", epochs=2), hardware=hardware)
"""


def test_two_processes_share_every_work_once_and_one_writes(indexed, tmp_path):
    script, log = tmp_path / "two.py", str(tmp_path / "rank")
    path = _import_folders()
    script.write_text(_TWO.format(path=path, log=log, store=str(indexed.root)))
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=environment
    )
    assert process.returncode == 0, process.stderr
    seen: dict[int, Counter[int]] = {0: Counter(), 1: Counter()}
    for rank in (0, 1):
        lines = (tmp_path / f"rank{rank}").read_text().splitlines()
        assert len(lines) == 2 * 2  # 18 works each, 12 to a batch, two epochs
        for epoch, indices in map(json.loads, lines):
            seen[epoch].update(indices)
    n = int((indexed.works()["split"] == "train").sum())
    assert seen[0] == seen[1] == Counter(range(n))
    assert json.loads((indexed.model("shallow") / "config.json").read_text())["processes"] == 2
    assert len(pd.read_csv(indexed.model("shallow") / "history.csv")) == 2 * 2 * 3


def test_a_task_without_labels_is_left_out_or_named_where_it_was_asked_for(indexed, shallow):
    works, classes = indexed.works(), indexed.classes()
    # Nothing to calibrate on.
    unseen = works["genre_split"].mask(works["genre_split"] == "val", "excluded")
    indexed.save_works(works.assign(genre_split=unseen), classes)
    tasks = list(fit(indexed, tiny(shallow), hardware=LOCAL)["classes"])
    assert tasks == list(evaluate(indexed, precision="32", workers=0)) == ["artist", "style"]
    works["genre"] = works["genre_split"] = None
    works["style"] = works["style"].where(works["style_split"].isna(), "Grain")
    indexed.save_works(works, classes | {"genre": []})
    assert list(fit(indexed, tiny(shallow), hardware=LOCAL)["classes"]) == ["artist"]
    assert list(evaluate(indexed, precision="32", workers=0)) == ["artist"]
    for task in ("genre", "style"):
        with pytest.raises(StoreError, match=f"fewer than two classes of {task}"):
            fit(indexed, tiny(shallow, tasks=("artist", task)), hardware=LOCAL)
    works["artist_split"] = works["style_split"] = "excluded"
    indexed.save_works(works, classes)
    with pytest.raises(StoreError, match="nothing can be learnt"):
        fit(indexed, tiny(shallow), hardware=LOCAL)


def _import_folders() -> list[str]:
    here = Path(__file__).parent
    return [str(folder) for folder in (here.parents[1], here.parents[2])]


DAMAGES = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "garbled": lambda content: content[:64] + bytes(len(content) - 64),
}


def test_a_damaged_checkpoint_is_said_and_training_begins_anew(indexed, shallow):
    recipe = tiny(shallow, epochs=2)

    def killed(rank: int) -> None:
        def stop(*args: object, total: int | None = None, note: str = "") -> None:
            if "epoch 2" in note and args and args[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        fit(indexed, recipe, hardware=RESUMABLE, advance=stop)

    assert exit_codes(killed) == [-signal.SIGKILL]
    folder = indexed.model(shallow)
    left = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for damage, damaged in DAMAGES.items():
        shutil.rmtree(folder)
        folder.mkdir()
        for name, content in left.items():
            (folder / name).write_bytes(damaged(content) if name == "last.ckpt" else content)
        said: list[str] = []
        assert fit(indexed, recipe, hardware=RESUMABLE, say=said.append)["epochs"] == 2, damage
        assert "last.ckpt is damaged" in said[0], damage
        assert "training starts anew" in said[0], damage
        made = {path.name for path in folder.iterdir()}
        assert made == {"model.safetensors", "config.json", "history.csv", "training.toml"}, damage
