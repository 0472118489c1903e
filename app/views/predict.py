"""Predict: upload paintings, or choose works, and see what the networks predict."""

from functools import partial

import streamlit as st

from cache import collection
from cache.snapshot import take_snapshot
from model_display import ModelDisplay
from widgets.frame.chart_preload import preload_charts
from widgets.frame.choices import asked_work
from widgets.frame.missing import page_needs
from widgets.predict.picture_input import PictureRequest, chosen_work, picture_input
from widgets.predict.prediction_card import prediction_card
from widgets.predict.prediction_details import prediction_details
from widgets.predict.prediction_list import prediction_list
from widgets.predict.prediction_results import (
    accept,
    answer_all,
    kept,
    opened,
    refusal,
    take_choice,
    waiting,
)

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


def accept_uploads(requests: list[PictureRequest]) -> None:
    """Take uploads in; the address no longer names what is shown."""
    st.session_state.picker_choice = None
    accept(requests)


source = partial(collection.thumbnail_source, snapshot)
chosen = st.session_state.get("picker_choice", asked_work(works))
asked = bool(kept() or waiting() or chosen is not None)
# Another key after each upload: it folds again.
folded = f"add-{st.session_state.get('upload_turn', 0)}"
label = "Add pictures" if asked else "Choose pictures"
with st.expander(label, expanded=not asked, icon=":material/add_photo_alternate:", key=folded):
    picture_input(accept_uploads)
    original = partial(collection.original, snapshot)
    take_choice(chosen_work(works, tasks, source, original))
refusal()
with page_needs():
    answer_all(snapshot)

results = kept()
key = opened()
if key is None:
    preload_charts()
    st.stop()
if len(results) > 1:
    prediction_list(results, display)
prediction_card(results[key], display, key=key)
if results[key].prediction is not None:
    prediction_details(results[key], works, snapshot, source, display, key=key)
