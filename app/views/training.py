"""Training: learning curves, live while a network is in training, calibration and settings."""

import streamlit as st

from artextract.store import StoreError
from cache.snapshot import take_snapshot
from model_display import ModelDisplay
from widgets.frame.choices import choose_task
from widgets.frame.missing import page_needs
from widgets.training.calibration import calibration
from widgets.training.training_curves import training_curves, training_networks
from widgets.training.training_settings import training_settings

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    tasks = store.tasks()
    if not tasks:
        raise StoreError(f"no work in {store.root} is labelled", command="artextract index SOURCE")
    networks = training_networks(store)
    if not networks:
        store.require_networks()
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")

task = choose_task(tasks)

st.header("Learning curves", anchor=False, divider="gray")
st.caption(
    "Each point is an epoch, one pass over all training works. Full lines: validation works. "
    "Dotted lines: training works, cropped, turned and, if asked for, mixed at random, which makes "
    "them harder: the dotted line may well be the worse one. Where the full line of the loss rises "
    "again, the network begins to overfit; the epoch with the lowest validation loss is kept."
)
training_curves(store, networks, task, display)

st.header("Calibration", anchor=False, divider="gray")
with page_needs():
    calibration(snapshot, task, display)

st.header("Settings", anchor=False, divider="gray")
settings = training_settings(store, networks, display)
changed = settings.pop("changed")
st.caption("What is not at its default, or differs between the networks.")
st.dataframe(
    settings[changed],
    height="content",
    alt="Settings of the training of each network that are not at their defaults",
)
with st.expander(f"The {int((~changed).sum())} settings at their defaults"):
    st.dataframe(
        settings[~changed],
        height="content",
        alt="Settings of the training of each network that are at their defaults",
    )
