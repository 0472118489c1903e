"""Which tasks, and which of their classes, there are works to learn from."""

from __future__ import annotations

import pandas as pd

from artextract.store import Store, StoreError


def learnable_classes(
    store: Store, tasks: tuple[str, ...] | None, works: pd.DataFrame
) -> dict[str, list[str]]:
    """Class lists of `tasks`, or of all that can be learnt from the works, and calibrated.

    Parameters
    ----------
    store
        An indexed store.
    tasks
        None: every task of which two classes have training works and any has a validation work;
        where there are no validation works at all, every one that can be learnt.
    works
        Of the store.

    Raises
    ------
    StoreError
        If a wanted task, or none at all, can be learnt.
    """
    train, val = (works[works["split"] == split] for split in ("train", "val"))
    learnable = {
        task: names
        for task, names in store.classes().items()
        if len(train.loc[train[f"{task}_split"] == "train", task].dropna().unique()) > 1
    }
    for task in tasks or ():
        if task not in learnable:
            raise StoreError(
                f"fewer than two classes of {task} have training works in {store.root}; leave it "
                "out of --tasks"
            )
    if not learnable:
        raise StoreError(
            f"nothing can be learnt in {store.root}: no two training works differ in artist, genre "
            "or style; label them",
            command="artextract index SOURCE",
        )
    if tasks is None and len(val):
        tasks = tuple(task for task in learnable if (val[f"{task}_split"] == "val").any())
    return {task: learnable[task] for task in tasks or learnable}
