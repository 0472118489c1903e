"""What an indexing run did, for a person and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from artextract.collection.catalogue.findings import render_findings, short

FEW_WORKS = 3  # a class with fewer cannot stand in training, validation and test
MOST_SHOWN = 5  # pairs of folders in the summary


@dataclass(frozen=True)
class IndexReport:
    """What :func:`artextract.collection.indexing.index` did.

    Attributes
    ----------
    kind
        Of the source: a key of :data:`artextract.collection.sources.SOURCES`.
    works, rejected
        Numbers of works in the store, and left out (rejected.csv says why).
    opened
        Pictures opened in this run; the others were known from an earlier one.
    train, val, test
        Works per split.
    labelled
        Per task and split, "excluded" among them, how many works.
    removed
        Works taken out of training, by reason.
    duplicates
        Works that are the same picture as another one.
    few
        Per task, classes with fewer than three works.
    layout
        What the folders were taken for: "wrapper" (gone through), "splits", and how many hidden
        files were "ignored"; empty where a table says what is what.
    same_folders
        Pairs of folders that hold the same pictures: their names, how many are the same, and how
        many the smaller one has.
    labels
        Digest of each task's labels and splits.
    seconds
        Wall-clock.
    catalogue
        What was found in a table and its labels: under "table" its encoding, columns and dates that
        were not understood, under "labels" those that name nobody, qualified attributions, several
        makers, and names in several spellings.
    """

    kind: str
    works: int
    rejected: int
    opened: int
    train: int
    val: int
    test: int
    labelled: dict[str, dict[str, int]]
    removed: dict[str, int]
    duplicates: int
    few: dict[str, list[str]]
    layout: dict[str, Any]
    same_folders: list[tuple[str, str, int, int]]
    labels: dict[str, str]
    seconds: float
    catalogue: dict[str, Any] = field(default_factory=dict)

    def summary(self) -> str:
        """Say it in a few lines; the last one tells how many pictures were left out."""
        lines = [
            f"{self.works:,} works: {self.train:,} for training, {self.val:,} for validation, "
            f"{self.test:,} for test"
        ]
        lines += [
            f"{count:,} taken out of training: {reason}"
            for reason, count in self.removed.items()
            if count
        ]
        lines += self._about_folders()
        if self.duplicates:
            lines.append(f"{self.duplicates:,} are the same picture as another work")
        for task, names in self.few.items():
            if names:
                shown = ", ".join(map(short, names[:5])) + (" …" if len(names) > 5 else "")
                lines.append(f"{task}: fewer than {FEW_WORKS} works in {len(names)}: {shown}")
        lines += render_findings(self.catalogue)
        lines.append(
            f"{self.opened:,} pictures opened, {self.rejected:,} left out"
            + (" (rejected.csv says why)" if self.rejected else "")
        )
        return "\n".join(lines)

    def _about_folders(self) -> list[str]:
        lines = []
        if wrapper := self.layout.get("wrapper"):
            lines.append(f"the artists' folders are those in {wrapper}")
        if splits := self.layout.get("splits"):
            lines.append(f"{', '.join(splits)} taken as the splits")
        if ignored := self.layout.get("ignored"):
            lines.append(f"{ignored:,} hidden files and files of the system passed over")
        lines += [
            f"{first} and {second} hold the same pictures ({same:,} of {all_of:,})"
            for first, second, same, all_of in self.same_folders[:MOST_SHOWN]
        ]
        if (more := len(self.same_folders) - MOST_SHOWN) > 0:
            lines.append(f"and so do {more:,} more pairs of folders")
        return lines
