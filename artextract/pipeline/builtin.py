"""The built-in collection, from nothing to a store that the gallery shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from artextract.collection.indexing import index
from artextract.collection.reproductions.audit import audit_reproductions
from artextract.evaluation.evaluate import evaluate
from artextract.inference.embeddings import embed
from artextract.inference.hardware import Hardware
from artextract.oeuvres.explore import ExploreConfig, explore
from artextract.progress import Advance, progress
from artextract.store import Store, StoreError
from artextract.synthetic import paint_collection
from artextract.training.augmentation import Augmentation
from artextract.training.config import TrainingConfig
from artextract.training.fit import fit

N_WORKS = 600
SIZE = 64  # pixels a side: what a minute of training from scratch on two cores can afford

# How long the stages take, roughly, against each other; each epoch counts as one of training.
PAINTING, INDEXING, EPOCH, EVALUATING, EMBEDDING, EXPLORING = 12, 1, 5, 3, 2, 12


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
    store: Store,
    *,
    seed: int,
    n_works: int = N_WORKS,
    training: Sequence[TrainingConfig] | None = None,
    exploring: ExploreConfig | None = None,
    say: Callable[[str], object] = print,
) -> dict[str, Any]:
    """Paint the collection, index it, train the networks, evaluate them and explore the works.

    Every stage goes on where an earlier run was interrupted.

    Parameters
    ----------
    store
        The store; the pictures go into its folder ``collection/``.
    seed
        Seed of the painters and of the training.
    n_works
        Number of pictures.
    training
        How the networks are trained; None: as :func:`configurations` says.
    exploring
        How the works are explored; None: by the defaults.
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
    _require_ours(store, folder)
    recipes = configurations(seed=seed) if training is None else training
    lines: list[str] = []
    started = time.perf_counter()

    def wrote(what: str) -> None:
        lines.append(f"{time.perf_counter() - started:4.0f} s  {what}")

    total = PAINTING + INDEXING + EVALUATING + EXPLORING
    total += sum(EPOCH * recipe.epochs + EMBEDDING for recipe in recipes)
    with progress("The built-in collection", total * _STEPS) as advance:
        with _part(advance, PAINTING, "painting") as painting:
            painted = 0

            def on_painted(done: int, total: int) -> None:
                nonlocal painted
                painting(done - painted, total=total)
                painted = done

            table = paint_collection(folder, n_works=n_works, seed=seed, on_painted=on_painted)
        wrote(f"painted {n_works:,} works into {table.parent}")
        with _part(advance, INDEXING) as indexing:
            index(store, table, progress=_as_progress(indexing, parts=1))
        store.record_dataset(store.manifest()["dataset"] | {"procedural": True})
        wrote("indexed them")
        for recipe in recipes:
            name = recipe.backbone
            with _part(advance, EPOCH * recipe.epochs, f"training {name}") as training_part:
                # Nobody goes on in the middle of half a minute, and writing AlexNet's optimiser
                # state after every epoch takes longer than the epoch. Without a GPU, a process
                # that loads such small pictures takes more from the network than it spares it:
                # 18.9 s an epoch against 15.5 on two cores.
                workers = None if torch.cuda.is_available() else 0
                hardware = Hardware(resumable=False, workers=workers)
                fit(store, recipe, hardware=hardware, advance=training_part)
            wrote(f"trained {name}")
        # With the mirror image, which costs seconds: a few hundred works teach no network that a
        # scene seen in a mirror is by the same hand.
        with _part(advance, EVALUATING, "evaluating") as evaluating:
            metrics = evaluate(store, views=2, advance=evaluating)
        wrote("evaluated them")
        for recipe in recipes:
            with _part(advance, EMBEDDING, f"embedding by {recipe.backbone}") as embedding:
                embed(store, recipe.backbone, advance=embedding)
        with _part(advance, EXPLORING) as exploring_part:
            explore(store, config=exploring, progress=_as_progress(exploring_part, parts=7))
            audit_reproductions(store)  # a second or two
        wrote("explored them")
    for line in lines:
        say(line)
    return metrics


def _require_ours(store: Store, folder: Path) -> None:
    """Refuse a store with a collection that is not the built-in one, in `folder`."""
    known = store.manifest().get("dataset") or {"procedural": True}
    images = known.get("source", {}).get("images", "")
    if not known.get("procedural") and (store.root / images).absolute() != folder.absolute():
        raise StoreError(
            f"{store.root} holds another collection, {images}, which would be replaced",
            command="artextract demo --store OTHER_FOLDER",
        )


_STEPS = 10  # of the whole display, for each unit of a stage's weight


@contextmanager
def _part(advance: Advance, weight: int, stage: str = "") -> Iterator[Advance]:
    """An Advance that turns the steps of one stage into its part of the whole display.

    At its end the part is done, however many steps it took; what was there already takes none.
    """
    units, done, shown = weight * _STEPS, 0, 0

    def advance_part(n: int = 1, *, total: int | None = None, note: str = "") -> None:
        nonlocal done, shown
        done = done + n if n or not total else 0  # a part that is counted by itself
        reached = max(shown, min(units, units * done // total)) if total else shown
        advance(reached - shown, note=f"{stage} {note}".strip())
        shown = reached

    yield advance_part
    advance(units - shown, note=stage)


def _as_progress(advance: Advance, *, parts: int) -> Callable[[str, int], Any]:
    """A progress for a stage that shows its parts itself; there are about so many."""

    def whole(n: int = 1, *, total: int | None = None, note: str = "") -> None:
        advance(n, total=parts * _STEPS, note=note)

    @contextmanager
    def show(description: str, total: int = 0) -> Iterator[Advance]:
        with _part(whole, 1, description.lower()) as part:
            yield lambda n=1, *, total=total, note="": part(n, total=total)

    return show
