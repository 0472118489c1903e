"""How accurate the models are on test works."""

from __future__ import annotations

import streamlit as st

from artextract.evaluation.confusion import evaluated
from artextract.store import Store
from charts.config import config
from labels import display_label, escape_markdown
from model_display import ENSEMBLE, ModelDisplay

_METHOD = (
    "Test works took no part in training, nor in fitting the vote. The interval comes from 2,000 "
    "bootstrap resamples: of works for the artist, of whole artists for all other tasks, because "
    "works by one artist are no independent evidence."
)


def accuracy(store: Store, display: ModelDisplay) -> None:
    """Show a sentence per task, and the accuracy of every model with its interval.

    Raises
    ------
    StoreError
        If there is no network, or no evaluation.
    """
    from charts.collection import accuracy_figure  # Plotly: what stands above is shown before

    if not store.metrics_path.exists():
        store.require_networks()
    stored = store.metrics()
    metrics = {task: stored[task] for task in evaluated(store)}
    for task, models in metrics.items():
        if figures := models.get(ENSEMBLE):
            low, high = figures["top1_ci95"]
            st.markdown(
                f"**{escape_markdown(display_label(task))}**: the ensemble predicts the true label "
                f"of **{100 * figures['top1']:.3g} %** of {figures['n']:,} test works (95 % "
                f"interval {100 * low:.3g} to {100 * high:.3g}); top-3 accuracy "
                f"{100 * figures['top3']:.3g} %."
            )
    st.plotly_chart(
        accuracy_figure(metrics, display),
        key="accuracy",
        config=config("accuracy"),
        alt="Accuracy with 95 % intervals, per task and model",
    )
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(_METHOD)
