"""Predict: upload paintings, or take one of the collection, and see what the networks say."""

import random
from io import BytesIO
from pathlib import Path

import streamlit as st
from PIL import features

import cached
from artextract.images import PictureError
from artextract.store import StoreError
from components.contents import contents
from components.csv_button import csv_button
from components.labels import for_markdown, shortened, titled
from components.notices import explain_missing
from components.summary import summary
from components.thumbnails import Thumbnail, thumbnails
from components.wall_label import Exhibit, wall_label

LIMIT = 20  # MB per uploaded file
ON_THE_WALL = 12  # thumbnails to choose from
FORMATS = ["jpg", "jpeg", "png", "webp", "tif", "tiff"] + ["avif"] * bool(features.check("avif"))
PER_PAGE = 6  # exhibits: each draws three charts

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

exhibits: dict[str, Exhibit] = st.session_state.setdefault("exhibits", {})


def take_down() -> None:
    """Forget the uploads that were taken out of the uploader, and the collection's work."""
    wanted = {f"upload-{file.file_id}" for file in st.session_state.uploads}
    hung = st.session_state.exhibits
    st.session_state.exhibits = {key: hung[key] for key in hung if key in wanted}
    st.session_state.wall_choice = None


def rehang() -> None:
    """Offer other works of the collection."""
    st.session_state.hanging = st.session_state.get("hanging", 0) + 1


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

with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(
        "Or choose a work of the collection that the networks have not seen", width="stretch"
    )
    st.button("Show others", icon=":material/shuffle:", type="tertiary", on_click=rehang)
pool = works.loc[works["split"] == "test", "work_id"].tolist()
seed = st.session_state.get("hanging", 0)
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

todo: list[tuple[str, str, BytesIO | Path, dict[str, str]]]
todo = [(f"upload-{file.file_id}", file.name, file, {}) for file in uploads]
if chosen in works.index:
    key = f"work-{chosen}"
    exhibits = {k: e for k, e in exhibits.items() if k == key or k.startswith("upload-")}
    work = works.loc[chosen].to_dict()
    truth = {task: work[task] for task in store.classes() if isinstance(work[task], str)}
    todo.append((key, titled(work["title"], work["year"]), store.picture(work["path"]), truth))
todo = [job for job in todo if job[0] not in exhibits or exhibits[job[0]].version != version]
new: dict[str, Exhibit] = {}
progress = st.empty()
for done, (key, name, source, truth) in enumerate(todo):
    progress.progress(done / len(todo), f"Looking at {for_markdown(shortened(name, 60))} …")
    try:
        content = contents(source, limit=LIMIT)
        new[key] = Exhibit(name, version, cached.read(content, root, version), truth=truth)
    except PictureError as error:
        new[key] = Exhibit(name, version, error=str(error))
    except StoreError as error:
        progress.empty()
        explain_missing(error)
        st.stop()
progress.empty()
exhibits = st.session_state.exhibits = new | {k: e for k, e in exhibits.items() if k not in new}

if not exhibits:
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
    wall_label(exhibit, key=key)
