"""The most similar works of a work or of an upload: exact, by the cosine of the embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from artextract.collection.images import PictureError, open_picture
from artextract.oeuvres.similarity.pca import unit
from artextract.progress import Advance, ignore

CHUNK = 512  # rows in single precision at a time: they stay in the processor's cache
SIDE = 24  # pixels: scans of one picture should agree at this size
SAME = 0.97  # correlation of the pixels from which two are one picture; not tuned
CLOSE = 0.9  # cosine from which a pair is looked at


class Neighbours:
    """Exact cosine neighbours in an embedding, memory-mapped or not.

    Nothing is approximated and nothing indexed: all rows are read at each question.

    Parameters
    ----------
    embedding
        float16 or float32 (n_works, n_features); a row of NaN is nobody's neighbour.
    painters
        Names (n_works,), which the question can be narrowed by; None where there are none.
    """

    def __init__(self, embedding: np.ndarray, creators: np.ndarray | None = None) -> None:
        self.embedding = embedding
        self.creators = creators
        # Half precision is turned into single by torch, which takes a tenth of numpy's time.
        # It only reads: a memory map need not be writable.
        self._rows = _tensor(embedding)
        self._lengths = torch.empty(len(embedding))
        for start in range(0, len(embedding), CHUNK):
            rows = slice(start, start + CHUNK)
            torch.linalg.vector_norm(self._rows[rows].float(), dim=1, out=self._lengths[rows])

    def similarities(self, query: np.ndarray) -> np.ndarray:
        """Cosine of every work with `query` (n_features,): float32 (n_works,), NaN where unknown.

        Features after a ReLU are not negative, so neither is their cosine: 0..1.
        """
        wanted = torch.from_numpy(np.asarray(query, np.float32))
        wanted = wanted / wanted.norm().clamp(min=1e-12)
        n, width = self._rows.shape
        products = torch.empty(n)
        buffer = torch.empty(CHUNK, width)
        for start in range(0, n, CHUNK):
            rows = slice(start, min(start + CHUNK, n))
            chunk = buffer[: rows.stop - rows.start].copy_(self._rows[rows])
            torch.mv(chunk, wanted, out=products[rows])
        return (products / self._lengths.clamp(min=1e-12)).numpy()

    def nearest(
        self,
        query: int | np.ndarray,
        *,
        k: int = 12,
        by: str | None = None,
        by_others_than: str | None = None,
        without: np.ndarray | None = None,
    ) -> pd.DataFrame:
        """The `k` works most similar to a work or to an upload.

        Parameters
        ----------
        query
            work_id, which is then not among the answers, or the features of an upload.
        k
            How many; fewer where there are no more.
        by
            Only works by this painter.
        by_others_than
            Only works by others than this painter; works of nobody count as others.
        without
            work_ids to leave out, say copies.

        Returns
        -------
        DataFrame with work_id (int32) and similarity (float32, -1..1), most similar first, ties by
        work_id.
        """
        allowed = np.ones(len(self.embedding), dtype=bool)
        if isinstance(query, int | np.integer):
            allowed[query] = False
            query = np.asarray(self.embedding[query])
        if without is not None:
            allowed[without] = False
        for painter, same in ((by, True), (by_others_than, False)):
            if painter is not None and self.creators is not None:
                allowed &= (self.creators == painter) == same
        similarity = self.similarities(query)
        rows = np.flatnonzero(allowed & np.isfinite(similarity))
        if len(rows) > k:
            rows = rows[np.argpartition(-similarity[rows], k)[:k]]
        rows = rows[np.lexsort((rows, -similarity[rows]))]
        return pd.DataFrame({"work_id": rows.astype(np.int32), "similarity": similarity[rows]})


def near_duplicates(
    embedding: np.ndarray,
    candidates: np.ndarray,
    *,
    thumbnails: Sequence[Path],
    work_ids: np.ndarray | None = None,
    advance: Advance = ignore,
) -> pd.DataFrame:
    """Pairs of works that are one picture: filed twice, or another scan of it.

    Works that are close in the embedding are compared by their thumbnails; where one has none, by
    the embedding alone, which must then agree almost entirely. A data fault, and not a finding
    about a painter.

    Parameters
    ----------
    embedding
        (n_works, n_features).
    candidates
        int (n_works, k): rows of the nearest works of each; -1 where there are no more.
    thumbnails
        Of the rows; they need not be there.
    work_ids
        Of the rows; None where row and work_id are the same.

    Returns
    -------
    DataFrame with work_id, other (work_id of the second, larger), similarity (cosine), pixels
    (correlation of the thumbnails, NaN where there is none), most alike first.
    """
    first = np.repeat(np.arange(len(candidates)), candidates.shape[1])
    second = candidates.ravel()
    pairs = np.sort(np.stack([first, second], axis=1)[second >= 0], axis=1)
    pairs = np.unique(pairs, axis=0)
    cosine = np.concatenate(
        [
            np.einsum("nd,nd->n", unit(embedding[part[:, 0]]), unit(embedding[part[:, 1]]))
            for part in np.array_split(pairs, len(pairs) // 4096 + 1)
        ]
    )
    pairs, cosine = pairs[cosine >= CLOSE], cosine[cosine >= CLOSE]
    small: dict[int, np.ndarray | None] = {}
    pixels = np.full(len(pairs), np.nan)
    for i, (a, b) in enumerate(pairs.tolist()):
        for work in (a, b):
            if work not in small:
                small[work] = _small(thumbnails[work])
        one, other = small[a], small[b]
        if one is not None and other is not None:
            pixels[i] = float(one @ other)
        advance(1, total=len(pairs), note="near-duplicates")
    same = np.where(np.isnan(pixels), cosine >= 0.999, pixels >= SAME)
    pairs = pairs if work_ids is None else np.asarray(work_ids)[pairs]
    found = pd.DataFrame(
        {
            "work_id": pairs[:, 0].astype(np.int32),
            "other": pairs[:, 1].astype(np.int32),
            "similarity": cosine,
            "pixels": pixels,
        }
    )[same]
    return found.sort_values(
        ["similarity", "work_id", "other"], ascending=[False, True, True], ignore_index=True
    )


def _small(thumbnail: Path) -> np.ndarray | None:
    """Grey values of a thumbnail, squeezed small, mean 0 and length 1; None without a picture."""
    try:
        picture = open_picture(thumbnail, min_side=SIDE)
    except PictureError:
        return None
    pixels = np.asarray(picture.convert("L").resize((SIDE, SIDE)), dtype=np.float64).ravel()
    pixels -= pixels.mean()
    return pixels / max(float(np.linalg.norm(pixels)), 1e-9)


def _tensor(array: np.ndarray) -> torch.Tensor:
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not writable.*")
        return torch.from_numpy(array)
