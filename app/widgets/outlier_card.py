"""One work that stands out: how far, why, what people say of it, and what it is near to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from artextract.oeuvres.annotations import ANNOTATIONS, annotate
from artextract.store import Store, StoreError
from labels import for_markdown, titled
from widgets.thumbnail_grid import Painting, paintings

BESIDE = 4  # nearest works of each kind


def evidence_list(row: Mapping[Any, Any]) -> None:
    """Show the percentile of a judged work, its reasons, and the faults of its reproduction.

    Parameters
    ----------
    row
        percentile (0..100), score, reasons and faults, as the part "outliers" has them.
    """
    more = min(99, int(row["percentile"]))
    st.markdown(
        f"More unusual than **{more} %** of the oeuvre :gray[· score {float(row['score']):.3g}]"
    )
    said = [for_markdown(reason[:1].upper() + reason[1:]) for reason in row["reasons"]]
    said += [f":material/broken_image: Reproduction: {for_markdown(f)}" for f in row["faults"]]
    if said:
        st.markdown("\n".join(f"- {line}" for line in said))
    else:
        st.caption("Nothing about it is extreme for this painter.")


def annotation_buttons(
    store: Store, work_id: int, standing: str | None, *, path: str, version: str, key: str
) -> None:
    """Let a person judge the work; a click on the annotation that stands takes it back.

    Parameters
    ----------
    standing
        The annotation so far, of :data:`artextract.oeuvres.annotations.ANNOTATIONS`.
    path
        Of the picture on the page: the number may be another's by the time of the click.
    version
        Of the store that the page shows.
    key
        Distinguishes several works on one page.
    """
    name = (
        f"annotation-{key}-{work_id}-{version[:16]}"  # no answer of before on a number given anew
    )
    if name not in st.session_state:
        st.session_state[name] = standing

    def noted() -> None:
        answer = st.session_state[name]
        try:
            annotate(store, work_id, answer, path=path)
            st.toast(f"Noted: {answer}" if answer else "Taken back", icon=":material/edit_note:")
        except StoreError as error:
            st.session_state["annotation-error"] = str(error)

    # Wrapped: on a narrow screen the last ones would be pushed out of sight.
    st.html(
        "<style>[class*=st-key-annotation-] [data-testid=stButtonGroup] *"
        " { flex-wrap: wrap; }</style>"
    )
    st.pills(
        "Your annotation (click again to take it back)",
        ANNOTATIONS,
        format_func=str.capitalize,
        key=name,
        on_change=noted,
    )


def nearest_works(
    near: tuple[Sequence[int], Sequence[int]],
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    creator: str,
    key: str,
    tile: int = 84,
) -> None:
    """Hang the nearest works of the painter and the nearest by others side by side.

    Parameters
    ----------
    near
        work_ids of the painter's own and of others, nearest first.
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    columns = st.columns(2, gap="medium")
    sides = (f"Nearest by {creator}", "Nearest by others")
    for column, said, ids in zip(columns, sides, near, strict=True):
        with column:
            st.caption(for_markdown(said))
            if not len(ids):
                st.caption("None.")
                continue
            rows = works.loc[list(ids)]
            others = said == sides[1]
            paintings(
                [
                    Painting(
                        i,
                        source(i),
                        titled(title, year),
                        [hand if isinstance(hand, str) else "Unknown hand"] if others else [],
                    )
                    for i, title, year, hand in zip(
                        rows.index.tolist(),
                        rows["title"],
                        rows["year"],
                        rows["creator"],
                        strict=True,
                    )
                ],
                label=said,
                key=f"near-{key}-{'others' if others else 'own'}",
                tile=tile,
                labelled=False,
            )
