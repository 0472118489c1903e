"""What in a picture speaks for a class: Grad-CAM of every network, over the picture."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from artextract.store import Snapshot
from cache import networks
from cache.networks import Prediction
from cache.snapshot import rerun_if_changed
from labels import display_label, escape_markdown, percent
from model_display import ENSEMBLE, ModelDisplay
from widgets.frame.missing import section_needs

_SHADE = 0.4  # of the brightness, where nothing speaks for the class: the picture stays readable
# One frame for every network's map, whatever the shape of the picture.
_CSS = """<style>
[class*="st-key-heat_map"] [data-testid="stImage"] img {
  height: 24rem; width: 100%; object-fit: contain; }
</style>"""
_METHOD = (
    "Grad-CAM (Selvaraju et al. 2017): the maps of the network's last convolution, each weighed by "
    "how strongly the class's score rises with it. It is coarse (7 to 13 places a side) and shows "
    "where, not why; the brightest place of each picture counts as 1, so brightness cannot be "
    "compared between pictures."
)


def shade(picture: Image.Image, light: np.ndarray, *, strength: float = 1) -> Image.Image:
    """The picture itself where `light` (height, width), 0..1, is high; grey and dark elsewhere.

    Parameters
    ----------
    strength
        0 leaves the picture as it is; 1 shades it fully.
    """
    colours = np.asarray(picture, np.float32)  # (height, width, 3)
    dark = _SHADE * np.asarray(picture.convert("L"), np.float32)[..., None]
    lit = colours - strength * (colours - dark) * (1 - light[..., None])
    return Image.fromarray(lit.round().astype(np.uint8))


@st.fragment
def attention(
    prediction: Prediction, snapshot: Snapshot, display: ModelDisplay, *, key: str
) -> None:
    """Let a task and a class be chosen and show what in the picture speaks for it.

    Parameters
    ----------
    key
        Distinguishes several pictures on one page.
    """
    rerun_if_changed(snapshot)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = st.selectbox(
            "Task", list(prediction.probabilities), format_func=display_label, key=f"task-{key}"
        )
        probabilities, classes = prediction.probabilities[task], prediction.classes[task]
        label = st.selectbox(
            "What speaks for",
            np.argsort(-probabilities[ENSEMBLE], kind="stable").tolist(),
            format_func=lambda c: (
                f"{display_label(classes[c])} ({percent(float(probabilities[ENSEMBLE][c]))})"
            ),
            key=f"label-{key}-{task}",
        )
        with st.popover("How this is made", icon=":material/help:", type="tertiary"):
            st.write(_METHOD)
    strength = st.slider(
        "From the picture to its heat map",
        0,
        100,
        100,
        5,
        format="%d %%",
        key=f"strength-{key}",
        width=320,
    )
    class_name = display_label(classes[label])
    picture = Image.open(BytesIO(prediction.display), formats=("JPEG",)).convert("RGB")
    st.html(_CSS)
    with section_needs():
        shown = networks.attentive(snapshot, [m for m in probabilities if m != ENSEMBLE])
        if not shown:
            st.info("No member has a heat map for this task.")
        for network, column in zip(shown, st.columns(max(2, len(shown))), strict=False):
            name, probability = display.name(network), percent(float(probabilities[network][label]))
            with column, st.container(key=f"heat_map-{key}-{network}"):
                light = networks.class_evidence(prediction, network, task, label, snapshot)
                if light is None or not light.any():
                    st.info(
                        f"Nothing here speaks for {escape_markdown(class_name)} according to "
                        f"{escape_markdown(name)}."
                    )
                    continue
                st.image(
                    shade(picture, light, strength=strength / 100),
                    alt=f"What speaks for {class_name} according to {name}",
                    caption=f"{escape_markdown(f'{name}: {class_name}')}, {probability}",
                    width="stretch",
                )
        if others := [m for m in probabilities if m not in (*shown, ENSEMBLE)]:
            st.caption(
                f"Without a heat map of their own: {escape_markdown(_names(others, display))}. "
                "They share the body of a network above, or have no maps of places."
            )
    st.caption(
        "Bright: what speaks for the class. Dark: what counts little or against it. If the light "
        "falls on a frame, a signature or a scan's edge, mistrust the prediction."
    )


def _names(members: list[str], display: ModelDisplay) -> str:
    return ", ".join(display.name(member) for member in members)
