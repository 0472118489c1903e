"""A store at one moment: what pages and their caches hand around."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from artextract.store.store import Store


@dataclass(frozen=True)
class Snapshot:
    """Where a store is, and what state it was seen in.

    Attributes
    ----------
    root
        Absolute path of the store.
    version
        Changes whenever a stage has finished or the index has changed.
    """

    root: str
    version: str

    @classmethod
    def take(cls, root: Path) -> Snapshot:
        """Of the store at `root`, which need not exist."""
        content = hashlib.sha256()
        records = sorted((root / "stages").glob("*.json"))
        for path in (root / "manifest.json", root / "ensemble.json", *records):
            content.update(path.name.encode())
            content.update(path.read_bytes() if path.is_file() else b"-")
        return cls(str(root.absolute()), content.hexdigest())

    @property
    def store(self) -> Store:
        """The store, as it is now."""
        from artextract.store.store import Store

        return Store(self.root)
