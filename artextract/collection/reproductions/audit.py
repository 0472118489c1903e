"""The stage that asks of every task whether the reproductions tell its labels, and its report."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.reproductions.bias import FOLDS, reproduction_bias
from artextract.collection.reproductions.properties import PROPERTIES, property_table
from artextract.collection.reproductions.table import reproductions, reproductions_key
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, schema, write_json
from artextract.store.reading import read_json

REPRODUCTION_BIAS = Stage(
    "reproduction_bias",
    revision=1,
    inputs=("reproductions", "labels", "details"),
    outputs=("reproduction_bias.json",),
)
_COMMAND = "artextract audit"


def audit_reproductions(
    store: Store, *, overwrite: bool = False, advance: Advance = ignore
) -> dict[str, Any]:
    """Ask of every task whether the reproductions alone tell its labels; made once and kept.

    Returns
    -------
    ``{"properties": {name: "scan" or "either"}, "folders_are_labels": bool, "tasks": {task: found
    or None}}``, see :func:`artextract.collection.reproductions.bias.reproduction_bias`.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    inputs, path = _inputs(store), store.reproduction_bias_path
    key = REPRODUCTION_BIAS.key({}, inputs)
    if not overwrite and store.is_done(REPRODUCTION_BIAS.name, key, [path]):
        with suppress(StoreError):  # damaged: made again
            return read_reproduction_bias(store)
    started = time.perf_counter()
    works, tasks = store.works(), store.tasks()
    measured = reproductions(store, advance=advance)
    table = property_table(works, measured, tasks)
    of: dict[str, str] = {name: PROPERTIES[name].of for name in map(str, table)}
    pictures = works["duplicate_group"].to_numpy(np.int64)
    # Works of one artist share a museum and its scanner: no independent evidence about a style.
    creators = pd.factorize(works["creator"].fillna(works["path"]))[0]
    advance(0, total=2 * FOLDS * len(tasks))
    found = {
        task: reproduction_bias(
            table,
            works[task],
            pictures,
            np.arange(len(works)) if task == "artist" else creators,
            of=of,
            advance=advance,
        )
        for task in tasks
    }
    result = {"properties": of, "folders_are_labels": "folder" not in table, "tasks": found}
    write_json(path, result)
    store.record_stage(
        REPRODUCTION_BIAS.name,
        key=key,
        inputs=inputs,
        configuration={},
        seconds=time.perf_counter() - started,
    )
    return result


def read_reproduction_bias(store: Store) -> dict[str, Any]:
    """What :func:`audit_reproductions` found, of the works as they are now.

    Raises
    ------
    StoreError
        If it was not run, or of other works, or its file is damaged.
    """
    path = store.reproduction_bias_path
    key = REPRODUCTION_BIAS.key({}, _inputs(store))
    missing = StoreError(
        f"how well the scans alone tell the labels of {store.root} has not been measured", _COMMAND
    )
    if not store.is_done(REPRODUCTION_BIAS.name, key, [path]):
        raise missing
    return read_json(
        path, schema.ReproductionBias, command=f"{_COMMAND} --overwrite", missing=missing
    )


def _inputs(store: Store) -> dict[str, str]:
    return {"reproductions": reproductions_key(store)} | store.input_keys("labels", "details")


_VERDICTS = {
    "told": "the scan alone tells the {task}: what a network has learnt may be the scan",
    "partly": "the scan alone tells something of the {task}, so a network may use it",
    "not": "the scan alone does not tell the {task}",
}


def verdict_sentence(task: str, found: dict[str, Any]) -> str:
    """What was found about a task, as a sentence without capital and full stop.

    Examples
    --------
    >>> scan = {"balanced_accuracy": 0.98, "ci95": [0.95, 1.0], "permuted": 0.56}
    >>> verdict_sentence("artist", {"verdict": "told", "scan": scan, "chance": 0.5})
    'the scan alone tells the artist: what a network has learnt may be the scan (balanced accuracy \
98.0 %, 95.0 to 100.0; chance 50.0 %)'
    """
    low, high = found["scan"]["ci95"]
    return (
        _VERDICTS[found["verdict"]].format(task=task.replace("_", " "))
        + f" (balanced accuracy {100 * found['scan']['balanced_accuracy']:.1f} %, "
        f"{100 * low:.1f} to {100 * high:.1f}; chance {100 * found['chance']:.1f} %)"
    )


def render(result: dict[str, Any]) -> str:
    """What :func:`audit_reproductions` found as text for a terminal."""
    of = result["properties"]
    kinds = {
        k: ", ".join(n for n in of if of[n] == k).replace("_", " ") for k in ("scan", "either")
    }
    lines = [
        "Is it the painter or the scan? Labels predicted from the reproduction alone.",
        f"of the scan: {kinds['scan']}; perhaps of the painting: {kinds['either']}",
    ]
    if result["folders_are_labels"]:
        lines.append("folders are named after labels and say nothing about a scan")
    for task, found in result["tasks"].items():
        if found is None:
            lines += ["", f"{task}: too few works of two classes"]
            continue
        single = found["properties"]
        each = ", ".join(
            f"{name.replace('_', ' ')} {100 * single[name]:.1f} %"
            for name in sorted(single, key=lambda n: -single[n])
        )
        both = 100 * found["either"]["balanced_accuracy"]
        lines += [
            "",
            f"{task}: {verdict_sentence(task, found)}",
            f"  with {kinds['either']} as well {both:.1f} %; each by itself: {each}",
            f"  {'class':<32}{'works':>7}  {'AUROC':<6}{'95 %':<13}most telling",
        ]
        for row in sorted(found["classes"], key=lambda row: -row["auroc"]):
            low, high = row["ci95"]
            mark = {"told": " <- told by its scan", "partly": " <- in part"}.get(row["verdict"], "")
            lines.append(
                f"  {row['name'].replace('_', ' '):<32}{row['works']:>7,}  {row['auroc']:.2f}  "
                f"{low:.2f}-{high:.2f}    {row['property'].replace('_', ' ')} "
                f"({row['property_auroc']:.2f}){mark}"
            )
    return "\n".join(lines)
