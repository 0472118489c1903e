"""Where the networks look: Grad-CAM of each of them over the picture, for any class."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from artextract.store import Store, StoreError
from cache import store as cached
from labels import MODELS, for_markdown, percent, spoken
from widgets.notices import explain_missing

if TYPE_CHECKING:
    from cache.store import Prediction

_SHADE = 0.4  # of the brightness, where nothing speaks for the class: the picture stays readable
_TALLEST = 380  # pixels
_METHOD = (
    "Grad-CAM (Selvaraju et al. 2017): the maps of the network's last convolution, each weighed by "
    "how strongly the class's score rises with it. It is coarse (7 to 13 places a side) and shows "
    "where, not why; the brightest place of each picture counts as 1, so brightness cannot be "
    "compared between pictures."
)


def spotlight(picture: Image.Image, light: np.ndarray) -> Image.Image:
    """The picture lit where `light` (height, width), 0..1, is high; grey and dark elsewhere."""
    colours = np.asarray(picture, np.float32)  # (height, width, 3)
    dark = _SHADE * np.asarray(picture.convert("L"), np.float32)[..., None]
    lit = dark + (colours - dark) * light[..., None]
    return Image.fromarray(lit.round().astype(np.uint8))


@st.fragment
def attention(reading: Prediction, *, root: str, version: str, key: str) -> None:
    """Let a task and a class be chosen and show what in the picture speaks for it.

    Parameters
    ----------
    key
        Distinguishes several pictures on one page.
    """
    from artextract.models.gradcam import grad_cam, stretched

    cached.keep_up(Store(root), version)
    try:  # here and not where it is called: by itself a fragment has no caller
        networks = cached.predictor(root, version).networks
    except StoreError as error:
        explain_missing(error, builtin=False)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = st.selectbox(
            "Question", list(reading.probabilities), format_func=str.capitalize, key=f"asked-{key}"
        )
        votes, classes = reading.probabilities[task]["ensemble"], reading.classes[task]
        label = st.selectbox(
            "What speaks for",
            np.argsort(-votes, kind="stable").tolist(),
            format_func=lambda c: f"{spoken(classes[c])} ({percent(float(votes[c]))})",
            key=f"label-{key}-{task}",
        )
        with st.popover("How it is made", icon=":material/help:", type="tertiary"):
            st.write(_METHOD)
    picture = Image.open(BytesIO(reading.display), formats=("JPEG",)).convert("RGB")
    # Works of a collection may be small, uploads are large: both at a size that can be read.
    width = round(min(max(picture.width / 2, 280), _TALLEST * picture.width / picture.height))
    seen = [network for network in reading.maps if network in reading.probabilities[task]]
    with st.grid("auto", min_column_width=260, gap="medium") as grid:
        for network in seen:
            cam = grad_cam(networks[network], reading.maps[network], task, label)
            chance = percent(float(reading.probabilities[task][network][label]))
            name = spoken(classes[label])
            with grid.cell():
                if not cam.any():
                    st.info(
                        f"Nothing here speaks for {for_markdown(name)}, says {MODELS[network]}."
                    )
                    continue
                st.image(
                    spotlight(picture, stretched(cam, picture.size)),
                    alt=f"What speaks for {name} to {MODELS[network]}, lit on the picture",
                    caption=f"{MODELS[network]}: {for_markdown(name)}, {chance}",
                    width=max(1, width),
                )
    st.caption(
        "Lit: what speaks for the class. Dark: what counts little or against it. If the light "
        "falls on a frame, a signature or a scan's edge, mistrust the answer."
    )
