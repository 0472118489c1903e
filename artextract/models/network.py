"""A network: the body of a backbone with one linear head per task on top of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from artextract.models.backbones import get_backbone
from artextract.models.feature_scaling import BlockScaling, normalized
from artextract.models.stage_statistics import StageStatistics

# What counts as a layer; all other parameters belong to one of these.
WEIGHT_LAYERS = (nn.modules.conv._ConvNd, nn.Linear, nn.MultiheadAttention)

# The logit of a class that training has not seen: e^-1e4 is no probability in any precision.
_ABSENT = -1e4


class PaintingNetwork(nn.Module):
    """A body that turns pictures into features and one linear head per task on top of it.

    Parameters
    ----------
    backbone
        A name that :func:`artextract.models.backbones.get_backbone` knows.
    classes_per_task
        Number of classes (>= 1) of each task, in the order of the store's class lists.
    normalize_features
        Whether the heads see features scaled to the length √n_features: a linear classifier of
        frozen features does better on their direction alone, or on that of each stage's.
    statistics_side
        Where given, the features are the statistics of the network's stages on pictures of so many
        pixels a side, and the penultimate ones last: see
        :class:`artextract.models.stage_statistics.StageStatistics`.

    Raises
    ------
    ValueError
        If the backbone is unknown, or its classifier is no linear layer.
    """

    def __init__(
        self,
        backbone: str,
        classes_per_task: Mapping[str, int],
        *,
        normalize_features: bool = False,
        statistics_side: int | None = None,
    ) -> None:
        super().__init__()
        self.normalize_features = normalize_features
        self.backbone = get_backbone(backbone)
        self.fixed_statistics = False  # see freeze_except_last
        self.body = self.backbone.build()
        classifier = self.body.get_submodule(self.backbone.classifier)
        if not isinstance(classifier, nn.Linear):
            raise ValueError(f"{backbone}.{self.backbone.classifier} is no linear layer")
        self.n_penultimate: int = classifier.in_features
        self.body.set_submodule(self.backbone.classifier, nn.Identity())
        self.statistics_side = statistics_side
        self.statistics = self._stage_statistics()
        self.scaling: BlockScaling | None = None
        self.n_features = self.n_penultimate
        if self.statistics is not None:
            self.n_features = sum(self.statistics.widths)
            self.scaling = BlockScaling(self.statistics.widths) if normalize_features else None
        self.heads = nn.ModuleDict(
            {task: nn.Linear(self.n_features, n) for task, n in classes_per_task.items()}
        )
        for task, n in classes_per_task.items():
            self.register_buffer(f"present_{task}", torch.ones(n, dtype=torch.bool))

    def _stage_statistics(self) -> StageStatistics | None:
        if self.statistics_side is None:
            return None
        training = self.training
        found = StageStatistics(self.eval(), self.statistics_side)
        self.train(training)
        return found

    def share_body(self, body: nn.Module) -> None:
        """Take the body of another network of the same backbone in place of its own."""
        self.body = body
        self.statistics = self._stage_statistics()

    def present(self, task: str) -> Tensor:
        """Classes of `task` that training has seen, bool (n_classes,)."""
        return self.get_buffer(f"present_{task}")

    def forward_features(self, images: Tensor) -> Tensor:
        """Penultimate features: what goes into the classifier that the heads replace.

        With `statistics_side` those are the last `n_penultimate`, after the stages' statistics.

        Parameters
        ----------
        images
            float (N, 3, H, W), normalised as ImageNet's; H and W at least the backbone's
            `min_image_size`.

        Returns
        -------
        float (N, n_features).
        """
        return self.body(images) if self.statistics is None else self.statistics(images)

    def forward_head(self, features: Tensor) -> dict[str, Tensor]:
        """Logits from features: ``{task: float32 (N, n_classes)}``.

        A class without a training work gets a logit of -1e4, which is probability 0.
        """
        features = self.scaled(features)
        return {
            task: head(features).float().masked_fill(~self.present(task), _ABSENT)
            for task, head in self.heads.items()
        }

    def scaled(self, features: Tensor) -> Tensor:
        """What the heads see of features (N, n_features), of the same shape."""
        if self.scaling is not None:
            return self.scaling(features)
        return normalized(features) if self.normalize_features else features

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Logits of pictures (N, 3, H, W): ``{task: float32 (N, n_classes)}``."""
        return self.forward_head(self.forward_features(images))

    def weight_layers(self) -> list[nn.Module]:
        """Convolutions, linear and attention layers of the body, from the input to the output."""
        return [module for module in self.body.modules() if isinstance(module, WEIGHT_LAYERS)]

    def freeze_except_last(
        self, train_layers: int | None, *, fixed_statistics: bool = False
    ) -> None:
        """Train the last `train_layers` weight layers (the heads are one), or all if None.

        What is no weight layer is frozen with the one that it belongs to, see :meth:`_numbered`. A
        batch-norm whose affine parameters are frozen keeps its statistics too (see :meth:`train`).

        Parameters
        ----------
        train_layers
            Counted from the output.
        fixed_statistics
            Keep the statistics of the trained layers' batch-norm too; their affine parameters
            are trained.

        Raises
        ------
        ValueError
            If `train_layers` is below 1 or above the number of weight layers.
        """
        n = len(self.weight_layers()) + 1
        if train_layers is not None and not 1 <= train_layers <= n:
            raise ValueError(
                f"{self.backbone.name} has 1 to {n} layers to train, not {train_layers}"
            )
        self.fixed_statistics = fixed_statistics
        frozen = 0 if train_layers is None else n - train_layers
        for number, parameter in self._numbered():
            parameter.requires_grad_(number > frozen)
        # Nobody need call train() first: Lightning, for one, takes the modes as it finds them.
        self.train(self.training)

    def _numbered(self) -> Iterator[tuple[int, nn.Parameter]]:
        """Each parameter of the body with the number, from 1, of the weight layer it belongs to.

        A parameter outside of weight layers, such as a normalisation's or a class token, belongs
        to the first weight layer inside the module that has it, since it must not be trained before
        all of that module is, or, where there is none inside, to the last one before it.
        """
        seen = 0
        for module in self.body.modules():
            if isinstance(module, WEIGHT_LAYERS):
                seen += 1
            inside = any(isinstance(child, WEIGHT_LAYERS) for child in module.modules())
            within = seen + 1 if inside and not isinstance(module, WEIGHT_LAYERS) else seen
            for parameter in module.parameters(recurse=False):
                yield max(1, within), parameter

    def train(self, mode: bool = True) -> PaintingNetwork:
        """As ``nn.Module.train``, but batch-norm with frozen statistics stays in eval mode."""
        super().train(mode)
        for module in self.body.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                trained = module.weight is None or module.weight.requires_grad
                module.train(mode and trained and not self.fixed_statistics)
        return self
