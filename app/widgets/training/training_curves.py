"""The learning curves of all networks, live while one is in training."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artextract.store import Store, StoreError
from artextract.training.history import RunStatus, history, run_status
from charts.config import config
from charts.learning_curves import learning_curves
from labels import display_label, escape_markdown
from messages import error_markdown
from model_display import ModelDisplay
from widgets.frame.csv_button import csv_button
from widgets.frame.missing import section_needs
from widgets.training.held_out_results import held_out_results

REFRESH = 5  # seconds between two looks at a training that is under way


def training_networks(store: Store) -> list[str]:
    """Networks that were trained or are in training, sorted."""
    folders = sorted(path.name for path in store.root.glob("models/*") if path.is_dir())
    trained = store.networks()
    return [name for name in folders if name in trained or run_status(store, name)]


def training_curves(store: Store, networks: list[str], task: str, display: ModelDisplay) -> None:
    """Show curves and test results, again and again only while something is in training."""
    running = any((run := run_status(store, name)) and not run.stalled for name in networks)
    show = st.fragment(_curves, run_every=REFRESH if running else None)
    show(store, networks, task, display)


def _curves(store: Store, networks: list[str], task: str, display: ModelDisplay) -> None:
    histories, epochs = {}, 0
    for network in networks:
        try:
            histories[network] = history(store, network)
        except StoreError as error:
            st.caption(error_markdown(error))
            continue
        if run := run_status(store, network):
            epochs = max(epochs, int(run.configuration.get("epochs", 0)))
            _progress(run, escape_markdown(display.name(network)))
    names = ("loss", "Loss"), ("top1", "Accuracy")
    *sides, beside = st.columns([5, 5, 6], gap="medium")
    with beside:
        st.subheader("Test works", anchor=False)
        with section_needs():
            held_out_results(store, task, display)
    for side, (metric, name) in zip(sides, names, strict=True):
        with side:
            st.subheader(name, anchor=False)
            st.plotly_chart(
                learning_curves(histories, task, metric, display=display, epochs=epochs),
                key=f"curves-{metric}",
                config=config(f"{metric}-{task}"),
                alt=f"{name} of the networks on {display_label(task)} after each epoch",
            )
    if rows := [h.assign(network=network) for network, h in histories.items() if len(h)]:
        csv_button("Curves as CSV", pd.concat(rows, ignore_index=True), "history.csv")


def _progress(run: RunStatus, name: str) -> None:
    total = int(run.configuration.get("epochs", 0))
    st.progress(
        min(1.0, run.epochs_done / max(total, 1)),
        f"**{name}** "
        + (
            f"was interrupted, it seems: nothing new for {run.silent / 60:.0f} minutes. The same "
            "command goes on from the last finished epoch."
            if run.stalled
            else f"is training: {run.epochs_done} of {total} epochs are done."
        ),
    )
