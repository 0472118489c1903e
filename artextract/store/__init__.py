"""The store: one folder of results, which stages leave for each other and for the gallery."""

from artextract.files import replacing, write_json
from artextract.store.errors import DamagedFileError, StoreError
from artextract.store.migrations import FORMAT
from artextract.store.snapshot import Snapshot
from artextract.store.stages import Stage, changed_settings, digest
from artextract.store.store import Store

__all__ = [
    "FORMAT",
    "DamagedFileError",
    "Snapshot",
    "Stage",
    "Store",
    "StoreError",
    "changed_settings",
    "digest",
    "replacing",
    "write_json",
]
