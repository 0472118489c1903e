"""Work: one painting of the collection, large, with its labels and what the networks predict."""

import base64
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from artextract.collection.images import PictureError
from cache import collection
from cache.snapshot import take_snapshot
from labels import creator_name, escape_markdown, title_with_year, truncate
from messages import error_markdown
from model_display import ModelDisplay
from widgets.frame.choices import asked_work
from widgets.frame.missing import page_needs
from widgets.works.thumbnail_grid import thumbnail_grid, tiles_of
from widgets.works.work_exploration import work_exploration
from widgets.works.work_navigation import work_navigation
from widgets.works.work_predictions import work_attention, work_labels
from widgets.works.work_record import work_record

MORE = 10  # other works by the same artist

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    works = collection.works(snapshot)
    store.classes()
    display = ModelDisplay.read(store, dark=st.context.theme.type == "dark")

number = asked_work(works)
if number is None:
    st.info("No such work. Choose one from the overview.", icon=":material/frame_inspect:")
    st.page_link("views/overview.py", label="To the overview", icon=":material/arrow_back:")
    st.stop()
work_navigation(number)
work: dict[str, Any] = works.loc[[number]].to_dict("records")[0]  # type: ignore[assignment]
title = title_with_year(work["title"], work["year"])
creator = work["creator"] if isinstance(work["creator"], str) else ""
st.title(escape_markdown(truncate(title, 120)), anchor=False)
st.write(escape_markdown(f"By {creator}" if creator else creator_name(creator)))

source = partial(collection.thumbnail_source, snapshot)
picture, words = st.columns([3, 2], gap="large")
with picture, st.container(key="work_picture"):
    try:
        content, _, _ = collection.large_picture(snapshot, str(work["path"]))
        # Within the page: whoever leafs through works fast would ask for files of pages gone by.
        picture_source = "data:image/jpeg;base64," + base64.b64encode(content).decode()
        st.image(picture_source, alt=title, width="stretch")
    except PictureError as error:
        if small := source(number):
            st.image(small, alt=title, width="stretch")
        st.caption(f"The original cannot be shown. {error_markdown(error)}")
with words:
    work_labels(store, work, display)
    work_record(work, works)

work_attention(work, snapshot, display)
work_exploration(work, works, snapshot)

own = works[(works["creator"] == creator) & (works.index != number)] if creator else works.iloc[:0]
if len(own):
    near = own.iloc[np.argsort(abs(own.index.to_numpy() - number), kind="stable")[:MORE]]
    st.header(escape_markdown(f"Also by {creator}"), anchor=False, divider="gray")
    thumbnail_grid(tiles_of(near, source), label=f"Also by {creator}", key="same-artist", size=104)
