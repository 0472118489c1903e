"""The gallery's entry point: it names the pages and runs the one asked for."""

from pathlib import Path

import streamlit as st

MARK = Path(__file__).parent / "static" / "mark.svg"

st.set_page_config(page_title="ArtExtract", page_icon=str(MARK), layout="wide")
st.logo(str(MARK), size="large")

page = st.navigation(
    [
        st.Page(
            "views/predict.py",
            title="Predict",
            icon=":material/image_search:",
            help="Who painted this? Upload a picture and see what the networks say.",
            default=True,
        ),
    ],
    position="top",
)
st.title(page.title, anchor=False)
page.run()
