"""Linear probe: heads that start as the linear classifier of the frozen features."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from artextract.models.network import PaintingNetwork

# Inverse regularisation on standardised features: strong, since 2,048 weights a class have to be
# learnt from a few dozen works. Not tuned.
C = 0.001


def probe_heads(network: PaintingNetwork, features: np.ndarray, labels: np.ndarray) -> None:
    """Set the heads of `network` to logistic regressions on `features`.

    Parameters
    ----------
    network
        Its heads are overwritten in the order of ``network.heads``; classes without a work keep
        their random weights, which nothing reads.
    features
        (N, n_features) penultimate features of the training works.
    labels
        int64 (N, n_tasks), -1 where unlabelled.
    """
    for column, head in enumerate(network.heads.values()):
        assert isinstance(head, nn.Linear)
        labelled = labels[:, column] >= 0
        if len(np.unique(labels[labelled, column])) < 2:
            continue
        scaler = StandardScaler()
        regression = LogisticRegression(C=C, max_iter=300)
        make_pipeline(scaler, regression).fit(
            features[labelled].astype(np.float32), labels[labelled, column]
        )
        weight, bias = regression.coef_, regression.intercept_
        if len(regression.classes_) == 2:  # scikit-learn keeps one row for two classes
            weight, bias = np.vstack([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
        weight = weight / scaler.scale_
        bias = bias - weight @ scaler.mean_
        with torch.no_grad():
            head.weight[regression.classes_] = torch.from_numpy(weight).float()
            head.bias[regression.classes_] = torch.from_numpy(bias).float()
