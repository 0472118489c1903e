"""A folder of pictures with one sub-folder per artist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Self

import pandas as pd

from artextract.collection.labels import choose_tasks
from artextract.collection.places import Place, archive_of, open_place
from artextract.collection.places.other_files import sort_out
from artextract.collection.sources.base import Collection
from artextract.collection.sources.details import described
from artextract.collection.sources.files import from_record, in_record
from artextract.collection.sources.folder_layout import Layout, find_layout
from artextract.store import StoreError

_TABLES = (".csv", ".jsonl", ".parquet", ".tsv", ".xlsx")

# Two of these as sub-folders: pictures of the release without its tables, not painters.
_STYLES = frozenset(
    ("Baroque", "Cubism", "Expressionism", "Impressionism", "Realism", "Romanticism", "Symbolism")
)


class FolderSource:
    """A folder, or a zip or tar archive, with one sub-folder of pictures per artist.

    Parameters
    ----------
    root
        The folder or the archive.
    """

    kind = "folders"

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

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
        root = images or path
        return cls(root) if root.is_dir() or archive_of(root) else None

    def read(self, tasks: Sequence[str] | None) -> Collection:
        """List the pictures; the artist is the sub-folder, see :func:`find_layout`.

        Raises
        ------
        StoreError
            If there is no picture in a sub-folder, another task than artist is wanted, or these are
            the style folders of a WikiArt release without its tables.
        """
        listing = self._place.walk()
        pictures, others = sort_out(self._place, listing)
        layout = find_layout(pictures)
        if len(_STYLES & set(layout.artists.values())) > 1:
            raise StoreError(
                f"{self.root} has the style folders of WikiArt but no label tables "
                "(Artist/artist_train …); say where they are with --labels DIR"
            )
        chosen = choose_tasks(tasks, ["artist"], where=f"the folder {self.root}")
        if not layout.artists or layout.without_artists:
            raise StoreError(_no_collection(self.root, pictures, others, layout))
        works = pd.DataFrame({"path": sorted(layout.artists)}, dtype="str")
        works["stamp"] = works["path"].map(listing.files).astype("str")
        works["artist"] = works["path"].map(layout.artists).astype("str")
        works["given_artist"] = works["path"].map(layout.splits).astype("str")
        reasons = others | layout.outside
        missing = pd.DataFrame({"path": list(reasons), "reason": list(reasons.values())})
        facts = {
            "layout": {
                "wrapper": layout.wrapper,
                "splits": layout.split_folders,
                "ignored": listing.ignored,
            }
        }
        return described(works, missing.astype("str"), chosen, facts)

    def open(self, key: str) -> BinaryIO:
        """Open a picture of the folder."""
        return self._place.open(key)

    def record(self, *, store_root: Path) -> dict[str, Any]:
        """Kind and folder."""
        return {"kind": self.kind, "images": in_record(self.root, store_root)}

    @classmethod
    def from_record(cls, record: dict[str, Any], *, store_root: Path) -> Self:
        """Return the folder that was recorded."""
        return cls(from_record(record["images"], store_root))


def _no_collection(
    root: Path, pictures: Sequence[str], others: Mapping[str, str], layout: Layout
) -> str:
    """Say why a folder is none, by what it holds."""
    tables = [key for key in others if PurePosixPath(key).suffix.lower() in _TABLES]
    if layout.without_artists:
        names = f"{root} has {' and '.join(layout.split_folders)}"
        if tables:
            return (
                f"{names} and tables beside the pictures; name a table itself: {root / tables[0]}"
            )
        return (
            f"{names}, which hold pictures but no sub-folders, one per artist: nothing says who "
            "painted them, as a table with a column path would"
        )
    looked = (
        "looked for the tables of a WikiArt release (Artist/artist_train …), and for sub-folders "
        "with pictures, one per artist; a CSV or Parquet table is named itself"
    )
    if tables:
        return f"{root} is no collection; {looked}, as {root / tables[0]}"
    if pictures:
        return f"the {len(pictures):,} pictures in {root} lie in no sub-folder; {looked}"
    if not others:
        return f"{root} is no collection; it holds no files; {looked}"
    kinds = Counter(PurePosixPath(key).suffix.lower() or "no ending" for key in others)
    held = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common(3))
    first, reason = next(iter(others.items()))
    return f"{root} is no collection; it holds no pictures but {held} ({first}: {reason}); {looked}"
