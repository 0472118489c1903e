"""The commands: ``artextract STAGE`` or ``python -m artextract STAGE``, one per stage.

Each prints what it wrote and how long that took. Nothing is computed here, and what a command does
not need is not imported: PyTorch alone takes seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artextract.store import DEFAULT_TASKS, Store, StoreError

if TYPE_CHECKING:
    from artextract.inference.hardware import Hardware
    from artextract.training.module import TrainingConfig

app = typer.Typer(
    help="What a painting is, where the models go wrong, and which works stand out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

StoreOption = Annotated[
    Path, typer.Option("--store", envvar="ARTEXTRACT_STORE", help="The folder of results.")
]
DEFAULT_STORE = Path("store")
INTERRUPTED = 130  # exit code; a shell's 128 + SIGINT


def say(line: str) -> None:
    """Print a line, once even where several processes train together."""
    if int(os.environ.get("LOCAL_RANK", "0")) == 0 and int(os.environ.get("RANK", "0")) == 0:
        print(line, flush=True)


@app.command()
def audit(
    labels_dir: Annotated[Path, typer.Argument(help="Folder with Artist/, Genre/ and Style/.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the label tables of a WikiArt release, without its pictures.

    Rows per table, works, works that leak from one task's test into another's training, works
    filed under two styles, doubled rows, class counts, imbalance, and names that do not match.
    """
    from artextract.collection.audit import audit, render

    facts = audit(labels_dir)
    print(json.dumps(facts, indent=1, ensure_ascii=False) if as_json else render(facts))


@app.command()
def index(
    source: Annotated[
        Path,
        typer.Argument(
            help="A WikiArt release, a CSV or Parquet table with a column 'path', or a folder "
            "with one sub-folder per artist."
        ),
    ],
    labels: Annotated[
        Path | None, typer.Option(help="Where the release's tables are, if not in SOURCE.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(help="Where the pictures are, if not in SOURCE.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the validation split.")] = 0,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Read labels, verify every picture, draw the splits, make thumbnails.

    Pictures that cannot be read are listed in rejected.csv with the reason, and left out. Run
    again, it opens only pictures that are new or have changed.
    """
    from artextract.collection.indexing import index

    started = time.perf_counter()
    report = index(Store(store), source, labels=labels, images=images, seed=seed)
    say(report.summary())
    say(f"wrote {store}/works.parquet, classes.json, thumbnails/ in {_since(started)}")


@app.command()
def train(
    backbone: Annotated[str, typer.Option(help="alexnet, resnet50 or all.")] = "all",
    tasks: Annotated[
        str | None,
        typer.Option(help="Heads of the network: artist,genre,style. [all that have labels]"),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Default: 10 from ImageNet weights, 30 from scratch.")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Per device.")] = 32,
    image_size: Annotated[
        int, typer.Option(min=64, help="Side in pixels that evaluation and prediction see.")
    ] = 224,
    train_image_size: Annotated[
        int | None,
        typer.Option(min=64, help="Side that training sees; smaller is faster. [image size]"),
    ] = None,
    pretrained: Annotated[
        list[str] | None,
        typer.Option(
            help="imagenet (downloaded by torchvision), none, or BACKBONE=PATH of a safetensors "
            "file or state dict with torchvision's key names, or BACKBONE=none. Repeatable."
        ),
    ] = None,
    train_layers: Annotated[
        int | None,
        typer.Option(min=1, help="Last weight layers to train. [20 of resnet50, all of alexnet]"),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            min=1e-8, help="Peak rate. [2e-4 from ImageNet weights, the backbone's own else]"
        ),
    ] = None,
    mixup: Annotated[
        float, typer.Option(min=0, help="Alpha of MixUp, which blends two pictures; 0: none.")
    ] = 0.0,
    cutmix: Annotated[
        float,
        typer.Option(min=0, help="Alpha of CutMix, which pastes a piece of another; 0: none."),
    ] = 0.0,
    class_weighting: Annotated[str, typer.Option(help="none, sqrt or logit-adjust.")] = "none",
    precision: Annotated[
        str, typer.Option(help="auto (bfloat16 where the hardware has it), 32 or bf16.")
    ] = "auto",
    accelerator: Annotated[str, typer.Option(help="Lightning's: auto, cpu, gpu, ...")] = "auto",
    devices: Annotated[str, typer.Option(help="Number of devices per machine, or auto.")] = "auto",
    num_nodes: Annotated[int, typer.Option(min=1, help="Number of machines.")] = 1,
    strategy: Annotated[str, typer.Option(help="Lightning's: auto, ddp, ...")] = "auto",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Loading processes per device. [by cores]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume/--overwrite", help="Go on from the last finished epoch.")
    ] = True,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Train the networks: one per backbone, with one head per task.

    Killed at any moment and started again, it goes on from the last finished epoch. Several GPUs:
    --devices N --strategy ddp; several machines: start it with torchrun or under SLURM. Where there
    is time for it: --epochs 50 --mixup 0.8 --cutmix 1 --learning-rate 4e-4.
    """
    from artextract.inference.dataset import Augmentation
    from artextract.inference.hardware import Hardware
    from artextract.models.network import BACKBONES
    from artextract.training.module import TrainingConfig

    if backbone != "all" and backbone not in BACKBONES:
        raise typer.BadParameter(f"no backbone {backbone!r}; there are {', '.join(BACKBONES)}, all")
    weights = _pretrained(pretrained or ["imagenet"])
    chosen = list(BACKBONES) if backbone == "all" else [backbone]
    hardware = Hardware(
        accelerator=accelerator,
        devices=int(devices) if devices.isdigit() else devices,
        num_nodes=num_nodes,
        strategy=strategy,
        workers=workers,
    )
    for name in chosen:
        config = TrainingConfig(
            backbone=name,
            tasks=_tasks(tasks) if tasks else None,
            epochs=epochs or (30 if weights[name] is None else 10),
            batch_size=batch_size,
            image_size=image_size,
            train_image_size=train_image_size,
            pretrained=weights[name],
            train_layers=train_layers,
            augmentation=Augmentation(mixup=mixup, cutmix=cutmix),
            class_weighting=class_weighting,
            precision=precision,
            seed=seed,
        )
        if learning_rate and weights[name] is None:
            config = replace(config, lr_scratch=learning_rate)
        elif learning_rate:
            config = replace(config, lr_body=learning_rate)
        _train(Store(store), config, hardware, overwrite=not resume)


@app.command()
def evaluate(
    views: Annotated[
        int,
        typer.Option(
            help="How often each picture is looked at, in predictions too: 1; 2, with its mirror "
            "image; 6, with both smaller and larger; 10, with the corners of both. The time grows "
            "as the views."
        ),
    ] = 1,
    precision: Annotated[str, typer.Option(help="auto, 32 or bf16.")] = "auto",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Even if it has been done.")
    ] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Score the networks and their vote on the test works.

    Temperatures and voting weights are fitted on validation; test is for reporting only.
    """
    from artextract.evaluation.evaluate import evaluate, render
    from artextract.progress import progress

    started = time.perf_counter()
    with progress("Evaluating") as advance:
        results = evaluate(
            Store(store), precision=precision, views=views, overwrite=overwrite, advance=advance
        )
    say(render(results, Store(store).ensemble()))
    say(f"wrote {store}/probabilities/, ensemble.json, metrics.json in {_since(started)}")


@app.command()
def predict(
    pictures: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Picture files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    top: Annotated[int, typer.Option(min=1, help="How many labels per task.")] = 5,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Say what a picture is: artist, genre and style, from each network and their vote.

    A file that cannot be read is reported in its place; the others are still predicted, and the
    exit code is 1.
    """
    from artextract.inference.predictor import Predictor, predict_files, render

    entries = predict_files(Predictor.load(Store(store)), pictures, top=top)
    if as_json:
        print(json.dumps(entries, indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(render(entry) for entry in entries))
    if any("error" in entry for entry in entries):
        raise typer.Exit(1)


@app.command()
def embed(
    backbone: Annotated[
        str | None, typer.Option(help="alexnet or resnet50. [every trained network]")
    ] = None,
    pretrained: Annotated[
        list[str] | None,
        typer.Option(
            help="Embed by a network that was not trained here: imagenet, or BACKBONE=PATH of a "
            "file of weights. Repeatable."
        ),
    ] = None,
    image_size: Annotated[
        int | None, typer.Option(min=64, help="Side in pixels. [that of the training, or 224]")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Per device.")] = 64,
    precision: Annotated[str, typer.Option(help="auto, 32 or bf16.")] = "auto",
    accelerator: Annotated[str, typer.Option(help="Lightning's: auto, cpu, gpu, ...")] = "auto",
    devices: Annotated[str, typer.Option(help="Number of devices per machine, or auto.")] = "auto",
    num_nodes: Annotated[int, typer.Option(min=1, help="Number of machines.")] = 1,
    strategy: Annotated[str, typer.Option(help="Lightning's: auto, ddp, ...")] = "auto",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Loading processes per device. [by cores]")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Even if it has been done.")
    ] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write the penultimate features of every work.

    Killed at any moment and started again, it goes on where it was. Several machines that share
    the store share the work.
    """
    from artextract.inference.hardware import Hardware
    from artextract.models.network import BACKBONES

    chosen: dict[str, str | None]
    if pretrained:
        weights = _pretrained(pretrained)
        named = [value.partition("=")[0] for value in pretrained]
        chosen = {b: weights[b] for b in BACKBONES if b in named or b == backbone}
        if not chosen:
            chosen = {b: weights[b] for b in BACKBONES}
    else:
        chosen = dict.fromkeys([backbone] if backbone else Store(store).require_networks())
    hardware = Hardware(
        accelerator=accelerator,
        devices=int(devices) if devices.isdigit() else devices,
        num_nodes=num_nodes,
        strategy=strategy,
        workers=workers,
    )
    _embed(
        Store(store),
        chosen,
        image_size=image_size,
        batch_size=batch_size,
        precision=precision,
        hardware=hardware,
        overwrite=overwrite,
    )


@app.command()
def explore(
    embedding: Annotated[
        str | None,
        typer.Option(help="Name of an embedding, or several joined by +. [resnet50, or what is]"),
    ] = None,
    only: Annotated[
        str, typer.Option(help="Parts to make: neighbours, outliers, map, timeline.")
    ] = "neighbours,outliers,map,timeline",
    detector: Annotated[
        str,
        typer.Option(
            help="isolation-forest, isolation-forest-embedding, knn, lof, mahalanobis or "
            "rank-average."
        ),
    ] = "isolation-forest",
    min_works: Annotated[
        int, typer.Option(min=10, help="Works that a painter needs to be judged.")
    ] = 20,
    contamination: Annotated[
        float, typer.Option(help="Share of an oeuvre shown as outliers; no score depends on it.")
    ] = 0.05,
    projection: Annotated[str, typer.Option(help="umap, or the faster pca.")] = "umap",
    seed: Annotated[int, typer.Option(help="Seed of forests and maps.")] = 0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Even if it has been done.")
    ] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Find near-duplicates and outliers with their reasons, draw maps and timelines.

    Trained networks that have not embedded the works yet do so first.
    """
    from artextract.oeuvres.explore import ExploreConfig, explore
    from artextract.oeuvres.outliers.scores import OutlierConfig
    from artextract.oeuvres.projection import MapConfig
    from artextract.progress import progress

    started = time.perf_counter()
    config = ExploreConfig(
        outliers=OutlierConfig(
            detector=detector, min_works=min_works, contamination=contamination, seed=seed
        ),
        map=MapConfig(method=projection, min_works=min_works, seed=seed),
    )
    trained = Store(store).networks()
    wanted = embedding.split("+") if embedding else trained
    _embed(Store(store), dict.fromkeys(b for b in trained if b in wanted))
    parts = tuple(part.strip() for part in only.split(",") if part.strip())
    name = explore(
        Store(store),
        embedding,
        config=config,
        parts=parts,
        overwrite=overwrite,
        progress=progress,
        say=say,
    )
    say(f"wrote {Store(store).explored(name)} in {_since(started)}")


@app.command()
def score(
    picture: Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture file.")],
    artist: Annotated[str, typer.Option(help="A painter of the collection.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Say how typical a picture would be of a painter, why, and whose it looks most like."""
    from artextract.collection.images import PictureError
    from artextract.oeuvres.typicality import render, typicality_of_file

    try:
        result = typicality_of_file(Store(store), picture, artist)
    except PictureError as error:
        raise StoreError(f"{picture}: {error}") from error
    if as_json:
        print(json.dumps(result, indent=1, ensure_ascii=False))
    else:
        print(render(result, Store(store).works()))


@app.command()
def run(
    source: Annotated[Path, typer.Argument(help="As for index.")],
    pretrained: Annotated[list[str] | None, typer.Option(help="As for train.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="As for train.")] = None,
    image_size: Annotated[int, typer.Option(min=64, help="As for train.")] = 224,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Index, train, evaluate and explore in one go, with the defaults of each."""
    folder = ["--store", str(store)]
    options = [part for value in pretrained or [] for part in ("--pretrained", value)]
    if epochs:
        options += ["--epochs", str(epochs)]
    options += ["--image-size", str(image_size), "--seed", str(seed)]
    for command in (
        ["index", str(source), "--seed", str(seed)],
        ["train", *options],
        ["evaluate"],
        ["explore", "--seed", str(seed)],
    ):
        if code := app([*command, *folder], standalone_mode=False):
            raise typer.Exit(code)


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Seed of the painters.")] = 1874,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Paint the built-in collection and take it through every stage.

    Eight invented painters, some 600 procedural pictures; no download, a few minutes on two cores.
    """
    from artextract.evaluation.evaluate import render
    from artextract.pipeline.builtin import build

    started = time.perf_counter()
    results = build(Store(store), seed=seed, say=say)
    say(render(results, Store(store).ensemble()))
    say(f"the built-in collection is in {store}, after {_since(started)}; show it: artextract app")


@app.command(name="app")
def gallery(
    port: Annotated[int, typer.Option(help="Port of the gallery.")] = 8501,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Open the gallery on the store."""
    from artextract.pipeline.gallery import serve

    raise typer.Exit(serve(Store(store), port=port))


def _train(store: Store, config: TrainingConfig, hardware: Hardware, *, overwrite: bool) -> None:
    from artextract.progress import progress
    from artextract.training.fit import fit

    started = time.perf_counter()
    if config.pretrained is None:
        say(f"{config.backbone}: from random weights, so every layer is trained")
    with progress(f"Training {config.backbone}") as advance:
        result = fit(
            store, config, hardware=hardware, overwrite=overwrite, advance=advance, say=say
        )
    say(
        f"wrote {store.model(config.backbone)}/model.safetensors, epoch {result['best_epoch']} "
        f"of {result['epochs']}, in {_since(started)}"
    )


def _embed(store: Store, chosen: dict[str, str | None], **options: Any) -> None:
    """Embed by each backbone in `chosen`, from weights given with it or as it was trained here."""
    from artextract.inference.embeddings import embed, embedding_name
    from artextract.progress import progress

    for backbone, weights in chosen.items():
        started = time.perf_counter()
        path = store.embedding_path(embedding_name(backbone, weights))
        before = path.stat().st_mtime_ns if path.exists() else None
        with progress(f"Embedding by {backbone}") as advance:
            embed(store, backbone, pretrained=weights, advance=advance, **options)
        if path.exists() and path.stat().st_mtime_ns != before:
            say(f"wrote {path} in {_since(started)}")
        elif "overwrite" in options:
            say(f"{path} is there already; --overwrite makes it anew")


def _tasks(text: str) -> tuple[str, ...]:
    tasks = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [task for task in tasks if task not in DEFAULT_TASKS]
    if unknown or not tasks:
        raise typer.BadParameter(
            f"no task {', '.join(unknown)!r}; there are {', '.join(DEFAULT_TASKS)}"
        )
    return tasks


def _pretrained(values: Sequence[str]) -> dict[str, str | None]:
    """Starting weights per backbone from the values of --pretrained."""
    from artextract.models.network import BACKBONES

    weights: dict[str, str | None] = dict.fromkeys(BACKBONES, "imagenet")
    for value in values:
        if value in ("imagenet", "none"):
            weights = dict.fromkeys(BACKBONES, value)
    for value in values:
        backbone, equals, source = value.partition("=")
        if equals and backbone in BACKBONES and source:
            weights[backbone] = source
        elif value not in ("imagenet", "none"):
            raise typer.BadParameter(
                f"--pretrained {value}: expected imagenet, none or BACKBONE=PATH with BACKBONE "
                f"one of {', '.join(BACKBONES)}"
            )
    return {backbone: None if v == "none" else v for backbone, v in weights.items()}


def _since(started: float) -> str:
    seconds = time.perf_counter() - started
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 (something was left out), 2 (nothing done)."""
    try:
        code = app(list(argv) if argv is not None else None, standalone_mode=False)
        if code == INTERRUPTED:  # typer's answer to Ctrl-C, without a word
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except typer.Exit as leave:
        return leave.exit_code
    except (StoreError, ValueError) as error:
        return _refuse(str(error))
    except (typer.Abort, KeyboardInterrupt):
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        return _refuse(f"{error.filename or ''}: {error.strerror or error}".removeprefix(": "))
    except Exception as error:
        # A wrong argument, from click or from typer's own copy of it.
        if hasattr(error, "format_message"):
            return _refuse(error.format_message())
        raise


def _refuse(message: str) -> int:
    print(f"artextract: {' '.join(message.split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
