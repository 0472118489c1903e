"""Predict: upload paintings, or take one of the collection, and see what the networks say."""

import random
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import features

from artextract.collection.images import PictureError
from artextract.store import StoreError
from cache import store as cached
from cache import uploads as cached_oeuvres
from charts.config import fetch_charts
from labels import SPLITS, for_markdown, shortened, titled
from widgets.choices import asked_work
from widgets.contents import contents
from widgets.csv_button import csv_button
from widgets.gradcam import attention
from widgets.notices import explain_missing
from widgets.prediction_card import Result, prediction_card
from widgets.similarity import on_map, similar, typical, warn_if_strange
from widgets.summary import summary
from widgets.thumbnail_picker import Thumbnail, thumbnails

LIMIT = 20  # MB per uploaded file
ON_THE_WALL = 12  # thumbnails to choose from
FORMATS = ["jpg", "jpeg", "png", "webp", "tif", "tiff"] + ["avif"] * bool(features.check("avif"))
PER_PAGE = 6  # exhibits: each draws three charts
REMEMBERED = (
    "Their answers show how well they remember it: neither a right one nor its probability tells "
    "what they would make of a painting that is new to them."
)

store = cached.store()
root = str(store.root.absolute())
try:
    version = cached.version(store)
    procedural = bool(store.manifest().get("dataset", {}).get("procedural"))
    works = cached.works(root, version)
    store.require_networks()
    store.ensemble()
except StoreError as error:
    explain_missing(error)
    st.stop()

exhibits: dict[str, Result] = st.session_state.setdefault("exhibits", {})


def take_down() -> None:
    """Forget the uploads that were taken out of the uploader, and the collection's work."""
    held = [*st.session_state.get("uploads", []), st.session_state.get("camera")]
    wanted = {f"upload-{file.file_id}" for file in held if file is not None}
    hung = st.session_state.exhibits
    st.session_state.exhibits = {key: hung[key] for key in hung if key in wanted}
    st.session_state.wall_choice = None


def rehang() -> None:
    """Offer other works of the collection."""
    st.session_state.hanging = st.session_state.get("hanging", 0) + 1


@st.fragment
def look_closer(exhibit: Result, key: str) -> None:
    """Everything about a picture beyond its bars, which are on the screen by then."""
    cached.keep_up(store, version)
    reading = exhibit.reading
    if reading is None or exhibit.version != version:
        st.info("The collection was evaluated anew since. Upload the picture again for the rest.")
        return
    st.subheader("What the networks look at", anchor=False)
    attention(reading, root=root, version=version, key=key)
    stamp = cached_oeuvres.explored_version(store)
    try:
        explored = cached_oeuvres.explored(root, version, stamp)
        if explored.network not in reading.features:
            raise StoreError(
                "the collection was explored with other networks than those that predict",
                command=f"artextract explore --embedding {max(reading.features)}",
            )
        if store.model_config(explored.network)["digest"] != explored.digest:
            raise StoreError(f"{explored.network} has changed since", command="artextract explore")
    except StoreError as error:
        explain_missing(error, builtin=False)
        return
    features = reading.features[explored.network]
    with st.spinner("Looking for works like it …"):
        similarities = explored.neighbours.similarities(features)
    warn_if_strange(explored, similarities)
    painter = predicted_painter(reading)
    st.subheader("Works like it", anchor=False)
    similar(explored, features, painter=painter, works=works, root=root, version=version, key=key)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Where it falls on the map", anchor=False)
        on_map(explored, similarities, painter=painter, works=works, key=key)
    with right:
        typical(explored, features, painter=painter, root=root, version=version, key=key)


def predicted_painter(reading: cached.Prediction) -> str:
    """The ensemble's first choice, spelt as the works' creators are; empty without artists."""
    if "artist" not in reading.probabilities:
        return ""
    best = int(np.argmax(reading.probabilities["artist"]["ensemble"]))
    label = reading.classes["artist"][best]
    named = works.loc[works["artist"] == label, "creator"].dropna()
    return str(named.mode().iloc[0]) if len(named) else ""


if procedural:
    st.info(
        "The painters of this collection are invented: a program painted every work in it. Of a "
        "real painting the networks can only say which invented painter it resembles.",
        icon=":material/palette:",
    )

uploads = st.file_uploader(
    "Upload one painting or several",
    type=FORMATS,
    accept_multiple_files=True,
    max_upload_size=LIMIT,
    key="uploads",
    on_change=take_down,
)

# The browser asks for the camera only once somebody wants it.
snapshot = None
if st.toggle("Take a picture with the camera", key="camera_wanted"):
    snapshot = st.camera_input(
        "Hold the painting before the camera", key="camera", on_change=take_down
    )

with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(
        "Or choose a work of the collection that the networks have not seen", width="stretch"
    )
    st.button("Show others", icon=":material/shuffle:", type="tertiary", on_click=rehang)
pool = works.loc[works["split"] == "test", "work_id"].tolist()
seed = st.session_state.get("hanging", 0)
asked = asked_work(works, "work")
if "wall_choice" not in st.session_state and asked is not None:
    st.session_state.wall_choice = asked  # an address that somebody passed on, or a reload
offered = works.loc[sorted(random.Random(seed).sample(pool, min(ON_THE_WALL, len(pool))))]
chosen = thumbnails(
    [
        Thumbnail(work_id, cached.thumbnail_source(root, version, work_id), titled(title, year))
        for work_id, title, year in zip(
            offered["work_id"].tolist(), offered["title"], offered["year"], strict=True
        )
    ],
    label="Works of the collection",
    key="wall",
)

todo: list[tuple[str, str, BytesIO | str, dict[str, str], str]]
todo = [(f"upload-{file.file_id}", file.name, file, {}, "") for file in uploads]
if snapshot is not None:
    todo.append((f"upload-{snapshot.file_id}", "Camera picture", snapshot, {}, ""))
if chosen not in works.index:
    st.query_params.pop("work", None)
else:
    st.query_params["work"] = str(chosen)
    key = f"work-{chosen}"
    exhibits = {k: e for k, e in exhibits.items() if k == key or k.startswith("upload-")}
    work = works.loc[chosen].to_dict()
    truth = {task: work[task] for task in store.classes() if isinstance(work[task], str)}
    caveat = SPLITS.get(work["split"], "")
    if work["split"] == "train":
        caveat += " " + REMEMBERED
    name = titled(work["title"], work["year"])
    todo.append((key, name, str(work["path"]), truth, caveat))
todo = [job for job in todo if job[0] not in exhibits or exhibits[job[0]].version != version]
new: dict[str, Result] = {}
progress = st.empty()
for done, (key, name, source, truth, caveat) in enumerate(todo):
    progress.progress(done / len(todo), f"Looking at {for_markdown(shortened(name, 60))} …")
    try:
        content = (
            cached.original(root, version, source)
            if isinstance(source, str)
            else contents(source, limit=LIMIT)
        )
        reading = cached.read(content, root, version)
        new[key] = Result(name, version, reading, truth=truth, caveat=caveat)
    except PictureError as error:
        new[key] = Result(name, version, error=str(error))
    except StoreError as error:
        progress.empty()
        explain_missing(error)
        st.stop()
progress.empty()
exhibits = st.session_state.exhibits = new | {k: e for k, e in exhibits.items() if k not in new}

if not exhibits:
    fetch_charts()
    st.stop()
st.caption(
    "Each bar is a probability from 0 to 100 %, shared out among all classes. It is calibrated: of "
    "all answers given with 60 %, about 60 in 100 are right, as long as the picture is of the kind "
    "that the collection holds."
)
if len(exhibits) > 1:
    table = summary(exhibits.values())
    st.dataframe(
        table,
        hide_index=True,
        column_order=[column for column in map(str, table) if "," not in column],  # the CSV has all
        column_config={
            column: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
            for column in map(str, table)
            if column.endswith("probability")
        },
        alt="First choices for each picture",
    )
    csv_button("Download as CSV", table, "predictions.csv")
pages = -(-len(exhibits) // PER_PAGE)
page = st.pagination(pages, key="exhibits_page") if pages > 1 else 1
for key, exhibit in list(exhibits.items())[(page - 1) * PER_PAGE : page * PER_PAGE]:
    prediction_card(exhibit, key=key)
    if exhibit.reading is not None:
        closer = st.expander(
            "Look closer: what speaks for it, what it resembles, how typical it is",
            expanded=len(exhibits) == 1,
            on_change="rerun",
            key=f"closer-{key}",
        )
        if closer.open:
            with closer:
                look_closer(exhibit, key)
