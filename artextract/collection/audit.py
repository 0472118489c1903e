"""What is in the label tables of a release: sizes, leaks, duplicates, imbalance, names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from artextract.collection.filenames import repair, slug, split_stem

if TYPE_CHECKING:
    from artextract.collection.sources.wikiart_tables import Release


def file_name(paths: pd.Series) -> pd.Series:
    """Return the last part of each path: the picture, whichever style folder it stands in."""
    return paths.str.rsplit("/", n=1).str[-1]


def audit(labels: Path) -> dict[str, Any]:
    """Read the label tables alone (no picture) and return the facts about them.

    Raises
    ------
    StoreError
        If the tables cannot be read (see
        :func:`artextract.collection.sources.wikiart_tables.read_release`).
    """
    # The source of releases audits the tables that it reads, and so imports this module.
    from artextract.collection.sources.wikiart_tables import read_release

    return audit_release(read_release(labels))


def audit_release(release: Release) -> dict[str, Any]:
    """Return the facts about label tables that have been read.

    Returns
    -------
    dict, fit for JSON. "leaks" counts works in one task's training and another's test table;
    "leaks_by_picture" further training works whose picture is a test work in another style folder.
    """
    rows = release.rows
    in_train, in_test = (rows.loc[rows["part"] == part, "path"] for part in ("train", "test"))
    train, test = set(in_train), set(in_test)
    clean = pd.Series(sorted(train - test), dtype="str")
    duplicates = clean[file_name(clean).isin(set(file_name(in_test)))]
    works = pd.Series(sorted(train | test), dtype="str")
    per_picture = file_name(works).value_counts()
    keyed = rows[["task", "part", "path"]]
    again = keyed.duplicated()
    labels_per_work = rows.groupby(["task", "path"], observed=True)["label"].nunique()
    conflicts = labels_per_work[labels_per_work > 1]
    tasks = [task for task, names in release.classes.items() if names]
    return {
        "works": len(works),
        "rows": {task: _parts(rows[rows["task"] == task]) for task in tasks},
        "duplicate_rows": {task: _parts(rows[again & (rows["task"] == task)]) for task in tasks},
        "conflicting_labels": [
            {"task": task, "path": path, "classes": _labels_of(release, task, path)}
            for task, path in conflicts.index
        ],
        "train_works": len(train),
        "test_works": len(test),
        "leaks": len(train & test),
        "clean_train_works": len(clean),
        "leaks_by_picture": sorted(duplicates),
        "clean_train_works_by_picture": len(clean) - len(duplicates),
        "names_under_two_styles": int((per_picture > 1).sum()),
        "classes": {
            task: class_counts(rows[rows["task"] == task], release.classes[task]) for task in tasks
        },
        "names": _names(release, works),
    }


def _parts(rows: pd.DataFrame) -> dict[str, int]:
    return {part: int((rows["part"] == part).sum()) for part in ("train", "test")}


def _labels_of(release: Release, task: str, path: str) -> list[str]:
    found = release.rows[(release.rows["task"] == task) & (release.rows["path"] == path)]
    return [release.classes[task][label] for label in sorted(set(found["label"]))]


def class_counts(rows: pd.DataFrame, classes: list[str]) -> dict[str, Any]:
    """Count one task's rows per class.

    Parameters
    ----------
    rows
        Columns part ("train", "test", perhaps "val") and label (class number).
    classes
        Names, in the order of the numbers.

    Returns
    -------
    dict with "counts" ({class: {"train", "test", …}}), "imbalance" (largest over smallest class
    that has works, in rows), "majority_class" (largest in training) and "majority_baseline" (its
    share of the test rows in percent; None without test rows).
    """
    table = pd.crosstab(rows["label"], rows["part"]).reindex(range(len(classes)), fill_value=0)
    for part in ("train", "test"):
        if part not in table:
            table[part] = 0
    total = table.to_numpy().sum(axis=1)
    present = total[total > 0]
    majority = int(table["train"].to_numpy().argmax())
    in_test = table["test"].to_numpy()
    n_test = int(in_test.sum())
    return {
        "counts": {
            name: dict(zip(table.columns.astype(str), counts, strict=True))
            for name, counts in zip(classes, table.to_numpy().tolist(), strict=True)
        },
        "imbalance": round(float(present.max() / present.min()), 2) if len(present) else None,
        "majority_class": classes[majority],
        "majority_baseline": (
            round(100 * float(in_test[majority]) / n_test, 2) if n_test else None
        ),
    }


def _names(release: Release, works: pd.Series) -> dict[str, Any]:
    rows = release.rows
    folders = set(works.str.split("/").str[0])
    styles = release.classes["style"]
    style_rows = rows[rows["task"] == "style"]
    labels_in = style_rows.groupby(style_rows["path"].str.split("/").str[0])["label"].unique()
    renamed = {
        str(folder): styles[labels[0]]
        for folder, labels in labels_in.items()
        if len(labels) == 1 and styles[labels[0]] != folder
    }
    artists = rows[rows["task"] == "artist"]
    slugs = file_name(artists["path"]).map(lambda name: slug(split_stem(name)[0]))
    other_slugs = {
        name: sorted(set(slugs[artists["label"] == label]) - {slug(name)})
        for label, name in enumerate(release.classes["artist"])
    }
    # Only those that hold anything outside ASCII can be in a wrong encoding.
    odd = {split_stem(name)[0] for name in file_name(works) if not name.isascii()}
    return {
        "folders_without_class": sorted(folders - set(styles)) if styles else [],
        "classes_without_folder": sorted(set(styles) - folders),
        "folders_named_otherwise": renamed,
        "classes_without_works": {
            task: [
                name
                for label, name in enumerate(classes)
                if label not in set(rows.loc[rows["task"] == task, "label"])
            ]
            for task, classes in release.classes.items()
            if classes
        },
        "artists_with_other_slugs": {name: found for name, found in other_slugs.items() if found},
        "painters_in_wrong_encoding": {
            name: repaired for name in sorted(odd) if (repaired := repair(name).strip()) != name
        },
    }


def render(facts: dict[str, Any]) -> str:
    """Lay the facts of :func:`audit` out as text for a terminal."""
    lines = [f"{facts['works']:,} works in the tables", "", f"{'rows':<8}{'train':>8}{'test':>8}"]
    for task, parts in facts["rows"].items():
        lines.append(f"{task:<8}{parts['train']:>8,}{parts['test']:>8,}")
    lines.append("")
    for task, parts in facts["duplicate_rows"].items():
        for part, count in parts.items():
            if count:
                lines.append(f"{count} duplicate row{'s'[: count > 1]} in {task} {part}")
    for conflict in facts["conflicting_labels"]:
        classes = " and ".join(conflict["classes"])
        lines.append(f"  {conflict['path']} is {classes}; the first counts")
    lines += [
        f"{facts['leaks']:,} works are in one task's train and another's test (leaks)",
        f"{facts['clean_train_works']:,} of {facts['train_works']:,} training works are clean",
        f"{len(facts['leaks_by_picture'])} more are a test picture in another style's folder, "
        f"which leaves {facts['clean_train_works_by_picture']:,}",
        f"{facts['names_under_two_styles']:,} file names under two style folders",
    ]
    names = facts["names"]
    for folder, name in names["folders_named_otherwise"].items():
        lines.append(f"folder {folder} is class {name}")
    for what in ("folders_without_class", "classes_without_folder"):
        lines.append(f"{what.replace('_', ' ')}: {', '.join(names[what]) or 'none'}")
    for task, missing in names["classes_without_works"].items():
        if missing:
            lines.append(f"{task} classes without works: {', '.join(missing)}")
    for name, found in names["artists_with_other_slugs"].items():
        lines.append(f"works of {name} named otherwise: {', '.join(found)}")
    for name, repaired in names["painters_in_wrong_encoding"].items():
        lines.append(f"wrong encoding: {name!r} is {repaired}")
    for task, classes in facts["classes"].items():
        heading = f"{task}, {len(classes['counts'])} classes"
        lines += ["", f"{heading:<32}{'train':>8}{'test':>8}"]
        for name, parts in classes["counts"].items():
            lines.append(f"  {name:<30}{parts['train']:>8,}{parts['test']:>8,}")
        lines.append(
            f"  largest over smallest class {classes['imbalance']}; always saying "
            f"{classes['majority_class']} scores {classes['majority_baseline']} % on test"
        )
    return "\n".join(lines)
