"""What a store holds of the index: its manifest, the works, and the classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from artextract.files import replacing, write_json
from artextract.store import schema
from artextract.store.errors import StoreError
from artextract.store.migrations import FORMAT, migrate
from artextract.store.paths import StorePaths
from artextract.store.reading import damaged, json_problem, read_json, read_table
from artextract.store.snapshot import Snapshot
from artextract.store.stages import digest

if TYPE_CHECKING:
    import pandas as pd

INDEX = "artextract index SOURCE"


class StoredIndex(StorePaths):
    """The part of a store that ``index`` writes."""

    def manifest(self) -> dict[str, Any]:
        """Read manifest.json; ``{}`` where nothing has been made yet.

        A store of an older format is migrated.

        Raises
        ------
        StoreError
            If the store is of a format that this version does not know, cannot be migrated, or the
            manifest is damaged.
        """
        path = self.root / "manifest.json"
        if not path.exists():
            return {}
        missing = StoreError(f"no works in {self.root}", INDEX)  # removed at this moment
        manifest = read_json(path, schema.AnyManifest, command=INDEX, missing=missing)
        if manifest["format"] != FORMAT:
            manifest = migrate(self.root, manifest)
        if problem := json_problem(manifest, schema.Manifest):
            raise damaged(path, problem, INDEX)
        return manifest

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
            raise StoreError(f"no works in {self.root}", INDEX)
        if not dataset.get("complete", True):
            raise StoreError(f"indexing into {self.root} was interrupted", INDEX)
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
            If nothing has been indexed, or the file is damaged or of another store.
        """
        manifest = self.manifest()
        dataset = manifest.get("dataset", {})
        columns = dict(schema.WORKS)
        for task in dataset.get("labels", {}):
            columns |= {name.format(task=task): kind for name, kind in schema.TASK.items()}
        missing = StoreError(f"no works in {self.root}", INDEX)
        works = read_table(self.works_path, columns, command=INDEX, missing=missing)
        problem = self._problem_of_works(works, dataset)
        if problem is None:
            return works
        if self.manifest() != manifest:  # indexed anew between the two readings
            return self.works()
        raise damaged(self.works_path, problem, INDEX)

    def _problem_of_works(self, works: pd.DataFrame, dataset: dict[str, Any]) -> str | None:
        if not np.array_equal(works["work_id"], np.arange(len(works))):
            return "work_id is not the number of the row"
        if not dataset or not dataset.get("complete", True):
            return None
        if len(works) != dataset["works"]:
            return f"it holds {len(works):,} works, expected {dataset['works']:,}"
        classes = self.classes()
        for task in dataset["labels"]:
            if not works[task].dropna().isin(classes[task]).all():
                return f"labels of {task} are not in classes.json"
            if works.loc[works[task].notna(), f"{task}_split"].isna().any():
                return f"works that are labelled with {task} have no {task}_split"
        return None

    def classes(self) -> dict[str, list[str]]:
        """Class names per task, in the order of the networks' outputs.

        Raises
        ------
        StoreError
            If nothing has been indexed, or the file is damaged or of another store.
        """
        manifest = self.manifest()
        path = self.root / "classes.json"
        missing = StoreError(f"no works in {self.root}", INDEX)
        classes = read_json(path, schema.Classes, command=INDEX, missing=missing)
        for task, names in classes.items():
            if len(set(names)) < len(names):
                raise damaged(path, f"a class of {task} stands twice", INDEX)
        dataset = manifest.get("dataset", {"complete": False})
        if dataset.get("complete", True) and set(classes) != set(dataset["labels"]):
            if self.manifest() != manifest:  # indexed anew between the two readings
                return self.classes()
            raise damaged(path, "its tasks are not those of manifest.json", INDEX)
        return classes

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
