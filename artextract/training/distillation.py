"""Pre-training without labels: a network learns another's features of the collection's works.

For a backbone whose ImageNet weights nobody has at hand. What the small network takes over is what
the large one has learnt from a million photographs (knowledge distillation as pre-training, KDEP:
He et al. 2022, arXiv 2203.05180).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from artextract.collection.sources import open_source
from artextract.inference.dataset import PaintingDataset, mix_seed
from artextract.inference.hardware import Hardware, make_trainer, quiet_lightning
from artextract.inference.loaders import raise_if_error
from artextract.inference.memory import keep_freed_memory
from artextract.models.network import PaintingNetwork
from artextract.progress import Advance, ignore
from artextract.store import Store, StoreError, replacing
from artextract.training.augmentation import Augmentation, training_transform
from artextract.training.config import TrainingConfig
from artextract.training.loaders import PaintingDataModule

N_COMPONENTS = 512  # of the teacher's features: the rest is noise to a few thousand works


@dataclass(frozen=True)
class DistillationConfig:
    """How a network learns another's features.

    Attributes
    ----------
    backbone
        The student.
    teacher
        An embedding of the store; of a network that knows no labels of the test works' kind, best
        one of pre-trained weights.
    epochs, batch_size, seed
        As of :class:`artextract.training.config.TrainingConfig`.
    image_size
        Side in pixels that the student sees.
    learning_rate
        Peak rate; None: the backbone's own from random weights.
    precision
        "auto", "32" or "bf16".
    """

    backbone: str = "alexnet"
    teacher: str = "resnet50-pretrained"
    epochs: int = 20
    batch_size: int = 32
    image_size: int = 224
    learning_rate: float | None = None
    precision: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers below 1.

        Raises
        ------
        ValueError
            If epochs, batch size or image size are.
        """
        for name in ("epochs", "batch_size", "image_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is 1 or more, not {getattr(self, name)}")


def distill(
    store: Store,
    config: DistillationConfig,
    path: Path,
    *,
    hardware: Hardware | None = None,
    advance: Advance = ignore,
) -> dict[str, Any]:
    """Train the body of a network to predict an embedding of the training works; write its weights.

    Labels are not looked at, nor are works of validation or test. The file has torchvision's key
    names without the classifier, as ``train --pretrained BACKBONE=PATH`` takes it.

    Parameters
    ----------
    store
        One with the teacher's embedding.
    path
        Where the weights go, ``.safetensors``.
    hardware
        Where it runs.
    advance
        Told of every step by the first process.

    Returns
    -------
    ``{"path", "n_works", "explained"}``, the last being the share of the variance of the teacher's
    features in the last epoch's crops that the student predicts, at most 1.

    Raises
    ------
    StoreError
        If the embedding is not there or there is no training work.
    ValueError
        If the backbone is unknown or does not take pictures of that size.
    """
    hardware = hardware or Hardware()
    keep_freed_memory(hardware.device)
    works = store.works()
    embedding = store.embedding(config.teacher)
    readable = ~np.isnan(np.asarray(embedding[:, 0]))
    works = works[(works["split"] == "train").to_numpy() & readable]
    if len(works) < 2:
        raise StoreError(f"{store.root} has no training works to learn features of")
    targets = regression_targets(np.asarray(embedding[works["work_id"].to_numpy()]))
    lightning.seed_everything(config.seed, verbose=False)
    network = PaintingNetwork(config.backbone, {})
    network.backbone.check_image_size(config.image_size)
    training = TrainingConfig(
        backbone=config.backbone,
        epochs=config.epochs,
        batch_size=config.batch_size,
        image_size=config.image_size,
        seed=config.seed,
    )
    dataset = PaintingDataset(
        open_source(store),
        works["path"].tolist(),
        np.zeros((len(works), 0), np.int64),
        size=config.image_size,
        transform=training_transform(config.image_size, Augmentation()),
        seed=config.seed,
    )
    module = FeatureRegression(network, targets, config)
    trainer = make_trainer(
        hardware,
        precision=config.precision,
        folder=store.root,
        callbacks=[_Report(advance)],
        max_epochs=config.epochs,
        num_sanity_val_steps=0,
        limit_val_batches=0,
        gradient_clip_val=training.clip,
        enable_checkpointing=False,
    )
    with quiet_lightning():
        trainer.fit(module, PaintingDataModule(dataset, dataset, training, hardware))
    if trainer.is_global_zero:
        path.parent.mkdir(parents=True, exist_ok=True)
        state = {k: v.detach().cpu().contiguous() for k, v in network.body.state_dict().items()}
        with replacing(path) as temporary:
            save_file(state, temporary)
    return {"path": str(path), "n_works": len(works), "explained": module.explained()}


def regression_targets(features: np.ndarray) -> np.ndarray:
    """What the student learns to predict of a teacher's features.

    Their directions' leading principal components, each divided by the square root of its standard
    deviation, so that the first few do not make up the whole loss (power temperature scaling in
    KDEP), and all of them together by one number, so that they have a mean square of 1.

    Parameters
    ----------
    features
        (n, n_features).

    Returns
    -------
    float32 (n, n_components), centred.
    """
    X = np.array(features, np.float64)
    X /= np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-12)
    X -= X.mean(axis=0)
    left, scales, _ = np.linalg.svd(X, full_matrices=False)
    kept = min(N_COMPONENTS, int((scales > 1e-9 * scales[0]).sum()))
    targets = left[:, :kept] * np.sqrt(scales[:kept])
    return (targets / np.sqrt(np.square(targets).mean())).astype(np.float32)


class FeatureRegression(lightning.LightningModule):
    """A body and a linear layer on it that predicts targets by mean squared error."""

    def __init__(
        self, network: PaintingNetwork, targets: np.ndarray, config: DistillationConfig
    ) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)
        self.projection = nn.Linear(network.n_features, targets.shape[1])
        self.register_buffer("targets", torch.from_numpy(targets), persistent=False)
        self.config = config
        self.losses: list[Tensor] = []

    def explained(self) -> float:
        """1 minus the mean loss of the last epoch: targets have a mean square of 1."""
        return round(1 - float(torch.stack(self.losses).mean()), 4) if self.losses else 0.0

    def on_train_epoch_start(self) -> None:
        self.losses.clear()

    def on_before_batch_transfer(self, batch: Any, dataloader_idx: int) -> Any:
        return raise_if_error(batch)

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        torch.manual_seed(
            mix_seed(self.config.seed, self.current_epoch, batch_idx, self.global_rank)
        )
        images = batch["image"].contiguous(memory_format=torch.channels_last)
        counted = batch["index"] >= 0
        predicted = self.projection(self.network.forward_features(images))
        error = functional.mse_loss(
            predicted.float(), self.get_buffer("targets")[batch["index"]], reduction="none"
        )
        loss = error[counted].mean() if bool(counted.any()) else error.sum() * 0
        self.losses.append(loss.detach())
        return loss

    def configure_gradient_clipping(
        self,
        optimizer: torch.optim.Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        if gradient_clip_val:  # see FineTuning
            self.trainer.precision_plugin.clip_grad_by_norm(optimizer, gradient_clip_val)

    def configure_optimizers(self) -> Any:
        """AdamW with one cycle of cosines, as :class:`artextract.training.module.FineTuning`."""
        rate = self.config.learning_rate or self.network.backbone.lr_scratch
        optimizer = torch.optim.AdamW(self.parameters(), lr=rate, weight_decay=0.05, fused=True)
        steps = max(3, int(self.trainer.estimated_stepping_batches))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=rate, total_steps=steps, cycle_momentum=False, div_factor=100
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


class _Report(Callback):
    def __init__(self, advance: Advance) -> None:
        self.advance = advance

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if trainer.is_global_zero:
            total = int(trainer.num_training_batches) * (trainer.max_epochs or 0)
            self.advance(1, total=total, note=f"epoch {trainer.current_epoch + 1}")
