"""``train``: one network per backbone, by options, by a file, or both."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from artextract.cli.options import (
    DEFAULT_STORE,
    RECIPE,
    AcceleratorOption,
    BackboneOption,
    DevicesOption,
    JsonOption,
    NumNodesOption,
    PrecisionOption,
    Pretrained,
    PretrainedOption,
    StoreOption,
    StrategyOption,
    TasksOption,
    WorkersOption,
    backbones,
    split,
)
from artextract.cli.output import explain_interruption, note, report, since
from artextract.store import Store

if TYPE_CHECKING:
    from artextract.inference.hardware import Hardware
    from artextract.training.config import TrainingConfig

ClassWeighting = Literal["none", "sqrt", "logit-adjust"]
FoldsOption = Annotated[
    int,
    typer.Option(
        min=0,
        help="Train as many networks again, each without one part of the training works, so that "
        "the vote is fitted on all of them and not on validation works alone; takes that many "
        "times as long. 5 is usual, where there is a GPU.",
        show_default="none",
    ),
]
ProbeOption = Annotated[
    bool,
    typer.Option(
        "--probe-only",
        help="Train no network: fit linear heads on the features of the pre-trained one, which "
        "takes a minute after embed --pretrained. Needs pre-trained weights. Once more at another "
        "--image-size, a second probe votes beside the first.",
    ),
]


def train(
    backbone: BackboneOption = None,
    tasks: TasksOption = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Times that training sees every work.",
            show_default="10 from pre-trained weights, 30 from scratch",
        ),
    ] = None,
    pretrained: PretrainedOption = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with the recipe of one network, as --print-config prints it and "
            "models/NAME/training.toml keeps it; options given here count more.",
            dir_okay=False,
            exists=True,
        ),
    ] = None,
    print_config: Annotated[
        bool, typer.Option("--print-config", help="Print the recipe as TOML and do nothing.")
    ] = False,
    probe_only: ProbeOption = False,
    folds: FoldsOption = 0,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Train anew instead of going on from the last finished epoch."
        ),
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Seed of everything random.", show_default="0")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    batch_size: Annotated[
        int | None,
        typer.Option(min=1, help="Per device.", show_default="32", rich_help_panel=RECIPE),
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(
            min=64,
            help="Side in pixels that evaluation and prediction see.",
            show_default="224",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    train_image_size: Annotated[
        int | None,
        typer.Option(
            min=64,
            help="Side that training sees; smaller is faster.",
            show_default="image size",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    train_layers: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Last weight layers to train.",
            show_default="the backbone's own: 20 of resnet50, all of alexnet",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            min=1e-8,
            help="Peak rate of the body, or of everything from scratch.",
            show_default="2e-4 from pre-trained weights, else the backbone's own",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    mixup: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Alpha of MixUp, which blends two pictures; 0: none.",
            show_default="0",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    cutmix: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Alpha of CutMix, which pastes a piece of another; 0: none.",
            show_default="0",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    class_weighting: Annotated[
        ClassWeighting | None,
        typer.Option(
            help="How much rare classes count.", show_default="none", rich_help_panel=RECIPE
        ),
    ] = None,
    precision: PrecisionOption = None,
    accelerator: AcceleratorOption = "auto",
    devices: DevicesOption = "auto",
    num_nodes: NumNodesOption = 1,
    strategy: StrategyOption = "auto",
    workers: WorkersOption = None,
) -> None:
    """Train the networks: one per backbone, with one head per task.

    Killed at any moment and started again, it goes on from the last finished epoch. Then the heads
    are fitted once more, on all stages of the trained network: NAME-refitted, a member of the
    vote of its own. Without time, or without a GPU, --probe-only. Several GPUs:
    --devices N --strategy ddp; several machines: start it with torchrun or under SLURM. Where there
    is time for it: --epochs 50 --mixup 0.8 --cutmix 1 --learning-rate 4e-4.
    """
    recipes = configurations(
        config,
        backbone,
        pretrained,
        mixing={"mixup": mixup, "cutmix": cutmix},
        learning_rate=learning_rate,
        tasks=split(tasks) or None,
        epochs=epochs,
        batch_size=batch_size,
        image_size=image_size,
        train_image_size=train_image_size,
        train_layers=train_layers,
        class_weighting=class_weighting,
        precision=precision,
        seed=seed,
    )
    if print_config:
        if len(recipes) > 1:
            raise typer.BadParameter(
                "--print-config prints the recipe of one network; name it by --backbone"
            )
        print(recipes[0].to_toml(), end="")
        return
    where = hardware(accelerator, devices, num_nodes, strategy, workers)
    into = Store(store)
    if probe_only:
        trained, lines = probe_all(into, recipes, where, overwrite=overwrite)
    else:
        trained, lines = train_all(into, recipes, where, folds=folds, overwrite=overwrite)
    report(trained, "\n".join(lines), as_json=as_json)


def configurations(
    file: Path | None,
    backbone: Sequence[str] | None,
    pretrained: Sequence[str] | None,
    *,
    mixing: dict[str, float | None],
    learning_rate: float | None,
    **options: Any,
) -> list[TrainingConfig]:
    """One recipe per network: the defaults, then the file, then the options that are not None."""
    from artextract.training.config import TrainingConfig

    base = TrainingConfig.from_toml(file) if file else TrainingConfig()
    names = backbones(backbone or ([base.backbone] if file else ["all"]))
    weights = Pretrained.read(pretrained or ["imagenet"])
    given = {key: value for key, value in options.items() if value is not None}
    mixed = {key: value for key, value in mixing.items() if value is not None}
    recipes = []
    for name in names:
        source = base.pretrained if file and not pretrained else weights.of(name)
        changes = {"backbone": name, "pretrained": source} | given
        if not file:
            changes.setdefault("epochs", 30 if source is None else 10)
        if learning_rate:
            changes["lr_scratch" if source is None else "lr_body"] = learning_rate
        if mixed:
            changes["augmentation"] = replace(base.augmentation, **mixed)
        recipes.append(replace(base, **changes))
    return recipes


def hardware(
    accelerator: str, devices: str, num_nodes: int, strategy: str, workers: int | None
) -> Hardware:
    """Where a network runs, from the options of that panel."""
    from artextract.inference.hardware import Hardware

    return Hardware(
        accelerator=accelerator,
        devices=int(devices) if devices.isdigit() else devices,
        num_nodes=num_nodes,
        strategy=strategy,
        workers=workers,
    )


def train_all(
    store: Store,
    recipes: Sequence[TrainingConfig],
    where: Hardware,
    *,
    folds: int = 0,
    overwrite: bool = False,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Train the networks, and return what they are, as JSON and in a line each."""
    from lightning.pytorch.utilities import rank_zero_only

    from artextract.progress import progress
    from artextract.training.fit import fit
    from artextract.training.heads.cross_fitting import cross_fit
    from artextract.training.heads.members import refit_heads

    trained, lines = [], []
    for recipe in recipes:
        started = time.perf_counter()
        if recipe.pretrained is None:
            note(f"{recipe.backbone}: from random weights, so every layer is trained")
        try:
            with progress(f"Training {recipe.backbone}") as advance:
                result = fit(
                    store, recipe, hardware=where, overwrite=overwrite, advance=advance, say=note
                )
        except KeyboardInterrupt as stopped:
            explain_interruption(str(stopped))
            raise
        if getattr(rank_zero_only, "rank", 0) == 0:  # not in every process of a parallel training
            with progress(f"Refitting the heads of {recipe.backbone}") as advance:
                refit_heads(store, recipe.backbone, hardware=where, advance=advance, say=note)
        if folds:
            with progress(f"Cross-fitting {recipe.backbone}") as advance:
                cross_fit(
                    store,
                    recipe,
                    folds=folds,
                    hardware=where,
                    overwrite=overwrite,
                    advance=advance,
                    say=note,
                )
        path = store.model(recipe.backbone) / "model.safetensors"
        kept = ("best_epoch", "epochs", "val_loss", "classes", "digest")
        trained.append(
            {"backbone": recipe.backbone, "path": str(path)} | {key: result[key] for key in kept}
        )
        lines.append(
            f"wrote {path}, epoch {result['best_epoch']} of {result['epochs']}, in {since(started)}"
        )
    return trained, lines


def probe_all(
    store: Store, recipes: Sequence[TrainingConfig], where: Hardware, *, overwrite: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """Fit linear probes of the backbones that have weights, and return what :func:`train_all` does.

    Raises
    ------
    ValueError
        If none has.
    """
    from artextract.progress import progress
    from artextract.store.paths import probe_name
    from artextract.training.heads.members import probe

    pretrained = [recipe for recipe in recipes if recipe.pretrained is not None]
    for recipe in recipes:
        if recipe not in pretrained:
            note(f"{recipe.backbone}: no weights were given, so there are no features to probe")
    if not pretrained:
        raise ValueError("--probe-only needs pre-trained weights: give --pretrained BACKBONE=PATH")
    probed, lines = [], []
    for recipe in pretrained:
        started = time.perf_counter()
        name = probe_name(recipe.backbone, image_size=recipe.image_size)
        with progress(f"Probing {recipe.backbone}") as advance:
            result = probe(
                store, recipe, hardware=where, overwrite=overwrite, advance=advance, say=note
            )
        path = store.model(name) / "model.safetensors"
        kept = ("classes", "digest", "strengths")
        probed.append(
            {"backbone": recipe.backbone, "path": str(path)} | {key: result[key] for key in kept}
        )
        lines.append(f"wrote {path} in {since(started)}")
    return probed, lines
