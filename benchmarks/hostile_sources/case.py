"""What is tried, and what should come of it; pictures that take no time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

TWO = {"Degas": 4, "Monet": 4}


@dataclass(frozen=True)
class Case:
    """An input and what should come of it.

    Attributes
    ----------
    kind, name
        For the figures.
    make
        Makes the input below a folder that does not exist yet; returns what is indexed, perhaps
        with options of :func:`artextract.collection.indexing.index`.
    artists, splits
        How many works each has; None: not compared.
    rejected
        Path of each rejected file: a regular expression for the reason.
    says
        Regular expression in the summary.
    error
        Regular expression in the sentence of what is refused; "" for what is not.
    """

    kind: str
    name: str
    make: Callable[[Path], Path | tuple[Path, dict[str, Any]]]
    artists: dict[str, int] | None = None
    splits: dict[str, int] | None = None
    rejected: dict[str, str] = field(default_factory=dict)
    says: str = ""
    error: str = ""


def picture(number: int, form: str = "PNG") -> bytes:
    """A small picture of its own."""
    content = BytesIO()
    pixels = np.random.default_rng(number).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(content, form)
    return content.getvalue()


def paint(folder: Path, *names: str) -> Path:
    """Write a picture under each name, no two the same; returns the folder."""
    for number, name in enumerate(names):
        write(folder, name, picture(number))
    return folder


def write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file with its folders."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return folder


def two(*prefixes: str, each: int = 4) -> list[str]:
    """Names of pictures by two artists in each of some folders, `each` per artist in all."""
    share = each // len(prefixes)
    return [
        f"{prefix}{artist}/{prefix.count('/')}{prefix[:2].strip('/')}{i}.png"
        for prefix in prefixes
        for artist in ("Degas", "Monet")
        for i in range(share)
    ]
