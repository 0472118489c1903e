"""The store: one folder of results, which stages leave for each other and for the gallery."""

from artextract.store.errors import StoreError
from artextract.store.files import replacing, write_json
from artextract.store.store import FORMAT, TASKS, Store

__all__ = ["FORMAT", "TASKS", "Store", "StoreError", "replacing", "write_json"]
