"""Map: all works, or those of one artist, laid out so that what looks alike lies close together."""

from contextlib import suppress
from functools import partial

import streamlit as st

from artextract.evaluation.confusion import evaluated
from artextract.oeuvres import results as findings
from artextract.store import StoreError
from cache import exploration as cached_findings
from cache import figures as cached_figures
from cache import store as cached
from charts.config import config
from charts.embedding_map import selected_works
from labels import MODELS, for_markdown, shortened, titled
from widgets.choices import asked_work
from widgets.hover_thumbnail import hover_thumbnail
from widgets.map_choice import choose_map
from widgets.notices import explain_missing
from widgets.selected_works import selection_wall

METHOD = """
UMAP (McInnes, Healy and Melville 2018) on the 64 strongest components of the network's penultimate
features, by cosine. Directions and distances between far groups mean nothing; mean_knn_similarity
does.
*Trustworthiness* (Venna and Kaski 2001) is 1 where no work lies among the 15 nearest that does not
belong there. Outliers were found without the map: by the evidence told on the Outliers page.
"""

store = cached.store()
root = str(store.root.absolute())
try:
    names = findings.explored_embeddings(store)
    version = cached.version(store)
    works = cached.works(root, version)
    read = partial(cached_findings.part, root, version)
    known: dict[str, list[str]] = {}
    with suppress(StoreError):  # a map needs no evaluation, nor a network that knows the task
        known = evaluated(store)
    tasks = {task: known.get(task, []) for task in store.tasks()}
    choice = choose_map(names, read, tasks)
    figure, offered = cached_figures.drawn_map(root, version, choice)
    drawn = findings.part_record(store, choice.name, "map")["result"]
    quality = drawn["oeuvres"].get(choice.creator) if choice.own else drawn["quality"]
except StoreError as error:
    explain_missing(error)
    st.stop()

believed = (
    ""
    if not quality or quality["trustworthiness"] is None
    else f" It keeps **{100 * quality['neighbour_recall']:.0f} %** of every work's 15 nearest "
    "works, and its "
    f"trustworthiness is **{quality['trustworthiness']:.2f}** of 1"
    + (
        ": neighbours can be believed, shapes and distances cannot."
        if quality["trustworthiness"] >= 0.9
        else ": take it for a sketch."
    )
)
whose = f"works by {for_markdown(choice.creator)}" if choice.own else "works"
st.write(
    f"**{len(offered):,}** {whose}, each a point; what looks alike to the network lies close "
    f"together.{believed} **Click** on a point, or draw a **box** or a **lasso** around many."
)


def describe(number: int) -> tuple[str, str, str] | None:
    """What is shown of a work beside the pointer."""
    if number not in works.index:
        return None
    work = works.loc[number]
    hand = work["creator"] if isinstance(work["creator"], str) else "Unknown hand"
    title = shortened(titled(work["title"], work["year"]), 80)
    return cached.thumbnail_source(root, version, number), title, hand


@st.fragment
def explorer() -> None:
    """The map with the works that were selected on it."""
    cached.keep_up(store, version)
    chart, beside = st.columns([13, 7], gap="large")
    with chart:
        event = st.plotly_chart(
            figure,
            key="map",
            on_select="rerun",
            selection_mode=("points", "box", "lasso"),
            config=config("map")
            | {"scrollZoom": True}
            | {
                "modeBarButtons": [
                    ["zoomIn2d", "zoomOut2d", "resetScale2d", "pan2d", "select2d", "lasso2d"],
                    ["toImage"],
                ]
            },
            alt=f"Map of {len(offered):,} works, coloured by {choice.colour.lower()}. Whatever is "
            "selected on it hangs beside it.",
        )
        with st.popover("How this is made", type="tertiary", icon=":material/help:"):
            st.write(METHOD)
        if choice.colour == "Right or wrong":
            st.caption(
                f"Test works, by what {MODELS[choice.model]} says of the {choice.task}; works on "
                "which the networks were trained stay grey."
            )
    chosen = selected_works(event, offered)
    if len(chosen) == 1:
        st.query_params["look"] = str(chosen[0])
    elif chosen:
        st.query_params.pop("look", None)
    asked = asked_work(works, "look")
    if not chosen and asked is not None:
        chosen = [asked]
    with beside:
        selection_wall(
            chosen, works, partial(cached.thumbnail_source, root, version), tasks=list(tasks)
        )


explorer()
hover_thumbnail("map", describe, key="map-hover")
