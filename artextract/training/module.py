"""What training does in one step: configuration, losses, optimiser, as a Lightning module."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import lightning
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.classification import MulticlassAccuracy

from artextract.collection.labels import UNLABELLED
from artextract.inference.dataset import Augmentation, mix_seed
from artextract.inference.loaders import raise_if_error
from artextract.models.network import BACKBONES, PaintingNetwork
from artextract.training.mixing import Mixing

CLASS_WEIGHTINGS = ("none", "sqrt", "logit-adjust")
PRECISIONS = ("auto", "32", "bf16")


@dataclass(frozen=True)
class TrainingConfig:
    """How one network is trained. Everything that decides the weights stands here."""

    backbone: str = "resnet50"
    tasks: tuple[str, ...] | None = None  # None: every task that there are labels to learn from
    epochs: int = 10
    batch_size: int = 32
    image_size: int = 224  # the side that evaluation and prediction see
    # The side that training sees. An object looks larger in a random crop than in the whole
    # picture, so training smaller than testing costs no accuracy and saves time (Touvron et al.
    # 2019, "Fixing the train-test resolution discrepancy"). None: the same as image_size.
    train_image_size: int | None = None
    pretrained: str | None = "imagenet"
    train_layers: int | None = None  # None: the backbone's own default
    # ImageNet's statistics come from a million pictures, ours from batches of 32: following the
    # batches took a network below its own linear probe in the first epochs (wikiart-pd24).
    fixed_statistics: bool = True  # of the batch-norm in pre-trained networks
    # A head that starts as the linear classifier of the frozen features does not tear these
    # features apart in the first steps (Kumar et al. 2022, LP-FT). Pre-trained networks only.
    probe: bool = True
    lr_body: float = 2e-4  # pre-trained layers
    lr_heads: float = 5e-4
    lr_scratch: float | None = None  # from random weights; None: the backbone's own default
    weight_decay: float = 0.05
    warmup: float = 0.1  # share of the steps
    clip: float = 1.0  # norm of the gradient
    label_smoothing: float = 0.1
    # Full inverse frequency is not offered: it costs accuracy on WikiArt's uneven classes.
    class_weighting: str = "none"
    augmentation: Augmentation = field(default_factory=Augmentation)
    # Epochs without a better validation loss after which training ends. None: half of them all, at
    # least 5, since the loss may rise while the learning rate does.
    patience: int | None = None
    precision: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what would otherwise be taken for the default, or fail after an hour.

        Raises
        ------
        ValueError
            If the class weighting or the precision is none of those offered.
        """
        for what, value, offered in (
            ("class weighting", self.class_weighting, CLASS_WEIGHTINGS),
            ("precision", self.precision, PRECISIONS),
        ):
            if value not in offered:
                raise ValueError(f"no {what} {value!r}; there are {', '.join(offered)}")

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> TrainingConfig:
        """From what ``dataclasses.asdict`` made of one, perhaps by another version.

        Settings that this version does not have are left out; those that it has beyond them are at
        their defaults.
        """
        known = {field.name for field in fields(cls)}
        chosen = {name: value for name, value in settings.items() if name in known}
        if chosen.get("tasks") is not None:
            chosen["tasks"] = tuple(chosen["tasks"])
        if isinstance(chosen.get("augmentation"), Mapping):
            of = {field.name for field in fields(Augmentation)}
            given = chosen["augmentation"].items()
            chosen["augmentation"] = Augmentation(**{k: v for k, v in given if k in of})
        return cls(**chosen)

    @property
    def effective_patience(self) -> int:
        """How many epochs training effective_patience for a better validation loss."""
        return max(5, self.epochs // 2) if self.patience is None else self.patience

    @property
    def side(self) -> int:
        """The side in pixels of the squares that training sees."""
        return self.train_image_size or self.image_size


class TaskLoss(nn.Module):
    """Cross-entropy of one task over the classes that occur in training.

    Unlabelled works are left out. Smoothing and weighting apply in training mode only.

    Parameters
    ----------
    counts
        Training works per class, int (n_classes,).
    label_smoothing
        Share of the target spread evenly over the occurring classes, 0..1.
    weighting
        "none", "sqrt" (inverse square root of the frequency, mean 1) or "logit-adjust" (log prior
        added to the logits while training; Menon et al. 2021).
    """

    present: Tensor
    position: Tensor
    weight: Tensor
    shift: Tensor

    def __init__(self, counts: np.ndarray, *, label_smoothing: float, weighting: str) -> None:
        super().__init__()
        self.label_smoothing = label_smoothing
        present = np.flatnonzero(counts)
        position = np.full(len(counts), UNLABELLED)
        position[present] = np.arange(len(present))
        occurring = counts[present].astype(np.float64)
        weight = np.ones(len(present))
        shift = np.zeros(len(present))
        if weighting == "sqrt":
            weight = 1 / np.sqrt(occurring)
            weight /= weight.mean()
        elif weighting == "logit-adjust":
            shift = np.log(occurring / occurring.sum())
        self.register_buffer("present", torch.from_numpy(present), persistent=False)
        self.register_buffer("position", torch.from_numpy(position), persistent=False)
        self.register_buffer("weight", torch.from_numpy(weight).float(), persistent=False)
        self.register_buffer("shift", torch.from_numpy(shift).float(), persistent=False)

    def known(self, labels: Tensor) -> Tensor:
        """`labels` (N,) as places among the occurring classes, -1 for all others."""
        return torch.where(labels >= 0, self.position[labels.clamp(min=0)], UNLABELLED)

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Mean loss () of logits (N, n_classes) and labels int64 (N,); 0 where none is labelled."""
        labels = self.known(labels)
        logits = logits[:, self.present]
        if not bool((labels >= 0).any()):
            return logits.sum() * 0  # keeps the head in the graph, which DDP needs
        if not self.training:
            return F.cross_entropy(logits, labels, ignore_index=UNLABELLED)
        return F.cross_entropy(
            logits + self.shift,
            labels,
            weight=self.weight,
            ignore_index=UNLABELLED,
            label_smoothing=self.label_smoothing,
        )


class FineTuning(lightning.LightningModule):
    """A network, its losses and its optimiser.

    Parameters
    ----------
    network
        As :func:`build_network` made it: what is frozen stays frozen.
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
        """AdamW, no decay on biases and batch-norm; one cycle (Smith and Topin 2019) of cosines."""
        config = self.config
        scratch = config.pretrained is None
        groups: list[dict[str, Any]] = []
        for name, rate in (("body", config.lr_body), ("heads", config.lr_heads)):
            parameters = [p for p in getattr(self.network, name).parameters() if p.requires_grad]
            if scratch:
                rate = config.lr_scratch or BACKBONES[config.backbone].lr_scratch
            for decays in (True, False):
                chosen = [p for p in parameters if (p.ndim > 1) == decays]
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
