"""Which sub-folders are artists, which are splits, and which only wrap the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
SPLITS |= dict.fromkeys(("val", "valid", "validation", "dev"), "val")
# Names that nobody is called: such a folder wraps even a single other one.
_WRAPPERS = {"data", "dataset", "images", "image", "img", "imgs", "jpg", "paintings", "photos"}
_WRAPPERS |= {"pictures", "scans", "wikiart", "artists", "works", *SPLITS}


@dataclass
class Layout:
    """What the folders of a collection mean.

    Attributes
    ----------
    artists, splits
        Key of each picture: the folder that names its artist; the split that it is given, "train",
        "val" or "test", or None.
    wrapper
        Folders that hold all others, "" where there are none.
    split_folders
        Names of the folders that are splits.
    outside
        Key of each picture that lies in no artist's folder: the reason.
    without_artists
        Whether all pictures lie in splits that hold no folders.
    """

    artists: dict[str, str] = field(default_factory=dict)
    splits: dict[str, str | None] = field(default_factory=dict)
    wrapper: str = ""
    split_folders: list[str] = field(default_factory=list)
    outside: dict[str, str] = field(default_factory=dict)
    without_artists: bool = False


def find_layout(keys: Sequence[str]) -> Layout:
    """Read the layout off the pictures' keys.

    The only sub-folder is gone through where it holds several others. Folders are splits where all
    are called so and hold folders (``train/Monet``, ``test/Monet``), or where two are called so and
    the same folders repeat in them; or where all that artists' folders hold is called so
    (``Monet/train``). Else a folder is an artist, whatever its name.

    Parameters
    ----------
    keys
        Of the pictures, ``/`` between folders.
    """
    found = Layout()
    parts = {key: tuple(key.split("/")) for key in keys}
    parts, wrapped = _unwrapped(parts)
    found.wrapper = "/".join(wrapped)
    tops = _tops(parts)
    names = {name for name in tops if name.lower() in SPLITS}
    if len({SPLITS[name.lower()] for name in names}) > 1 and _are_splits(names, tops):
        found.split_folders = sorted(names)
        within = {}
        for key, (top, *rest) in parts.items():
            if top in names:
                found.splits[key] = SPLITS[top.lower()]
                within[key] = tuple(rest)
            elif rest:
                found.outside[key] = f"It lies in none of {', '.join(sorted(names))}."
            else:
                within[key] = (top,)
        parts, inner = _unwrapped(within)
        found.wrapper = "/".join(part for part in (found.wrapper, *inner) if part)
    elif inner_splits := _inner_splits(tops):
        found.split_folders = sorted(inner_splits)
        found.splits = {k: SPLITS[p[1].lower()] for k, p in parts.items() if len(p) > 2}
    elif names and names == set(tops) and not any(set(held) - {""} for held in tops.values()):
        found.split_folders, found.without_artists = sorted(names), len(names) > 1
    for key, own in parts.items():
        if len(own) > 1:
            found.artists[key] = own[0]
        else:
            found.outside[key] = "It lies in no artist's sub-folder."
    return found


Parts = dict[str, tuple[str, ...]]


def _tops(parts: Parts) -> dict[str, dict[str, None]]:
    """Folders, and what each holds: names of folders, "" for pictures."""
    tops: dict[str, dict[str, None]] = {}
    for top, *rest in parts.values():
        if rest:
            tops.setdefault(top, {})[rest[0] if len(rest) > 1 else ""] = None
    return tops


def _unwrapped(parts: Parts) -> tuple[Parts, list[str]]:
    wrapped: list[str] = []
    while True:
        tops = _tops(parts)
        inner = next(iter(tops.values())) if len(tops) == 1 else {}
        if "" in inner or not _wraps(parts, inner):
            return parts, wrapped
        (name,) = tops
        wrapped.append(name)
        parts = {
            key: own[1:] if own[0] == name and len(own) > 1 else own for key, own in parts.items()
        }


def _wraps(parts: Parts, inner: dict[str, None]) -> bool:
    """Whether the only folder wraps others: several that are not one artist's splits, or one."""
    below = {own[2] if len(own) > 3 else "" for own in parts.values() if len(own) > 2}
    if len(inner) > 1:
        return not (below == {""} and all(name.lower() in SPLITS for name in inner))
    return len(inner) == 1 and (
        "" not in below
        or any(own[0].lower() in _WRAPPERS for own in parts.values() if len(own) > 1)
    )


def _are_splits(names: set[str], tops: dict[str, dict[str, None]]) -> bool:
    inner = [set(tops[name]) - {""} for name in sorted(names)]
    return any(inner) if names == set(tops) else bool(set.intersection(*inner))


def _inner_splits(tops: dict[str, dict[str, None]]) -> set[str]:
    """Names of the splits, where artists' folders hold nothing else."""
    inner = {name for held in tops.values() for name in held}
    if not all(name.lower() in SPLITS for name in inner):
        return set()
    return inner if len({SPLITS[name.lower()] for name in inner}) > 1 else set()
