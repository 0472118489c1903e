"""Where pictures to predict come from: uploads, the camera, works of the collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from io import BytesIO

import pandas as pd
import streamlit as st

from artextract.collection.images import READABLE, PictureError
from labels import SPLITS, title_with_year
from widgets.frame.choices import asked_work
from widgets.frame.sampling import sample_by_creator
from widgets.predict.drop_anywhere import drop_anywhere
from widgets.works.thumbnail_picker import Thumbnail, thumbnail_picker

LIMIT = 20  # MB per uploaded file
OFFERED = 5  # works of the collection to choose from
# As the command reads them; the browser offers no others to choose from.
FORMATS = [suffix.removeprefix(".") for suffix in sorted(READABLE)]
_REMEMBERED = (
    " Their predictions show how well they remember it: neither a right one nor its probability "
    "tells what they would predict for a painting that is new to them."
)


Reader = Callable[[], bytes]  # raises PictureError


@dataclass(frozen=True)
class PictureRequest:
    """A picture that somebody wants predicted."""

    key: str
    name: str  # file name or title, as it came
    read: Reader | None  # None once the original is let go of
    labels: dict[str, str] = field(default_factory=dict)  # {task: true label}, where known
    caveat: str = ""
    size: int = 0  # bytes that `read` holds
    whole: str = ""  # of a detail: the key of the picture that it was cut from


def read_upload(file: BytesIO, *, limit: int = LIMIT) -> bytes:
    """Bytes of an upload. The browser checks the size as well, but can be told not to.

    Raises
    ------
    PictureError
        If it has more than `limit` MB.
    """
    size = file.getbuffer().nbytes
    if size > limit * 2**20:
        raise PictureError(f"The file has {size / 2**20:.1f} MB; at most {limit} MB are taken.")
    return file.getvalue()


def picture_input(
    accept: Callable[[list[PictureRequest]], None],
    *,
    label_shown: bool = True,
    camera: bool = True,
) -> None:
    """Show the uploader and the camera. What is put in is handed over, and they are empty again.

    Whatever is dropped anywhere on the page, or pasted, is put into the uploader.

    Parameters
    ----------
    accept
        Called with what was put in, before the page runs again.
    label_shown
        Whether the uploader's label is seen, or only read aloud.
    camera
        Whether to offer the camera as well.
    """
    turn = st.session_state.setdefault("upload_turn", 0)

    def hand_over() -> None:
        shot = st.session_state.get(f"camera-{turn}")
        files = [(file.name, file) for file in st.session_state.get(f"uploads-{turn}") or []]
        files += [("Camera picture", shot)] * (shot is not None)
        if files:
            st.session_state.upload_turn = turn + 1  # widgets of another key are empty
            accept([_request(name, file) for name, file in files])

    with st.container(key="upload_place"):
        st.file_uploader(
            "Upload one painting or several",
            type=FORMATS,
            accept_multiple_files=True,
            max_upload_size=LIMIT,
            key=f"uploads-{turn}",
            on_change=hand_over,
            label_visibility="visible" if label_shown else "collapsed",
        )
    drop_anywhere("upload_place")
    st.caption(
        ":material/lock: Nothing you upload leaves the machine that runs this gallery, or is "
        "written to disk."
    )
    # The browser asks for the camera only once somebody wants it.
    if camera and st.toggle("Take a picture with the camera", key="camera_wanted"):
        st.camera_input(
            "Hold the painting before the camera", key=f"camera-{turn}", on_change=hand_over
        )


def _request(name: str, file: BytesIO) -> PictureRequest:
    """Of an upload. Its content is its key: what is uploaded twice is one picture."""
    key = "upload-" + blake2b(file.getbuffer(), digest_size=16).hexdigest()
    try:
        content = read_upload(file)
    except PictureError as error:
        return PictureRequest(key, name, partial(_refuse, str(error)))
    return PictureRequest(key, name, lambda: content, size=len(content))


def _refuse(reason: str) -> bytes:
    raise PictureError(reason)


def example_works(works: pd.DataFrame, source: Callable[[int], str], *, key: str) -> int | None:
    """Offer test works of several artists to choose from, and return the work_id chosen last.

    Parameters
    ----------
    works
        As :meth:`artextract.store.Store.works` returns them.
    source
        Gives the picture of a work_id as the ``src`` of an image.
    key
        Of the picker, which keeps the choice under it.
    """

    def shuffle() -> None:
        st.session_state.offer = st.session_state.get("offer", 0) + 1

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("No painting at hand? Test works of the collection", width="stretch")
        st.button("Shuffle", icon=":material/shuffle:", type="tertiary", on_click=shuffle)
    unseen = works[works["split"] == "test"]
    offered = works.loc[
        sorted(sample_by_creator(unseen, OFFERED, seed=st.session_state.get("offer", 0)))
    ]
    rows = zip(offered["work_id"].tolist(), offered["title"], offered["year"], strict=True)
    return thumbnail_picker(
        [Thumbnail(i, source(i), title_with_year(title, year)) for i, title, year in rows],
        label="Works of the collection",
        key=key,
    )


def chosen_work(
    works: pd.DataFrame,
    tasks: list[str],
    source: Callable[[int], str],
    read: Callable[[str], bytes],
) -> PictureRequest | None:
    """Offer test works, and return the one that was chosen here, or that the address names.

    Parameters
    ----------
    works, source
        As :func:`example_works` takes them.
    read
        Gives the bytes of a work's picture by its ``path``; raises PictureError.
    """
    asked = asked_work(works)
    if "picker_choice" not in st.session_state and asked is not None:
        st.session_state.picker_choice = asked  # an address that somebody passed on, or a reload
    chosen = example_works(works, source, key="picker")
    if chosen not in works.index:
        st.query_params.pop("work", None)
        return None
    st.query_params["work"] = str(chosen)
    work = works.loc[chosen].to_dict()
    return PictureRequest(
        f"work-{chosen}",
        title_with_year(work["title"], work["year"]),
        lambda: read(work["path"]),
        {task: work[task] for task in tasks if isinstance(work[task], str)},
        SPLITS.get(work["split"], "") + _REMEMBERED * (work["split"] == "train"),
    )
