"""What ``explore`` has found, read back for a page or a notebook, without PyTorch."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.duplicates import merge_duplicate_groups
from artextract.oeuvres.outliers.detectors import detect, percentiles
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.store import Store, StoreError

# Part, the file that holds it, and the columns that are relied upon.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "outliers": (
        "outliers.parquet",
        ("work_id", "creator", "score", "percentile", *EVIDENCE, "reasons", "faults"),
    ),
    "map": ("map.parquet", ("work_id", "x", "y")),
    "oeuvres": ("oeuvres.parquet", ("creator", "work_id", "x", "y")),
    "timeline": ("timeline.parquet", ("work_id", "creator", "year", "predicted_year")),
}
# In `explore --only`, where that is not the part's own name.
_STAGES = {"oeuvres": "map"}


def explorations(store: Store) -> list[str]:
    """Names of the embeddings that were explored, the one that is preferred first.

    Those that were explored in another index, or are damaged, come last.

    Raises
    ------
    StoreError
        If nothing was explored.
    """
    store.manifest()  # of this format?
    found = sorted(path.parent.name for path in store.root.glob("explored/*/summary.json"))
    if not found:
        if store.works_path.exists():
            store.works()
        what = "nothing has been explored" if store.works_path.exists() else "no works"
        command = "artextract explore" if store.works_path.exists() else "artextract index SOURCE"
        raise StoreError(f"{what} in {store.root}", command=command)
    first = ("resnet50", "alexnet")

    def rank(name: str) -> tuple[bool, int, str]:
        usable = False
        with suppress(StoreError):  # a damaged one hides no other
            usable = _of_this_index(store, name)
        return (not usable, first.index(name) if name in first else 9, name)

    return sorted(found, key=rank)


def summary(store: Store, name: str) -> dict[str, Any]:
    """How an embedding was explored: configuration and qualities of each part.

    Raises
    ------
    StoreError
        If it was not.
    """
    try:
        return json.loads(store.explored(name, "summary.json").read_text("utf-8"))
    except FileNotFoundError:
        raise _missing(store, name, "outliers") from None
    except ValueError as error:
        raise StoreError(
            f"{store.explored(name, 'summary.json')} is damaged ({error})",
            command="artextract explore --overwrite",
        ) from error


def stage(store: Store, name: str, which: str) -> dict[str, Any]:
    """What `summary` holds of one of ``explore``'s stages: "outliers", "map" or "timeline".

    Raises
    ------
    StoreError
        If that stage has not been run, or is being run anew.
    """
    try:
        return summary(store, name)[which]
    except KeyError:
        raise _missing(store, name, which) from None


def read_part(store: Store, name: str, part: str) -> pd.DataFrame:
    """One table that :func:`artextract.oeuvres.explore.explore` wrote.

    Parameters
    ----------
    name
        Of the embedding.
    part
        Of :data:`PARTS`.

    Raises
    ------
    StoreError
        If it is missing, damaged or of works that are not in the store.
    """
    file, columns = PARTS[part]
    path = store.explored(name, file)
    if not path.exists():
        raise _missing(store, name, part)
    stage(store, name, _STAGES.get(part, part))  # else the file is of an earlier exploration
    _require_this_index(store, name)
    again = f"artextract explore --embedding {name} --overwrite"
    try:
        table = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises anything on a damaged file
        raise StoreError(f"{path} is damaged ({error})", command=again) from error
    lacking = [column for column in columns if column not in table]
    if lacking:
        raise StoreError(f"{path} has no column {lacking[0]}", command=again)
    if len(table) and not table["work_id"].between(0, len(store.works()) - 1).all():
        raise StoreError(f"{path} is of another index", command=again)
    return table


@dataclass(frozen=True)
class Neighbourhood:
    """Who is near whom among the works of an embedding.

    Attributes
    ----------
    space
        Of the works that could be embedded.
    work_ids
        int64 (n,), ascending: the work of each row of `space`.
    pictures
        int64 (n,): rows of one number show the same picture.
    """

    space: ReducedEmbedding
    work_ids: np.ndarray
    pictures: np.ndarray

    @classmethod
    def read(cls, store: Store, name: str) -> Neighbourhood:
        """Read what was explored.

        Raises
        ------
        StoreError
            If it is missing or damaged.
        """
        path = store.explored(name, "space.safetensors")
        # Written in this order: during a first exploration the second may not be there yet.
        if not path.exists() or not store.explored(name, "duplicates.parquet").exists():
            raise _missing(store, name, "neighbours")
        _require_this_index(store, name)
        try:
            space = ReducedEmbedding.read(path)
            copies = pd.read_parquet(store.explored(name, "duplicates.parquet"))
        except Exception as error:
            raise StoreError(
                f"{path} is damaged ({error})",
                command=f"artextract explore --embedding {name} --overwrite",
            ) from error
        works = store.works()
        rows = np.arange(len(works))
        if len(space.X) != len(works):  # some pictures could not be read
            embedding = store.embedding(name.split("+")[0])
            rows = np.flatnonzero(np.isfinite(embedding[:, ::64]).all(axis=1))
        known = works["duplicate_group"].to_numpy(np.int64)
        return cls(space, rows, merge_duplicate_groups(known, copies[["work_id", "other"]])[rows])

    def nearest(self, work_id: int, *, k: int) -> tuple[list[int], list[int]]:
        """work_ids of the `k` nearest works of the same painter and of others, nearest first.

        Other copies of the picture are left out; both are empty for a work without an embedding.
        """
        row = int(np.searchsorted(self.work_ids, work_id))
        if row >= len(self.work_ids) or self.work_ids[row] != work_id:
            return [], []
        near, found = self.space.near, []
        for rows in (near.own[row], near.other[row]):
            there = rows[rows >= 0]
            there = there[self.pictures[there] != self.pictures[row]][:k]
            found.append(self.work_ids[there].tolist())
        return found[0], found[1]


def rescored(own: pd.DataFrame, near: Neighbourhood, detector: str) -> pd.DataFrame:
    """One painter's judged works with the score and percentile of another detector.

    Parameters
    ----------
    own
        Rows of the part "outliers", all of one creator. Evidence and reasons stay as they are.
    detector
        A key of :data:`artextract.oeuvres.outliers.detectors.DETECTORS`.
    """
    own = own.sort_values("work_id")
    rows = np.searchsorted(near.work_ids, own["work_id"])
    values = own[list(EVIDENCE)].to_numpy(float)
    everyone = {str(own["creator"].iloc[0]): np.arange(len(own))}
    scores = detect(values, near.space.X[rows], everyone, detector=detector)
    return own.assign(score=scores, percentile=percentiles(scores))


def _require_this_index(store: Store, name: str) -> None:
    """Refuse what was made from other works, whose numbers need not be those of today's."""
    if not _of_this_index(store, name):
        raise StoreError(
            f"{name} was explored in another index",
            command=f"artextract explore --embedding {name}",
        )


def _of_this_index(store: Store, name: str) -> bool:
    made_from = summary(store, name).get("made_from")
    return not made_from or made_from[0]["fingerprint"] == store.fingerprint


def _missing(store: Store, name: str, part: str) -> StoreError:
    return StoreError(
        f"{name} was not explored for {part} in {store.root}",
        command=f"artextract explore --embedding {name} --only {_STAGES.get(part, part)}",
    )
