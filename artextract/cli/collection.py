"""``audit`` and ``index``: what there is, and which of it becomes a collection."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from artextract.cli.options import (
    DEFAULT_STORE,
    ColumnOption,
    EncodingOption,
    JsonOption,
    MergeSpellingsOption,
    OverwriteOption,
    StoreOption,
    TasksOption,
    UnknownOption,
    columns,
    split,
)
from artextract.cli.output import report, since
from artextract.store import Store


def audit(
    labels_dir: Annotated[
        Path | None,
        typer.Argument(
            help="Folder with Artist/, Genre/ and Style/ of a WikiArt release.",
            show_default="what was indexed",
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Check label tables of a WikiArt release, or whether scans tell a collection's labels.

    With a folder, and without pictures: rows per table, works, works that leak from one task's
    test into another's training, works filed under two styles, doubled rows, class counts,
    imbalance, and names that do not match. Without one: how well size, JPEG quality, enlargement,
    borders and folders of the indexed pictures alone predict their labels.
    """
    if labels_dir is not None:
        from artextract.collection.audit import audit, render

        facts = audit(labels_dir)
        report(facts, render(facts), as_json=as_json)
        return
    found, text = audit_store(Store(store), overwrite=overwrite)
    report(found, text, as_json=as_json)


def audit_store(store: Store, *, overwrite: bool = False) -> tuple[dict[str, Any], str]:
    """Ask whether the scans tell the labels, and return what was found as JSON and as text."""
    from artextract.collection.reproductions.audit import audit_reproductions, render
    from artextract.progress import progress

    with progress("Measuring reproductions") as advance:
        found = audit_reproductions(store, overwrite=overwrite, advance=advance)
    return found, render(found)


def index(
    source: Annotated[
        Path,
        typer.Argument(
            help="A WikiArt release, a table (CSV, JSON Lines, workbook or Parquet) with a column "
            "'path', Parquet with pictures inside, a folder with one sub-folder per artist; or a "
            "zip or tar archive of these."
        ),
    ],
    tasks: TasksOption = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="Where the release's tables are.", show_default="in SOURCE"),
    ] = None,
    images: Annotated[
        Path | None, typer.Option(help="Where the pictures are.", show_default="in SOURCE")
    ] = None,
    encoding: EncodingOption = None,
    column: ColumnOption = None,
    unknown: UnknownOption = None,
    merge_spellings: MergeSpellingsOption = False,
    thumbnail_size: Annotated[
        int | None,
        typer.Option(min=64, help="Longer side of the thumbnails in pixels.", show_default="320"),
    ] = None,
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh",
            help="Open all pictures again, also those whose size and time are the same.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the validation split.")] = 0,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Read labels, verify every picture, draw the splits, make thumbnails.

    Pictures that cannot be read are listed in rejected.csv with the reason, and left out. Run
    again, it opens only pictures that are new or have changed.
    """
    started = time.perf_counter()
    result, summary = index_source(
        Store(store),
        source,
        tasks=split(tasks) or None,
        labels=labels,
        images=images,
        encoding=encoding,
        columns=columns(column) or None,
        unknown=tuple(unknown or ()),
        merge_spellings=merge_spellings,
        thumbnail_size=thumbnail_size,
        refresh=refresh,
        seed=seed,
    )
    wrote = f"wrote {store}/works.parquet, classes.json, thumbnails/ in {since(started)}"
    report(result, f"{summary}\n{wrote}", as_json=as_json)


def index_source(store: Store, source: Path, **options: Any) -> tuple[dict[str, Any], str]:
    """Index, and return the report as JSON and as text; an option that is None has its default."""
    from artextract.collection.indexing import index

    found = index(store, source, **{k: v for k, v in options.items() if v is not None})
    return asdict(found), found.summary()
