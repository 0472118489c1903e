"""Where everything lies in a store."""

from __future__ import annotations

from pathlib import Path

# What the name of an embedding with the statistics of a network's stages ends with: linear probes
# see it, and nothing is explored in it.
STAGES = "-stages"


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
