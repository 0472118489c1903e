"""What a source is: it lists works with their labels, and opens their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, Self

import pandas as pd

KEPT = "kept_"  # before the name of a column of the works that is kept as it is


@dataclass(frozen=True)
class Collection:
    """What a source says about its works, before any picture has been opened.

    Attributes
    ----------
    works
        One row each, sorted by path. ``path`` is the key by which the source opens the picture;
        ``stamp`` (str) changes when the picture's bytes may have changed, as size and time of a
        file do; then title, year (Int16), creator, picture, and for every label column
        ``<label>`` and ``given_<label>`` (see :func:`artextract.collection.splits.assign_splits`).
        Labels beside the tasks may be there: they decide about splits and are not kept. So may
        year_from and year_to (Int16) where more than a year is known, and in columns named
        ``kept_<name>`` whatever else the source says of its works: they are kept as <name>.
    missing
        path and reason of works whose picture is not there.
    classes
        Class names of each task; empty where nothing is labelled.
    by_picture
        Whether works of the same ``picture`` are the same picture in two folders.
    facts
        For the audit.
    curated
        Whether the labels are classes already, and no names as people write them.
    """

    works: pd.DataFrame
    missing: pd.DataFrame
    classes: dict[str, list[str]]
    by_picture: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    curated: bool = False


class Source(Protocol):
    """Where works, labels and pictures come from.

    Nothing outside a source knows whether a key is a path, a member of an archive or an address.
    A source is pickled and forked along with the processes that load pictures, and several threads
    open pictures at once: a handle that cannot be shared is opened by each process for itself.

    Attributes
    ----------
    kind
        Key in :data:`artextract.collection.sources.SOURCES`.
    """

    kind: str

    def __str__(self) -> str:
        """Say in messages where the pictures are."""
        ...

    @classmethod
    def recognise(
        cls, path: Path, *, labels: Path | None = None, images: Path | None = None
    ) -> Self | None:
        """Return the source that `path` is, or None where it is of another kind.

        Parameters
        ----------
        path
            A file or folder that exists.
        labels, images
            Where labels and pictures are, if a person says so.
        """
        ...

    def read(self, tasks: Sequence[str] | None) -> Collection:
        """List the works; opens no picture.

        Parameters
        ----------
        tasks
            Label columns to be tasks; None for the default ones that the source has, see
            :func:`artextract.collection.labels.choose_tasks`.

        Raises
        ------
        StoreError
            If the source is faulty or has no such labels.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """Open a picture by the ``path`` of its work: a stream that can be sought, at its start.

        Raises
        ------
        PictureError
            If it is not there any longer.
        """
        ...

    def record(self, *, store_root: Path) -> dict[str, Any]:
        """What :meth:`from_record` makes the source from again, fit for JSON.

        Returns
        -------
        dict with "kind", "images" (str, the place that holds the pictures) and whatever else the
        source needs. Places within `store_root` are relative to it, so that a store can be moved.
        """
        ...

    @classmethod
    def from_record(cls, record: dict[str, Any], *, store_root: Path) -> Self:
        """Return the source that :meth:`record` describes; opens nothing."""
        ...
