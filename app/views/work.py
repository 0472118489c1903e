"""Work: one painting of the collection, large, with its labels and what the networks say of it."""

from functools import partial

import numpy as np
import streamlit as st

from artextract.collection.images import PictureError
from artextract.evaluation.confusion import evaluated
from artextract.oeuvres import results as findings
from artextract.oeuvres.annotations import current
from artextract.store import StoreError
from cache import exploration as cached_findings
from cache import store as cached
from charts.config import config
from charts.place_on_map import place_on_map
from charts.probability_bars import probability_bars
from labels import MODELS, SPLITS, for_markdown, percent, shortened, spoken, titled
from widgets.choices import asked_work
from widgets.contents import contents
from widgets.gradcam import attention
from widgets.notices import explain_missing
from widgets.outlier_card import annotation_buttons, evidence_list, nearest_works
from widgets.thumbnail_grid import Painting, paintings

SIMILAR = 5  # nearest works of its painter, and as many of others
BESIDE = 10  # other works by the same hand
TALLEST = 620  # pixels
ENLARGED = 1.75  # at most: more shows pixels instead of brushwork

store = cached.store()
root = str(store.root.absolute())
try:
    version = cached.version(store)
    works = cached.works(root, version)
    classes = {task: store.classes()[task] for task in store.tasks()}
except StoreError as error:
    explain_missing(error)
    st.stop()

asked = asked_work(works, "work")
if asked is None:
    st.info("No such work. Choose one from the wall.", icon=":material/frame_inspect:")
    st.page_link("views/overview.py", label="To the wall", icon=":material/arrow_back:")
    st.stop()
number: int = asked
path, page, params = st.session_state.get("came_from", ("views/overview.py", "Overview", {}))
st.page_link(path, label=f"Back to {page}", icon=":material/arrow_back:", query_params=params)
work = works.loc[number].to_dict()
title = titled(work["title"], work["year"])
st.title(for_markdown(shortened(title, 120)), anchor=False)
creator = work["creator"] if isinstance(work["creator"], str) else ""
st.write(for_markdown(f"By {creator}" if creator else "By an unknown hand"))

picture, words = st.columns([11, 9], gap="large")
with picture:
    try:
        content, width, height = cached.large_picture(root, version, number, work["path"])
        st.image(content, alt=title, width=round(min(width * ENLARGED, TALLEST * width / height)))
    except PictureError as error:
        if source := cached.thumbnail_source(root, version, number):
            st.image(source, alt=title)
        st.caption(for_markdown(str(error)))

said: dict[str, dict[str, np.ndarray]] = {}
missing: StoreError | None = None
try:
    if not store.metrics_path.exists():
        store.require_networks()
    for task, members in evaluated(store).items():
        for model in members:
            ids, probabilities = store.probabilities(task, model)
            row = np.flatnonzero(ids == number)
            if len(row):
                values = np.asarray(probabilities[row[0]], dtype=float)
                said.setdefault(task, {})[model] = values
except StoreError as error:
    missing = error


def hang() -> None:
    """Have the Predict page look at this work."""
    st.session_state.wall_choice = number


with words:
    st.write(SPLITS.get(work["split"], ""))
    for task, names in classes.items():
        label = work[task] if isinstance(work[task], str) else None
        with st.container(gap="xsmall"):
            st.caption(task.capitalize())
            st.subheader(for_markdown(spoken(label)) if label else "Not labelled", anchor=False)
            if task not in said:
                continue
            first = {m: names[int(v.argmax())] for m, v in said[task].items()}
            st.plotly_chart(
                probability_bars(said[task], names, top=3, true=label),
                key=f"bars-{task}",
                config=config(f"work-{number}-{task}"),
                alt=f"{task.capitalize()}: "
                + "; ".join(
                    f"{MODELS.get(m, m)} {spoken(first[m])} {percent(float(v.max()))}"
                    for m, v in said[task].items()
                ),
            )
            if label and work[f"{task}_split"] == "test":
                st.page_link(
                    "views/confusion.py",
                    label="Works like it: the same label, the same answer",
                    icon=":material/grid_on:",
                    query_params={"task": task.capitalize(), "true": spoken(label)}
                    | {"pred": spoken(first["ensemble"])},
                )
    if missing:
        explain_missing(missing)
    elif not said:
        st.caption(
            "What the networks say of works that they were trained on is not kept: it would only "
            "show how well they remember."
        )
    if st.button("Ask the networks now", icon=":material/image_search:", on_click=hang):
        st.switch_page("views/predict.py")


@st.fragment
def where_the_networks_look() -> None:
    """Grad-CAM, once somebody asks for it: browsing must not wake the networks."""
    st.header("What the networks look at", anchor=False, divider="gray")
    wanted = st.session_state.get("attention_of") == number
    if not wanted and not st.button("Show it on the picture", icon=":material/highlight:"):
        st.caption("It takes a second or two, and wakes the networks where nobody has yet.")
        return
    st.session_state.attention_of = number
    cached.keep_up(store, version)  # not before: the click on the button would be lost
    try:
        with st.spinner("Looking …"):
            content = contents(store.picture(work["path"]), limit=0)
            reading = cached.read(content, root, version)
    except PictureError as error:
        st.caption(for_markdown(str(error)))
    except StoreError as error:
        explain_missing(error, builtin=False)
    else:
        attention(reading, root=root, version=version, key=f"work-{number}")


def stands_out() -> None:
    """How unusual the work is for its painter, with the reasons."""
    table = cached_findings.part(root, version, explored, "outliers")
    judged = table[table["work_id"] == number]
    if not len(judged):
        st.caption("Too few works of this hand are known to say how unusual this one is.")
        return
    evidence_list(judged.to_dict("records")[0])
    said = cached_findings.said(root, version, cached_findings.annotations_length(store))
    stands = current(said).get(number)
    annotation_buttons(store, number, stands, path=work["path"], version=version, key="work")
    if problem := st.session_state.pop("annotation-error", ""):
        st.error(for_markdown(problem), icon=":material/error:")
    st.page_link(
        "views/outliers.py",
        label=f"All outliers of {for_markdown(creator)}",
        icon=":material/crisis_alert:",
        query_params={"artist": creator},
    )


def hangs_where() -> None:
    """Where the work lies on the map of the collection."""
    points = cached_findings.part(root, version, explored, "map").set_index("work_id")
    if number not in points.index:
        st.caption("The picture could not be read when the collection was embedded.")
        return
    mine = works["creator"].reindex(points.index).eq(creator).to_numpy() if creator else None
    x, y = points.loc[number, ["x", "y"]].to_numpy(float)
    st.plotly_chart(
        place_on_map(points, (float(x), float(y)), mine=mine, name=creator),
        key="place",
        config=config(f"work-{number}-map"),
        alt=f"Map of the collection; the work is ringed{', its painter coloured' * bool(creator)}",
    )
    st.page_link(
        "views/map.py",
        label="On the large map",
        icon=":material/scatter_plot:",
        query_params={"look": str(number)},
    )


where_the_networks_look()
st.header("Works like it, and how far it stands out", anchor=False, divider="gray")
try:
    explored = findings.explored_embeddings(store)[0]
    about = cached_findings.neighbourhood(root, version, explored)
    nearest_works(
        about.nearest(number, k=SIMILAR),
        works,
        partial(cached.thumbnail_source, root, version),
        creator=creator or "the same hand",
        key="work",
        tile=96,
    )
    for column, show in zip(st.columns(2, gap="large"), (stands_out, hangs_where), strict=True):
        with column:
            try:
                show()
            except StoreError as error:
                explain_missing(error, builtin=False)
except StoreError as error:
    explain_missing(error, builtin=False)

same = works[(works["creator"] == creator) & (works.index != number)] if creator else works.iloc[:0]
if len(same):
    near = same.iloc[np.argsort(abs(same.index.to_numpy() - number), kind="stable")[:BESIDE]]
    st.header(for_markdown(f"Also by {creator}"), anchor=False, divider="gray")
    paintings(
        [
            Painting(i, cached.thumbnail_source(root, version, i), titled(t, y))
            for i, t, y in zip(near.index.tolist(), near["title"], near["year"], strict=True)
        ],
        label=f"Also by {creator}",
        key="same-hand",
        tile=104,
    )
