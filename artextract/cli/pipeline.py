"""``run``, ``demo`` and ``app``: every stage in one go, and the gallery."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from artextract.cli.collection import audit_store, index_source
from artextract.cli.evaluation import evaluate_store
from artextract.cli.exploration import explore_store
from artextract.cli.options import (
    DEFAULT_STORE,
    BackboneOption,
    ColumnOption,
    EncodingOption,
    JsonOption,
    MergeSpellingsOption,
    PretrainedOption,
    StoreOption,
    TasksOption,
    UnknownOption,
    columns,
    split,
)
from artextract.cli.output import report, since
from artextract.cli.training import configurations, hardware, probe_all, train_all
from artextract.store import Store


def run(
    source: Annotated[Path, typer.Argument(help="As for index.")],
    backbone: BackboneOption = None,
    tasks: TasksOption = None,
    encoding: EncodingOption = None,
    column: ColumnOption = None,
    unknown: UnknownOption = None,
    merge_spellings: MergeSpellingsOption = False,
    pretrained: PretrainedOption = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1, help="As for train.", show_default="10 from pre-trained weights, 30 from scratch"
        ),
    ] = None,
    image_size: Annotated[int, typer.Option(min=64, help="As for train.")] = 224,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Train no network: linear heads on the features of pre-trained ones. For a first "
            "look, or without a GPU.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Index, train, evaluate, explore and audit in one go, with the defaults of each.

    With --quick: index, embed, fit linear probes, evaluate, explore and audit.
    """
    started = time.perf_counter()
    into = Store(store)
    chosen = split(tasks) or None
    recipes = configurations(
        None,
        backbone,
        pretrained,
        mixing={},
        learning_rate=None,
        tasks=chosen,
        epochs=epochs,
        image_size=image_size,
        seed=seed,
    )
    indexed, summary = index_source(
        into,
        source,
        tasks=chosen,
        encoding=encoding,
        columns=columns(column) or None,
        unknown=tuple(unknown or ()),
        merge_spellings=merge_spellings,
        seed=seed,
    )
    fit_all = probe_all if quick else train_all
    trained, lines = fit_all(into, recipes, hardware("auto", "auto", 1, "auto", None))
    metrics, table = evaluate_store(into)
    explored, found = explore_store(into, seed=seed)
    audited, told = audit_store(into)
    report(
        {
            "index": indexed,
            "train": trained,
            "evaluate": metrics,
            "explore": explored,
            "audit": audited,
        },
        "\n".join([summary, *lines, table, *found, told, f"all of it in {since(started)}"]),
        as_json=as_json,
    )


def demo(
    seed: Annotated[int, typer.Option(help="Seed of the painters.")] = 1874,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Paint the built-in collection and take it through every stage.

    Eight invented painters, some 600 procedural pictures; no download, a few minutes on two cores.
    """
    from artextract.evaluation.evaluate import render
    from artextract.pipeline.builtin import build

    started = time.perf_counter()
    lines: list[str] = []
    metrics = build(Store(store), seed=seed, say=lines.append)
    lines += [
        render(metrics, Store(store).ensemble()),
        f"the built-in collection is in {store}, after {since(started)}; show it: artextract app",
    ]
    report(metrics, "\n".join(lines), as_json=as_json)


def gallery(
    host: Annotated[
        str,
        typer.Option(
            envvar="STREAMLIT_SERVER_ADDRESS",
            help="Address that it listens on; 0.0.0.0 lets other machines in.",
        ),
    ] = "localhost",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the gallery.")] = 8501,
    compare: Annotated[
        list[Path] | None,
        typer.Option(
            help="Another store, such as an earlier run, to compare with. Repeatable.",
            show_default="none",
        ),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Open the gallery on the store."""
    from artextract.pipeline.gallery import serve

    others = [Store(path) for path in compare or ()]
    for other in others:
        other.ensemble()  # refused now, rather than missing from a list later
    raise typer.Exit(serve(Store(store), compare=others, host=host, port=port))
