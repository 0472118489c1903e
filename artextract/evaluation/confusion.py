"""Which works are taken for what: confusion matrices, the works in their cells, figures per class.

Read from the stored probabilities, and without PyTorch: a gallery page asks for it on every click.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from artextract.evaluation.error_analysis.grouping import Grouping
from artextract.store import Store, StoreError

REST = "(all others)"  # what `group_other` calls the classes that were not asked for


def models(store: Store, task: str) -> list[str]:
    """The networks with an opinion on `task`, and "ensemble", in the order of the vote.

    Raises
    ------
    StoreError
        If the evaluation has not been run, or is not of this index.
    """
    found = evaluated(store)
    if task not in found:
        raise StoreError(f"no network in {store.root} knows {task}", command="artextract train")
    return found[task]


def evaluated(store: Store) -> dict[str, list[str]]:
    """The :func:`models` of every task that a network knows, in the order of the tasks.

    Raises
    ------
    StoreError
        If the evaluation has not been run, or is not of this index.
    """
    fitted = store.ensemble()
    record = store.stage_record("probabilities")
    now = store.input_keys("pictures", "labels", tasks=fitted["tasks"])
    if record is None or any(record["inputs"].get(part) != key for part, key in now.items()):
        raise StoreError(
            f"the evaluation in {store.root} is of another index", command="artextract evaluate"
        )
    return {task: [*vote["members"], "ensemble"] for task, vote in fitted["tasks"].items()}


def predictions(
    store: Store,
    task: str,
    model: str,
    *,
    split: str = "test",
    grouping: Grouping | None = None,
) -> pd.DataFrame:
    """What a model says of each work that counts in `split`.

    Parameters
    ----------
    grouping
        Classes that are merged: labels, probabilities and ranks are then those of the groups.

    Returns
    -------
    DataFrame with work_id, true, predicted (class names), probability (of the predicted class,
    0..1) and rank (how many classes the model holds more probable than the true one, plus 1),
    sorted by work_id.

    Raises
    ------
    StoreError
        If the evaluation has not been run for this task and model, or is not of this index.
    """
    if model not in models(store, task):
        raise StoreError(f"no {model} was evaluated on {task}", command="artextract evaluate")
    work_ids, probabilities = store.probabilities(task, model)
    names = np.array(store.classes()[task], dtype=object)
    works = store.works().loc[work_ids]
    counted = (works[f"{task}_split"] == split).to_numpy(dtype=bool, na_value=False)
    values = np.asarray(probabilities)[counted]
    true = works[task].to_numpy(dtype=object)[counted]
    probable = values
    if grouping:
        values, probable = grouping.merge(values, names.tolist())
        names = np.array(grouping.names(names.tolist()), dtype=object)
        true = grouping.labels(pd.Series(true, dtype=object)).to_numpy()
    number = pd.Index(names).get_indexer(true)
    rows = np.arange(len(values))
    of_true, first = values[rows, number], values.argmax(axis=1)
    return pd.DataFrame(
        {
            "work_id": work_ids[counted],
            "true": true,
            "predicted": names[first],
            "probability": probable[rows, first].astype(np.float32),
            "rank": (values > of_true[:, None]).sum(axis=1) + 1,
        }
    ).sort_values("work_id", ignore_index=True)


def matrix(predictions: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Confusion matrix in numbers of works: rows true, columns predicted, both in this order.

    Parameters
    ----------
    predictions
        As :func:`predictions` returns it; what is not among `names` is not counted.
    """
    index = pd.Index(np.array(names, dtype=object))
    true, predicted = (
        index.get_indexer(pd.Index(predictions[column])) for column in ("true", "predicted")
    )
    counts = np.zeros((len(names), len(names)), np.int64)
    inside = (true >= 0) & (predicted >= 0)
    np.add.at(counts, (true[inside], predicted[inside]), 1)
    return pd.DataFrame(counts, index=index.rename("true"), columns=index)


def confusion(store: Store, task: str, model: str, *, split: str = "test") -> pd.DataFrame:
    """Confusion matrix of a model over the whole class list; see :func:`matrix`."""
    return matrix(predictions(store, task, model, split=split), store.classes()[task])


def cell(predictions: pd.DataFrame, true: str, predicted: str) -> pd.DataFrame:
    """The works in one cell of the matrix, of what :func:`predictions` returns, surest first."""
    chosen = predictions[(predictions["true"] == true) & (predictions["predicted"] == predicted)]
    return chosen.sort_values(["probability", "work_id"], ascending=[False, True])


def group_other(predictions: pd.DataFrame, keep: Sequence[str]) -> pd.DataFrame:
    """`predictions` with every class that is not in `keep` called :data:`REST`."""
    return predictions.assign(
        **{
            column: predictions[column].where(predictions[column].isin(list(keep)), REST)
            for column in ("true", "predicted")
        }
    )


def shares(counts: pd.DataFrame, by: str) -> pd.DataFrame:
    """`counts` as shares (0..1) of their "row" (of the true class) or "column" (of the answers).

    A row or column without works has no shares: NaN.
    """
    if by == "row":
        return counts.div(counts.sum(axis=1).replace(0, np.nan), axis=0)
    return counts.div(counts.sum(axis=0).replace(0, np.nan), axis=1)


def cluster_order(counts: pd.DataFrame) -> list[str]:
    """The classes in an order that puts those side by side which are taken for each other.

    Average-linkage clustering of the symmetric shares of confusion, leaves ordered optimally
    (Bar-Joseph et al. 2001). Classes that are never confused keep their order, at the end.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    taken = shares(counts, "row").fillna(0).to_numpy()
    alike = taken + taken.T
    np.fill_diagonal(alike, 0)
    mixed = np.flatnonzero(alike.sum(axis=1) > 0)
    alone = [i for i in range(len(counts)) if i not in set(mixed)]
    order = mixed.tolist()
    if len(mixed) > 2:
        distance = alike.max() - alike[np.ix_(mixed, mixed)]
        np.fill_diagonal(distance, 0)
        tree = linkage(squareform(distance), method="average", optimal_ordering=True)
        order = mixed[leaves_list(tree)].tolist()
    names = [str(name) for name in counts.index]
    return [names[i] for i in [*order, *alone]]


def ordered(counts: pd.DataFrame, by: str) -> list[str]:
    """The classes in the order of a matrix's rows.

    Parameters
    ----------
    by
        "similarity" (see :func:`cluster_order`), "size" (most works first), or "name" (as in
        `counts`).
    """
    if by == "similarity":
        return cluster_order(counts)
    names = [str(name) for name in counts.index]
    if by == "size":
        sizes = counts.sum(axis=1).to_numpy()
        return [names[i] for i in np.argsort(-sizes, kind="stable")]
    return names


def per_class(predictions: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Figures of each class that has works.

    Returns
    -------
    DataFrame, index the class, with precision, recall, f1, top3 (share of its works whose true
    class is among the first three answers), all 0..1, and works (how many bear the label).
    Precision is NaN where nothing was given this answer.
    """
    counts = matrix(predictions, names)
    right = pd.Series(np.diag(counts), index=counts.index, dtype=float)
    works, answers = counts.sum(axis=1), counts.sum(axis=0)
    top3 = (predictions["rank"] <= 3).groupby(predictions["true"]).mean()
    table = pd.DataFrame(
        {
            "precision": right / answers.replace(0, np.nan),
            "recall": right / works.replace(0, np.nan),
            "f1": 2 * right / (works + answers).replace(0, np.nan),
            "top3": top3.reindex(counts.index),
            "works": works,
        }
    )
    return table[table["works"] > 0].rename_axis("class")


def worst(counts: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """The pairs off the diagonal with most works; :data:`REST` is no class and in none of them.

    Returns
    -------
    DataFrame with true, predicted, works and share (of the works of the true class, 0..1), most
    works first and then the largest share; at most `n` rows, none without works.
    """
    classes = np.array([name != REST for name in counts.index])
    off = ~np.eye(len(counts), dtype=bool) & classes[:, None] & classes
    row, column = np.nonzero(counts.to_numpy() * off)
    works = counts.to_numpy()[row, column]
    table = pd.DataFrame(
        {
            "true": counts.index.to_numpy()[row],
            "predicted": counts.columns.to_numpy()[column],
            "works": works,
            "share": works / counts.sum(axis=1).to_numpy()[row],
        }
    )
    return table.sort_values(
        ["works", "share", "true", "predicted"],
        ascending=[False, False, True, True],
        ignore_index=True,
    ).head(n)
