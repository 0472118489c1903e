"""Where a network runs, and Lightning's Trainer as every stage that uses one needs it."""

from __future__ import annotations

import logging
import signal
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback

from artextract.inference.runtime import best_device, resolve_precision


@dataclass(frozen=True)
class Hardware:
    """Where a network is trained; none of it changes what is learnt from an epoch."""

    accelerator: str = "auto"
    devices: int | str = "auto"
    num_nodes: int = 1
    strategy: str = "auto"
    workers: int | None = None  # loading processes per device; None: by the number of cores
    resumable: bool = True  # keep a checkpoint of each epoch, three times the size of the network

    @property
    def device(self) -> torch.device:
        """The first device of those meant."""
        return torch.device("cpu") if self.accelerator == "cpu" else best_device()


def make_trainer(
    hardware: Hardware, *, precision: str, folder: Path, callbacks: Sequence[Callback], **more: Any
) -> lightning.Trainer:
    """Lightning's Trainer on `hardware`, with our own samplers and progress.

    Parameters
    ----------
    precision
        "auto", "32" or "bf16".
    folder
        Its default_root_dir.
    more
        Further arguments of the Trainer.

    Raises
    ------
    ValueError
        If there is no such hardware here, in Lightning's words.
    """
    resolved = resolve_precision(precision, hardware.device)
    try:
        with quiet_lightning():
            return lightning.Trainer(
                accelerator=hardware.accelerator,
                devices=hardware.devices,
                num_nodes=hardware.num_nodes,
                strategy=hardware.strategy,
                precision="bf16-mixed" if resolved == "bf16" else "32-true",
                callbacks=list(callbacks),
                logger=False,
                enable_progress_bar=False,
                enable_model_summary=False,
                use_distributed_sampler=False,
                benchmark=True,
                default_root_dir=folder,
                **more,
            )
    except ValueError as error:
        raise ValueError(
            f"accelerator {hardware.accelerator} with devices {hardware.devices} and strategy "
            f"{hardware.strategy}: {error}"
        ) from error


@contextmanager
def quiet_lightning() -> Iterator[None]:
    """Let Lightning work without its notes, and raise what ends it as what it is.

    Raises
    ------
    KeyboardInterrupt
        Where Lightning has answered Ctrl-C by leaving Python with exit code 1.
    ValueError
        Where it refuses what it was asked for.
    """
    logger = logging.getLogger("lightning.pytorch")
    level = logger.level
    logger.setLevel(logging.ERROR)
    # After Ctrl-C Lightning ignores any further one, for as long as the process lives.
    main = threading.current_thread() is threading.main_thread()
    on_interrupt = signal.getsignal(signal.SIGINT) if main else None
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"lightning\..*")
            warnings.filterwarnings("ignore", message=".*lr_scheduler.step.*")
            yield
    except MisconfigurationException as error:
        raise ValueError(str(error)) from error
    except SystemExit as leave:
        if isinstance(leave.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from leave
        raise
    finally:
        logger.setLevel(level)
        if on_interrupt is not None:
            signal.signal(signal.SIGINT, on_interrupt)
