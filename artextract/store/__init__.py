"""The store: one folder of results, which stages leave for each other and for the gallery."""

from artextract.store.errors import StoreError
from artextract.store.files import replacing, write_json
from artextract.store.stages import Stage, changed_settings
from artextract.store.store import FORMAT, TASKS, Store

__all__ = [
    "FORMAT",
    "TASKS",
    "Stage",
    "Store",
    "StoreError",
    "changed_settings",
    "replacing",
    "write_json",
]
