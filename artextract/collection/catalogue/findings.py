"""What was found in a table and its labels, said in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        line += f"{dates['undated']:,} say that there is none, "
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
    for task, groups in labels.get("spellings", {}).items():
        shown = "; ".join(" = ".join(map(_cut, group[:SOME])) for group in groups[:SOME])
        more = f" and {len(groups) - SOME:,} more" if len(groups) > SOME else ""
        made = (
            "were merged"
            if labels.get("merged")
            else "are spelled in several ways (--merge-spellings makes them one)"
        )
        n = len(groups)
        lines.append(f"{task}: {n:,} name{'s' * (n != 1)} {_agree(made, n)}: {shown}{more}")
    return lines


def _agree(made: str, n: int) -> str:
    if n != 1:
        return made
    return made.replace("were ", "was ", 1).replace("are ", "is probably ", 1).replace("them", "it")


def _counted(counts: Mapping[str, int]) -> str:
    return _some([f"{_cut(text)}" + (f" ({n:,})" if n > 1 else "") for text, n in counts.items()])


def _some(names: Iterable[str], most: int = SOME) -> str:
    names = [_cut(name) for name in names]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _cut(text: str) -> str:
    one_line = " ".join(text.split())
    return ascii_controls(one_line if len(one_line) <= 60 else one_line[:60] + "…")
