"""What a picture is like: the works nearest to it, its place on the map, how typical it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from artextract.oeuvres.open_set.status import LIKE
from artextract.store import Snapshot
from cache import similarity
from cache.similarity import SimilarityIndex
from charts.config import config
from charts.embedding_map import Extent
from charts.location import location_figure
from labels import creator_name, display_label, escape_markdown, percent, title_with_year
from model_display import ACCENT
from widgets.frame.missing import section_needs
from widgets.map.uploaded_mark import show_on_map
from widgets.outliers.outlier_card import reason_text
from widgets.works.thumbnail_grid import Tile, thumbnail_grid

SIMILAR = 12
COMPARED = 6  # artists at most
_ANY, _OWN, _OTHERS = "By any artist", "By this artist", "By others"


def similar_works(
    index: SimilarityIndex,
    features: np.ndarray,
    works: pd.DataFrame,
    source: Callable[[int], str],
    *,
    creator: str,
    key: str,
) -> None:
    """The works most similar to a picture.

    Parameters
    ----------
    features
        (n_features,) of the picture.
    creator
        The predicted artist, by which the works can be filtered; empty where there is none.
    """
    by = _ANY
    if creator:
        by = st.segmented_control(
            f"Similar works, where this artist is {escape_markdown(display_label(creator))}",
            [_ANY, _OWN, _OTHERS],
            default=_ANY,
            required=True,
            key=f"by-{key}",
        )
    found = index.neighbours.nearest(
        features,
        k=SIMILAR,
        by=creator if by == _OWN else None,
        by_others_than=creator if by == _OTHERS else None,
    )
    tiles = []
    for work_id, cosine in zip(found["work_id"].tolist(), found["similarity"], strict=True):
        work = works.loc[work_id]
        lines = [creator_name(work["creator"]), f"Similarity {percent(float(cosine))}"]
        title = title_with_year(work["title"], work["year"])
        tiles.append(Tile(work_id, source(work_id), title, lines))
    if tiles:
        thumbnail_grid(tiles, label="Similar works", key=f"similar-{key}", size=112)
        st.caption("Similarity: the cosine of the features; 100 % is the same picture.")
    else:
        st.caption("No such work in the collection.")


def map_location(
    index: SimilarityIndex,
    similarities: np.ndarray,
    works: pd.DataFrame,
    *,
    creator: str,
    name: str,
    key: str,
) -> None:
    """Where the picture falls on the map of the collection: placed by its neighbours.

    Parameters
    ----------
    similarities
        Cosine with every work, (n,).
    creator
        The predicted artist, whose works are coloured; empty where there is none.
    name
        What the picture is called.
    """
    from artextract.oeuvres.projection import place

    if index.map is None:
        st.caption("The collection has no map yet; this draws it: `artextract explore`")
        return
    points = index.map
    at = place(similarities[points.index], points[["x", "y"]].to_numpy())
    own = works["creator"].reindex(points.index).eq(creator).to_numpy() if creator else None
    artist = display_label(creator)
    st.plotly_chart(
        location_figure(points, at, own=own, name=artist),
        key=f"location-{key}",
        config=config("artextract-location"),
        alt="Map of the collection; the picture is ringed"
        + f", {artist} is coloured" * bool(artist),
    )
    st.caption(
        "Each dot is a work; works near each other have similar features. Ringed: this picture."
        + f" Coloured: {escape_markdown(artist)}." * bool(artist)
    )
    if st.button("On the large map", icon=":material/scatter_plot:", key=f"on-map-{key}"):
        extent = Extent.of(points["x"].to_numpy(), points["y"].to_numpy())
        show_on_map(index.embedding, extent, at, name)


def typicality(
    index: SimilarityIndex,
    features: np.ndarray,
    snapshot: Snapshot,
    *,
    likely: Sequence[str],
    status: Mapping[str, Any] | None,
    key: str,
) -> None:
    """How typical the picture would be of the likely artists, or of any that are chosen.

    Nothing is said of it where the status says that the picture is outside the collection.

    Parameters
    ----------
    likely
        Artists as the works' creators are spelt, most probable first.
    """
    if status is not None and status["code"] != LIKE:
        st.subheader("How typical it is", anchor=False)
        st.write("Nothing is said of this, since the picture is outside the collection.")
        return
    with section_needs():
        model = similarity.typicality_model(snapshot, index.embedding)
        names = [
            name for i, name in enumerate(model.creators) if len(model.rows[i]) >= model.min_works
        ]
        if not names:
            st.caption(f"No artist here has the {model.min_works} works that it takes to say this.")
            return
        chosen = st.multiselect(
            "How typical would it be of",
            names,
            default=[name for name in likely if name in names] or names[:1],
            max_selections=COMPARED,
            format_func=display_label,
            key=f"typicality-{key}",
        )
        content = np.asarray(features, np.float16).tobytes()
        results = [
            similarity.typicality(content, artist, snapshot, index.embedding) for artist in chosen
        ]
        # Most typical first.
        results.sort(key=lambda result: result["percentile"])
        with st.grid("auto", min_column_width=260, gap="large") as grid:
            for result in results:
                with grid.cell():
                    _typical_of(result)
        if any(result["duplicates"] for result in results):
            st.caption("It is in the collection already; that work counted for nothing here.")


def _typical_of(result: Mapping[str, Any]) -> None:
    share = result["percentile"] / 100
    summary = "Typical" if share < 0.75 else "Unusual" if share < 0.95 else "Very unusual"
    name = escape_markdown(display_label(result["artist"]))
    st.subheader(f"{summary} of {name}", anchor=False)
    st.html(_share_html(share))
    st.write(f"More unusual than {percent(share)} of the works by {name}.")
    st.write("\n".join("- " + escape_markdown(reason_text(reason)) for reason in result["reasons"]))


def _share_html(share: float) -> str:
    """A mark between the most typical work, at the left, and the most unusual, at the right."""
    return (
        '<div aria-hidden="true" style="position:relative;height:10px;border-radius:5px;'
        f'background:linear-gradient(90deg,{ACCENT}26 75%,{ACCENT}73 75% 95%,{ACCENT} 95%)">'
        '<span style="position:absolute;top:-4px;width:4px;height:18px;border-radius:2px;'
        f'background:currentColor;left:calc({100 * share:.1f}% - 2px)"></span></div>'
    )
