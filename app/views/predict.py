"""Predict: upload paintings, or choose works, and see what the networks predict."""

from functools import partial

import streamlit as st

from artextract.collection.images import PictureError
from cache import collection, networks
from cache.snapshot import take_snapshot
from labels import escape_markdown, truncate
from model_display import ModelDisplay
from widgets.chart_preload import preload_charts
from widgets.missing import page_needs
from widgets.picture_input import chosen_work, upload_keys, uploaded_pictures
from widgets.prediction_card import Result, prediction_card
from widgets.prediction_details import prediction_details
from widgets.prediction_table import prediction_table

PER_PAGE = 6  # results: each draws a chart per task

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    works = collection.works(snapshot)
    store.require_networks()
    tasks = list(store.ensemble()["tasks"])
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")

if store.manifest().get("dataset", {}).get("procedural"):
    st.info(
        "The painters of this collection are invented: a program painted every work in it. Of a "
        "real painting the networks can only say which invented painter it resembles.",
        icon=":material/palette:",
    )

results: dict[str, Result] = st.session_state.setdefault("results", {})


def clear_removed() -> None:
    """Forget the uploads that were taken out of the uploader, and the collection's work."""
    kept, known = upload_keys(), st.session_state.results
    st.session_state.results = {key: known[key] for key in known if key in kept}
    st.session_state.picker_choice = None


source = partial(collection.thumbnail_source, snapshot)
requests = uploaded_pictures(clear_removed)
work = chosen_work(works, tasks, source, partial(collection.original, snapshot))
if work is not None:
    results = {k: r for k, r in results.items() if k == work.key or k.startswith("upload-")}
    requests.append(work)

requests = [r for r in requests if r.key not in results or results[r.key].snapshot != snapshot]
if requests:
    with page_needs():
        networks.predictor(snapshot)
new: dict[str, Result] = {}
progress = st.empty()
for done, request in enumerate(requests):
    name = escape_markdown(truncate(request.name, 60))
    progress.progress(done / len(requests), f"Predicting {name} …")
    answer = partial(Result, request.name, snapshot, labels=request.labels, caveat=request.caveat)
    try:
        new[request.key] = answer(networks.predict(request.read(), snapshot))
    except PictureError as error:
        new[request.key] = answer(error=str(error))
progress.empty()
results = st.session_state.results = new | {k: r for k, r in results.items() if k not in new}

if not results:
    preload_charts()
    st.stop()
st.caption(
    "Each bar is a probability from 0 to 100 %, shared out among all classes. It is calibrated: of "
    "all predictions with 60 %, about 60 in 100 are right, as long as the picture is of the kind "
    "that the collection holds. The labels below the bars are those that cannot be ruled out, on "
    "the same condition."
)
if len(results) > 1:
    prediction_table(results.values(), display)
pages = -(-len(results) // PER_PAGE)
page = st.pagination(pages, key="results_page") if pages > 1 else 1
for key, result in list(results.items())[(page - 1) * PER_PAGE : page * PER_PAGE]:
    prediction_card(result, display, key=key)
    if result.prediction is None:
        continue
    details = st.expander(
        "Details: what speaks for it, similar works, how typical it is",
        expanded=len(results) == 1,
        on_change="rerun",
        key=f"details-{key}",
    )
    if details.open:
        with details:
            prediction_details(result, works, snapshot, source, display, key=key)
