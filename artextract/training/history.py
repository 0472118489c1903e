"""How a training went, or is going: read from what it leaves in the store, without PyTorch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pandas as pd

from artextract.store import Store, StoreError, schema
from artextract.store.paths import NetworkName
from artextract.store.reading import read_json, read_table

# In the folder of a network, while it is trained: what is trained, and the curves so far. Those of
# the network that is there already stay until it is replaced.
STARTED = "started.json"
RUNNING = "started.csv"

_PATIENCE = 5  # epochs without a sign of life, after which nobody believes that it still runs
_GRACE = 120  # seconds on top: reading pictures for the first time, writing a checkpoint


@dataclass(frozen=True)
class RunStatus:
    """A training that has begun and has not finished."""

    configuration: dict[str, Any]
    epochs_done: int
    silent: float  # seconds since it last wrote something
    stalled: bool  # silent for so long that it was probably interrupted


def history(store: Store, backbone: str) -> pd.DataFrame:
    """The learning curves of a network, of the training that is under way where one is.

    Returns
    -------
    DataFrame with epoch (from 1), split ("train" or "val"), task, loss (nats), top1 (0..1), lr and
    seconds (of the epoch); no rows where the first epoch is not finished.

    Raises
    ------
    StoreError
        If nothing has been trained.
    """
    folder = store.model(backbone)
    started = (folder / STARTED).exists()
    path = folder / (RUNNING if started else "history.csv")
    empty = pd.DataFrame(columns=["epoch", "split", "task", "loss", "top1", "lr", "seconds"])
    # A probe has no epochs.
    if not path.exists() and (started or (folder / "config.json").exists()):
        return empty
    command = NetworkName.read(backbone).train_command
    missing = StoreError(f"no {backbone} in {store.root}", command)
    return read_table(
        path, schema.HISTORY, command=f"{command} --overwrite", missing=missing, csv=True
    )


def run_status(store: Store, backbone: str, *, now: float | None = None) -> RunStatus | None:
    """The training of a network that has begun and has not finished; None where there is none.

    Parameters
    ----------
    now
        Seconds since the epoch; None takes the clock.
    """
    folder = store.model(backbone)
    try:
        missing = StoreError(f"{backbone} is not being trained")
        begun = read_json(folder / STARTED, schema.Started, command=None, missing=missing)
        written = [
            path.stat().st_mtime
            for name in (STARTED, RUNNING, "last.ckpt")
            if (path := folder / name).exists()
        ]
        done = history(store, backbone)
    except (OSError, StoreError):
        return None
    silent = (time.time() if now is None else now) - max(written, default=0)
    an_epoch = float(done["seconds"].max()) if len(done) else float("inf")
    return RunStatus(
        configuration=begun["training"],
        epochs_done=int(done["epoch"].max()) if len(done) else 0,
        silent=max(0.0, silent),
        stalled=silent > _PATIENCE * an_epoch + _GRACE,
    )
