"""What a collection holds: number of works, artists, years, and works per class."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class CollectionStatistics:
    """The size of a collection."""

    works: int
    artists: int  # painters, whether or not they are a class of their own
    dated: int  # works of which the year is known
    years: tuple[int, int] | None  # of the oldest and the youngest of them
    labelled: dict[str, dict[str, int]]  # {task: {split: works with a label that counts there}}


def collection_statistics(works: pd.DataFrame, tasks: list[str]) -> CollectionStatistics:
    """Count the works of a collection.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    tasks
        Those whose labels are counted.
    """
    years = works["year"].dropna()
    return CollectionStatistics(
        works=len(works),
        artists=int(works["creator"].nunique()),
        dated=len(years),
        years=(int(years.min()), int(years.max())) if len(years) else None,
        labelled={
            task: {split: int((works[f"{task}_split"] == split).sum()) for split in SPLITS}
            for task in tasks
        },
    )


def distribution(works: pd.DataFrame, task: str, names: list[str]) -> pd.DataFrame:
    """How many works of each class train, validate and test the networks.

    Returns
    -------
    DataFrame, index the class, with train, val and test, the fullest class first.
    """
    table = pd.DataFrame(
        {split: works.loc[works[f"{task}_split"] == split, task].value_counts() for split in SPLITS}
    )
    table = table.reindex(names).fillna(0).astype(int).rename_axis("class")
    return table.iloc[(-table.sum(axis=1)).argsort(kind="stable")]
