"""Places that hold pictures: a folder, a zip or tar archive, Parquet files with pictures inside.

Sources say what the pictures are; a place says which there are and opens them by key. Nothing is
ever unpacked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artextract.collection.images import PictureError
from artextract.collection.places.archive import Archive, archive_kind
from artextract.collection.places.base import Listing, Place
from artextract.collection.places.disk import Folder
from artextract.collection.places.parquet_files import holds_pictures
from artextract.collection.places.parquet_pictures import ParquetPictures
from artextract.store import StoreError

__all__ = [
    "Archive",
    "Folder",
    "Listing",
    "ParquetPictures",
    "Place",
    "archive_of",
    "holds_pictures",
    "open_place",
    "reading",
]


def archive_of(path: Path) -> Archive | None:
    """The archive that `path` is, or lies in: ``pictures.zip``, ``pictures.zip/train/works.csv``.

    None for what is on disk itself, or is nowhere.
    """
    for place in (path, *path.parents):
        if place.is_dir():
            return None
        if place.is_file():
            kind = archive_kind(place)
            inner = "" if place == path else path.relative_to(place).as_posix()
            return Archive(place, inner) if kind else None
    return None


def open_place(path: Path) -> Place:
    """The place that `path` names: an archive, a folder within one, or a folder on disk."""
    return archive_of(path) or Folder(path)


@contextmanager
def reading(path: Path) -> Iterator[Path]:
    """A file on disk with the content of `path`, which may lie in an archive, while the block runs.

    Raises
    ------
    StoreError
        If it cannot be read; and that of the block, in which the file is called `path`.
    """
    archive = None if path.exists() else archive_of(path)
    if archive is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="artextract-") as folder:
        copy = Path(folder, path.name)
        try:
            with Archive(archive.file).open(archive.inner) as member:
                copy.write_bytes(member.read())
            yield copy
        except PictureError as error:
            raise StoreError(f"{path} cannot be read: {error}") from error
        except StoreError as error:
            raise StoreError(error.what.replace(str(copy), str(path)), error.command) from error
