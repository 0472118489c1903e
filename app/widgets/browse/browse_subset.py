"""A list of works that another page found, opened in Browse: the address carries it."""

from __future__ import annotations

import base64
import hashlib
import zlib
from binascii import Error

import numpy as np
import streamlit as st

from labels import escape_markdown, works_count

LONGEST = 6_000  # characters; servers take some 8,000 in the first line of a request
_SESSION = "session-"  # before the name of a list that is longer, and does not leave the session
_MOST = 2**22  # bytes of a list: what is packed may be anybody's
_KEPT = 8  # lists of a visitor
_KEY = "browse-subsets"


def open_in_browse(ids: np.ndarray, words: str) -> None:
    """Go to Browse, which shows these works alone.

    Parameters
    ----------
    ids
        work_ids, int64 (n,).
    words
        Where they are from: "from the map".
    """
    name = packed_ids(ids)
    if len(name) > LONGEST:
        name = _SESSION + hashlib.blake2b(ids.tobytes(), digest_size=6).hexdigest()
    lists = st.session_state.setdefault(_KEY, {})
    lists[name] = (words, ids)
    for old in list(lists)[:-_KEPT]:
        del lists[old]
    st.switch_page("views/browse.py", query_params={"among": name})


def among_subset(ids: np.ndarray) -> np.ndarray:
    """Those of `ids` that are in the list which the address names, and a way back to all."""
    name = st.query_params.get("among", "")
    if not name:
        return ids
    words, only = st.session_state.get(_KEY, {}).get(name, ("of the list in this address", None))
    if only is None:
        only = unpacked_ids(name)
    if only is None:
        st.info(
            "This address names a list that was too long for it, and is gone: keep such a list "
            "under a name. Here are all works."
            if name.startswith(_SESSION)
            else "This address names no list of works. Here are all of them."
        )
        return ids
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Only **{works_count(len(only))}** {escape_markdown(words)}", width="content")
        st.button(
            "All works",
            icon=":material/close:",
            type="tertiary",
            on_click=_forget,
        )
        if name.startswith(_SESSION):
            st.caption("Too many for an address: keep them under a name to pass them on.")
    return ids[np.isin(ids, only)]


def _forget() -> None:
    st.query_params.pop("among", None)


def packed_ids(ids: np.ndarray) -> str:
    """work_ids as text for an address; their order is not kept.

    The steps from each to the next are written in seven bits to a byte, and compressed: what lies
    together takes next to nothing, and 2,000 of 4,500 works some 800 characters.
    """
    steps = np.diff(np.unique(ids), prepend=-1) - 1
    content = bytearray()
    for step in steps.tolist():
        while step > 127:
            content.append(step & 127 | 128)
            step >>= 7
        content.append(step)
    return base64.urlsafe_b64encode(zlib.compress(bytes(content), 9)).decode().rstrip("=")


def unpacked_ids(text: str) -> np.ndarray | None:
    """work_ids of :func:`packed_ids`, int64 (n,), ascending; None of what is no such text."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        reader = zlib.decompressobj()
        content = reader.decompress(packed, _MOST)
    except (Error, ValueError, zlib.error):
        return None
    if not content or not reader.eof:
        return None
    steps, step, shift = [], 0, 0
    for byte in content:
        step |= (byte & 127) << shift
        shift += 7
        if shift > 35:  # no work has such a number
            return None
        if byte < 128:
            steps.append(step)
            step = shift = 0
    return np.cumsum(np.asarray(steps, np.int64) + 1) - 1
