"""What ``explore`` has found, read back for a page or a notebook, without PyTorch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.duplicates import merge_duplicate_groups
from artextract.oeuvres.label_quality.issues import COLUMNS as LABEL_ISSUE_COLUMNS
from artextract.oeuvres.outliers.detectors import detect, percentiles
from artextract.oeuvres.outliers.evidence import EVIDENCE
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.oeuvres.stages import PARTS, record_name
from artextract.store import Store, StoreError

# Table, the part of the exploration that makes it, and the columns that are relied upon.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "outliers": (
        "outliers",
        ("work_id", "creator", "score", "percentile", *EVIDENCE, "reasons", "faults"),
    ),
    "map": ("map", ("work_id", "x", "y")),
    "oeuvre_maps": ("map", ("creator", "work_id", "x", "y")),
    "timeline": ("timeline", ("work_id", "creator", "year", "predicted_year")),
    "label_issues": ("label_issues", tuple(LABEL_ISSUE_COLUMNS)),
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
    command = f"artextract explore --embedding {name}"
    inputs = record["inputs"]
    now = store.input_keys("details")
    near = store.stage_record(record_name(name, "neighbours"))
    if part != "neighbours":
        if near is None:
            raise _missing(store, name, "neighbours")
        if near["key"] != inputs["neighbours"]:
            raise StoreError(f"the {part} of {name} are older than its nearest works", command)
    if near is not None and (
        near["inputs"]["details"] != now["details"]
        or near["inputs"]["embedding"] != embedding_key(store, name)
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
    part, columns = TABLES[table]
    part_record(store, name, part)  # else the file is of an earlier exploration
    path = store.explored(name, f"{table}.parquet")
    if not path.exists():
        raise _missing(store, name, part)
    again = f"artextract explore --embedding {name} --overwrite"
    try:
        found = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises anything on a damaged file
        raise StoreError(f"{path} is damaged ({error})", again) from error
    lacking = [column for column in columns if column not in found]
    if lacking:
        raise StoreError(f"{path} has no column {lacking[0]}", again)
    if len(found) and not found["work_id"].between(0, len(store.works()) - 1).all():
        raise StoreError(f"{path} is of another index", again)
    return from_json(found)


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
    read = {c: [json.loads(text) for text in table[c]] for c in _CODES if c in table}
    return table.assign(
        **{k: pd.Series(v, index=table.index, dtype="object") for k, v in read.items()}
    )


@dataclass(frozen=True)
class Neighbourhood:
    """Who is near whom among the works of an embedding.

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
        path = store.explored(name, "neighbours.safetensors")
        try:
            reduced = ReducedEmbedding.read(path)
            duplicates = pd.read_parquet(store.explored(name, "duplicates.parquet"))
        except FileNotFoundError as error:
            raise _missing(store, name, "neighbours") from error
        except Exception as error:
            raise StoreError(
                f"{path} is damaged ({error})",
                f"artextract explore --embedding {name} --overwrite",
            ) from error
        known = store.works()["duplicate_group"].to_numpy(np.int64)
        pictures = merge_duplicate_groups(known, duplicates[["work_id", "other"]])
        return cls(reduced, reduced.work_ids, pictures[reduced.work_ids])

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
    rows = np.searchsorted(near.work_ids, own["work_id"])
    values = own[list(EVIDENCE)].to_numpy(float)
    everyone = {str(own["creator"].iloc[0]): np.arange(len(own))}
    scores = detect(values, near.reduced.X[rows], everyone, detector=detector)
    return own.assign(score=scores, percentile=percentiles(scores))


def _missing(store: Store, name: str, part: str) -> StoreError:
    return StoreError(
        f"{name} was not explored for {part} in {store.root}",
        f"artextract explore --embedding {name} --only {part}",
    )
