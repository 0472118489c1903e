"""The shortest way from a painting to an answer: drop it here, or choose one."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from widgets.predict.picture_input import PictureRequest, example_works, picture_input
from widgets.predict.prediction_results import accept

_CSS = """<style>
.st-key-first_look [data-testid="stFileUploaderDropzone"] { min-height: 15rem; gap: 1rem;
  flex-direction: column; align-items: center; justify-content: center; text-align: center;
  border: 2px dashed currentColor; }
.st-key-first_look [data-testid="stFileUploaderDropzoneInstructions"] { flex: none; margin: 0; }
</style>"""


def first_look(works: pd.DataFrame, source: Callable[[int], str]) -> None:
    """Take a picture, or let a work be chosen, and go to the page that answers.

    Parameters
    ----------
    works, source
        As :func:`widgets.predict.picture_input.example_works` takes them.
    """

    def take(requests: list[PictureRequest]) -> None:
        st.session_state.picker_choice = None
        accept(requests)
        st.session_state.first_look = True

    with st.container(key="first_look"):
        st.html(_CSS)
        st.header("Who might have painted this?", anchor=False)
        st.caption(
            "Drop a painting anywhere on this page, paste it, or choose a file: see who it is "
            "probably by and how sure that is, what it is like, and where it lands on the map."
        )
        picture_input(take, label_shown=False, camera=False)
        chosen = example_works(works, source, key="first_look_picker")
    if st.session_state.pop("first_look", False):
        st.switch_page("views/predict.py")
    if chosen is not None:
        del st.session_state["first_look_picker_choice"]
        # As if it had been chosen there, also where it was chosen there before.
        st.session_state.picker_choice, st.session_state.picker_taken = chosen, None
        st.switch_page("views/predict.py", query_params={"work": str(chosen)})
