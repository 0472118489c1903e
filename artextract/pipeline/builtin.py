"""The built-in collection, from nothing to a store that the gallery shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import numpy as np
import torch

from artextract.collection.indexing import index
from artextract.evaluation.evaluate import evaluate
from artextract.inference.embeddings import embed
from artextract.inference.hardware import Hardware
from artextract.oeuvres.explore import explore
from artextract.oeuvres.projection import project
from artextract.progress import Advance, progress
from artextract.store import Store, StoreError
from artextract.synthetic import paint_collection
from artextract.training.augmentation import Augmentation
from artextract.training.config import TrainingConfig
from artextract.training.fit import fit

N_WORKS = 600
SIZE = 64  # pixels a side: what a minute of training from scratch on two cores can afford

# Thousandths of the time that each stage takes on two cores; for the progress bar only.
_PAINTING, _READING, _TRAINING, _EVALUATING, _EXPLORING = 125, 10, (215, 545), 25, (40, 40)


def configurations(*, seed: int) -> tuple[TrainingConfig, ...]:
    """How the two networks are trained on the built-in collection.

    A few dozen works a painter and no pre-training: gentle crops without rotation, since at this
    size palette and touch are all there is to see.
    """
    return tuple(
        TrainingConfig(
            backbone=backbone,
            epochs=epochs,
            batch_size=batch_size,
            image_size=SIZE,
            pretrained=None,
            augmentation=Augmentation(smallest_crop=0.8, rotation=0.0),
            patience=epochs,
            seed=seed,
        )
        for backbone, epochs, batch_size in (
            ("alexnet", 6, 32),
            ("resnet50", 8, 24),
        )
    )


def build(
    store: Store, *, seed: int, n_works: int = N_WORKS, say: Callable[[str], object] = print
) -> dict[str, Any]:
    """Paint the collection, index it, train both networks, evaluate them and explore the works.

    Every stage goes on where an earlier run was interrupted.

    Parameters
    ----------
    store
        The store; the pictures go into its folder ``collection/``.
    seed
        Seed of the painters and of the training.
    n_works
        Number of pictures.
    say
        Called with what each stage wrote.

    Returns
    -------
    The metrics, as :func:`artextract.evaluation.evaluate.evaluate` returns them.

    Raises
    ------
    StoreError
        If the store is of another format, or holds a collection of somebody's own.
    """
    folder = store.root / "collection"
    known = store.manifest().get("dataset") or {"procedural": True}
    images = known.get("source", {}).get("images", "")
    here = known.get("procedural") or (store.root / images).absolute() == folder.absolute()
    if not here:
        raise StoreError(
            f"{store.root} holds another collection, {images}, which would be replaced",
            command="artextract demo --store OTHER_FOLDER",
        )
    lines: list[str] = []
    started = time.perf_counter()

    def wrote(what: str) -> None:
        lines.append(f"{time.perf_counter() - started:4.0f} s  {what}")

    with progress("The built-in collection", total=1000) as advance:
        painting = _share(advance, _PAINTING, "painting")
        painted = 0

        def on_painted(done: int, total: int) -> None:
            nonlocal painted
            painting(done - painted, total=total)
            painted = done

        # Other processes paint meanwhile; later, compiling would leave all cores but one idle.
        compiling = Thread(target=_compile_maps, args=(store,), daemon=True)
        compiling.start()
        table = paint_collection(
            folder,
            n_works=n_works,
            seed=seed,
            on_painted=on_painted,
        )
        compiling.join()
        wrote(f"painted {n_works:,} works into {table.parent}")

        @contextmanager
        def reading(description: str, total: int = 0) -> Iterator[Advance]:
            share = _share(advance, _READING, "reading")
            yield lambda n=1, *, total=total, note="": share(n, total=total)

        index(store, table, progress=reading)
        store.record_dataset(store.manifest()["dataset"] | {"procedural": True})
        wrote("indexed them")
        for config, units in zip(configurations(seed=seed), _TRAINING, strict=True):
            fit(
                store,
                config,
                # Nobody goes on in the middle of half a minute, and writing AlexNet's optimiser
                # state after every epoch takes longer than the epoch.
                # Without a GPU, a process that loads such small pictures takes more from the
                # network than it spares it: 18.9 s an epoch against 15.5 on two cores.
                hardware=Hardware(
                    resumable=False, workers=None if torch.cuda.is_available() else 0
                ),
                advance=_share(advance, units, f"training {config.backbone}"),
            )
            wrote(f"trained {config.backbone}")
        # With the mirror image, which costs seconds: a few hundred works teach no network that a
        # scene seen in a mirror is by the same hand.
        metrics = evaluate(store, views=2, advance=_share(advance, _EVALUATING, "evaluating"))
        wrote("evaluated them")
        embedding, exploring = _EXPLORING
        for config in configurations(seed=seed):
            embed(
                store,
                config.backbone,
                advance=_share(advance, embedding // 2, f"embedding by {config.backbone}"),
            )

        @contextmanager
        def part(description: str, total: int = 0) -> Iterator[Advance]:
            # Five parts, of which the maps take longest; none says before how long it is.
            share = _share(advance, exploring // 5, description.lower())
            yield lambda n=1, *, total=total, note="": share(n, total=total)

        explore(store, progress=part)
        wrote("explored them")
    for line in lines:
        say(line)
    return metrics


def _compile_maps(store: Store) -> None:
    """Have UMAP compile what maps need, ten seconds, by a map of noise; unless maps are there."""
    if not store.embeddings():
        project(np.random.default_rng(0).normal(size=(100, 8)).astype(np.float32))


def _share(advance: Advance, units: int, stage: str) -> Advance:
    """An Advance that turns the steps of one stage into its `units` of the whole display."""
    done = shown = 0

    def advance_share(n: int = 1, *, total: int | None = None, note: str = "") -> None:
        nonlocal done, shown
        done += n
        reached = min(units, units * done // total) if total else units
        advance(reached - shown, note=f"{stage} {note}".strip())
        shown = reached

    return advance_share
