"""``distill``: weights for a backbone that nobody has pre-trained ones for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from artextract.cli.options import (
    DEFAULT_STORE,
    AcceleratorOption,
    DevicesOption,
    JsonOption,
    NumNodesOption,
    PrecisionOption,
    StoreOption,
    StrategyOption,
    WorkersOption,
)
from artextract.cli.output import report, since
from artextract.cli.training import hardware
from artextract.store import Store


def distill(
    backbone: Annotated[str, typer.Option(help="The network that learns.")] = "alexnet",
    teacher: Annotated[
        str, typer.Option(help="Embedding whose features it learns; see embed --pretrained.")
    ] = "resnet50-pretrained",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where the weights go.", show_default="STORE/weights/BACKBONE.safetensors"
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times that every work is seen.")] = 20,
    batch_size: Annotated[int, typer.Option(min=1, help="Per device.")] = 32,
    image_size: Annotated[int, typer.Option(min=64, help="Side in pixels that it sees.")] = 224,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    precision: PrecisionOption = None,
    accelerator: AcceleratorOption = "auto",
    devices: DevicesOption = "auto",
    num_nodes: NumNodesOption = 1,
    strategy: StrategyOption = "auto",
    workers: WorkersOption = None,
) -> None:
    """Let a network learn another's features of the training works, before it is trained.

    For a backbone whose ImageNet weights are not at hand; labels are not looked at.
    """
    from artextract.progress import progress
    from artextract.training.distillation import DistillationConfig
    from artextract.training.distillation import distill as learn

    started = time.perf_counter()
    into = Store(store)
    path = out or into.root / "weights" / f"{backbone}.safetensors"
    config = DistillationConfig(
        backbone=backbone,
        teacher=teacher,
        epochs=epochs,
        batch_size=batch_size,
        image_size=image_size,
        precision=precision or "auto",
        seed=seed,
    )
    where = hardware(accelerator, devices, num_nodes, strategy, workers)
    with progress(f"Distilling {teacher} into {backbone}") as advance:
        result = learn(into, config, path, hardware=where, advance=advance)
    report(
        result,
        f"wrote {path} in {since(started)}; {100 * result['explained']:.0f} % of the variance of "
        f"{teacher} is predicted\n"
        f"go on: artextract train --backbone {backbone} --pretrained {backbone}={path}",
        as_json=as_json,
    )
