"""One work whose label is doubtful: what it is labelled, what it looks like, and its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from artextract.oeuvres.label_quality.reasons import render
from labels import (
    creator_name,
    display_label,
    escape_markdown,
    percent,
    predicted_markdown,
    title_with_year,
    true_markdown,
)
from widgets.works.thumbnail_grid import Tile, thumbnail_grid

NEAREST = 6  # works


def label_issue_card(
    issue: Mapping[Any, Any], place: int, works: pd.DataFrame, source: Callable[[int], str]
) -> None:
    """Show one work with the reasons, and its nearest works with their labels.

    Parameters
    ----------
    issue
        A row of the table "label_issues".
    place
        Its rank, from 1.
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    """
    number, task = int(issue["work_id"]), issue["task"]
    work = works.loc[number]
    title = title_with_year(work["title"], work["year"])
    with st.container(border=True):
        picture, words = st.columns([2, 5], gap="medium")
        with picture:
            thumbnail_grid(
                [Tile(number, source(number), title)],
                label=title,
                key=f"issue-{number}",
                size=120,
                titles=False,
            )
        with words:
            st.markdown(f"**{place}. {escape_markdown(title)}**")
            shares = (issue[f"{name}_probability"] for name in ("label", "suggested"))
            own, other = (f":gray[{percent(share)}]" for share in shares)
            st.markdown(
                f"Labelled {true_markdown(issue['label'])} {own}, "
                f"looks like {predicted_markdown(issue['suggested'])} {other}"
            )
            by = creator_name(work["creator"])
            st.caption(escape_markdown(by if task != "artist" else str(work["path"])))
            # What is predicted stands above.
            more = [r for r in issue["reasons"] if r["code"] != "predicted_other"]
            lines = [escape_markdown(render(reason)) for reason in more]
            st.markdown("\n".join(f"- {text[:1].upper()}{text[1:]}" for text in lines))
        near = [i for i in issue["nearest"] if i in works.index][:NEAREST]
        if near:
            st.caption("Its nearest works, and how they are labelled")
            labels = works.loc[near, task]
            thumbnail_grid(
                [
                    Tile(i, source(i), display_label(named) if isinstance(named, str) else "—")
                    for i, named in zip(near, labels, strict=True)
                ],
                label=f"Nearest works of {title}",
                key=f"issue-near-{number}",
                size=84,
            )
