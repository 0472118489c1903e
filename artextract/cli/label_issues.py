"""``label-issues``: works whose label is doubtful."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from artextract.cli.exploration import explore_store
from artextract.cli.options import (
    DEFAULT_STORE,
    JsonOption,
    OverwriteOption,
    StoreOption,
    TasksOption,
    split,
)
from artextract.cli.output import note, report
from artextract.store import Store


def label_issues(
    embedding: Annotated[
        str | None,
        typer.Option(
            help="Name of an embedding, or several joined by +.",
            show_default="one by a network that was trained on no label, where there is one",
        ),
    ] = None,
    tasks: TasksOption = None,
    top: Annotated[int, typer.Option(min=1, help="Works to print per task.")] = 20,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="Folder for a table per task, label-issues-TASK.csv, with all of the works."
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """List works whose label is doubtful, the most doubtful first, and say why.

    A classifier that has not seen a work finds another label more probable. Hard works are listed
    as well as wrong labels: look before you correct.
    """
    from artextract.files import as_csv, replacing
    from artextract.oeuvres.embeddings import label_issue_embedding
    from artextract.oeuvres.label_quality.report import as_json as entries
    from artextract.oeuvres.label_quality.report import issue_table, render
    from artextract.oeuvres.results import part_record, read_table

    opened = Store(store)
    works = opened.works()
    wanted = split(tasks) or tuple(opened.tasks())
    for task in wanted:
        if task not in opened.tasks():
            known = ", ".join(opened.tasks()) or "none"
            raise typer.BadParameter(f"--tasks: no task {task!r}; there are {known}")
    if embedding is None and (there := opened.embeddings()):
        embedding = label_issue_embedding(opened, there)
    explored, _ = explore_store(opened, embedding, parts=("label_issues",), overwrite=overwrite)
    name = explored["embedding"]
    found = part_record(opened, name, "label_issues")["result"]
    issues = read_table(opened, name, "label_issues")
    if found["unseen_only"]:
        note(
            f"{name} has learnt the labels of its training works, so that these are not judged; "
            "artextract embed --pretrained makes an embedding that knows none"
        )
    if csv:
        for task in wanted:
            with replacing(csv / f"label-issues-{task}.csv") as temporary:
                temporary.write_bytes(as_csv(issue_table(issues, works, task)))
    shown = found | {"tasks": {task: found["tasks"][task] for task in wanted}}
    result = {"embedding": name, "unseen_only": found["unseen_only"]} | {
        task: shown["tasks"][task] | {"issues": entries(issues, works, task, top=top)}
        for task in wanted
    }
    report(result, render(issues, works, shown, top=top), as_json=as_json)
