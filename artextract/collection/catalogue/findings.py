"""What was found in a table and its labels, said in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from artextract.collection.sources.tables.cells import ascii_controls

SOME = 5  # examples of each


def render_findings(catalogue: Mapping[str, Any]) -> list[str]:
    """Lines about a table and its labels; none where there is nothing to say.

    Parameters
    ----------
    catalogue
        Under "table" and "labels" what :class:`artextract.collection.sources.table.TableSource` and
        :func:`artextract.collection.catalogue.cleaning.clean_labels` found.
    """
    return [*_of_table(catalogue.get("table", {})), *_of_labels(catalogue.get("labels", {}))]


def _of_table(table: Mapping[str, Any]) -> list[str]:
    lines = [str(remark) for remark in table.get("remarks", [])]
    if named := table.get("named"):
        lines.append("columns: " + _some([f"{name} is {role}" for role, name in named.items()]))
    if kept := table.get("kept_columns"):
        lines.append(f"kept beside them: {_some(kept, 8)}")
    if repeated := table.get("repeated_rows"):
        lines.append(f"{repeated:,} rows repeat another one and are left out")
    return lines + _of_dates(table.get("dates", {}))


def _of_dates(dates: Mapping[str, Any]) -> list[str]:
    if not dates.get("intervals") and not dates.get("undated") and not dates.get("not_understood"):
        return []
    lost = dates["not_understood"]
    n = sum(lost.values())
    understood = dates["written"] - dates["undated"] - n
    line = f"dates: {understood:,} of {dates['written']:,} are read as years, "
    if dates["undated"]:
        line += f"{dates['undated']:,} undated, "
    line += f"{n or 'none'} not understood"
    return [f"{line}: {_counted(lost)}" if lost else line]


def _of_labels(labels: Mapping[str, Any]) -> list[str]:
    lines = []
    for task, words in labels.get("unlabelled", {}).items():
        n = sum(words.values())
        lines.append(
            f"{task}: {n:,} works are unlabelled, for they name nobody: {_counted(words)}"
            if task == "artist"
            else f"{task}: {n:,} works are unlabelled: {_counted(words)}"
        )
    if qualified := labels.get("qualified"):
        n = sum(qualified.values())
        lines.append(
            f"artist: {n:,} attributions are qualified, kept and not trained on: "
            f"{_counted(qualified)}"
        )
    if several := labels.get("several_makers"):
        n = sum(several.values())
        lines.append(
            f"artist: {n:,} works name several makers, go by the first and are not trained on: "
            f"{_counted(several)}"
        )
    for task, groups in labels.get("same_name", {}).items():
        lines.append(
            f"{task}: one name, for only case, blanks or underscores differ: {_groups(groups)}"
        )
    for task, groups in labels.get("spellings", {}).items():
        what = "names in several spellings" if len(groups) > 1 else "name in several spellings"
        made = (
            "made one"
            if labels.get("merged")
            else "probably one, and made one by --merge-spellings"
        )
        lines.append(f"{task}: {len(groups):,} {what}, {made}: {_groups(groups)}")
    return lines


def _groups(groups: Sequence[Sequence[str]]) -> str:
    some = "; ".join(" = ".join(short(name) for name in group[:SOME]) for group in groups[:SOME])
    return some + (f" and {len(groups) - SOME:,} more" if len(groups) > SOME else "")


def _counted(counts: Mapping[str, int]) -> str:
    return _some([f"{short(text)}" + (f" ({n:,})" if n > 1 else "") for text, n in counts.items()])


def _some(names: Iterable[str], most: int = SOME) -> str:
    names = [short(name) for name in names]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def short(text: str) -> str:
    """A name on one line, fit for a terminal, cut where it is long."""
    one_line = " ".join(text.split())
    return ascii_controls(one_line if len(one_line) <= 60 else one_line[:60] + "…")
