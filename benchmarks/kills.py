"""Whether a stage that was killed at any moment ends, run again, in the store of an unkilled run.

    python -m benchmarks.kills [--kills 104] [--terms 24] [--losses 10] [--folder FOLDER]

Paints a small collection, takes it through every stage by the commands, and keeps the store as it
was before each. Then a stage is started, ended by SIGKILL or SIGTERM at a random moment of the time
that it takes, and run again. A signal that came too late is drawn anew, so that as many hit a
running stage as are asked for, equally many in each. Every file must then be what it is in the
unkilled store, bit by bit but for dates and seconds, and nothing more may lie there. Of SIGTERM
also the exit code, 143, the one sentence, and the time until the process is gone are measured. With
--losses the store is removed under a running stage, which must end well or with one sentence and
exit code 2. Ends with status 1 where one fails.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import save_file

from artextract.cli import main as run_command
from artextract.models.backbones import get_backbone
from artextract.synthetic import paint_collection

NETWORK = "mobilenet_v3_small"
WORKS, EPOCHS = 60, 3
LISTENS = 0.2  # seconds after which a command handles signals, on busy cores
WEIGHTS = "weights.safetensors"  # random ones, to be probed
_DATED = {"at", "seconds"}  # of a stage's record
# Commands import what they need; here every process would do so anew.
_NEEDED = (
    "collection.indexing",
    "evaluation.evaluate",
    "inference.embedding_writer",
    "inference.embeddings",
    "inference.predictor",
    "oeuvres.explore",
    "training.fit",
    "training.heads.cross_fitting",
    "training.heads.members",
    "collection.reproductions.audit",
)
FORKED = multiprocessing.get_context("fork")


def stages(collection: Path) -> dict[str, list[str]]:
    """The command of every stage, without the store."""
    size = ["--image-size", "64", "--batch-size", "16", "--workers", "0"]
    train = ["train", "--backbone", NETWORK, *size]
    weights = f"{NETWORK}={collection.parent / WEIGHTS}"
    epochs = ["--pretrained", "none", "--epochs", str(EPOCHS)]
    return {
        "index": ["index", str(collection)],
        "train": [*train, *epochs],
        "cross-fit": [*train, *epochs, "--folds", "2"],
        "probe": [*train, "--probe-only", "--pretrained", weights],
        "evaluate": ["evaluate"],
        "embed": ["embed", "--overwrite", "--workers", "0", "--batch-size", "8"],
        "explore": ["explore", "--projection", "pca", "--min-works", "10"],
        "audit": ["audit"],
    }


def _run(words: list[str], store: Path, said: Path) -> None:
    with said.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        sys.stdout = sys.stderr = file
        torch.set_num_threads(1)
        code = run_command(["--quiet", *words, "--store", str(store)])
    os._exit(code)


def start(words: list[str], store: Path, said: Path) -> Any:
    """A process that runs a command: a fork of this one, which has imported everything."""
    process = FORKED.Process(target=_run, args=(words, store, said))
    process.start()
    return process


def content(path: Path) -> Any:
    """What a file of a store must have in common with that of another run."""
    if path.suffix == ".json" and path.parent.name == "stages":
        record = json.loads(path.read_text("utf-8"))
        return {key: value for key, value in record.items() if key not in _DATED}
    if path.name == "history.csv":
        return pd.read_csv(path).drop(columns="seconds").to_csv()
    return path.read_bytes()


def differences(store: Path, expected: Path) -> list[str]:
    """Files that only one of two stores has, or that differ."""
    trees = [
        {p.relative_to(root) for p in root.rglob("*") if p.is_file()} for root in (store, expected)
    ]
    found = [f"{file} is left over" for file in sorted(trees[0] - trees[1])]
    found += [f"{file} is missing" for file in sorted(trees[1] - trees[0])]
    for file in sorted(trees[0] & trees[1]):
        if content(store / file) != content(expected / file):
            found.append(f"{file} differs")
    return found


def prepare(folder: Path) -> dict[str, float]:
    """Make the collection and the stores before and after every stage; seconds of each stage."""
    collection = paint_collection(folder / "collection", n_works=WORKS, seed=1)
    torch.manual_seed(1)
    save_file(get_backbone(NETWORK).build().state_dict(), collection.parent / WEIGHTS)
    current, seconds = folder / "store", {}
    for stage, words in stages(collection).items():
        if current.exists():
            shutil.copytree(current, folder / f"before-{stage}", copy_function=os.link)
        started = time.perf_counter()
        process = start(words, current, folder / "said.txt")
        process.join()
        seconds[stage] = time.perf_counter() - started
        if process.exitcode:
            raise SystemExit(f"{stage}: {(folder / 'said.txt').read_text()}")
        shutil.copytree(current, folder / f"after-{stage}", copy_function=os.link)
    return seconds


def trial(folder: Path, stage: str, number: signal.Signals, moment: float) -> dict[str, Any]:
    """End a stage by a signal after `moment` seconds, run it again, and compare."""
    store, said = folder / "store", folder / "said.txt"
    shutil.rmtree(store, ignore_errors=True)
    if (folder / f"before-{stage}").exists():
        shutil.copytree(folder / f"before-{stage}", store, copy_function=os.link)
    words = stages(folder / "collection" / "works.csv")[stage]
    process = start(words, store, said)
    process.join(moment)
    alive = process.exitcode is None
    started = time.perf_counter()
    if alive:
        os.kill(process.pid, number)
    process.join()
    # One that was alive still may have ended well before the signal came: that is no hit.
    found: dict[str, Any] = {
        "ended": alive and process.exitcode != 0,
        "seconds": time.perf_counter() - started,
    }
    lines = said.read_text().splitlines()
    if found["ended"] and number == signal.SIGTERM:
        # Of one that does not listen yet a shell says 143 as well.
        early = moment < LISTENS and process.exitcode == -number and not lines
        orderly = early or (process.exitcode == 143 and _is_sentence(lines))
        found["wrong"] = [] if orderly else [f"exit code {process.exitcode}, {lines}"]
    again = start(words, store, said)
    again.join()
    wrong = [] if again.exitcode == 0 else [f"again: {again.exitcode}, {said.read_text()[-300:]}"]
    found["wrong"] = found.get("wrong", []) + wrong
    found["wrong"] += differences(store, folder / f"after-{stage}")
    return found


def _is_sentence(lines: list[str]) -> bool:
    """Whether a command ended with one sentence, perhaps after notes of what is done already."""
    said = [line for line in lines if not line.startswith(NETWORK)]
    return len(said) == 1 and said[0].startswith("artextract: ")


def loss(folder: Path, stage: str, moment: float) -> list[str]:
    """Remove the store under a running stage after `moment` seconds; what is wrong then."""
    store, said = folder / "store", folder / "said.txt"
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(folder / f"before-{stage}", store, copy_function=os.link)
    process = start(stages(folder / "collection" / "works.csv")[stage], store, said)
    process.join(moment)
    shutil.rmtree(store, ignore_errors=True)
    process.join()
    lines = said.read_text().splitlines()
    sentence = process.exitcode == 2 and _is_sentence(lines)
    return [] if process.exitcode == 0 or sentence else [f"{process.exitcode}: {lines[-4:]}"]


def main() -> None:
    """Kill, and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=104)
    parser.add_argument("--terms", type=int, default=24)
    parser.add_argument("--losses", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    for module in _NEEDED:
        importlib.import_module(f"artextract.{module}")
    rng = np.random.default_rng(options.seed)
    done: Counter[tuple[str, str]] = Counter()
    failed, ends = 0, []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        usual = prepare(folder)
        print(", ".join(f"{stage} {s:.1f} s" for stage, s in usual.items()), flush=True)
        plan = [signal.SIGKILL] * options.kills + [signal.SIGTERM] * options.terms
        for turn, number in enumerate(plan):
            stage = list(usual)[turn % len(usual)]
            found: dict[str, Any] = {"ended": False, "wrong": []}
            while not found["ended"]:  # else it was done before: it is quicker than it was at first
                moment = float(rng.uniform(0, usual[stage]))
                found = trial(folder, stage, number, moment)
                if found["wrong"]:
                    break
                usual[stage] = max(0.2, moment if not found["ended"] else usual[stage])
            if found["ended"]:
                done[number.name, stage] += 1
            if number == signal.SIGTERM and found["ended"]:
                ends.append(found["seconds"])
            if found["wrong"]:
                failed += 1
                print(f"{number.name} {stage} at {moment:.2f} s: {found['wrong'][:4]}", flush=True)
        for turn in range(options.losses):
            stage = list(usual)[1:][turn % (len(usual) - 1)]
            if wrong := loss(folder, stage, float(rng.uniform(0, usual[stage]))):
                failed += 1
                print(f"store removed during {stage}: {wrong}", flush=True)
    for (number_name, stage), count in sorted(done.items()):
        print(f"{number_name} in {stage}: {count}")
    if ends:
        print(f"ended within {np.median(ends):.2f} s (median), {max(ends):.2f} s (longest)")
    print(f"{len(plan)} tried, {sum(done.values())} while it ran, {options.losses} stores removed")
    print(f"{failed} failed")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
