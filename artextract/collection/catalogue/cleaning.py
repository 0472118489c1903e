"""The labels of a collection as classes: nobody, qualifiers, several makers, many spellings."""

from __future__ import annotations

import re
from collections.abc import Collection as Names
from dataclasses import dataclass, field, replace

import pandas as pd

from artextract.collection.catalogue.artists import (
    count_values,
    merged_spellings,
    names_nobody,
    same_name_groups,
    several_makers,
    spelling_groups,
    spelling_key,
)
from artextract.collection.catalogue.qualifiers import split_qualifier
from artextract.collection.sources.base import KEPT, Collection
from artextract.collection.sources.details import named_creators

_OTHERS = re.compile(r"(?:and )?(?:others?|al\.?|andere[nr]?|autres|altri)", re.IGNORECASE)
ARTIST = "artist"  # the label that is a person's name


@dataclass(frozen=True)
class LabelOptions:
    """How labels are read.

    Attributes
    ----------
    unknown
        Further labels that stand for none, as "Dutch School".
    merge_spellings
        Whether spellings that are probably of one name become one label.
    """

    unknown: tuple[str, ...] = ()
    merge_spellings: bool = False


@dataclass
class _Findings:
    """What was found in the labels, fit for JSON."""

    unlabelled: dict[str, dict[str, int]] = field(default_factory=dict)
    qualified: dict[str, int] = field(default_factory=dict)
    several_makers: dict[str, int] = field(default_factory=dict)
    same_name: dict[str, list[list[str]]] = field(default_factory=dict)
    spellings: dict[str, list[list[str]]] = field(default_factory=dict)
    merged: bool = False


def clean_labels(collection: Collection, options: LabelOptions | None = None) -> Collection:
    """Read the labels of a collection as cataloguers mean them.

    A label that names nobody is none. An artist keeps the name, and ``qualifier`` holds what is
    said of the attribution: "workshop of", or "with Jan Brueghel" where a cell names several. Names
    that differ only in case, blanks and underscores would be shown as one, and are; other spellings
    of a name are reported, or made one. The cell is kept in ``artist_as_written`` where
    the label differs from it.

    Returns
    -------
    The collection with classes that are left, and under "labels" of its facts what was found. One
    whose labels are curated comes back as it is.
    """
    options = options or LabelOptions()
    if collection.curated:
        return collection
    works, found = collection.works.copy(), _Findings(merged=options.merge_spellings)
    for label in [str(c)[len("given_") :] for c in works if str(c).startswith("given_")]:
        written = works[label]
        nobody = {
            text for text in written.dropna().unique() if names_nobody(text, more=options.unknown)
        }
        if nobody:
            found.unlabelled[label] = count_values(written[written.isin(nobody)])
        works[label] = written.mask(written.isin(nobody)).astype("str")
        if label == ARTIST:
            _attribute(works, found)
        _spell(works, label, found, merge=options.merge_spellings)
        if label == ARTIST:
            _keep_written(works, written)
    classes = {task: sorted(works[task].dropna().unique()) for task in collection.classes}
    facts = collection.facts | {"labels": vars(found)}
    return replace(collection, works=works, classes=classes, facts=facts)


def _attribute(works: pd.DataFrame, found: _Findings) -> None:
    """Set apart the artist and what qualifies the attribution."""
    cells = list(works[ARTIST].dropna().unique())
    split = {cell: split_qualifier(cell) for cell in cells}
    alone = {name for name, qualifier in split.values() if qualifier is None}
    split = {cell: split_qualifier(cell, known=alone - {cell}) for cell in cells}
    alone = {name for name, qualifier in split.values() if qualifier is None}
    known = {spelling_key(name) for name in alone}
    # "Attributed to an unknown artist" names nobody either.
    split = {c: (name, term) for c, (name, term) in split.items() if not names_nobody(name)}
    cells = [cell for cell in cells if cell in split]
    read = {cell: _read_cell(cell, *split[cell], alone, known) for cell in cells}
    written = works[ARTIST]
    works[ARTIST] = written.map({cell: name for cell, (name, _) in read.items()}).astype("str")
    works["qualifier"] = written.map({cell: term for cell, (_, term) in read.items()}).astype("str")
    several = {cell for cell, (_, term) in read.items() if term and term.startswith("with ")}
    found.several_makers = count_values(written[written.isin(several)])
    found.qualified = count_values(works["qualifier"][~written.isin(several)])


def _read_cell(
    cell: str, name: str, qualifier: str | None, alone: Names[str], known: Names[str]
) -> tuple[str, str | None]:
    if qualifier is None:
        makers = [maker for maker in several_makers(cell, known) if not names_nobody(maker)]
        if len(makers) < 2:
            return (makers[0] if makers else name), None
        first, _ = split_qualifier(makers[0])
        others = ["others" if _OTHERS.fullmatch(maker) else maker for maker in makers[1:]]
        return first, "with " + " and ".join(others)
    if name not in alone and name.endswith("s") and name[:-1] in alone:
        name = name[:-1]  # "Schule Rembrandts"
    return name, qualifier


def _spell(works: pd.DataFrame, label: str, found: _Findings, *, merge: bool) -> None:
    same = same_name_groups(count_values(works[label]))
    if same:
        found.same_name[label] = same
        one = merged_spellings(same)
        works[label] = works[label].map(lambda name: one.get(name, name)).astype("str")
    groups = spelling_groups(count_values(works[label]))
    if not groups:
        return
    found.spellings[label] = groups
    if merge:
        one = merged_spellings(groups)
        works[label] = works[label].map(lambda name: one.get(name, name)).astype("str")


def _keep_written(works: pd.DataFrame, written: pd.Series) -> None:
    """Keep the cells whose label is another, and name the creators by the labels."""
    changed = written.notna() & (works[ARTIST].isna() | (works[ARTIST] != written))
    if changed.any():
        works[f"{KEPT}artist_as_written"] = written.where(changed)
        works["creator"] = works["creator"].mask(changed, named_creators(works))
