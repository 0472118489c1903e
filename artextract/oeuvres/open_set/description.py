"""What a picture is told from others by: statistics of a network's stages, block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from artextract.collection.images import PictureError, open_picture
from artextract.store import Store

if TYPE_CHECKING:
    from artextract.inference.embeddings import Embedder

_BATCH = 32


class Describer:
    """Describes pictures by the networks of an embedding; safe to share by threads.

    Pictures are given as the store keeps them small, so that all have been coded alike: early
    layers see how a file was made.

    Parameters
    ----------
    store
        A store with the embedding.
    name
        Of the embedding, or of several joined by "+".
    """

    def __init__(self, store: Store, name: str) -> None:
        self.store, self.parts = store, name.split("+")
        self._embedders: dict[str, Embedder] = {}
        self._loading = Lock()

    def embedder(self, part: str) -> Embedder:
        """What embeds by one of the networks.

        Raises
        ------
        StoreError
            If the network that made the embedding is no longer there.
        """
        from artextract.inference.embeddings import Embedder

        with self._loading:
            if part not in self._embedders:
                self._embedders[part] = Embedder(self.store, part)
            return self._embedders[part]

    def widths(self) -> np.ndarray:
        """Numbers in each block of a description, int64; raises as :meth:`embedder`."""
        return np.array([w for part in self.parts for w in self.embedder(part).widths])

    def __call__(
        self,
        pictures: Sequence[Path | bytes],
        *,
        on_batch: Callable[[int], object] = lambda n: None,
    ) -> np.ndarray:
        """Describe pictures: float32 (n, sum(widths)), NaN where one cannot be read."""
        embedders = [self.embedder(part) for part in self.parts]
        side = max(embedder.size for embedder in embedders)
        result = np.full((len(pictures), int(self.widths().sum())), np.nan, np.float32)
        with ThreadPoolExecutor(2) as pool:
            for start in range(0, len(pictures), _BATCH):
                batch = pictures[start : start + _BATCH]
                opened = list(pool.map(lambda source: _open(source, side), batch))
                rows = [start + i for i, picture in enumerate(opened) if picture is not None]
                readable = [picture for picture in opened if picture is not None]
                if readable:
                    found = [embedder.stage_statistics(readable) for embedder in embedders]
                    result[rows] = np.concatenate(found, axis=1)
                on_batch(len(batch))
        return result


def _open(source: Path | bytes, side: int) -> Image.Image | None:
    try:
        return open_picture(source, min_side=side)
    except PictureError:
        return None
