"""The store: the one folder in which stages leave their results for each other and for the gallery.

Every path, load and save goes through :class:`Store`; docs/store.md describes the format and
:mod:`artextract.store.schema` what each file must hold. Files are written to a temporary name in
the same folder and renamed, so that a reader sees the old file or the new one and never half of
one. Nothing in a store is unpickled: parquet, npy, json and safetensors only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from artextract.files import remove_abandoned, replacing
from artextract.store import schema
from artextract.store.errors import StoreError
from artextract.store.index import StoredIndex
from artextract.store.paths import IMAGE_SIZE, NetworkName
from artextract.store.reading import damaged, json_problem, read_array, read_json, read_tensors
from artextract.store.records import StageRecords

EVALUATE = "artextract evaluate"


class Store(StoredIndex, StageRecords):
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

    def remove_leftovers(self) -> None:
        """Remove what killed processes of this machine were writing."""
        folders = ("", "stages", "models/*", "probabilities", "embeddings", "checked")
        for pattern in (*folders, "embeddings/.*", "explored", "explored/*"):
            for folder in self.root.glob(pattern) if pattern else [self.root]:
                remove_abandoned(folder)

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
                raise StoreError(f"no {name} in {self.root}", NetworkName.read(name).train_command)
        if not found:
            raise StoreError(f"no networks in {self.root}", "artextract train")
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
        command = NetworkName.read(name).train_command
        missing = StoreError(f"no {name} in {self.root}", command)
        path = self.model(name) / "config.json"
        config = read_json(path, schema.ModelConfig, command=command, missing=missing)
        if lacking := [task for task in config["classes"] if task not in config["labels"]]:
            raise damaged(path, f"labels lack {lacking[0]}", command)
        return config

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
                    NetworkName.read(name).train_command,
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

        They are of the network that is there now, and no longer count once it is another.

        Parameters
        ----------
        name
            Of the network.
        work_ids
            Of the rows (n_rows,).
        logits
            ``{task: (n_rows, n_classes)}``; a row of NaN where there is none.
        """
        from safetensors.numpy import save

        arrays = {task: np.ascontiguousarray(v, np.float32) for task, v in logits.items()}
        with replacing(self.model(name) / "out_of_fold.safetensors") as temporary:
            arrays["work_ids"] = work_ids.astype(np.int32)
            metadata = {"network": self.model_config(name)["digest"]}
            temporary.write_bytes(save(arrays, metadata=metadata))

    def out_of_fold(self, name: str) -> tuple[np.ndarray, dict[str, np.ndarray]] | None:
        """Read ``(work_ids int32 (n_rows,), {task: float32 (n_rows, n_classes)})``.

        See :meth:`save_out_of_fold`; None where there are none of the network that is there now.

        Raises
        ------
        StoreError
            If the file is damaged.
        """
        from safetensors import safe_open

        path = self.model(name) / "out_of_fold.safetensors"
        if not path.exists():
            return None
        config = self.model_config(name)
        command = NetworkName.read(name).train_command
        descriptions = {"work_ids": schema.WORK_IDS}
        descriptions |= {task: f"float n {task}" for task in config["classes"]}
        sizes = {task: len(names) for task, names in config["classes"].items()}
        missing = StoreError(f"no {path}", command)
        arrays = read_tensors(
            path, descriptions, sizes, some=True, command=command, missing=missing
        )
        with safe_open(path, "np") as file:
            if (file.metadata() or {}).get("network") != config["digest"]:
                return None
        work_ids = arrays.pop("work_ids", np.empty(0, np.int32))
        if not len(work_ids) or not self._are_of_this_index(work_ids):
            raise damaged(path, "it is not of the works that are indexed", command)
        return work_ids, arrays

    def out_of_fold_key(self, name: str) -> str | None:
        """Digest of what :meth:`out_of_fold` reads; None, and raises, as that."""
        found = self.out_of_fold(name)
        if found is None:
            return None
        work_ids, logits = found
        content = hashlib.sha256(work_ids.tobytes())
        for task in sorted(logits):
            content.update(logits[task].tobytes())
        return content.hexdigest()[:16]

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
        missing = StoreError(f"no evaluation in {self.root}", EVALUATE)
        path = self.probabilities_path(task, model)
        ids_path = path.with_name(f"{task}-work_ids.npy")
        ids = np.asarray(read_array(ids_path, schema.WORK_IDS, command=EVALUATE, missing=missing))
        if not self._are_of_this_index(ids):
            raise damaged(ids_path, "it is not of the works that are indexed", EVALUATE)
        sizes = {"n": len(ids), "classes": len(self.classes().get(task, ()))}
        return ids, read_array(path, schema.PROBABILITIES, sizes, command=EVALUATE, missing=missing)

    def _are_of_this_index(self, work_ids: np.ndarray) -> bool:
        within = not len(work_ids) or (
            work_ids.min() >= 0 and work_ids.max() < self.dataset()["works"]
        )
        return bool(within) and len(np.unique(work_ids)) == len(work_ids)

    def metrics(self) -> dict[str, Any]:
        """Figures of every model on every task, as :mod:`artextract.evaluation.metrics` has them.

        Raises
        ------
        StoreError
            If the evaluation has not been run, or the file is damaged.
        """
        self.manifest()
        path = self.metrics_path
        missing = StoreError(f"no evaluation in {self.root}", EVALUATE)
        metrics = read_json(path, schema.Metrics, command=EVALUATE, missing=missing)
        for task, vote in self.ensemble()["tasks"].items():
            for model in (*vote["members"], "ensemble"):
                figures = metrics.get(task, {}).get(model)
                # No figures: no test work is labelled with this task.
                problem = json_problem(figures, schema.Figures) if figures != {} else None
                if problem:
                    raise damaged(path, f"{task}, {model}: {problem}", EVALUATE)
        return metrics

    def ensemble(self) -> dict[str, Any]:
        """The fitted vote: ``{"networks": {name: digest}, "views": int, "tasks": {task: vote}}``.

        Raises
        ------
        StoreError
            If the evaluation has not been run, or the file is damaged.
        """
        self.manifest()
        path = self.ensemble_path
        missing = StoreError(f"no evaluation in {self.root}", EVALUATE)
        fitted = read_json(path, schema.Ensemble, command=EVALUATE, missing=missing)
        classes = self.classes()
        for task, vote in fitted["tasks"].items():
            members = vote["members"]
            if not classes.get(task):
                raise StoreError(f"the evaluation in {self.root} is of another index", EVALUATE)
            if not len(members) == len(vote["temperatures"]) == len(vote["weights"]):
                raise damaged(path, f"{task}: not one weight for each member", EVALUATE)
            if not set(members) <= set(fitted["networks"]) or sum(vote["weights"]) <= 0:
                raise damaged(path, f"{task}: nobody votes, or an unknown network", EVALUATE)
        return fitted

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
        record = self.embedding_record(name)
        command = _embed(record)
        return read_array(
            self.embedding_path(name),
            schema.EMBEDDING,
            {"works": self.dataset()["works"]},
            command=command,
            missing=StoreError(f"no embedding {name} in {self.root}", command),
        )

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
            raise StoreError(f"no embeddings in {self.root}", "artextract embed")
        if record["inputs"].get("pictures") != self.dataset()["pictures"]:
            raise StoreError(
                f"{self.embedding_path(name)} was made from another index",
                _embed(record["result"]),
            )
        return {"key": record["key"]} | record["result"]


def _embed(made: dict[str, Any]) -> str:
    """The command that makes an embedding as it was made."""
    weights = made["pretrained"]
    if weights is None:
        return f"artextract embed --backbone {made['backbone']}"
    source = weights if weights == "imagenet" else f"{made['backbone']}={weights}"
    size = "" if made["image_size"] == IMAGE_SIZE else f" --image-size {made['image_size']}"
    return f"artextract embed --backbone {made['backbone']} --pretrained {source}{size}"
