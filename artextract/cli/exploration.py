"""``embed``, ``explore`` and ``typicality``: how works stand to each other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from artextract.cli.options import (
    DEFAULT_STORE,
    AcceleratorOption,
    DevicesOption,
    JsonOption,
    NumNodesOption,
    OverwriteOption,
    PrecisionOption,
    Pretrained,
    StoreOption,
    StrategyOption,
    WorkersOption,
    backbones,
    split,
)
from artextract.cli.output import report, since
from artextract.cli.training import hardware
from artextract.oeuvres.stages import PARTS
from artextract.store import Store, StoreError

Detector = Literal[
    "isolation-forest",
    "isolation-forest-embedding",
    "knn",
    "lof",
    "mahalanobis",
    "rank-average",
]
Projection = Literal["umap", "pca"]


def embed(
    backbone: Annotated[
        list[str] | None,
        typer.Option(
            help="Networks to embed by. Repeatable, or separated by commas.",
            show_default="every trained network",
        ),
    ] = None,
    pretrained: Annotated[
        list[str] | None,
        typer.Option(
            help="Embed by a network that was not trained here: imagenet, or BACKBONE=PATH of a "
            "file of weights. Repeatable."
        ),
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(min=64, help="Side in pixels.", show_default="that of the training, or 224"),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Per device.")] = 64,
    overwrite: OverwriteOption = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    precision: PrecisionOption = None,
    accelerator: AcceleratorOption = "auto",
    devices: DevicesOption = "auto",
    num_nodes: NumNodesOption = 1,
    strategy: StrategyOption = "auto",
    workers: WorkersOption = None,
) -> None:
    """Write the penultimate features of every work.

    Killed at any moment and started again, it goes on where it was. Several machines that share
    the store share the work.
    """
    chosen: dict[str, str | None]
    names = backbones(backbone)
    if pretrained:
        weights = Pretrained.read(pretrained)
        named = dict.fromkeys([*names, *weights.own]) or backbones(["all"])
        chosen = {name: weights.of(name) for name in named}
    else:
        Store(store).require_networks(tuple(names))
        chosen = dict.fromkeys(names or Store(store).feature_extractors())
    embedded, lines = embed_all(
        Store(store),
        chosen,
        image_size=image_size,
        batch_size=batch_size,
        precision=precision or "auto",
        hardware=hardware(accelerator, devices, num_nodes, strategy, workers),
        overwrite=overwrite,
    )
    report(embedded, "\n".join(lines), as_json=as_json)


def embed_all(
    store: Store,
    chosen: Mapping[str, str | None],
    *,
    image_size: int | None = None,
    **options: Any,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Embed by each backbone in `chosen`, from weights given with it or as it was trained here.

    Returns what is there now, as JSON, and a line each.
    """
    from artextract.inference.embeddings import embed
    from artextract.progress import progress
    from artextract.store.paths import embedding_name

    embedded, lines = [], []
    for backbone, weights in chosen.items():
        started = time.perf_counter()
        name = embedding_name(backbone, weights, image_size=image_size)
        path = store.embedding_path(name)
        before = path.stat().st_mtime_ns if path.exists() else None
        with progress(f"Embedding by {backbone}") as advance:
            embed(
                store,
                backbone,
                pretrained=weights,
                image_size=image_size,
                advance=advance,
                **options,
            )
        if not path.exists():
            continue  # another process of several writes it
        written = path.stat().st_mtime_ns != before
        works, features = store.embedding(name).shape
        embedded.append(
            {
                "embedding": name,
                "path": str(path),
                "works": works,
                "features": features,
                "unreadable": store.embedding_record(name)["unreadable"],
                "written": written,
            }
        )
        lines.append(
            f"wrote {path} in {since(started)}"
            if written
            else f"{path} is there already; --overwrite makes it anew"
        )
    return embedded, lines


def explore(
    embedding: Annotated[
        str | None,
        typer.Option(
            help="Name of an embedding, or several joined by +.",
            show_default="of a network trained here, before others",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Parts to make, separated by commas: "
            + "; ".join(f"{part}: {what}" for part, (_, what) in PARTS.items())
            + ". What they need is made with them.",
            show_default="all",
        ),
    ] = None,
    detector: Annotated[
        Detector, typer.Option(help="What says how unusual a work is.")
    ] = "isolation-forest",
    min_works: Annotated[
        int, typer.Option(min=10, help="Works that an artist needs to be scored.")
    ] = 20,
    contamination: Annotated[
        float, typer.Option(help="Share of an oeuvre shown as outliers; no score depends on it.")
    ] = 0.05,
    projection: Annotated[Projection, typer.Option(help="umap, or the faster pca.")] = "umap",
    seed: Annotated[int, typer.Option(help="Seed of forests and maps.")] = 0,
    overwrite: OverwriteOption = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Find near-duplicates and outliers with their reasons, draw maps and timelines.

    Trained networks that have not embedded the works yet do so first.
    """
    found, lines = explore_store(
        Store(store),
        embedding,
        parts=_parts(only),
        detector=detector,
        min_works=min_works,
        contamination=contamination,
        projection=projection,
        seed=seed,
        overwrite=overwrite,
    )
    report(found, "\n".join(lines), as_json=as_json)


def _parts(only: list[str] | None) -> tuple[str, ...]:
    parts = split(only) or tuple(PARTS)
    for part in parts:
        if part not in PARTS:
            raise typer.BadParameter(f"--only: no part {part!r}; there are {', '.join(PARTS)}")
    return parts


def explore_store(
    store: Store,
    embedding: str | None = None,
    *,
    parts: tuple[str, ...] = tuple(PARTS),
    detector: str = "isolation-forest",
    min_works: int = 20,
    contamination: float = 0.05,
    projection: str = "umap",
    seed: int = 0,
    overwrite: bool = False,
) -> tuple[dict[str, Any], list[str]]:
    """Embed what has not been, explore, and return what was found as JSON and in lines."""
    from artextract.oeuvres.explore import ExploreConfig, explore
    from artextract.oeuvres.outliers.scores import OutlierConfig
    from artextract.oeuvres.projection import MapConfig
    from artextract.oeuvres.results import summary
    from artextract.progress import progress

    started = time.perf_counter()
    config = ExploreConfig(
        outliers=OutlierConfig(
            detector=detector, min_works=min_works, contamination=contamination, seed=seed
        ),
        map=MapConfig(method=projection, min_works=min_works, seed=seed),
    )
    trained = store.feature_extractors()
    wanted = embedding.split("+") if embedding else trained
    embed_all(store, dict.fromkeys(name for name in trained if name in wanted))
    lines: list[str] = []
    name = explore(
        store,
        embedding,
        config=config,
        parts=parts,
        overwrite=overwrite,
        progress=progress,
        say=lines.append,
    )
    lines.append(f"wrote {store.explored(name)} in {since(started)}")
    return {"embedding": name, "path": str(store.explored(name))} | summary(store, name), lines


def typicality(
    picture: Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture file.")],
    artist: Annotated[str, typer.Option(help="An artist of the collection.")],
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Say how typical a picture would be of an artist, why, and whose it looks most like."""
    from artextract.collection.images import PictureError
    from artextract.oeuvres.typicality import render, typicality_of_file

    try:
        result = typicality_of_file(Store(store), picture, artist)
    except PictureError as error:
        raise StoreError(f"{picture}: {error}") from error
    report(result, render(result, Store(store).works()), as_json=as_json)
