"""Training: how the networks learnt, live while they do, and how far to believe them."""

import pandas as pd
import streamlit as st

from artextract.inference.voting import Vote
from artextract.store import StoreError
from artextract.training.history import history, run_status
from cache import store as cached
from charts.config import config
from charts.learning_curves import learning_curves, reliability_diagram
from labels import MODELS, for_markdown, percent
from widgets.choices import choose_task
from widgets.csv_button import csv_button
from widgets.notices import explain_missing
from widgets.settings import settings

NETWORKS = [model for model in MODELS if model != "ensemble"]
REFRESH = 5  # seconds between two looks at a training that is under way

store = cached.store()
root = str(store.root.absolute())
try:
    version = cached.version(store)
    tasks = store.tasks()
    if not tasks:
        raise StoreError(f"no work in {root} is labelled", command="artextract index SOURCE")
    if not any(run_status(store, network) for network in NETWORKS):
        store.require_networks()
except StoreError as error:
    explain_missing(error)
    st.stop()

task = choose_task(tasks)


def curves() -> None:
    """Show the learning curves as they are now."""
    histories = {}
    epochs = 0
    for network in NETWORKS:
        try:
            histories[network] = history(store, network)
        except StoreError as error:
            st.caption(for_markdown(str(error)))
            continue
        if now := run_status(store, network):
            total = int(now.configuration.get("epochs", 0))
            epochs = max(epochs, total)
            st.progress(
                min(1.0, now.epochs_done / max(total, 1)),
                f"**{MODELS[network]}** "
                + (
                    f"was interrupted, it seems: nothing new for {now.silent / 60:.0f} minutes. "
                    "The same command goes on from the last finished epoch."
                    if now.stalled
                    else f"is training: {now.epochs_done} of {total} epochs are done."
                ),
            )
    sides = st.columns(2, gap="large")
    for side, key, name in zip(sides, ("loss", "top1"), ("Loss", "Right answers"), strict=True):
        with side:
            st.subheader(name, anchor=False)
            st.plotly_chart(
                learning_curves(histories, task, key, epochs=epochs),
                key=f"curves-{key}",
                config=config(f"{key}-{task}"),
                alt=f"{name} of both networks on {task} after each epoch",
            )
    if rows := [h.assign(network=network) for network, h in histories.items() if len(h)]:
        csv_button("Curves as CSV", pd.concat(rows, ignore_index=True), "history.csv")


st.header("How they learnt", anchor=False, divider="gray")
st.caption(
    "Each point is an epoch, one pass over all training works. Full lines: works held out. Dotted "
    "lines: works trained on, cropped, turned and, if asked for, mixed at random, which makes them "
    "harder: the dotted line may well be the worse one. Where the full line of the loss rises "
    "again, the network has begun to learn its works by heart; the epoch with the lowest one is "
    "kept."
)
# Only while something is being trained does the page look again by itself.
live = any((now := run_status(store, network)) and not now.stalled for network in NETWORKS)
st.fragment(curves, run_every=REFRESH if live else None)()

st.header("How far to believe them", anchor=False, divider="gray")
try:
    fitted = store.ensemble()["tasks"]
    if task not in fitted:
        raise StoreError(f"no network knows {task}", command="artextract train")
    vote = Vote.read(fitted[task])
    said = vote.settings()
    tables = {model: cached.calibration(root, version, task, model) for model in said}
    figures = store.metrics()[task]
except StoreError as error:
    explain_missing(error)
    st.stop()
left, right = st.columns([11, 9], gap="large")
with left:
    st.plotly_chart(
        reliability_diagram(tables),
        key="reliability",
        config=config(f"reliability-{task}"),
        alt=f"Reliability diagram on {task}: confidence against the share of right answers",
    )
with right:
    st.write(
        "A probability is worth its name if, of all answers given with 60 %, about 60 in 100 are "
        "right: then the points lie on the dotted diagonal. Below it a model is too sure of "
        "itself, above it too modest. Larger points stand for more works; the bars are 95 % "
        "intervals. Click on a name to show or hide it."
    )
    st.write(
        f"On {task} **{MODELS[vote.alone]} votes alone**: the other did not help on held-out works."
        if vote.alone
        else "The vote: "
        + ", ".join(
            f"**{MODELS[member]} {percent(share)}**"
            for member, share in zip(vote.members, vote.weights.tolist(), strict=True)
        )
        + "."
    )
    table = pd.DataFrame(
        {
            "Model": [MODELS.get(model, model) for model in said],
            "Weight": ["" if w is None else percent(w) for w, _ in said.values()],
            "Temperature": ["" if t is None else f"{t:.2f}" for _, t in said.values()],
            "Calibration error": [
                percent(figures[model]["ece"]) if figures[model] else "" for model in said
            ],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        alt=f"Weights, temperatures and calibration errors on {task}",
    )
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(
            f"Temperatures and weights are fitted on {fitted[task]['n_validation']:,} validation "
            "works by log-loss, never on test works. A network's logits are divided by its "
            "temperature: above 1 it was too sure of itself, below 1 too modest. Voting is kept "
            "only where it helps; else the best network votes alone. A mean of calibrated "
            "probabilities is too modest, so the vote has a temperature of its own. The "
            "calibration error is the mean gap between confidence and share of right answers over "
            "15 bins, weighted by their works."
        )

st.header("How they were trained", anchor=False, divider="gray")
st.dataframe(
    settings(store, NETWORKS), height="content", alt="Settings of the training of both networks"
)
