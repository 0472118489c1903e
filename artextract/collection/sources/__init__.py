"""Sources: a WikiArt release, a table, a folder per artist, on disk or in archives.

:data:`SOURCES` is the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from artextract.collection.places import archive_of
from artextract.collection.sources.base import Collection, Source
from artextract.collection.sources.folders import FolderSource
from artextract.collection.sources.table import TableSource
from artextract.collection.sources.wikiart import WikiArtSource
from artextract.store import Store, StoreError

__all__ = ["SOURCES", "Collection", "Source", "open_source", "recognise"]

# Asked in this order whether a path is of their kind; a folder of any pictures comes last. What
# others register is more special, and is asked first.
_OWN: tuple[type[Source], ...] = (WikiArtSource, TableSource, FolderSource)
SOURCES: dict[str, type[Source]] = {source.kind: source for source in _OWN}


def recognise(
    path: str | Path,
    *,
    labels: str | Path | None = None,
    images: str | Path | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Source:
    """Return the source that `path` is.

    Parameters
    ----------
    path
        A folder of the WikiArt release, a table (CSV, JSON Lines, a workbook, Parquet) with
        ``path`` and label columns, a Parquet file with pictures inside or a folder of such, or a
        folder with one sub-folder per artist; or a zip or tar archive of any of these.
    labels
        Where the release's tables are, if not in `path`.
    images
        Where the pictures are, if not in `path` or beside the table.
    encoding, columns
        Of a table, see :class:`artextract.collection.sources.table.TableSource`.

    Raises
    ------
    StoreError
        If a place does not exist, or `path` is of no known kind.
    """
    places = (("SOURCE", path), ("--labels", labels), ("--images", images))
    for option, place in places:
        if place is not None and not Path(place).exists() and not archive_of(Path(place)):
            raise StoreError(f"{option} {place} does not exist")
    options = {
        "labels": None if labels is None else Path(labels),
        "images": None if images is None else Path(images),
    }
    added = [kind for kind in SOURCES.values() if kind not in _OWN]
    for kind in (*added, *_OWN):
        source = kind.recognise(Path(path), **options)
        if source is None:
            continue
        if encoding or columns:
            if not isinstance(source, TableSource):
                raise StoreError(f"--encoding and --column go with a table, which {path} is not")
            source = TableSource(
                source.table, images=options["images"], encoding=encoding, columns=columns
            )
        return source
    raise StoreError(
        f"{path} is no collection; expected a .csv, .jsonl or .parquet file, an .xlsx workbook, a "
        "folder, or a zip or tar archive"
    )


def open_source(store: Store) -> Source:
    """Return the source from which the works of a store were indexed.

    Raises
    ------
    StoreError
        If nothing has been indexed, or from a source of a kind that is not known here.
    """
    dataset = store.manifest().get("dataset")
    if dataset is None:
        raise StoreError(f"no works in {store.root}", command="artextract index SOURCE")
    record = dataset["source"]
    source = SOURCES.get(record["kind"])
    if source is None:
        raise StoreError(
            f"the works of {store.root} come from a source of kind {record['kind']!r}; known are "
            f"{', '.join(SOURCES)}",
            command="artextract index SOURCE",
        )
    try:
        return source.from_record(record, store_root=store.root)
    except (KeyError, TypeError) as error:
        raise StoreError(
            f"{store.root / 'manifest.json'} is damaged (its source lacks {error})",
            command="artextract index SOURCE",
        ) from error
