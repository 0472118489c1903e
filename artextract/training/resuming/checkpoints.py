"""What a training leaves in the folder of its network until it is done, and how it goes on."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io import TorchCheckpointIO

from artextract.models.network import PaintingNetwork
from artextract.models.weights import state_problem
from artextract.store import StoreError, replacing, schema, write_json
from artextract.store.reading import damaged, read_json, read_table
from artextract.training.history import RUNNING, STARTED

LAST, BEST = "last.ckpt", "best.ckpt"
PREFIX = "network."  # of the network in the state dict of the Lightning module


class AtomicCheckpoints(TorchCheckpointIO):
    """Writes checkpoints as everything in a store is written: to a name beside it, then renamed.

    Lightning's own way writes to the folder for temporary files first, which may be full or on
    another disk, and leaves there what a killed process was writing.
    """

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Write a checkpoint."""
        content = io.BytesIO()
        torch.save(checkpoint, content)
        with replacing(Path(path)) as temporary:
            temporary.write_bytes(content.getbuffer())


def remove_checkpoints(folder: Path) -> None:
    """Remove what a finished training needs no longer; large files take their time."""
    for leftover in (STARTED, LAST, BEST, RUNNING):
        (folder / leftover).unlink(missing_ok=True)


def checkpoint_to_go_on_from(
    folder: Path,
    identity: dict[str, Any],
    network: PaintingNetwork,
    *,
    overwrite: bool,
    say: Callable[[str], object],
) -> Path | None:
    """Path of the checkpoint to go on from; what cannot be gone on from is removed.

    Parameters
    ----------
    identity
        ``{"key", "training", ...}`` of the training that begins; it is noted in the folder.
    network
        That is to be trained: the checkpoint must fit it.
    overwrite
        Go on from nothing.
    say
        Called with a sentence where there is a checkpoint.
    """
    last, started = folder / LAST, folder / STARTED
    if last.exists() and not overwrite:
        if _started_key(started) != identity["key"]:
            say(f"{last} is of another configuration or index: training starts anew")
        elif problem := _problem(last, network) or _problem_of_curves(folder / RUNNING):
            say(f"{last} is damaged ({problem}): training starts anew")
        else:
            say(f"going on from the last finished epoch in {last}")
            return last
    remove_checkpoints(folder)
    write_json(started, identity)
    return None


def _started_key(started: Path) -> str | None:
    try:
        missing = StoreError(f"no {started}")
        return read_json(started, schema.Started, command=None, missing=missing).get("key")
    except StoreError:
        return None


def _problem(last: Path, network: PaintingNetwork) -> str | None:
    """Why Lightning could not go on from a checkpoint; None where it can."""
    try:
        checkpoint = torch.load(last, map_location="cpu", weights_only=True, mmap=True)
        for part in ("epoch", "global_step", "loops", "optimizer_states", "lr_schedulers"):
            checkpoint[part]
        return state_problem(network, network_state(checkpoint))
    except Exception as error:  # torch raises anything on a damaged file
        return (str(error).splitlines() or [type(error).__name__])[0][:100]


def _problem_of_curves(path: Path) -> str | None:
    """What of the learning curves so far, which go with the checkpoint, is damaged."""
    missing = StoreError(f"{path.name} is missing")
    try:
        read_table(path, schema.HISTORY, command=None, missing=missing, csv=True)
    except StoreError as error:
        return error.what.replace(str(path), path.name)
    return None


def network_state(checkpoint: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The network's tensors in a checkpoint of Lightning."""
    return {
        name.removeprefix(PREFIX): tensor.contiguous()
        for name, tensor in checkpoint["state_dict"].items()
        if name.startswith(PREFIX)
    }


def best_state(folder: Path, path: str, network: PaintingNetwork) -> dict[str, torch.Tensor]:
    """The weights of the best epoch.

    Raises
    ------
    StoreError
        If their file is damaged or gone.
    """
    again = f"artextract train --backbone {network.backbone.name} --overwrite"
    try:
        state = network_state(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:
        raise damaged(folder / BEST, error, again) from error
    if problem := state_problem(network, state):
        raise damaged(folder / BEST, problem, again)
    return state
