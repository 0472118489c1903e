"""Where everything lies in a store, and under which names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

# What the name of an embedding with the statistics of a network's stages ends with: linear probes
# see it, and nothing is explored in it.
STAGES = "-stages"
IMAGE_SIZE = 224  # pixels a side: what pre-trained networks see, and names leave out


class NetworkName(NamedTuple):
    """What the name of a folder of models/ says.

    Attributes
    ----------
    backbone
        Of the network, or of the one that the heads are on.
    heads
        "probe", "refitted", or "" where the heads are the network's own.
    image_size
        Side in pixels, where it is another than :data:`IMAGE_SIZE`; of a probe.
    """

    backbone: str
    heads: str = ""
    image_size: int | None = None

    @classmethod
    def read(cls, name: str) -> NetworkName:
        """From a name as :func:`probe_name` and :func:`refitted_name` make it, or any other."""
        found = re.fullmatch(r"(.+)-(probe|refitted)(?:-(\d+))?", name)
        if found is None:
            return cls(name)
        return cls(found[1], found[2], int(found[3]) if found[3] else None)

    @property
    def train_command(self) -> str:
        """The command that makes it."""
        size = f" --image-size {self.image_size}" if self.image_size else ""
        kind = " --probe-only" if self.heads == "probe" else ""
        return f"artextract train{kind} --backbone {self.backbone}{size}"


def probe_name(backbone: str, *, image_size: int | None = None) -> str:
    """Under which name the linear probe of a pre-trained backbone is kept.

    Probes of several sizes vote beside each other: ``<backbone>-probe-320`` sees pictures of 320
    pixels a side, and the one without a number 224.
    """
    return f"{backbone}-probe{_ending(image_size)}"


def refitted_name(network: str) -> str:
    """Under which name the refitted heads of a trained network are kept."""
    return f"{network}-refitted"


def embedding_name(
    backbone: str, pretrained: str | None = None, *, image_size: int | None = None
) -> str:
    """Under which name an embedding is kept: the backbone's, or ``<backbone>-pretrained``.

    Those of several sizes stand beside each other, as probes do: see :func:`probe_name`.
    """
    return backbone if pretrained is None else f"{backbone}-pretrained{_ending(image_size)}"


def _ending(image_size: int | None) -> str:
    return "" if image_size in (None, IMAGE_SIZE) else f"-{image_size}"


class StorePaths:
    """Paths below a store's folder; nothing need be there."""

    root: Path

    @property
    def works_path(self) -> Path:
        return self.root / "works.parquet"

    @property
    def rejected_path(self) -> Path:
        return self.root / "rejected.csv"

    @property
    def audit_path(self) -> Path:
        return self.root / "audit.json"

    @property
    def reproductions_path(self) -> Path:
        return self.root / "reproductions.parquet"

    @property
    def reproduction_bias_path(self) -> Path:
        return self.root / "reproduction_bias.json"

    @property
    def thumbnails(self) -> Path:
        return self.root / "thumbnails"

    @property
    def metrics_path(self) -> Path:
        return self.root / "metrics.json"

    @property
    def ensemble_path(self) -> Path:
        return self.root / "ensemble.json"

    @property
    def selections(self) -> Path:
        """Folder of the selections that visitors kept."""
        return self.root / "selections"

    @property
    def annotations_path(self) -> Path:
        return self.root / "annotations.jsonl"

    def thumbnail(self, digest: str) -> Path:
        """Path of the thumbnail of a picture: ``thumbnails/<digest>.jpg``."""
        return self.thumbnails / f"{digest}.jpg"

    def model(self, name: str) -> Path:
        """Folder of a network: model.safetensors, config.json, history.csv, last.ckpt."""
        return self.root / "models" / name

    def probabilities_path(self, task: str, model: str) -> Path:
        return self.root / "probabilities" / f"{task}-{model}.npy"

    def embedding_path(self, name: str) -> Path:
        return self.root / "embeddings" / f"{name}.npy"

    def explored(self, name: str, *parts: str) -> Path:
        """Path of a result of exploring the embedding `name`: ``explored/<name>/<parts>``."""
        return self.root.joinpath("explored", name, *parts)
