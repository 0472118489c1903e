"""Doubtful labels for people: for a terminal, as JSON, and as a table for a cataloguer."""

from __future__ import annotations

from typing import Any

import pandas as pd

from artextract.oeuvres.label_quality.reasons import render as render_reason

COLUMNS = (
    *("rank", "work_id", "path", "title", "artist", "label", "suggested"),
    *("label_probability", "suggested_probability", "log_odds", "p_value", "suspected"),
    *("reason", "nearest_works"),
)


def issue_table(issues: pd.DataFrame, works: pd.DataFrame, task: str) -> pd.DataFrame:
    """What a cataloguer needs of the doubtful labels of a task, a row each, most doubtful first.

    Parameters
    ----------
    issues
        As the table "label_issues" of :func:`artextract.oeuvres.results.read_table` has them.
    works
        As :meth:`artextract.store.Store.works` returns them.

    Returns
    -------
    DataFrame with :data:`COLUMNS`; reason and nearest_works (path and label) are texts.
    """
    own = issues[issues["task"] == task].reset_index(drop=True)
    of = works.set_index("work_id").loc[own["work_id"]]
    labels = works[task].fillna("unlabelled").to_numpy(dtype=object)  # row = work_id
    paths = works["path"].to_numpy(dtype=object)
    table = own.assign(
        rank=range(1, len(own) + 1),
        path=of["path"].to_numpy(),
        title=of["title"].to_numpy(),
        artist=of["creator"].to_numpy(),
        reason=["; ".join(map(render_reason, reasons)) for reasons in own["reasons"]],
        nearest_works=["; ".join(f"{paths[i]} [{labels[i]}]" for i in n) for n in own["nearest"]],
    )
    return table[list(COLUMNS)]


def as_json(
    issues: pd.DataFrame, works: pd.DataFrame, task: str, *, top: int | None
) -> list[dict[str, Any]]:
    """The doubtful labels of a task as lists and numbers, the `top` most doubtful, None: all."""
    own = issues[issues["task"] == task].head(len(issues) if top is None else top)
    paths = works.set_index("work_id")["path"]
    return [
        {"path": str(paths.loc[row["work_id"]])}
        | {str(k): v for k, v in row.items() if k != "task"}
        for row in own.to_dict("records")
    ]


def render(issues: pd.DataFrame, works: pd.DataFrame, result: dict[str, Any], *, top: int) -> str:
    """The `top` most doubtful labels of every task for a terminal.

    Parameters
    ----------
    result
        What the stage found, see :func:`artextract.oeuvres.label_quality.find.find_label_issues`.
    """
    lines = []
    for task, found in result["tasks"].items():
        if not found["judged"]:
            lines.append(f"{task}: no works that can be judged")
            continue
        lines.append(
            f"{task}: another label is more probable for {found['listed']:,} of "
            f"{found['judged']:,} works judged; the most doubtful:"
        )
        table = issue_table(issues, works, task).head(top)
        for row in table.to_dict("records"):
            lines += [f"{row['rank']:>5}  {row['path']}", f"       {row['reason']}"]
    return "\n".join(lines)
