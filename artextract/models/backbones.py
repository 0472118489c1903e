"""The networks that can be trained, as data: what there is to know about each backbone.

Adding one is an entry in :data:`BACKBONES`; torchvision's classification models need none. Nothing
here imports PyTorch before a model is built, so a page may ask for a name or a colour.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from artextract.store.paths import NetworkName

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """An image classifier whose last linear layer makes room for one head per task.

    Attributes
    ----------
    name
        By which commands, tables and the store's folders know it.
    display_name
        By which people know it.
    build
        Makes the whole classifier, with random weights, for RGB pictures normalised as ImageNet's.
    classifier
        Dotted name of its last ``nn.Linear``; what goes into it are the features.
    cam_layer
        Dotted name of the module whose output (n, channels, h, w) Grad-CAM explains; None where no
        such maps lead to the features, as in a vision transformer.
    weights
        ImageNet's, by torchvision's name such as "ResNet50_Weights.IMAGENET1K_V1"; None: there are
        none.
    train_layers
        Weight layers to fine-tune, counted from the output; None: all.
    lr_scratch
        AdamW's peak learning rate from random weights.
    min_image_size, max_image_size
        Sides in pixels that it takes; None: no upper limit.
    rank
        Where no embedding is asked for, the one of the lowest rank is taken.
    colours
        In charts, on a light and on a dark page, as "#rrggbb"; None: one of a palette.
    """

    name: str
    display_name: str
    build: Callable[[], nn.Module]
    classifier: str
    cam_layer: str | None = None
    weights: str | None = None
    train_layers: int | None = None
    lr_scratch: float = 1e-3
    min_image_size: int = 64
    max_image_size: int | None = None
    rank: int = 2
    colours: tuple[str, str] | None = None

    def takes(self, side: int) -> bool:
        """Whether pictures may have `side` pixels a side."""
        return self.min_image_size <= side <= (self.max_image_size or side)

    def check_image_size(self, side: int) -> None:
        """Refuse pictures of a wrong size before anything is computed.

        Raises
        ------
        ValueError
            If the network does not take pictures of `side` pixels a side.
        """
        if not self.takes(side):
            low, high = self.min_image_size, self.max_image_size
            sides = f"{low} or more" if high is None else f"{low} to {high}" if high > low else low
            raise ValueError(f"{self.name} takes pictures of {sides} pixels a side, not {side}")


def _alexnet() -> nn.Module:
    import torchvision
    from torch import nn

    # torchvision leaves the weights to PyTorch's default, under which a signal fades from layer to
    # layer, and AlexNet has no batch-norm to lift it again (He et al. 2015).
    model = torchvision.models.alexnet()
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return model


def _resnet50() -> nn.Module:
    import torchvision

    # Zero-initialised last batch-norm of every block: each block starts as the identity, which
    # is what lets a training from scratch get anywhere in few epochs (Goyal et al. 2017).
    return torchvision.models.resnet50(zero_init_residual=True)


BACKBONES: dict[str, Backbone] = {
    backbone.name: backbone
    for backbone in (
        Backbone(
            name="alexnet",
            display_name="AlexNet",
            build=_alexnet,
            classifier="classifier.6",
            cam_layer="features.11",  # the last convolution after its ReLU, before it is pooled
            weights="AlexNet_Weights.IMAGENET1K_V1",
            lr_scratch=3e-4,  # without batch-norm the higher rate of the others diverges
            min_image_size=64,  # below 63 its last pooling has nothing left to pool
            rank=1,
            colours=("#5f7f95", "#86a8be"),
        ),
        Backbone(
            name="resnet50",
            display_name="ResNet-50",
            build=_resnet50,
            classifier="fc",
            cam_layer="layer4",
            # V1, although V2 scores higher on ImageNet: V2's long recipe (label smoothing, mixup,
            # cutmix) makes features that transfer worse (Kornblith et al. 2021).
            weights="ResNet50_Weights.IMAGENET1K_V1",
            train_layers=20,  # the head, layer4 and the last three blocks of layer3
            min_image_size=32,
            rank=0,
            colours=("#b0851f", "#d8ae4f"),
        ),
    )
}


def get_backbone(name: str) -> Backbone:
    """The entry of :data:`BACKBONES`, or one made for a classification model of torchvision.

    Raises
    ------
    ValueError
        If there is neither, or the model does not end in one linear classifier.
    """
    if name in BACKBONES:
        return BACKBONES[name]
    from artextract.models.torchvision_models import describe

    return describe(name)


_HEADS = {"probe": "linear probe", "refitted": "refitted heads"}


def display_name(name: str) -> str:
    """By which name people know a backbone, registered or not: "ConvNeXt-Tiny".

    Of a member of the vote that has its own heads on a network: "ResNet-50 (linear probe)", or
    "ResNet-50 (linear probe, 320 px)" of one that sees pictures of another size than the usual.
    """
    backbone, heads, side = NetworkName.read(name)
    if heads:
        size = f", {side} px" if side else ""
        return f"{display_name(backbone)} ({_HEADS[heads]}{size})"
    if name in BACKBONES:
        return BACKBONES[name].display_name
    return "-".join(_readable(word) for word in name.split("_"))


def colours(name: str) -> tuple[str, str] | None:
    """A backbone's colours on a light and on a dark page; None: take one of a palette."""
    return BACKBONES[name].colours if name in BACKBONES else None


def rank(name: str) -> int:
    """Where no embedding is asked for, that of the backbone of the lowest rank is taken."""
    return BACKBONES[name].rank if name in BACKBONES else 2


_FAMILIES = {
    family.lower(): family
    for family in (
        *("ConvNeXt", "DenseNet", "EfficientNet", "GoogLeNet", "MaxViT", "MNASNet", "MobileNet"),
        *("RegNet", "ResNet", "ResNeXt", "ShuffleNet", "SqueezeNet", "VGG", "ViT", "BN"),
    )
}


def _readable(word: str) -> str:
    family, number = re.fullmatch(r"([a-z]*)(.*)", word, re.DOTALL).groups()  # type: ignore[union-attr]
    if family in _FAMILIES:
        return f"{_FAMILIES[family]}-{number}" if number else _FAMILIES[family]
    if re.fullmatch(r"\d+x\d+d|x\d+", word):  # 32x4d of ResNeXt, x0 of ShuffleNet
        return word
    return word.upper() if len(word) <= 2 or word[0].isdigit() else word.capitalize()
