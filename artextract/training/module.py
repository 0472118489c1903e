"""What training does in one step: loss, metrics and optimiser, as a Lightning module."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import lightning
import numpy as np
import torch
from torch import Tensor, nn
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.classification import MulticlassAccuracy

from artextract.collection.labels import UNLABELLED
from artextract.inference.dataset import mix_seed
from artextract.inference.loaders import raise_if_error
from artextract.models.network import WEIGHT_LAYERS, PaintingNetwork
from artextract.training.augmentation import Mixing
from artextract.training.config import TrainingConfig
from artextract.training.losses import TaskLoss


class FineTuning(lightning.LightningModule):
    """A network, its losses and its optimiser.

    Parameters
    ----------
    network
        As :func:`artextract.models.weights.build_network` made it: what is frozen stays frozen.
    config
        The configuration.
    counts
        Training works per class: ``{task: int (n_classes,)}``.
    """

    def __init__(
        self, network: PaintingNetwork, config: TrainingConfig, counts: Mapping[str, np.ndarray]
    ) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)
        self.config = config
        self.mix = Mixing(config.augmentation)
        self.tasks = list(network.heads)
        self.losses = nn.ModuleDict(
            {
                task: TaskLoss(
                    counts[task],
                    label_smoothing=config.label_smoothing,
                    weighting=config.class_weighting,
                )
                for task in self.tasks
            }
        )
        self.meters = nn.ModuleDict(
            {
                f"{split}_{task}": MetricCollection(
                    {
                        "loss": MeanMetric(nan_strategy="ignore"),
                        "top1": MulticlassAccuracy(
                            max(2, len(counts[task])), average="micro", ignore_index=UNLABELLED
                        ),
                    }
                )
                for split in ("train", "val")
                for task in self.tasks
            }
        )
        self.results: dict[tuple[str, str], dict[str, float]] = {}

    def _step(self, batch: dict[str, Tensor], split: str) -> Tensor:
        images, own = self.mix(batch["image"]) if split == "train" else (batch["image"], 1.0)
        logits = self.network(images.contiguous(memory_format=torch.channels_last))
        losses = []
        for column, task in enumerate(self.tasks):
            labels = batch["labels"][:, column]
            criterion = self.losses[task]
            assert isinstance(criterion, TaskLoss)
            loss = criterion(logits[task], labels)
            if own < 1:
                others = labels.roll(1)
                loss = own * loss + (1 - own) * criterion(logits[task], others)
                if own < 0.5:  # the curves go by what there is most of
                    labels = others
            losses.append(loss)
            meter = self.meters[f"{split}_{task}"]
            assert isinstance(meter, MetricCollection)
            if averaged := int((criterion.known(labels) >= 0).sum()):
                meter["loss"].update(loss.detach(), averaged)
            if bool((labels >= 0).any()):
                meter["top1"].update(logits[task].detach(), labels)
        return torch.stack(losses).mean()

    def configure_gradient_clipping(
        self,
        optimizer: torch.optim.Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        # Lightning's own refuses a fused optimiser in mixed precision, since one that scales the
        # loss has its gradients unscaled in the step only. bfloat16 needs no scaling.
        if gradient_clip_val:
            self.trainer.precision_plugin.clip_grad_by_norm(optimizer, gradient_clip_val)

    def on_before_batch_transfer(self, batch: Any, dataloader_idx: int) -> Any:
        return raise_if_error(batch)

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        # Dropout and mixing draw from the process' generators, of which others draw too (a loader
        # that starts, for one): seeded for every step, a resumed training draws what the
        # uninterrupted one would have drawn.
        torch.manual_seed(
            mix_seed(self.config.seed, self.current_epoch, batch_idx, self.global_rank)
        )
        return self._step(batch, "train")

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        self._step(batch, "val")

    def on_validation_epoch_end(self) -> None:
        self.collect("val")
        losses = [r["loss"] for (split, _), r in self.results.items() if split == "val"]
        if not np.isnan(losses).all():
            self.log("val_loss", float(np.nanmean(losses)), sync_dist=False, rank_zero_only=False)

    def collect(self, split: str) -> None:
        """Move what the meters of `split` have gathered over the epoch into `results`.

        A task of which no work had a label has no result.
        """
        for task in self.tasks:
            meter = self.meters[f"{split}_{task}"]
            assert isinstance(meter, MetricCollection)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # computed before updated: a task without labels
                # Asked for by every process, also by one that saw no label: they exchange them.
                result = {name: float(value) for name, value in meter.compute().items()}
            meter.reset()
            self.results.pop((split, task), None)
            if not np.isnan(result["loss"]):
                self.results[split, task] = result

    def configure_optimizers(self) -> Any:
        """AdamW with one cycle (Smith and Topin 2019) of cosines.

        Weight decay applies to the matrices of weight layers and to nothing else: biases,
        normalisation and position embeddings do not grow to fit noise.
        """
        config = self.config
        matrices = {
            id(parameter)
            for layer in self.network.modules()
            if isinstance(layer, WEIGHT_LAYERS)
            for parameter in layer.parameters(recurse=False)
            if parameter.ndim > 1
        }
        scratch = config.pretrained is None
        groups: list[dict[str, Any]] = []
        for name, rate in (("body", config.lr_body), ("heads", config.lr_heads)):
            parameters = [p for p in getattr(self.network, name).parameters() if p.requires_grad]
            if scratch:
                own = self.network.backbone.lr_scratch
                rate = own if config.lr_scratch is None else config.lr_scratch
            for decays in (True, False):
                chosen = [p for p in parameters if (id(p) in matrices) == decays]
                if chosen:
                    decay = config.weight_decay if decays else 0.0
                    groups.append({"params": chosen, "lr": rate, "weight_decay": decay})
        rates = [float(group["lr"]) for group in groups]
        optimizer = torch.optim.AdamW(groups, fused=True)
        # A few works make a few steps: OneCycleLR divides by nothing where a phase has none.
        steps = max(3, int(self.trainer.estimated_stepping_batches))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=rates,
            total_steps=steps,
            pct_start=max(config.warmup, 2 / steps),
            cycle_momentum=False,
            div_factor=100,
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }
