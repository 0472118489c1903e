"""ArtExtract: what a painting is, where the models go wrong, and which works stand out.

The names below are what a notebook needs. They are imported when they are first asked for, so that
``import artextract`` loads neither PyTorch nor pandas.

Examples
--------
>>> import artextract
>>> store = artextract.Store("store")
>>> store
Store('store')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from artextract.collection.indexing import index
    from artextract.evaluation.evaluate import evaluate
    from artextract.inference.embeddings import embed
    from artextract.inference.predictor import Predictor
    from artextract.oeuvres.explore import explore
    from artextract.oeuvres.open_set.status import StatusAssessor
    from artextract.oeuvres.similarity.neighbours import Neighbours
    from artextract.store import Store, StoreError
    from artextract.training.config import TrainingConfig
    from artextract.training.fit import fit

__version__ = "0.2.0"

__all__ = [
    "Neighbours",
    "Predictor",
    "StatusAssessor",
    "Store",
    "StoreError",
    "TrainingConfig",
    "embed",
    "evaluate",
    "explore",
    "fit",
    "index",
]

_HOME = {
    "Neighbours": "artextract.oeuvres.similarity.neighbours",
    "Predictor": "artextract.inference.predictor",
    "StatusAssessor": "artextract.oeuvres.open_set.status",
    "Store": "artextract.store",
    "StoreError": "artextract.store",
    "TrainingConfig": "artextract.training.config",
    "embed": "artextract.inference.embeddings",
    "evaluate": "artextract.evaluation.evaluate",
    "explore": "artextract.oeuvres.explore",
    "fit": "artextract.training.fit",
    "index": "artextract.collection.indexing",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
