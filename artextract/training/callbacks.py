"""What a training tells while it runs: its learning curves, and progress."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import lightning
import pandas as pd
from lightning.pytorch.callbacks import Callback

from artextract.progress import Advance
from artextract.store import replacing
from artextract.training.module import FineTuning


class History(Callback):
    """The learning curves: epoch (from 1), split, task, loss, top1 (0..1), lr, seconds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict[Any, Any]] = []
        self.started = 0.0

    def on_train_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        # Not on_fit_start: only now has Lightning restored the epoch from the checkpoint.
        done = trainer.current_epoch
        if done and self.path.exists():
            rows = pd.read_csv(self.path)
            self.rows = rows[rows["epoch"] <= done].to_dict("records")

    def on_train_epoch_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        self.started = time.perf_counter()

    def on_train_epoch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        assert isinstance(pl_module, FineTuning)
        # Lightning calls callbacks before the module, whose meters are full by now.
        pl_module.collect("train")
        rate = trainer.optimizers[0].param_groups[-1]["lr"]
        seconds = round(time.perf_counter() - self.started, 2)
        for (split, task), result in sorted(pl_module.results.items()):
            row = {"epoch": trainer.current_epoch + 1, "split": split, "task": task}
            self.rows.append(row | result | {"lr": rate, "seconds": seconds})
        if trainer.is_global_zero:
            with replacing(self.path) as temporary:
                pd.DataFrame(self.rows).to_csv(temporary, index=False)

    def best_epoch(self) -> int:
        """Epoch (from 1) with the lowest mean validation loss; the last where none was measured."""
        # Nothing was trained in this process where an earlier one had finished all but publishing.
        history = pd.DataFrame(self.rows) if self.rows else pd.read_csv(self.path)
        val = history[history["split"] == "val"]
        if val.empty:
            return int(history["epoch"].max())
        means = val.groupby("epoch")["loss"].mean()
        return int(means.index[int(means.argmin())])


class Report(Callback):
    """Tells how far the training is."""

    def __init__(self, advance: Advance) -> None:
        self.advance = advance
        self.told = 0
        self.note = ""

    def on_train_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        if trainer.is_global_zero:  # whatever was counted before
            self.advance(0, total=self._total(trainer), note=self._epoch(trainer))

    @staticmethod
    def _total(trainer: lightning.Trainer) -> int:
        return int(trainer.num_training_batches) * (trainer.max_epochs or 0)

    @staticmethod
    def _epoch(trainer: lightning.Trainer) -> str:
        return f"epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if trainer.is_global_zero:
            # A resumed training begins with the steps of the epochs before.
            self.advance(
                trainer.global_step - self.told,
                total=self._total(trainer),
                note=self._epoch(trainer) + self.note,
            )
            self.told = trainer.global_step

    def on_train_epoch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        assert isinstance(pl_module, FineTuning)
        top1 = {task: r["top1"] for (split, task), r in pl_module.results.items() if split == "val"}
        self.note = "".join(f", {task} {100 * value:.0f} %" for task, value in top1.items())
