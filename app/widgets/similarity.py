"""What a picture is like: the works nearest to it, its place on the map, how typical it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from artextract.store import Store, StoreError
from cache import store as cached
from cache import uploads as cached_oeuvres
from charts.config import config
from charts.place_on_map import place_on_map
from labels import for_markdown, percent, spoken, titled
from widgets.notices import explain_missing
from widgets.thumbnail_grid import Painting, paintings

SIMILAR = 12
_ANY, _OWN, _OTHERS = "By anybody", "By this painter", "By others"


def warn_if_strange(explored: cached_oeuvres.Explored, similarities: np.ndarray) -> None:
    """Say so where the picture looks like nothing in the collection."""
    from artextract.oeuvres.similarity.out_of_distribution import SHARE, mean_knn_similarity

    near = mean_knn_similarity(similarities)
    if near < explored.threshold:
        st.warning(
            "This looks like little in the collection: it may be no painting, or a painting of a "
            "kind that the networks have not learnt. Take the answers with a grain of salt. Its "
            f"nearest works are {percent(near)} alike; of the collection's own works all but "
            f"{percent(SHARE)} have nearer ones, {percent(explored.threshold)} alike and more.",
            icon=":material/question_mark:",
        )


def similar(
    explored: cached_oeuvres.Explored,
    features: np.ndarray,
    *,
    painter: str,
    works: pd.DataFrame,
    root: str,
    version: str,
    key: str,
) -> None:
    """The works most similar to a picture, by its features (n_features,)."""
    choices = [_ANY, _OWN, _OTHERS] if painter else [_ANY]
    whose = _ANY
    if painter:
        whose = st.segmented_control(
            f"Similar works, where this painter is {for_markdown(spoken(painter))}",
            choices,
            default=_ANY,
            required=True,
            key=f"whose-{key}",
        )
    found = explored.neighbours.nearest(
        features,
        k=SIMILAR,
        by=painter if whose == _OWN else None,
        by_others_than=painter if whose == _OTHERS else None,
    )
    hung = []
    for work_id, alike in zip(found["work_id"].tolist(), found["similarity"], strict=True):
        work = works.loc[work_id]
        by = spoken(work["creator"]) if isinstance(work["creator"], str) else "unknown hand"
        source = cached.thumbnail_source(root, version, work_id)
        lines = [by, f"{percent(float(alike))} alike"]
        hung.append(Painting(work_id, source, titled(work["title"], work["year"]), lines))
    if hung:
        paintings(hung, label="Similar works", key=f"similar-{key}", tile=112)
        st.caption(
            "Alike: the cosine of what the network makes of both, 100 % is the same picture."
        )
    else:
        st.caption("No such work in the collection.")


def on_map(
    explored: cached_oeuvres.Explored,
    similarities: np.ndarray,
    *,
    painter: str,
    works: pd.DataFrame,
    key: str,
) -> None:
    """Where the picture falls on the map of the collection: placed by its neighbours."""
    from artextract.oeuvres.projection import place

    if explored.map is None:
        st.caption("The collection has no map yet; this draws it: `artextract explore`")
        return
    points = explored.map
    here = place(similarities[points.index], points[["x", "y"]].to_numpy())
    mine = works["creator"].reindex(points.index).eq(painter).to_numpy() if painter else None
    name = painter.replace("_", " ")
    coloured = f", {name} is coloured" if name else ""
    st.plotly_chart(
        place_on_map(points, here, mine=mine, name=name),
        key=f"place-{key}",
        config=config("artextract-place"),
        alt=f"Map of the collection; the picture is ringed{coloured}",
    )
    said = "Each dot is a work; near each other are works that look alike. Ringed: this one."
    st.caption(for_markdown(f"{said} Coloured: {spoken(painter)}." if painter else said))


def typical(
    explored: cached_oeuvres.Explored,
    features: np.ndarray,
    *,
    painter: str,
    root: str,
    version: str,
    key: str,
) -> None:
    """How typical the picture would be of the predicted painter or of any chosen one."""
    stamp = cached_oeuvres.explored_version(Store(root))
    try:
        judged = cached_oeuvres.oeuvres(root, version, stamp, explored.name)
    except StoreError as error:
        explain_missing(error, builtin=False)
        return
    names = [p for i, p in enumerate(judged.creators) if len(judged.rows[i]) >= judged.min_works]
    if not names:
        st.caption(f"No painter here has the {judged.min_works} works that it takes to say this.")
        return
    artist = st.selectbox(
        "How typical would it be of",
        names,
        index=names.index(painter) if painter in names else 0,
        format_func=spoken,
        key=f"typical-{key}",
    )
    content = np.asarray(features, np.float16).tobytes()
    try:
        result = cached_oeuvres.typicality(content, artist, root, version, stamp, explored.name)
    except StoreError as error:
        explain_missing(error, builtin=False)
        return
    share = result["percentile"] / 100
    annotation = "typical" if share < 0.75 else "unusual" if share < 0.95 else "very unusual"
    st.subheader(f"{annotation.capitalize()}", anchor=False)
    st.write(for_markdown(f"More unusual than {percent(share)} of the works by {spoken(artist)}."))
    for reason in result["reasons"]:
        st.write("- " + for_markdown(reason))
    if result["copies"]:
        st.caption("It hangs in the collection already; that work counted for nothing here.")
