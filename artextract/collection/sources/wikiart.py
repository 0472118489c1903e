"""A WikiArt release: pictures in folders per style, label tables beside them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
import pandas as pd

from artextract.collection.audit import audit_release
from artextract.collection.filenames import split_stem
from artextract.collection.labels import choose_tasks
from artextract.collection.places import Place, archive_of, open_place
from artextract.collection.sources.base import Collection
from artextract.collection.sources.details import creators, file_stems, unlabelled, with_titles
from artextract.collection.sources.files import find_files, from_record, in_record
from artextract.collection.sources.wikiart_tables import has_tables, read_release
from artextract.store import StoreError


class WikiArtSource:
    """A WikiArt release on disk.

    Parameters
    ----------
    labels
        Folder with the label tables, as Artist/artist_train.
    images
        Folder to which the paths in the tables are relative, on disk or in a zip or tar archive;
        None: the same.
    """

    kind = "wikiart"

    def __init__(self, labels: Path, *, images: Path | None = None) -> None:
        self.labels = Path(labels)
        self.root = Path(labels if images is None else images)

    def __str__(self) -> str:
        return str(self.root)

    @cached_property
    def _place(self) -> Place:
        return open_place(self.root)

    @classmethod
    def recognise(
        cls, path: Path, *, labels: Path | None = None, images: Path | None = None
    ) -> Self | None:
        """See :class:`artextract.collection.sources.base.Source`."""
        archive = archive_of(images or path)
        if path.is_file() and not (archive and labels):
            if labels is not None:
                raise StoreError(
                    f"--labels goes with the pictures of the WikiArt release, in a folder or in a "
                    f"zip or tar archive; {path} is another file"
                )
            return None
        if labels is None and not has_tables(path):
            return None
        return cls(labels or path, images=archive.unwrapped() if archive else images or path)

    def read(self, tasks: Sequence[str] | None) -> Collection:
        """List the works of the tables, in all of which a leak of one task is looked for.

        Raises
        ------
        StoreError
            If a table is faulty (see
            :func:`artextract.collection.sources.wikiart_tables.read_release`), a task has none, or
            no picture is there.
        """
        release = read_release(self.labels, tasks=tasks or ())
        labels = [task for task, names in release.classes.items() if names]
        chosen = choose_tasks(tasks, labels, where=f"the release in {self.labels}")
        # Sorted, so that of contradicting rows the same one counts however the tables are ordered;
        # "test" sorts before "train".
        rows = release.rows.astype({"part": "str"}).sort_values(["path", "part", "label"])
        rows = rows.drop_duplicates(["path", "task"])
        works = pd.DataFrame({"path": rows["path"].unique()}).set_index("path")
        for label in labels:
            own = rows[rows["task"] == label].set_index("path")
            name = pd.Series(release.classes[label], dtype="str")
            works[label] = own["label"].map(name).astype("str")
            works[f"given_{label}"] = own["part"]
        works, missing = find_files(works.reset_index(), self._place)
        stems = file_stems(works["path"])
        parts = [split_stem(stem) for stem in stems]
        # A name without a painter in front says nothing: "01.jpg" in two folders is two pictures.
        signed = np.array([bool(head) for head, _ in parts])
        works["picture"] = stems.where(signed, works["path"])
        artists = works["artist"] if "artist" in works else unlabelled(works)
        works["creator"] = creators(artists, [head for head, _ in parts])
        works = with_titles(works, [rest for _, rest in parts])
        classes = {task: release.classes[task] for task in chosen}
        facts = {"tables": audit_release(release)}
        return Collection(works, missing, classes, True, facts, curated=True)

    def open(self, key: str) -> BinaryIO:
        """Open a picture of the release."""
        return self._place.open(key)

    def record(self, *, store_root: Path) -> dict[str, Any]:
        """Kind and the two folders."""
        return {
            "kind": self.kind,
            "labels": in_record(self.labels, store_root),
            "images": in_record(self.root, store_root),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any], *, store_root: Path) -> Self:
        """Return the release that was recorded."""
        labels, images = (from_record(record[name], store_root) for name in ("labels", "images"))
        return cls(labels, images=images)
