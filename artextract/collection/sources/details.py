"""Painters, titles and years of works whose source does not name them, from their file names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from artextract.collection.catalogue.artists import names_nobody
from artextract.collection.filenames import creator, same_spelling, slug, split_stem, title_and_year
from artextract.collection.sources.base import Collection

_SLUG = re.compile(r"[^\W\d_A-Z]+(?:[-.]+[^\W\d_A-Z]+)+")  # claude-monet, not IMG or scan


def described(
    works: pd.DataFrame,
    missing: pd.DataFrame,
    tasks: Sequence[str],
    facts: dict[str, Any] | None = None,
) -> Collection:
    """Return works whose labels are names as a collection, with painters, titles and years.

    Parameters
    ----------
    works
        Columns path, stamp, ``<label>``, ``given_<label>``, perhaps title and year.
    missing, facts
        See :class:`artextract.collection.sources.base.Collection`.
    tasks
        Label columns whose names become classes.
    """
    classes = {task: sorted(works[task].dropna().unique()) for task in tasks}
    artists, heads, texts = _file_names(works)
    works["creator"] = creators(artists, heads)
    works = with_titles(works, texts)
    works["picture"] = works["path"]
    return Collection(works, missing, classes, facts=facts or {})


def named_creators(works: pd.DataFrame) -> pd.Series:
    """Return the painters' names for display of works whose artists may be other than before."""
    artists, heads, _ = _file_names(works)
    return creators(artists, heads)


def _file_names(works: pd.DataFrame) -> tuple[pd.Series, list[str], list[str]]:
    """Artists, and from the file names the painter ("" where there is none) and the rest."""
    artists = works["artist"] if "artist" in works else unlabelled(works)
    slugs = {artist: slug(artist) for artist in artists.dropna().unique()}
    heads, texts = [], []
    for stem, artist in zip(file_stems(works["path"]), artists, strict=True):
        head, rest = split_stem(stem)
        own = slug(head) == slugs[artist] if artist in slugs else bool(_SLUG.fullmatch(head))
        heads.append(head if own and not names_nobody(head.replace("-", " ")) else "")
        texts.append(rest if own else stem)
    return artists, heads, texts


def file_stems(paths: pd.Series) -> pd.Series:
    """Names of the files without folder and ending."""
    return paths.str.rsplit("/", n=1).str[-1].str.rsplit(".", n=1).str[0]


def creators(artists: pd.Series, slugs: list[str]) -> pd.Series:
    """Return the painters' names for display: by label, else by file name, else missing."""
    spelled = same_spelling(slugs, artists)
    labelled = {artist: creator(artist) for artist in artists.dropna().unique()}
    shown = [
        labelled.get(artist) or (spelled[text] if text else None)
        for artist, text in zip(artists, slugs, strict=True)
    ]
    return pd.Series(shown, index=artists.index, dtype="str")


def with_titles(works: pd.DataFrame, texts: list[str]) -> pd.DataFrame:
    """Add title and year from the file names where the source has none.

    Parameters
    ----------
    texts
        Of each work: its file name, without the painter and the ending.
    """
    read = [title_and_year(text) for text in texts]
    title = pd.Series([title for title, _ in read], index=works.index, dtype="str")
    year = pd.Series([year for _, year in read], index=works.index, dtype="Int16")
    works["title"] = works["title"].fillna(title) if "title" in works else title
    works["year"] = works["year"].astype("Int16").fillna(year) if "year" in works else year
    return works


def unlabelled(works: pd.DataFrame) -> pd.Series:
    """A label column in which nothing is labelled."""
    return pd.Series(None, index=works.index, dtype="str")
