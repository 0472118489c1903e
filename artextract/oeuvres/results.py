"""What ``explore`` has found, read back for a page or a notebook, without PyTorch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.duplicates import merge_duplicate_groups
from artextract.oeuvres.creators import creator_codes, is_reference
from artextract.oeuvres.outliers.detectors import DETECTORS, detect, percentiles
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.outliers.reasons import Reason
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.oeuvres.similarity.reduced_embedding import NEAR_COMPONENTS, ReducedEmbedding
from artextract.oeuvres.stages import PARTS, record_name
from artextract.store import Store, StoreError, schema
from artextract.store.reading import damaged, read_tensors
from artextract.store.reading import read_table as read_parquet

# Table, the part of the exploration that makes it, and the columns that are relied upon.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "duplicates": ("neighbours", schema.DUPLICATES),
    "outliers": ("outliers", schema.OUTLIERS | dict.fromkeys(EVIDENCE, "float?")),
    "map": ("map", schema.MAP),
    "oeuvre_maps": ("map", schema.OEUVRE_MAPS),
    "timeline": ("timeline", schema.TIMELINE),
    "label_issues": ("label_issues", schema.LABEL_ISSUES),
}
_CODES = ("reasons", "faults", "nearest")  # columns that hold lists, as JSON in the file


def summary(store: Store, name: str) -> dict[str, dict[str, Any]]:
    """What each part of an exploration found: ``{part: result}``, of the parts that were run.

    Raises
    ------
    StoreError
        If none was.
    """
    records = {part: store.stage_record(record_name(name, part)) for part in PARTS}
    found = {part: record["result"] for part, record in records.items() if record is not None}
    if not found:
        raise _missing(store, name, "neighbours")
    return found


def part_record(store: Store, name: str, part: str) -> dict[str, Any]:
    """The record of a part of an exploration that is of the works as they are now.

    Returns
    -------
    ``{"key", "inputs", "configuration", "result", ...}``, see
    :meth:`artextract.store.records.StageRecords.stage_record`.

    Raises
    ------
    StoreError
        If that part has not been run, is being run anew, or was made from other works, or from
        nearest works that have changed since.
    """
    record = store.stage_record(record_name(name, part))
    if record is None:
        raise _missing(store, name, part)
    if part == "outliers" and record["configuration"]["detector"] not in DETECTORS:
        raise _missing(store, name, part)
    command = _explore(name)
    inputs = record["inputs"]
    now = store.input_keys("details")
    near = store.stage_record(record_name(name, "neighbours"))
    if part != "neighbours":
        if near is None:
            raise _missing(store, name, "neighbours")
        if near["key"] != inputs.get("neighbours"):
            raise StoreError(f"the {part} of {name} are older than its nearest works", command)
    if near is not None and (
        near["inputs"].get("details") != now["details"]
        or near["inputs"].get("embedding") != embedding_key(store, name)
    ):
        raise StoreError(f"{name} was explored in another index", command)
    return record


def read_table(store: Store, name: str, table: str) -> pd.DataFrame:
    """One table that :func:`artextract.oeuvres.explore.explore` wrote.

    Parameters
    ----------
    name
        Of the embedding.
    table
        Of :data:`TABLES`. In "outliers" the columns reasons and faults hold lists of codes with
        numbers, which :func:`artextract.oeuvres.outliers.reasons.render` makes sentences of.

    Raises
    ------
    StoreError
        If it is missing, damaged or of works that are not in the store.
    """
    part_record(store, name, TABLES[table][0])  # else the file is of an earlier exploration
    return open_table(store, name, table)


def open_table(store: Store, name: str, table: str) -> pd.DataFrame:
    """As :func:`read_table`, of whatever exploration the file is.

    Raises
    ------
    StoreError
        If it is missing, damaged or of works that are not in the store.
    """
    part, columns = TABLES[table]
    path, again = store.explored(name, f"{table}.parquet"), _explore(name)
    found = read_parquet(path, columns, command=again, missing=_missing(store, name, part))
    works = store.dataset()["works"]
    for column in ("work_id", "other"):
        if column in columns and len(found) and not found[column].between(0, works - 1).all():
            raise damaged(path, "it is of another index", again)
    try:
        return from_json(found)
    except (ValueError, TypeError) as error:
        raise damaged(path, error, again) from error


def open_neighbours(store: Store, name: str, works: pd.DataFrame | None = None) -> ReducedEmbedding:
    """The reduced embedding as the part "neighbours" left it.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them; None reads them.

    Raises
    ------
    StoreError
        If it is missing, damaged, or not of these works.
    """
    path, again = store.explored(name, "neighbours.safetensors"), _explore(name)
    works = store.works() if works is None else works
    arrays = read_tensors(
        path,
        schema.NEIGHBOURS,
        {"features": sum(store.embedding(part).shape[1] for part in name.split("+"))},
        command=again,
        missing=_missing(store, name, "neighbours"),
    )
    ids, n = arrays["work_ids"], len(arrays["work_ids"])
    ascending = n > 0 and ids[0] >= 0 and ids[-1] < len(works) and bool((np.diff(ids) > 0).all())
    if not ascending or not np.array_equal(np.sort(arrays["order"]), np.arange(n)):
        raise damaged(path, "it is of another index", again)
    rows = np.concatenate([arrays["own"], arrays["other"]], axis=1)
    works = works.iloc[ids]
    codes, _ = creator_codes(works)
    if not np.array_equal(arrays["creators"], codes) or rows.min() < -1 or rows.max() >= n:
        raise damaged(path, "it is of other works", again)
    return ReducedEmbedding.of(arrays, is_reference(works))


def to_json(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with its codes as JSON, as it is stored."""
    dumped = {
        column: [json.dumps(codes, ensure_ascii=False) for codes in table[column]]
        for column in _CODES
        if column in table
    }
    return table.assign(
        **{k: pd.Series(v, index=table.index, dtype="str") for k, v in dumped.items()}
    )


def from_json(table: pd.DataFrame) -> pd.DataFrame:
    """What :func:`to_json` was given."""
    read = {c: [_codes(text) for text in table[c]] for c in _CODES if c in table}
    return table.assign(
        **{k: pd.Series(v, index=table.index, dtype="object") for k, v in read.items()}
    )


def _codes(text: str) -> list[Reason]:
    codes = json.loads(text)
    if not isinstance(codes, list) or any(isinstance(c, dict) and "code" not in c for c in codes):
        raise ValueError(f"{text[:40]!r} is no list of codes")
    return codes


@dataclass(frozen=True)
class Neighbourhood:
    """The nearest works of every work of an embedding.

    Attributes
    ----------
    reduced
        Of the works that could be embedded.
    work_ids
        int64 (n,), ascending: the work of each row of `reduced`.
    pictures
        int64 (n,): rows of one number show the same picture.
    """

    reduced: ReducedEmbedding
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
        part_record(store, name, "neighbours")
        works = store.works()
        reduced = open_neighbours(store, name, works)
        duplicates = open_table(store, name, "duplicates")
        known = works["duplicate_group"].to_numpy(np.int64)
        pictures = merge_duplicate_groups(known, duplicates[["work_id", "other"]])
        return cls(reduced, reduced.work_ids, pictures[reduced.work_ids])

    def rows(self, work_ids: np.ndarray) -> np.ndarray:
        """Rows of works, int (n,).

        Raises
        ------
        StoreError
            If a work is none of these.
        """
        if not np.isin(work_ids, self.work_ids).all():
            raise StoreError(
                "the outliers are of other works than the nearest works",
                "artextract explore --overwrite",
            )
        return np.searchsorted(self.work_ids, work_ids)

    def nearest(self, work_id: int, *, k: int) -> tuple[list[int], list[int]]:
        """work_ids of the `k` nearest works of the same creator and of others, nearest first.

        Duplicates of the picture are left out; both are empty for a work without an embedding.
        """
        row = int(np.searchsorted(self.work_ids, work_id))
        if row >= len(self.work_ids) or self.work_ids[row] != work_id:
            return [], []
        near, found = self.reduced.near, []
        for rows in (near.own[row], near.other[row]):
            there = rows[rows >= 0]
            there = there[self.pictures[there] != self.pictures[row]][:k]
            found.append(self.work_ids[there].tolist())
        return found[0], found[1]

    def nearest_among(self, work_id: int, among: np.ndarray | pd.Index, *, k: int) -> list[int]:
        """The `k` works nearest to one among those of `among` (work_ids), as :meth:`nearest`."""
        ids = np.intersect1d(self.work_ids, np.append(among, work_id))
        if work_id not in ids:
            return []
        rows, row = self.rows(ids), int(self.rows(np.array([work_id]))[0])
        rows = rows[self.pictures[rows] != self.pictures[row]]
        X = self.reduced.X[:, :NEAR_COMPONENTS]
        distances = np.linalg.norm(X[rows] - X[row], axis=1)
        return self.work_ids[rows[np.argsort(distances, kind="stable")[:k]]].tolist()


def rescored(own: pd.DataFrame, near: Neighbourhood, detector: str) -> pd.DataFrame:
    """One artist's scored works with the score and percentile of another detector.

    Parameters
    ----------
    own
        Rows of the table "outliers", all of one creator. Evidence and reasons stay as they are.
    detector
        A key of :data:`artextract.oeuvres.outliers.detectors.DETECTORS`.
    """
    own = own.sort_values("work_id")
    rows = near.rows(own["work_id"].to_numpy())
    values = own[list(EVIDENCE)].to_numpy(float)
    everyone = {str(own["creator"].iloc[0]): np.arange(len(own))}
    reference = near.reduced.reference[rows]
    scores = detect(values, near.reduced.X[rows], everyone, reference=reference, detector=detector)
    return own.assign(score=scores, percentile=percentiles(scores, reference))


def _missing(store: Store, name: str, part: str) -> StoreError:
    return StoreError(
        f"{name} was not explored for {part} in {store.root}",
        f"{_explore(name)} --only {part}",
    )


def _explore(name: str) -> str:
    return f"artextract explore --embedding {name}"
