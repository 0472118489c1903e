"""What is said of a work that stands out, and the works beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from artextract.oeuvres.outliers.comparison import BY_ARTIST, OTHERS, OWN, Compared
from artextract.oeuvres.outliers.reasons import in_order, kind_of, render
from labels import escape_markdown
from widgets.works.thumbnail_grid import thumbnail_grid, tiles_of


def reason_text(reason: dict[str, Any]) -> str:
    """A reason or a fault for people, as a sentence without its full stop."""
    text = render(reason)
    return text[:1].upper() + text[1:]


def evidence_list(row: Mapping[Any, Any]) -> None:
    """Show the percentile of a scored work, its reasons, and the faults of its reproduction.

    Parameters
    ----------
    row
        percentile (0..100), score, reasons and faults, as the part "outliers" has them.
    """
    more = min(99, int(row["percentile"]))
    st.markdown(
        f"More unusual than **{more} %** of the oeuvre :gray[· score {float(row['score']):.3g}]"
    )
    lines = [escape_markdown(reason_text(reason)) for reason in in_order(row["reasons"])]
    lines += [
        f":material/broken_image: Reproduction: {escape_markdown(reason_text(fault))}"
        for fault in row["faults"]
    ]
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))
    else:
        st.caption("Nothing about it is extreme for this artist.")


def compared_title(compared: Compared, creator: str, *, shown: int) -> str:
    """What a group of works to compare with is, as plain text.

    Parameters
    ----------
    creator
        Whose works the outlier is held against.
    shown
        How many of them there is room for.
    """
    reason = compared.reason
    if compared.code == OWN:
        return f"Nearest by {creator}"
    if reason is None:
        return "Nearest by others"
    if compared.code == BY_ARTIST:
        return f"Nearest by {reason['artist']}"
    if compared.code in ("latest", "earliest"):
        return f"The next {compared.code} by {creator}"
    n = int(reason.get("count", len(compared.work_ids)))
    other = ""
    if (kind := kind_of(reason)) and reason.get("attributed", True):
        n, other = n - 1, "other "  # the outlier is one of them
    by, of = reason.get("artist"), reason.get("of")
    what = {
        "closer_to_others": f"works by {by} that are closer than any by {creator}",
        "foreign_neighbours": f"works by others among its {of} nearest",
    }.get(compared.code) or f"{kind[n > 1] if kind else 'works'} by {creator}"
    shown = min(shown, len(compared.work_ids))
    number = f"{n} " * (n > 1)
    return f"{shown} of the {other}{n} {what}" if shown < n else f"The {other}{number}{what}"


def compared_grid(
    compared: Compared,
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    title: str,
    key: str,
    size: int = 160,
) -> None:
    """Show a group of works to compare with.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    st.markdown(f"**{escape_markdown(title)}**")
    tiles = tiles_of(
        works.loc[list(compared.work_ids)],
        source,
        creators=compared.code in (OTHERS, "foreign_neighbours"),
    )
    thumbnail_grid(tiles, label=title, key=key, size=size)


def nearest_works(
    near: tuple[Sequence[int], Sequence[int]],
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    creator: str,
    key: str,
    size: int = 84,
) -> None:
    """Show the nearest works of the artist and the nearest by others side by side.

    Parameters
    ----------
    near
        work_ids of the artist's own and of others, nearest first.
    works, source
        As :func:`compared_grid` takes them.
    """
    sides = (f"Nearest by {creator}", "own"), ("Nearest by others", "others")
    for column, (label, side), ids in zip(st.columns(2, gap="medium"), sides, near, strict=True):
        with column:
            st.caption(escape_markdown(label))
            if not len(ids):
                st.caption("None.")
                continue
            tiles = tiles_of(works.loc[list(ids)], source, creators=side == "others")
            thumbnail_grid(tiles, label=label, key=f"near-{key}-{side}", size=size, titles=False)
