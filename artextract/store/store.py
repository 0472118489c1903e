"""The store: the one folder in which stages leave their results for each other and for the gallery.

Every path, load and save goes through :class:`Store`. Files are written to a temporary name in the
same folder and renamed, so that a reader sees the old file or the new one and never half of one.
Nothing in a store is unpickled: parquet, npy, json and safetensors only.
"""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from artextract.store.errors import StoreError
from artextract.store.files import replacing, write_json
from artextract.store.stages import digest

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 1
TASKS = ("artist", "genre", "style")
PACKAGES = ("artextract", "torch", "torchvision", "lightning", "scikit-learn", "pillow", "pandas")

# The command which makes what a reader may find missing.
_MADE_BY = {
    "works": "artextract index SOURCE",
    "networks": "artextract train",
    "evaluation": "artextract evaluate",
    "embeddings": "artextract embed",
    "exploration": "artextract explore",
}


class Store:
    """A store folder.

    Parameters
    ----------
    root
        The folder. It need not exist: the first stage makes it.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    # -- what is where ---------------------------------------------------------------------------

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
    def thumbnails(self) -> Path:
        return self.root / "thumbnails"

    @property
    def metrics_path(self) -> Path:
        return self.root / "metrics.json"

    @property
    def ensemble_path(self) -> Path:
        return self.root / "ensemble.json"

    @property
    def annotations_path(self) -> Path:
        return self.root / "annotations.jsonl"

    def thumbnail(self, digest: str) -> Path:
        """Path of the thumbnail of a picture, by the digest of its content."""
        return self.thumbnails / f"{digest}.jpg"

    def model(self, backbone: str) -> Path:
        """Folder of a network: model.safetensors, config.json, history.csv, last.ckpt."""
        return self.root / "models" / backbone

    def probabilities_path(self, task: str, model: str) -> Path:
        return self.root / "probabilities" / f"{task}-{model}.npy"

    def embedding_path(self, backbone: str) -> Path:
        return self.root / "embeddings" / f"{backbone}.npy"

    # -- manifest --------------------------------------------------------------------------------

    def manifest(self) -> dict[str, Any]:
        """Read manifest.json; ``{}`` where nothing has been made yet.

        Raises
        ------
        StoreError
            If the store has another format, or the manifest cannot be read.
        """
        path = self.root / "manifest.json"
        try:
            manifest = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} cannot be read ({error}); make the store anew") from error
        if manifest.get("format") != FORMAT:
            raise StoreError(
                f"{self.root} is a store of format {manifest.get('format')!r}, this version reads "
                f"format {FORMAT}; make a new one with: {_MADE_BY['works']} --store OTHER_FOLDER"
            )
        return manifest

    def record(self, stage: str, *, seconds: float, configuration: dict[str, Any]) -> None:
        """Note in the manifest that `stage` has finished, how, and with which packages."""
        manifest = self.manifest() or {"format": FORMAT}
        manifest.setdefault("stages", {})[stage] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 1),
            "configuration": configuration,
            "packages": {"python": platform.python_version()} | _package_versions(),
        }
        write_json(self.root / "manifest.json", manifest)

    def record_dataset(self, dataset: dict[str, Any]) -> None:
        """Note the data set in the manifest: its ``fingerprint``, ``source``, ``images`` folder."""
        manifest = self.manifest() or {"format": FORMAT}
        manifest["dataset"] = dataset
        write_json(self.root / "manifest.json", manifest)

    @property
    def fingerprint(self) -> str:
        """Digest of works, labels and splits; networks and figures carry it.

        Raises
        ------
        StoreError
            If nothing has been indexed, or not to the end.
        """
        dataset = self.manifest().get("dataset")
        if dataset is None:
            raise self._missing("works")
        if not dataset["complete"]:
            raise StoreError(
                f"indexing into {self.root} was interrupted", command=_MADE_BY["works"]
            )
        return digest(dataset["labels"])

    def made_from(self) -> dict[str, str]:
        """What results on the works' pictures are made from, to be kept with them.

        Returns
        -------
        ``{"fingerprint"}``, and ``"pictures"``, the digest of the files, where the index knows it.

        Raises
        ------
        StoreError
            As :attr:`fingerprint`.
        """
        return {"fingerprint": self.fingerprint} | self._digests("pictures")

    def explored_from(self, name: str) -> list[dict[str, Any]]:
        """What an exploration of the embedding `name`, or several joined by "+", is made from.

        Returns
        -------
        What each embedding was made from, then ``{"details"}``, the digest of titles, years and
        painters, where the index knows it.

        Raises
        ------
        StoreError
            If there is no such embedding.
        """
        parts = [self.embedding_record(part)["made_from"] for part in name.split("+")]
        details = self._digests("details")
        return [*parts, details] if details else parts

    def _digests(self, *names: str) -> dict[str, str]:
        dataset = self.manifest().get("dataset") or {}
        return {name: dataset[name] for name in names if name in dataset}

    # -- tables ----------------------------------------------------------------------------------

    def works(self) -> pd.DataFrame:
        """Read the works, one row each, the row number being the work_id.

        Returns
        -------
        DataFrame with columns work_id (int32), path (str, by which the source opens the picture),
        title, year (Int16, may be missing), creator, each task (str, missing where unlabelled),
        split ("train", "val" or "test"), ``<task>_split`` of each task (as split, or "excluded"
        where the work is labelled but may be neither trained on nor scored for this task, or
        missing where unlabelled), duplicate_group (int32), digest (str, of the picture's content).

        Raises
        ------
        StoreError
            If nothing has been indexed.
        """
        self.manifest()
        return self._parquet(self.works_path, "works")

    def classes(self) -> dict[str, list[str]]:
        """Class names per task, in the order of the networks' outputs.

        Raises
        ------
        StoreError
            If nothing has been indexed.
        """
        return self._json(self.root / "classes.json", "works")

    def tasks(self) -> list[str]:
        """The tasks that works are labelled with, those of :meth:`classes` that have any class.

        Raises
        ------
        StoreError
            If nothing has been indexed.
        """
        return [task for task, names in self.classes().items() if names]

    def save_works(self, works: pd.DataFrame, classes: dict[str, list[str]]) -> None:
        """Write works.parquet and classes.json."""
        with replacing(self.works_path) as temporary:
            works.to_parquet(temporary, index=False)
        write_json(self.root / "classes.json", classes)

    # -- networks --------------------------------------------------------------------------------

    def backbones(self) -> list[str]:
        """Backbones with a trained network in this store, sorted."""
        return sorted(path.parent.name for path in self.root.glob("models/*/model.safetensors"))

    def require_networks(self, wanted: tuple[str, ...] = ()) -> list[str]:
        """Backbones in the store, which must hold all `wanted`, or at least one.

        Raises
        ------
        StoreError
            If a wanted network, or any at all, is missing.
        """
        self.manifest()  # of this format?
        found = self.backbones()
        for backbone in wanted:
            if backbone not in found:
                raise StoreError(
                    f"no {backbone} in {self.root}",
                    command=f"artextract train --backbone {backbone}",
                )
        if not found:
            raise self._missing("networks")
        return found

    def model_config(self, backbone: str) -> dict[str, Any]:
        return self._json(self.model(backbone) / "config.json", "networks")

    # -- evaluation ------------------------------------------------------------------------------

    def save_probabilities(
        self, task: str, model: str, work_ids: np.ndarray, probabilities: np.ndarray
    ) -> None:
        """Write class probabilities (n_rows, n_classes) as float16, with the rows' work_ids."""
        path = self.probabilities_path(task, model)
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, probabilities.astype(np.float16), allow_pickle=False)
        ids = path.with_name(f"{task}-work_ids.npy")
        with replacing(ids) as temporary, temporary.open("wb") as file:
            np.save(file, work_ids.astype(np.int32), allow_pickle=False)

    def probabilities(self, task: str, model: str) -> tuple[np.ndarray, np.ndarray]:
        """Read ``(work_ids int32 (n_rows,), probabilities float16 (n_rows, n_classes))``.

        Raises
        ------
        StoreError
            If the evaluation has not been run.
        """
        path = self.probabilities_path(task, model)
        try:
            return (
                np.load(path.with_name(f"{task}-work_ids.npy"), allow_pickle=False),
                np.load(path, allow_pickle=False, mmap_mode="r"),
            )
        except FileNotFoundError as error:
            raise self._missing("evaluation") from error

    def metrics(self) -> dict[str, Any]:
        return self._json(self.metrics_path, "evaluation")

    def ensemble(self) -> dict[str, Any]:
        return self._json(self.ensemble_path, "evaluation")

    # -- exploration -----------------------------------------------------------------------------

    def embeddings(self) -> list[str]:
        """Names of the embeddings in this store, sorted."""
        return sorted(path.stem for path in (self.root / "embeddings").glob("*.npy"))

    def embedding(self, name: str) -> np.ndarray:
        """Read an embedding: float16 (n_works, n_features), row = work_id, memory-mapped.

        The row of a work whose picture could not be read is NaN.

        Raises
        ------
        StoreError
            If there is none, it is damaged, or it was made from another index.
        """
        made_from = self.embedding_record(name)["made_from"]
        if made_from["fingerprint"] != self.fingerprint:
            raise StoreError(
                f"{self.embedding_path(name)} was made from another index",
                command=_MADE_BY["embeddings"],
            )
        try:
            return np.load(self.embedding_path(name), mmap_mode="r", allow_pickle=False)
        except FileNotFoundError as error:
            raise self._missing("embeddings") from error
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{self.embedding_path(name)} is damaged ({error})",
                command=f"{_MADE_BY['embeddings']} --overwrite",
            ) from error

    def embedding_record(self, name: str) -> dict[str, Any]:
        """What an embedding was made from, and which works could not be read."""
        return self._json(self.embedding_path(name).with_suffix(".json"), "embeddings")

    def explored(self, name: str, *parts: str) -> Path:
        """Path of a result of exploring the embedding `name`: ``explored/<name>/<parts>``."""
        return self.root.joinpath("explored", name, *parts)

    # -- reading ---------------------------------------------------------------------------------

    def _missing(self, what: str) -> StoreError:
        return StoreError(f"no {what} in {self.root}", command=_MADE_BY[what])

    def _json(self, path: Path, what: str) -> Any:
        try:
            return json.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise self._missing(what) from error
        except ValueError as error:
            raise StoreError(f"{path} is damaged ({error})", command=_MADE_BY[what]) from error

    def _parquet(self, path: Path, what: str) -> pd.DataFrame:
        import pandas as pd  # predicting needs no table, and its import takes a third of a second

        try:
            return pd.read_parquet(path)
        except FileNotFoundError as error:
            raise self._missing(what) from error
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} is damaged ({error})", command=_MADE_BY[what]) from error


def _package_versions() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions
