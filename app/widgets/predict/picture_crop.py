"""A detail of a picture, without its frame, the wall or the signature."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from io import BytesIO
from math import ceil, floor
from pathlib import Path
from typing import Any

import streamlit as st

from artextract.collection.images import open_picture

SMALLEST = 0.05  # of a side
_SIDE = 1200  # pixels of the shorter side, where the original has as many
_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_HTML = """
<p class="how" id="how">Drag the frame or its edges. By keyboard: Tab to an edge or to the frame,
then the arrow keys; Shift for larger steps.</p>
<div class="stage">
  <img alt="" draggable="false">
  <div class="box" role="group" tabindex="0" aria-label="The detail" aria-describedby="how">
    <i class="corner nw"></i><i class="corner ne"></i><i class="corner sw"></i>
    <i class="corner se"></i>
    <b class="edge w" role="slider" tabindex="0" aria-label="Left edge"></b>
    <b class="edge n" role="slider" tabindex="0" aria-label="Top edge"
      aria-orientation="vertical"></b>
    <b class="edge e" role="slider" tabindex="0" aria-label="Right edge"></b>
    <b class="edge s" role="slider" tabindex="0" aria-label="Bottom edge"
      aria-orientation="vertical"></b>
  </div>
</div>
<div class="actions">
  <button type="button" class="take">Predict this detail</button>
  <button type="button" class="cancel">Cancel</button>
</div>
"""

_component = st.components.v2.component("artextract_picture_crop", html=_HTML, css=_CSS, js=_JS)

# Left, top, right and bottom edge as shares, 0..1, of the picture as it is seen.
Box = tuple[float, float, float, float]


def picture_crop(
    picture: bytes,
    size: tuple[int, int],
    *,
    name: str,
    take: Callable[[Box], None],
    cancel: Callable[[], None],
    key: str,
) -> None:
    """Show a picture with a frame on it that can be moved and resized, by pointer and keyboard.

    Parameters
    ----------
    picture
        JPEG, upright.
    size
        Its width and height in pixels.
    name
        Of the picture, for a screen reader.
    take
        Called with the detail that was chosen, before the page runs again.
    cancel
        Called when no detail is wanted after all.
    """

    def chosen() -> None:
        box = valid_box(getattr(st.session_state.get(key), "chosen", None))
        if box is not None:
            take(box)

    _component(
        key=key,
        data={
            "source": "data:image/jpeg;base64," + base64.b64encode(picture).decode(),
            "size": size,
            "name": name,
            "smallest": SMALLEST,
        },
        on_chosen_change=chosen,
        on_cancelled_change=cancel,
    )


def valid_box(answer: Any) -> Box | None:
    """What a browser sent as a detail; None where it is none."""
    if not isinstance(answer, Sequence) or isinstance(answer, str) or len(answer) != 4:
        return None
    if not all(isinstance(edge, (int, float)) and 0 <= edge <= 1 for edge in answer):
        return None
    left, top, right, bottom = (round(float(edge), 3) for edge in answer)
    if min(right - left, bottom - top) < SMALLEST - 0.002:
        return None
    return left, top, right, bottom


def cropped(content: bytes, box: Box) -> bytes:
    """A detail of a picture file, as JPEG.

    The edges are those of the picture as it is seen: EXIF rotation comes first.

    Raises
    ------
    PictureError
        As :func:`artextract.collection.images.open_picture`.
    """
    left, top, right, bottom = box
    # A small detail of a large original is as sharp as the original allows.
    picture = open_picture(content, min_side=ceil(_SIDE / min(right - left, bottom - top)))
    width, height = picture.size
    detail = picture.crop(
        (floor(left * width), floor(top * height), ceil(right * width), ceil(bottom * height))
    )
    detail.save(file := BytesIO(), "JPEG", quality=95, subsampling=0)
    return file.getvalue()
