"""What training minimises."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artextract.collection.labels import UNLABELLED


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
        """`labels` (N,) as positions among the occurring classes, -1 for all others."""
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
