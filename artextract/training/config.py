"""How one network is trained, as a value that can be written down and read back.

Without PyTorch, so that a page may ask what is at its default.
"""

from __future__ import annotations

import difflib
import json
import math
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

CLASS_WEIGHTINGS = ("none", "sqrt", "logit-adjust")
PRECISIONS = ("auto", "32", "bf16")


@dataclass(frozen=True)
class Augmentation:
    """Strengths of the training transforms: flip, rotation, random resized crop, mixing."""

    # Paintings are recognised by their touch: a crop must leave enough of it and of the scene,
    # so it is milder than ImageNet's usual 0.08.
    smallest_crop: float = 0.35  # share of the area, 0..1
    aspect: float = 4 / 3  # the crop's sides differ by this factor at most
    flip: float = 0.5  # probability of a horizontal flip
    rotation: float = 5.0  # degrees to either side; more shows too much of the filled corners
    # Of the Beta distribution from which the shares of two mixed pictures are drawn, see Mixing;
    # 0: pictures are not mixed so.
    mixup: float = 0.0
    cutmix: float = 0.0


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
            If a value is out of its range or none of those offered.
        """
        for what, value, offered in (
            ("class weighting", self.class_weighting, CLASS_WEIGHTINGS),
            ("precision", self.precision, PRECISIONS),
        ):
            if value not in offered:
                raise ValueError(f"no {what} {value!r}; there are {', '.join(offered)}")
        for name in ("epochs", "batch_size", "image_size", "train_image_size", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is 1 or more, not {value}")
        for name in ("lr_body", "lr_heads", "lr_scratch", "weight_decay", "clip"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < math.inf:
                raise ValueError(f"{name} is 0 or more, not {value}")
        for name in ("warmup", "label_smoothing"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> TrainingConfig:
        """From what ``dataclasses.asdict`` made of one, perhaps by another version.

        Settings that this version does not have are left out; those that it has beyond them are at
        their defaults.

        Raises
        ------
        ValueError
            If a value has another type or is out of its range.
        """
        return _checked(cls, _known(cls, settings))

    @classmethod
    def from_toml(cls, path: str | Path) -> TrainingConfig:
        """From a file as :meth:`to_toml` writes it; what is left out is default.

        Raises
        ------
        ValueError
            If the file cannot be read or is no TOML, a name is unknown, or a value has another type
            or is out of its range.
        """
        try:
            values = tomllib.loads(Path(path).read_text("utf-8"))
            return _checked(cls, values)
        except OSError as error:
            raise ValueError(f"{path} cannot be read ({error.strerror})") from error
        except ValueError as error:  # of TOML, of UTF-8, or ours
            raise ValueError(f"{path}: {error}") from error

    def to_toml(self) -> str:
        """The configuration as TOML, which has no null: None is left out, or "none"."""
        return _toml(self)

    @property
    def effective_patience(self) -> int:
        """How many epochs training goes on without a better validation loss."""
        return max(5, self.epochs // 2) if self.patience is None else self.patience

    @property
    def side(self) -> int:
        """The side in pixels of the squares that training sees."""
        return self.train_image_size or self.image_size


# -- TOML and JSON -------------------------------------------------------------------------------

_NONE = "none"  # stands for None where that is not the default
_KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


def _checked(cls: type, values: Mapping[str, Any], inside: str = "") -> Any:
    """An instance of a dataclass from plain values, whose types are checked."""
    hints = typing.get_type_hints(cls)
    for key in values:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1)
            hint = f"; did you mean {inside}{near[0]}?" if near else ""
            raise ValueError(f"there is no {inside}{key} to configure{hint}")
    return cls(**{key: _convert(value, hints[key], inside + key) for key, value in values.items()})


def _known(cls: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without what the dataclass does not have, also inside of its own dataclasses."""
    hints = typing.get_type_hints(cls)
    return {
        key: _known(hints[key], value)
        if is_dataclass(hints[key]) and isinstance(value, Mapping)
        else value
        for key, value in values.items()
        if key in hints
    }


def _convert(value: Any, hint: Any, name: str) -> Any:
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if type(None) in kinds and value in (None, _NONE):
        return None
    for kind in kinds:
        if is_dataclass(kind) and isinstance(value, Mapping):
            return _checked(typing.cast(type, kind), value, f"{name}.")
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        if typing.get_origin(kind) is tuple and isinstance(value, list | tuple):
            return tuple(_convert(item, typing.get_args(kind)[0], name) for item in value)
    wanted = next(
        (_KINDS[kind] for kind in kinds if kind in _KINDS),
        "a table" if any(is_dataclass(kind) for kind in kinds) else "a list of texts",
    )
    raise ValueError(f"{name} is {wanted}, not {value!r}")


def _toml(config: Any) -> str:
    lines, tables = [], []
    for entry in fields(config):
        value = getattr(config, entry.name)
        if is_dataclass(value):
            tables.append(f"\n[{entry.name}]\n{_toml(value)}")
        elif value is not None or entry.default is not None:
            lines.append(f"{entry.name} = {_toml_value(value)}\n")
    return "".join(lines + tables)


def _toml_value(value: Any) -> str:
    if value is None:
        value = _NONE
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, float):
        return repr(value)
    # What JSON writes of texts, whole numbers, true and false is TOML, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
