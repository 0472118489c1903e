"""The results of the Predict page: they stay until somebody removes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from artextract.collection.images import PictureError
from artextract.store import Snapshot
from cache import networks
from labels import escape_markdown, truncate
from messages import error_text
from widgets.predict.picture_crop import Box, cropped
from widgets.predict.picture_input import PictureRequest, Reader

if TYPE_CHECKING:
    from cache.networks import Prediction

KEPT = 60  # results; each holds some 2 MB
ORIGINALS = 128 * 2**20  # bytes of uploads that are kept, to predict them again


@dataclass(frozen=True)
class Result:
    """A picture that somebody asked about, and the answer: a prediction or an error."""

    request: PictureRequest
    snapshot: Snapshot  # of what answered, as cache.networks.answering takes it
    prediction: Prediction | None = None
    error: str = ""


def kept() -> dict[str, Result]:
    """The visitor's results by their keys, in the order in which they were asked for."""
    return st.session_state.setdefault("results", {})


def waiting() -> dict[str, PictureRequest]:
    """What the visitor asked for and has no result yet."""
    return st.session_state.setdefault("requests", {})


def accept(requests: Iterable[PictureRequest]) -> None:
    """Take requests in, to be answered in this run of the page or the next; open the first.

    A picture that is there already, by its content, is not asked for twice. What is more than
    :data:`KEPT` is refused, and :func:`refusal` says so: nothing is removed unasked.
    """
    refused, first = 0, ""
    for request in requests:
        if request.key not in kept() and request.key not in waiting():
            if len(kept()) + len(waiting()) >= KEPT:
                refused += 1
                continue
            waiting()[request.key] = request
        first = first or request.key
    if first:
        st.session_state.result_open = first
    st.session_state.refused = refused


def refusal() -> None:
    """Say once how many pictures were not taken in."""
    if refused := st.session_state.pop("refused", 0):
        st.warning(
            f"{KEPT} results are kept here at most: {refused} "
            f"{'picture was' if refused == 1 else 'pictures were'} not taken. Remove some first.",
            icon=":material/inventory_2:",
        )


def remove(key: str) -> None:
    """Forget a result; the one after it is opened, or else the one before."""
    keys = list(kept())
    place = keys.index(key) if key in keys else 0
    kept().pop(key, None)
    _forget_choice(key)
    if opened() == key or key == st.session_state.get("result_open"):
        left = keys[place + 1 : place + 2] or keys[max(0, place - 1) : place]
        st.session_state.result_open = left[0] if left else None


def clear() -> None:
    """Forget all results and requests."""
    kept().clear()
    waiting().clear()
    st.session_state.picker_choice = st.session_state.picker_taken = None
    st.session_state.result_open = None


def open_result(key: str) -> None:
    """Show the detail of a result."""
    st.session_state.result_open = key


def opened() -> str | None:
    """Key of the result whose detail is shown; None without any."""
    key = st.session_state.get("result_open")
    return key if key in kept() else next(iter(kept()), None)


def take_detail(key: str, box: Box) -> None:
    """Ask about a detail of a result's picture as well; the result stays beside it."""
    result = kept().get(key)
    if result is None or result.request.read is None:
        return
    whole = result.request
    detail = replace(
        whole,
        key=f"{key}-detail-" + "-".join(f"{1000 * edge:.0f}" for edge in box),
        name=f"{whole.name}, detail",
        read=partial(_detail, result.request.read, box),
        whole=key,
    )
    accept([detail])


def _detail(read: Reader, box: Box) -> bytes:
    return cropped(read(), box)


def counterpart(key: str) -> str | None:
    """Key of the whole of a detail, or of a picture's latest detail; None without any."""
    whole = kept()[key].request.whole
    if whole in kept():
        return whole
    details = [other for other, result in kept().items() if result.request.whole == key]
    return details[-1] if details else None


def families(results: Mapping[str, Result]) -> list[list[Result]]:
    """Results as they belong together: each picture, and after it the details that are of it.

    Parameters
    ----------
    results
        By their keys. A detail of none of them stands by itself.
    """
    grouped: dict[str, list[Result]] = {}
    for key, result in results.items():
        whole = result.request.whole
        if whole not in results:
            grouped[key] = [result, *grouped.get(key, [])]
        else:
            grouped.setdefault(_eldest(results, whole), []).append(result)
    return list(grouped.values())


def _eldest(results: Mapping[str, Result], key: str) -> str:
    """The picture that a detail, or a detail of a detail, was cut from."""
    while results[key].request.whole in results:
        key = results[key].request.whole
    return key


def take_choice(request: PictureRequest | None) -> None:
    """Take in the collection's work that is chosen, once for each choice."""
    key = None if request is None else request.key
    if request is not None and key != st.session_state.get("picker_taken"):
        accept([request])
    st.session_state.picker_taken = key


def answer_all(snapshot: Snapshot) -> None:
    """Answer what is waiting, and anew what other networks, or another evaluation, answered.

    Each answer is kept as soon as it is there: a click meanwhile loses nothing.

    Raises
    ------
    StoreError
        As :func:`cache.networks.predictor`.
    """
    now = networks.answering(snapshot)
    for key, old in kept().items():
        if old.snapshot != now and old.request.read is not None:
            waiting().setdefault(key, old.request)
    if not waiting():
        return
    networks.predictor(snapshot)
    progress, n = st.empty(), len(waiting())
    for done, (key, request) in enumerate(list(waiting().items())):
        name = escape_markdown(truncate(request.name, 60))
        progress.progress(done / n, f"Predicting {name} …")
        assert request.read is not None  # an original is let go of once it is answered
        try:
            kept()[key] = Result(request, now, networks.predict(request.read(), now))
        except PictureError as error:
            kept()[key] = Result(request, now, error=error_text(error))
        waiting().pop(key, None)
        _bound_originals()
    progress.empty()


def _bound_originals() -> None:
    """Let go of the oldest originals where all together are too large; their answers stay."""
    total = sum(result.request.size for result in kept().values())
    for key, result in kept().items():
        if total <= ORIGINALS:
            return
        if result.request.size:
            total -= result.request.size
            kept()[key] = replace(result, request=replace(result.request, read=None, size=0))


def _forget_choice(key: str) -> None:
    if key == f"work-{st.session_state.get('picker_choice')}":
        st.session_state.picker_choice = st.session_state.picker_taken = None
