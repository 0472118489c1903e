"""The gallery's entry point: it names the pages and runs the one asked for."""

from pathlib import Path

import streamlit as st

from cache.snapshot import shown_store
from widgets.frame.address import accept_old_address
from widgets.frame.builtin import building_progress
from widgets.frame.loading_bar import loading_bar
from widgets.frame.page_style import page_style
from widgets.frame.search_box import search_box
from widgets.frame.vanished import store_stays

MARK = Path(__file__).parent / "static" / "mark.svg"

st.set_page_config(page_title="ArtExtract", page_icon=str(MARK), layout="wide")
st.logo(str(MARK), size="large")

PAGES = {
    "views/overview.py": st.Page(
        "views/overview.py",
        title="Overview",
        icon=":material/museum:",
        help="What the collection holds, and how accurate the models are on it.",
        default=True,
    ),
    "views/browse.py": st.Page(
        "views/browse.py",
        title="Browse",
        icon=":material/grid_view:",
        help="Every work, by artist, year, label, prediction or annotation.",
    ),
    "views/predict.py": st.Page(
        "views/predict.py",
        title="Predict",
        icon=":material/image_search:",
        help="Who painted this? Upload a picture and see what the networks predict.",
    ),
    "views/confusion.py": st.Page(
        "views/confusion.py",
        title="Confusion",
        icon=":material/grid_on:",
        help="True labels against predicted labels, and the works in every cell.",
    ),
    "views/map.py": st.Page(
        "views/map.py",
        title="Map",
        icon=":material/scatter_plot:",
        help="All works on one map: what looks alike lies close together.",
    ),
    "views/outliers.py": st.Page(
        "views/outliers.py",
        title="Outliers",
        icon=":material/crisis_alert:",
        help="Which works stand out in an artist's oeuvre, and why.",
    ),
    "views/labels.py": st.Page(
        "views/labels.py",
        title="Labels",
        icon=":material/label:",
        help="Works whose label is doubtful, with reasons.",
    ),
    "views/training.py": st.Page(
        "views/training.py",
        title="Training",
        icon=":material/show_chart:",
        help="Learning curves, calibration and settings of the networks.",
    ),
    "views/class_report.py": st.Page("views/class_report.py", title="Class", visibility="hidden"),
    "views/work.py": st.Page("views/work.py", title="Work", visibility="hidden"),
}

page_style()
loading_bar()
page = st.navigation(list(PAGES.values()), position="top")
path = next(path for path, known in PAGES.items() if known == page)
st.session_state.page = (path, page.title)
accept_old_address(path)
search_box()
if page.visibility == "visible":  # else its title is the painting's, or the class's
    st.title(page.title, anchor=False)
with store_stays(shown_store()):
    building_progress(shown_store())
    page.run()
