"""A store at one moment: what pages and their caches hand around."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
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
        Changes whenever a stage has finished or the index has changed; of :meth:`of_stages`, when
        one of these stages has.
    """

    root: str
    version: str

    @classmethod
    def take(cls, root: Path) -> Snapshot:
        """Of the store at `root`, which need not exist."""
        return cls._taken(root, sorted((root / "stages").glob("*.json")))

    def of_stages(self, names: Iterable[str]) -> Snapshot:
        """What the index, the evaluation and these stages are now, whatever other stages do.

        For what takes long to read: it is read again only when what it was read from has changed.

        Parameters
        ----------
        names
            Of the records of stages; one that is missing is as good as any other state of it.
        """
        root = Path(self.root)
        return self._taken(root, [root / "stages" / f"{name}.json" for name in sorted(names)])

    @classmethod
    def _taken(cls, root: Path, records: Iterable[Path]) -> Snapshot:
        content = hashlib.sha256()
        for path in (root / "manifest.json", root / "ensemble.json", *records):
            content.update(path.name.encode())
            content.update(path.read_bytes() if path.is_file() else b"-")
        return cls(str(root.absolute()), content.hexdigest())

    @property
    def store(self) -> Store:
        """The store, as it is now."""
        from artextract.store.store import Store

        return Store(self.root)
