"""The parts of an exploration as stages: what each reads, what it writes, and what it is called."""

from __future__ import annotations

from artextract.store import Stage

# Revisions: to be raised when the code of a part comes to other results.
NEIGHBOURS = Stage(
    "neighbours",
    revision=2,
    inputs=("embedding", "details", "thumbnails"),
    outputs=("neighbours.safetensors", "duplicates.parquet"),
)
OUTLIERS = Stage(
    "outliers",
    revision=6,
    inputs=("neighbours", "reproductions", "details", "labels"),
    outputs=("outliers.parquet",),
)
MAP = Stage(
    "map", revision=3, inputs=("neighbours",), outputs=("map.parquet", "oeuvre_maps.parquet")
)
TIMELINE = Stage(
    "timeline", revision=4, inputs=("neighbours", "details"), outputs=("timeline.parquet",)
)
OPEN_SET = Stage(
    "open_set",
    revision=2,
    inputs=("neighbours", "details", "labels", "thumbnails"),
    outputs=("open_set.safetensors",),
)
LABEL_ISSUES = Stage(
    "label_issues",
    revision=1,
    inputs=("neighbours", "details", "labels"),
    outputs=("label_issues.parquet",),
)

# In the order in which they are run. The command explains each by its sentence.
PARTS: dict[str, tuple[Stage, str]] = {
    "neighbours": (NEIGHBOURS, "nearest works and near-duplicates, which all others need"),
    "outliers": (OUTLIERS, "how unusual each work is for its artist, and why"),
    "map": (MAP, "the collection, and each oeuvre, laid out in two dimensions"),
    "timeline": (TIMELINE, "how an artist's works change over the years"),
    "open_set": (OPEN_SET, "what tells pictures from outside the collection"),
    "label_issues": (LABEL_ISSUES, "works whose label is doubtful, for every task"),
}


def record_name(embedding: str, part: str) -> str:
    """Under which name the store keeps the record of a part of an exploration."""
    return f"explore-{embedding}-{part}"
