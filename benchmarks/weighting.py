"""Class weighting and label smoothing, compared where comparing is cheap: on frozen features.

    artextract embed --pretrained resnet50=resnet50.safetensors
    python -m benchmarks.weighting [--store STORE] [--embedding resnet50-pretrained]

Linear heads on features that know no label are trained with the losses that training
offers (:class:`artextract.training.losses.TaskLoss`), over five folds of all works that are not in
the test; the official test is not touched. What is printed is the mean over folds and, after ±, the
standard error of the difference from the first row. Log-loss is after temperature scaling on the
other half of the held-out fold, so that a smoothed head is not charged for being modest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.special import softmax
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import KFold
from torch import nn

from artextract.collection.labels import encode
from artextract.evaluation.ensemble import fit_temperature, log_loss
from artextract.store import Store
from artextract.training.config import CLASS_WEIGHTINGS
from artextract.training.losses import TaskLoss

FOLDS, EPOCHS, BATCH = 5, 20, 128
SMOOTHINGS = (0.1, 0.0)


def logits_of(
    train: np.ndarray,
    y: np.ndarray,
    test: np.ndarray,
    *,
    n_classes: int,
    weighting: str,
    smooth: float,
) -> np.ndarray:
    """Logits (n_test, n_classes) of a linear head trained on (n_train, n_features)."""
    torch.manual_seed(0)
    mean, scale = train.mean(axis=0), train.std(axis=0) + 1e-6
    X = torch.from_numpy((train - mean) / scale)
    labels = torch.from_numpy(y)
    head = nn.Linear(X.shape[1], n_classes)
    nn.init.zeros_(head.weight)
    loss = TaskLoss(
        np.bincount(y, minlength=n_classes), label_smoothing=smooth, weighting=weighting
    )
    optimizer = torch.optim.AdamW(head.parameters(), lr=5e-4, weight_decay=0.05, fused=True)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(X)).split(BATCH):
            optimizer.zero_grad()
            dropped = nn.functional.dropout(X[batch], 0.5)
            loss(head(dropped), labels[batch]).backward()
            optimizer.step()
    with torch.inference_mode():
        return head(torch.from_numpy((test - mean) / scale)).numpy()


def compare(features: np.ndarray, y: np.ndarray, n_classes: int) -> pd.DataFrame:
    """Figures per variant (weighting, label smoothing) and fold."""
    rows = []
    for fold, (train, test) in enumerate(KFold(FOLDS, shuffle=True, random_state=0).split(y)):
        for weighting in CLASS_WEIGHTINGS:
            for smooth in SMOOTHINGS:
                logits = logits_of(
                    features[train],
                    y[train],
                    features[test],
                    n_classes=n_classes,
                    weighting=weighting,
                    smooth=smooth,
                )
                halves = np.arange(len(test)) % 2
                losses = []
                for half in (0, 1):
                    fitted, scored = halves == half, halves != half
                    temperature = fit_temperature(logits[fitted], y[test][fitted])
                    probabilities = softmax(logits[scored] / temperature, axis=1)
                    losses.append(log_loss(probabilities, y[test][scored]))
                predicted = logits.argmax(axis=1)
                rows.append(
                    {
                        "weighting": weighting,
                        "smoothing": smooth,
                        "fold": fold,
                        "top-1 %": 100 * (predicted == y[test]).mean(),
                        "balanced %": 100 * balanced_accuracy_score(y[test], predicted),
                        "log-loss": float(np.mean(losses)),
                    }
                )
    return pd.DataFrame(rows)


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--embedding", default="resnet50-pretrained")
    arguments = parser.parse_args()
    store = Store(arguments.store)
    works, classes = store.works(), store.classes()
    works = works[works["split"] != "test"]
    features = store.embedding(arguments.embedding)[works["work_id"]].astype(np.float32)
    labels = np.maximum(encode(works, classes, "train"), encode(works, classes, "val"))
    print("| task | weighting | smoothing | top-1 % | balanced accuracy % | log-loss |")
    print("|---|---|---|---|---|---|")
    for column, (task, names) in enumerate(classes.items()):
        known = labels[:, column] >= 0
        table = compare(features[known], labels[known, column], len(names))
        variants = table.set_index("fold").groupby(["weighting", "smoothing"], sort=False)
        base = None
        for (weighting, smooth), figures in variants[["top-1 %", "balanced %", "log-loss"]]:
            base = figures if base is None else base
            errors = (figures - base).sem()
            cells = [
                f"{figures[name].mean():.{digits}f} ± {errors[name]:.{digits}f}"
                for name, digits in (("top-1 %", 1), ("balanced %", 1), ("log-loss", 3))
            ]
            print(f"| {task} | {weighting} | {smooth} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
