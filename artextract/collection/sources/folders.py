"""A folder of pictures with one sub-folder per artist."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self

from artextract.collection.images import open_file
from artextract.collection.labels import choose_tasks
from artextract.collection.sources.base import Collection
from artextract.collection.sources.details import described, unlabelled
from artextract.collection.sources.files import from_record, in_record, list_pictures
from artextract.store import StoreError

# Two of these as sub-folders: pictures of the release without its tables, not painters.
_STYLES = frozenset(
    ("Baroque", "Cubism", "Expressionism", "Impressionism", "Realism", "Romanticism", "Symbolism")
)


class FolderSource:
    """A folder with one sub-folder of pictures per artist.

    Parameters
    ----------
    root
        The folder.
    """

    kind = "folders"

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def __str__(self) -> str:
        return str(self.root)

    @classmethod
    def recognise(
        cls, path: Path, *, labels: Path | None = None, images: Path | None = None
    ) -> Self | None:
        """See :class:`artextract.collection.sources.base.Source`."""
        return cls(images or path) if path.is_dir() else None

    def read(self, tasks: Sequence[str] | None) -> Collection:
        """List the pictures; the artist is the sub-folder.

        Raises
        ------
        StoreError
            If there is no picture in a sub-folder, another task than artist is wanted, or these are
            the style folders of a WikiArt release without its tables.
        """
        if len(_STYLES & {entry.name for entry in os.scandir(self.root) if entry.is_dir()}) > 1:
            raise StoreError(
                f"{self.root} has the style folders of WikiArt but no label tables "
                "(Artist/artist_train …); say where they are with --labels DIR"
            )
        chosen = choose_tasks(tasks, ["artist"], where=f"the folder {self.root}")
        works, missing = list_pictures(self.root)
        if works.empty:
            raise StoreError(
                f"{self.root} is no collection; looked for the tables of a WikiArt release "
                "(Artist/artist_train …), and for sub-folders with pictures, one per artist; "
                "a CSV or Parquet table is named itself"
            )
        works["artist"] = works["path"].str.split("/").str[0]
        works["given_artist"] = unlabelled(works)
        return described(works, missing, chosen)

    def open(self, key: str) -> BinaryIO:
        """Open a picture of the folder."""
        return open_file(self.root / key)

    def record(self, *, store_root: Path) -> dict[str, Any]:
        """Kind and folder."""
        return {"kind": self.kind, "images": in_record(self.root, store_root)}

    @classmethod
    def from_record(cls, record: dict[str, Any], *, store_root: Path) -> Self:
        """Return the folder that was recorded."""
        return cls(from_record(record["images"], store_root))
