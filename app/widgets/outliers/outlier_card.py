"""One work that stands out: how far, why, how people annotated it, and what it is near to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.oeuvres.outliers.reasons import render
from artextract.oeuvres.reviews.annotations import ANNOTATIONS, annotate
from artextract.store import Snapshot, StoreError
from labels import escape_markdown
from widgets.works.thumbnail_grid import Tile, thumbnail_grid, tiles_of

NEAREST = 4  # works of each kind
_ERROR = "annotation-error"


def reason_text(reason: dict[str, Any]) -> str:
    """A reason or a fault for people, as a sentence without its full stop."""
    text = render(reason)
    return text[:1].upper() + text[1:]


def outlier_card(
    work: Mapping[Any, Any],
    place: int,
    near: tuple[Sequence[int], Sequence[int]],
    works: pd.DataFrame,
    snapshot: Snapshot,
    source: Callable[[int], str],
    *,
    annotation: str | None,
    among: np.ndarray,
) -> None:
    """Show one work with its evidence, its annotation and its neighbours.

    Parameters
    ----------
    work
        work_id, title, path, creator, percentile, score, reasons and faults.
    place
        Its rank, from 1.
    near, works, source
        As :func:`nearest_works` takes them.
    annotation
        The current one.
    among
        work_ids of all outliers that are shown, in their order.
    """
    number = int(work["work_id"])
    with st.container(border=True):
        picture, words = st.columns([2, 5], gap="medium")
        with picture:
            tile = Tile(number, source(number), work["title"])
            thumbnail_grid(
                [tile],
                label=f"Outliers of {work['creator']}",
                key=f"outlier-{number}",
                size=120,
                titles=False,
                among=among,
            )
        with words:
            st.markdown(f"**{place}. {escape_markdown(work['title'])}**")
            evidence_list(work)
        annotation_buttons(snapshot, number, annotation, path=work["path"], key="list")
        nearest_works(near, works, source, creator=work["creator"], key=str(number), size=64)


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
    lines = [escape_markdown(reason_text(reason)) for reason in row["reasons"]]
    lines += [
        f":material/broken_image: Reproduction: {escape_markdown(reason_text(fault))}"
        for fault in row["faults"]
    ]
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))
    else:
        st.caption("Nothing about it is extreme for this artist.")


def annotation_buttons(
    snapshot: Snapshot, work_id: int, current: str | None, *, path: str, key: str
) -> None:
    """Let a person annotate the work; a click on the current annotation removes it.

    Parameters
    ----------
    current
        The annotation so far, of :data:`artextract.oeuvres.reviews.annotations.ANNOTATIONS`.
    path
        Of the picture on the page: the number may be another's by the time of the click.
    key
        Distinguishes several works on one page.
    """
    # Not the answer given before the works were numbered anew.
    name = f"annotation-{key}-{work_id}-{snapshot.version[:16]}"
    if name not in st.session_state:
        st.session_state[name] = current

    def save() -> None:
        answer = st.session_state[name]
        try:
            annotate(snapshot.store, work_id, answer, path=path)
            st.toast(f"Saved: {answer}" if answer else "Removed", icon=":material/edit_note:")
        except StoreError as error:
            st.session_state[_ERROR] = str(error)

    st.pills(
        "Your annotation (click again to remove it)",
        ANNOTATIONS,
        format_func=str.capitalize,
        key=name,
        on_change=save,
    )


def annotation_error() -> None:
    """Say what went wrong when the last annotation was saved, if anything did."""
    if problem := st.session_state.pop(_ERROR, ""):
        st.error(escape_markdown(problem), icon=":material/error:")


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
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
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
