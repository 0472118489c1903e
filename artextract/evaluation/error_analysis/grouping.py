"""Classes merged into groups, such as all Impressionists."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Grouping:
    """Which classes are taken together. Hashable, so that caches can go by it.

    A work's predicted group is the one of its most probable class, so that the matrix of the groups
    is the sum of the cells that are merged.

    Attributes
    ----------
    groups
        Name and classes of each group. A class that is in none stays by itself.
    """

    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def read(cls, texts: Iterable[str], classes: Sequence[str]) -> Grouping:
        """From texts such as "Impressionists=Claude Monet,Alfred Sisley".

        Capitals do not matter, nor whether blanks are underscores. Where the name of a class has a
        comma, all are separated by "|".

        Raises
        ------
        ValueError
            If a text is of another form, names a class that is none of `classes`, or a class is in
            two groups or has the name of a group that it is not in.
        """
        known = {_plain(name): name for name in classes}
        groups: dict[str, tuple[str, ...]] = {}
        taken: dict[str, str] = {}
        for text in texts:
            group, equals, members = text.partition("=")
            group = " ".join(group.split())
            parts = members.split("|" if "|" in members else ",")
            wanted = dict.fromkeys(_plain(part) for part in parts if part.strip())
            if not (equals and group and wanted):
                raise ValueError(f"group {text!r}: expected NAME=CLASS,CLASS")
            for part in wanted:
                if part not in known:
                    near = difflib.get_close_matches(part, known, n=1)
                    hint = f"; did you mean {known[near[0]]}?" if near else ""
                    raise ValueError(f"group {group}: there is no class {part!r}{hint}")
                if part in taken:
                    raise ValueError(f"{known[part]} is in two groups, {taken[part]} and {group}")
                taken[part] = group
            groups[group] = tuple(known[part] for part in wanted)
        for group, inside in groups.items():
            if _plain(group) in known and known[_plain(group)] not in inside:
                raise ValueError(f"group {group} has the name of a class that is not in it")
        return cls(tuple(groups.items()))

    @classmethod
    def by(cls, works: pd.DataFrame, task: str, other: str) -> Grouping:
        """The classes of `task` by the label of `other` that most works of each have.

        So artists are merged by their styles. A label that only one class has makes no group.

        Parameters
        ----------
        works
            As :meth:`artextract.store.Store.works` returns them.
        """
        labelled = works[[task, other]].dropna()
        counts = labelled.value_counts().reset_index(name="works")
        # Between labels that are as frequent, the alphabet decides.
        first = counts.sort_values(["works", other], ascending=[False, True]).drop_duplicates(task)
        groups: dict[str, list[str]] = {}
        for name, group in sorted(zip(first[task], first[other], strict=True)):
            groups.setdefault(str(group), []).append(str(name))
        classes = {_plain(str(name)) for name in first[task]}
        return cls(
            tuple(
                (group if _plain(group) not in classes else f"{group} ({other})", tuple(members))
                for group, members in sorted(groups.items())
                if len(members) > 1
            )
        )

    def texts(self) -> list[str]:
        """What :meth:`read` makes the same grouping of."""
        return [f"{name}={'|'.join(classes)}" for name, classes in self.groups]

    def names(self, classes: Sequence[str]) -> list[str]:
        """The groups and the classes in none, each where its first class stands in `classes`."""
        return list(dict.fromkeys(self._of().get(name, name) for name in classes))

    def labels(self, labels: pd.Series) -> pd.Series:
        """`labels` with classes replaced by their groups."""
        of = self._of()
        return labels.map(lambda label: of.get(label, label))

    def merge(
        self, probabilities: np.ndarray, classes: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (n, n_classes) by group: the largest in each, and their sum.

        Returns
        -------
        Two arrays (n, n_groups) in the order of :meth:`names`. The groups rank by the first; the
        second is how probable a group is.
        """
        names, of = self.names(classes), self._of()
        places = [
            [i for i, name in enumerate(classes) if of.get(name, name) == group] for group in names
        ]
        largest = [probabilities[:, where].max(axis=1, initial=0) for where in places]
        sums = [probabilities[:, where].sum(axis=1, dtype=np.float32) for where in places]
        return np.stack(largest, axis=1), np.stack(sums, axis=1)

    def _of(self) -> dict[str, str]:
        return {name: group for group, classes in self.groups for name in classes}


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()
