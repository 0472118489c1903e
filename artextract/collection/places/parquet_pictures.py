"""Pictures inside Parquet files, opened from the rows that hold them."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa

from artextract.collection.images import PictureError
from artextract.collection.places.base import Listing
from artextract.collection.places.parquet_files import (
    open_parquet,
    read_rows,
    read_shard,
    shard_files,
    split_of,
)
from artextract.store import StoreError

KEPT_BYTES = 2**26  # of pictures that were read along with the one that was asked for
_BATCH = 8  # rows read at a time
_OPEN = 4  # row groups in which reading goes on


class ParquetPictures:
    """A Parquet file with pictures inside, or a folder of such shards.

    A key is the shard's name with the picture's, or the number of the row where pictures have no
    names of their own: ``train-00000-of-00002.parquet/17``.

    Parameters
    ----------
    path
        The file or the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def __str__(self) -> str:
        return str(self.path)

    def files(self, folder: str) -> Sequence[str] | None:
        """See :class:`artextract.collection.places.base.Place`."""
        rows = self._rows(folder)
        return None if rows is None else list(rows)

    def folders(self, folder: str) -> Sequence[str]:
        """See :class:`artextract.collection.places.base.Place`."""
        start = f"{folder}/" if folder else ""
        shards = [name for name in self._shards() if name.startswith(start)]
        return sorted({name[len(start) :].split("/")[0] for name in shards})

    def stamp(self, key: str) -> str:
        """Size and time of the shard."""
        try:
            status = self._shard(key.rpartition("/")[0]).stat()
        except OSError:
            raise PictureError("The file does not exist.") from None
        return f"{status.st_size}-{status.st_mtime_ns}"

    def walk(self) -> Listing:
        """List all rows."""
        found = Listing()
        for shard in self._shards():
            found.files |= {
                f"{shard}/{name}": self.stamp(f"{shard}/") for name in self._rows(shard) or ()
            }
        return found

    def table(self) -> pd.DataFrame:
        """The rows of all shards with the key of their pictures as ``path``, without the pictures.

        A column ``split`` comes from the shards' names, where it is in none of them.

        Raises
        ------
        StoreError
            If a shard cannot be read, or has other columns for pictures.
        """
        frames = []
        for shard in self._shards():
            frame = read_rows(self._shard(shard))
            for name in ("path", "file_name"):  # which would be taken for the key
                if name in frame:
                    frame = frame.rename(columns={name: f"original_{name}"})
            frame["path"] = [f"{shard}/{name}" for name in self._names(frame)]
            if split := split_of(shard):
                frame["split"] = frame.get("split", split)
            frames.append(frame.drop(columns=[".name", ".row"]))
        return pd.concat(frames, ignore_index=True)

    def open(self, key: str) -> BinaryIO:
        """Open a picture.

        Raises
        ------
        PictureError
            If its shard or row is not there, or cannot be read, or the row has no picture.
        """
        shard, _, name = key.rpartition("/")
        try:
            rows = self._rows(shard)
            if rows is None or name not in rows:
                raise PictureError("The file does not exist.")
            content = _READINGS.read(self._shard(shard), rows[name])
        except (OSError, pa.ArrowException, StoreError) as error:
            raise PictureError(f"The row of the Parquet file cannot be read ({error}).") from error
        if content is None:
            raise PictureError("There is no picture in this row of the Parquet file.")
        return io.BytesIO(content)

    def _shards(self) -> list[str]:
        """Keys of the shards: the file's own name where it is but one."""
        return [name or self.path.name for name in shard_files(self.path)]

    def _shard(self, key: str) -> Path:
        return self.path if self.path.is_file() else self.path / key

    def _rows(self, shard: str) -> dict[str, int] | None:
        if shard not in self._shards():
            return None
        path = self._shard(shard)
        status = path.stat()
        return _rows(path, status.st_size, status.st_mtime_ns)

    @staticmethod
    def _names(frame: pd.DataFrame) -> list[str]:
        """Names of pictures within their shard: their own, where these tell them apart."""
        names = frame[".name"]
        if len(names) and names.notna().all():
            own = names.astype("str").str.replace("\\", "/").str.rstrip("/").str.rpartition("/")[2]
            if own.is_unique and (own != "").all():
                return own.tolist()
        return frame[".row"].astype("str").tolist()


@lru_cache(maxsize=64)
def _rows(path: Path, size: int, changed: int) -> dict[str, int]:
    """Names of the pictures in a shard: number of the row."""
    return {name: row for row, name in enumerate(ParquetPictures._names(read_rows(path)))}


@dataclass
class _Reading:
    """A row group of which the first `end` rows have been read, the last of them still at hand."""

    batches: Iterator[pa.RecordBatch]
    total: int
    end: int = 0
    kept: OrderedDict[int, bytes | None] = field(default_factory=OrderedDict)
    size: int = 0


class _Readings:
    """Reads pictures, mostly one after the other.

    A row of Parquet is found only by reading its group from the start. So reading goes on where it
    stopped, as long as rows are asked for in about their order, and what was read lately is kept.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.readings: OrderedDict[tuple[Any, ...], _Reading] = OrderedDict()

    def read(self, path: Path, row: int) -> bytes | None:
        """The bytes of the picture in a row of a shard, None where there are none."""
        status = path.stat()
        with self.lock:
            shard = _opened(path, status.st_size, status.st_mtime_ns)
            group = bisect_right(shard.starts, row) - 1
            row -= shard.starts[group]
            key = (path, status.st_size, status.st_mtime_ns, group)
            reading = self.readings.get(key)
            if reading is None or (row < reading.end and row not in reading.kept):
                reading = self.readings[key] = shard.start(group)
            self.readings.move_to_end(key)
            while len(self.readings) > _OPEN or (
                len(self.readings) > 1
                and sum(reading.total for reading in self.readings.values()) > _OPEN * KEPT_BYTES
            ):
                self.readings.popitem(last=False)
            while row >= reading.end:
                self._go_on(reading, shard, row)
            return reading.kept[row]

    def _go_on(self, reading: _Reading, shard: _Opened, wanted: int) -> None:
        for value in next(reading.batches).column(0):
            content = shard.content(value.as_py())
            reading.kept[reading.end] = content
            reading.size += len(content or b"")
            reading.end += 1
        while reading.size > KEPT_BYTES // _OPEN and next(iter(reading.kept)) < wanted:
            _, content = reading.kept.popitem(last=False)
            reading.size -= len(content or b"")


class _Opened:
    """A shard that is open for reading."""

    def __init__(self, path: Path) -> None:
        self.file = open_parquet(path)
        picture = read_shard(path).picture
        if picture is None:
            raise StoreError(f"{path} holds no pictures any longer")
        self.picture = picture
        groups = (self.file.metadata.row_group(i) for i in range(self.file.num_row_groups))
        self.starts = list(accumulate((group.num_rows for group in groups), initial=0))

    def start(self, group: int) -> _Reading:
        """Begin to read a row group."""
        column = ".".join(self.picture[:2]) if len(self.picture) == 2 else self.picture[0]
        batches = self.file.iter_batches(
            _BATCH, row_groups=[group], columns=[column], use_threads=False
        )
        return _Reading(batches, self.file.metadata.row_group(group).total_byte_size)

    def content(self, value: Any) -> bytes | None:
        """The picture in a cell; of several the first."""
        if len(self.picture) > 2:
            value = value[0] if value else None
        return value["bytes"] if isinstance(value, dict) else value


# Under the lock of _Readings; emptied in forks.
@lru_cache(maxsize=16)
def _opened(path: Path, size: int, changed: int) -> _Opened:
    return _Opened(path)


_READINGS = _Readings()


def _start_anew() -> None:
    global _READINGS
    _READINGS = _Readings()
    _opened.cache_clear()


# What Arrow holds of an open file, and a lock that another thread may hold, are not forked.
os.register_at_fork(after_in_child=_start_anew)
