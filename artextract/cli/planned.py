"""Stand-ins for what other branches bring; this file goes when they are merged."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from typing import Any

try:
    from artextract.models.backbones import BACKBONES, get_backbone  # type: ignore
except ImportError:
    from artextract.models.network import BACKBONES

    def get_backbone(name: str) -> Any:
        if name not in BACKBONES:
            raise ValueError(f"no backbone {name!r}; there are {', '.join(BACKBONES)}")
        return BACKBONES[name]


try:
    from artextract.training.config import TrainingConfig  # type: ignore
except ImportError:
    from artextract.inference.dataset import Augmentation
    from artextract.training.module import TrainingConfig

    def _to_toml(self: Any) -> str:
        flat = asdict(self)
        flat["pretrained"] = flat["pretrained"] or "none"
        nested = flat.pop("augmentation")
        lines = [f"{k} = {json.dumps(v)}" for k, v in flat.items() if v is not None]
        lines += ["[augmentation]", *(f"{k} = {json.dumps(v)}" for k, v in nested.items())]
        return "\n".join(lines) + "\n"

    def _from_toml(path: Any) -> Any:
        content = tomllib.loads(path.read_text())
        content["augmentation"] = Augmentation(**content.get("augmentation", {}))
        if content.get("pretrained") == "none":
            content["pretrained"] = None
        if content.get("tasks"):
            content["tasks"] = tuple(content["tasks"])
        return TrainingConfig(**content)

    TrainingConfig.to_toml, TrainingConfig.from_toml = _to_toml, staticmethod(_from_toml)

__all__ = ["BACKBONES", "TrainingConfig", "get_backbone"]
