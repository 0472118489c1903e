"""The store: the one folder in which stages leave their results for each other and for the gallery.

Every path, load and save goes through :class:`Store`; docs/store.md describes the format. Files are
written to a temporary name in the same folder and renamed, so that a reader sees the old file or
the new one and never half of one. Nothing in a store is unpickled: parquet, npy, json and
safetensors only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from artextract.files import replacing, write_json
from artextract.store.errors import StoreError
from artextract.store.migrations import FORMAT, migrate
from artextract.store.paths import StorePaths
from artextract.store.records import StageRecords
from artextract.store.snapshot import Snapshot
from artextract.store.stages import digest

if TYPE_CHECKING:
    import pandas as pd

# The command which makes what a reader may find missing.
_MADE_BY = {
    "works": "artextract index SOURCE",
    "networks": "artextract train",
    "evaluation": "artextract evaluate",
    "embeddings": "artextract embed",
    "exploration": "artextract explore",
}


class Store(StorePaths, StageRecords):
    """A store folder.

    Parameters
    ----------
    root
        The folder. It need not exist: the first stage makes it.

    Examples
    --------
    >>> Store("store").model("resnet50").as_posix()
    'store/models/resnet50'
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    # -- manifest and index ----------------------------------------------------------------------

    def manifest(self) -> dict[str, Any]:
        """Read manifest.json; ``{}`` where nothing has been made yet.

        A store of an older format is migrated.

        Raises
        ------
        StoreError
            If the store is of a format that this version does not know, cannot be migrated, or the
            manifest cannot be read.
        """
        path = self.root / "manifest.json"
        try:
            manifest = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} cannot be read ({error}); make the store anew") from error
        if not isinstance(manifest, dict):
            raise StoreError(f"{path} holds no manifest; make the store anew")
        return manifest if manifest.get("format") == FORMAT else migrate(self.root, manifest)

    def snapshot(self) -> Snapshot:
        """The store as it is now: what pages hand around, and what their caches go by."""
        self.manifest()  # migrated, if need be, before it is looked at
        return Snapshot.take(self.root)

    def record_dataset(self, dataset: dict[str, Any]) -> None:
        """Note in the manifest what was indexed.

        Parameters
        ----------
        dataset
            source (from which :mod:`artextract.collection.sources` opens pictures), kind, works
            (how many), complete (False while indexing is under way), and the digests by which
            stages know what they were made from: labels (per task), pictures, details.
        """
        manifest = self.manifest() or {"format": FORMAT}
        write_json(self.root / "manifest.json", manifest | {"dataset": dataset})

    def dataset(self) -> dict[str, Any]:
        """What was indexed; see :meth:`record_dataset`.

        Raises
        ------
        StoreError
            If nothing has been indexed, or not to the end.
        """
        dataset = self.manifest().get("dataset")
        if dataset is None:
            raise self._missing("works")
        if not dataset.get("complete", True):
            raise StoreError(f"indexing into {self.root} was interrupted", _MADE_BY["works"])
        return dataset

    def input_keys(self, *names: str, tasks: Iterable[str] | None = None) -> dict[str, str]:
        """Keys of parts of the index, for a stage that reads them.

        Parameters
        ----------
        names
            "pictures" (which works there are, in which order, and their pictures), "details"
            (titles, years, creators, duplicate groups) or "labels" (labels, splits and classes).
        tasks
            Whose labels; None takes all tasks.

        Raises
        ------
        StoreError
            As :meth:`dataset`.
        """
        dataset = self.dataset()
        keys = {name: dataset[name] for name in names if name != "labels"}
        if "labels" in names:
            labels = dataset["labels"]
            wanted = labels if tasks is None else {task: labels.get(task) for task in tasks}
            keys["labels"] = digest(wanted)
        return keys

    # -- tables ----------------------------------------------------------------------------------

    def works(self) -> pd.DataFrame:
        """Read the works, one row each, the row number being the work_id.

        Returns
        -------
        DataFrame with columns work_id (int32), path (str, under which the source opens it), title,
        year (Int16, may be missing), creator, digest (of the picture's content), split ("train",
        "val" or "test"), duplicate_group (int32), and for each task its label (str, missing where
        unlabelled) and <task>_split (as split, or "excluded" where the work is labelled but may be
        neither trained on nor scored for this task, or missing where unlabelled).

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
        self.manifest()
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

    def networks(self) -> list[str]:
        """Names of the trained networks in this store, sorted."""
        return sorted(path.parent.name for path in self.root.glob("models/*/model.safetensors"))

    def require_networks(self, wanted: tuple[str, ...] = ()) -> list[str]:
        """Networks in the store, which must hold all `wanted`, or at least one.

        Raises
        ------
        StoreError
            If a wanted network, or any at all, is missing.
        """
        self.manifest()  # of this format?
        found = self.networks()
        for name in wanted:
            if name not in found:
                raise StoreError(f"no {name} in {self.root}", f"artextract train --backbone {name}")
        if not found:
            raise self._missing("networks")
        return found

    def feature_extractors(self) -> list[str]:
        """The networks whose features are an embedding of their own, sorted.

        Not among them are those that have heads on another's features, or on those of weights that
        were not trained here.
        """
        return [name for name in self.networks() if self.embedding_of(name) == name]

    def model_config(self, name: str) -> dict[str, Any]:
        """A network's config.json: key, backbone, classes, labels, training, digest and more.

        Raises
        ------
        StoreError
            If there is no such network, or its file is damaged.
        """
        return self._json(self.model(name) / "config.json", "networks")

    def require_same_labels(self, name: str, config: dict[str, Any]) -> None:
        """Refuse a network that learnt from other labels than the index has now.

        Tasks that it does not know may have come or changed since.

        Raises
        ------
        StoreError
            If labels, splits or classes of one of its tasks have changed, or nothing is indexed.
        """
        now = self.dataset()["labels"]
        for task in config["classes"]:
            if config["labels"].get(task) != now.get(task):
                raise StoreError(
                    f"{name} in {self.root} was trained on other labels of {task} than the index "
                    "has now",
                    f"artextract train --backbone {name}",
                )

    def embedding_of(self, name: str) -> str:
        """Name of the embedding that has the features which a network's heads see.

        Raises
        ------
        StoreError
            As :meth:`model_config`.
        """
        config = self.model_config(name)
        body = config.get("body")  # of another network, on which it has heads of its own
        return body["network"] if body else config.get("embedding", name)

    def save_out_of_fold(
        self, name: str, work_ids: np.ndarray, logits: Mapping[str, np.ndarray]
    ) -> None:
        """Write logits of training works by networks like this one that were trained without them.

        Parameters
        ----------
        name
            Of the network.
        work_ids
            Of the rows (n_rows,).
        logits
            ``{task: (n_rows, n_classes)}``; a row of NaN where there is none.
        """
        from safetensors.numpy import save_file

        arrays = {task: np.ascontiguousarray(v, np.float32) for task, v in logits.items()}
        with replacing(self.model(name) / "out_of_fold.safetensors") as temporary:
            save_file(arrays | {"work_ids": work_ids.astype(np.int32)}, temporary)

    def out_of_fold(self, name: str) -> tuple[np.ndarray, dict[str, np.ndarray]] | None:
        """Read ``(work_ids int32 (n_rows,), {task: float32 (n_rows, n_classes)})``.

        See :meth:`save_out_of_fold`; None where there are none.

        Raises
        ------
        StoreError
            If the file is damaged.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        path = self.model(name) / "out_of_fold.safetensors"
        try:
            arrays = load_file(path)
            return arrays.pop("work_ids"), arrays
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, KeyError) as error:
            raise StoreError(f"{path} is damaged ({error})", f"{_MADE_BY['networks']}") from error

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
            If the evaluation has not been run, or a file is damaged.
        """
        path = self.probabilities_path(task, model)
        try:
            return (
                np.load(path.with_name(f"{task}-work_ids.npy"), allow_pickle=False),
                np.load(path, allow_pickle=False, mmap_mode="r"),
            )
        except FileNotFoundError as error:
            raise self._missing("evaluation") from error
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{path} is damaged ({error})", f"{_MADE_BY['evaluation']} --overwrite"
            ) from error

    def metrics(self) -> dict[str, Any]:
        """Figures of every model on every task, as :mod:`artextract.evaluation.metrics` has them.

        Raises
        ------
        StoreError
            If the evaluation has not been run.
        """
        self.manifest()
        return self._json(self.metrics_path, "evaluation")

    def ensemble(self) -> dict[str, Any]:
        """The fitted vote: ``{"networks": {name: digest}, "views": int, "tasks": {task: vote}}``.

        Raises
        ------
        StoreError
            If the evaluation has not been run.
        """
        self.manifest()
        return self._json(self.ensemble_path, "evaluation")

    # -- embeddings ------------------------------------------------------------------------------

    def embeddings(self) -> list[str]:
        """Names of the embeddings in this store, sorted."""
        return sorted(path.stem for path in (self.root / "embeddings").glob("*.npy"))

    def embedding(self, name: str) -> np.ndarray:
        """Read an embedding: float16 (n_works, n_features), row = work_id, memory-mapped.

        The row of a work whose picture could not be read is NaN.

        Raises
        ------
        StoreError
            If there is none, it is damaged, or it was made from other works or pictures.
        """
        self.embedding_record(name)
        try:
            return np.load(self.embedding_path(name), mmap_mode="r", allow_pickle=False)
        except FileNotFoundError as error:
            raise self._missing("embeddings") from error
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{self.embedding_path(name)} is damaged ({error})",
                f"{_MADE_BY['embeddings']} --overwrite",
            ) from error

    def embedding_record(self, name: str) -> dict[str, Any]:
        """How an embedding was made.

        Returns
        -------
        ``{"key", "backbone", "pretrained" (None: trained here), "network" (digest of the weights),
        "image_size" (pixels), "unreadable" (work_ids)}``.

        Raises
        ------
        StoreError
            If there is none, or it was made from other works or pictures than are indexed now.
        """
        record = self.stage_record(f"embed-{name}")
        if record is None:
            raise self._missing("embeddings")
        if record["inputs"]["pictures"] != self.dataset()["pictures"]:
            raise StoreError(
                f"{self.embedding_path(name)} was made from another index", _MADE_BY["embeddings"]
            )
        return {"key": record["key"]} | record["result"]

    # -- reading ---------------------------------------------------------------------------------

    def _missing(self, what: str) -> StoreError:
        return StoreError(f"no {what} in {self.root}", _MADE_BY[what])

    def _json(self, path: Path, what: str) -> dict[str, Any]:
        try:
            content = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise self._missing(what) from error
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} is damaged ({error})", _MADE_BY[what]) from error
        if not isinstance(content, dict):
            raise StoreError(f"{path} is damaged (it holds no object)", _MADE_BY[what])
        return content

    def _parquet(self, path: Path, what: str) -> pd.DataFrame:
        import pandas as pd  # predicting needs no table, and its import takes a third of a second

        try:
            return pd.read_parquet(path)
        except FileNotFoundError as error:
            raise self._missing(what) from error
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} is damaged ({error})", _MADE_BY[what]) from error
