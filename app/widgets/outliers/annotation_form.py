"""What a person says of a work: one of a few annotations, and a note in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import streamlit as st

from artextract.oeuvres.reviews.annotations import (
    ANNOTATIONS,
    LONGEST_NOTE,
    Annotation,
    annotate,
)
from artextract.store import Snapshot, StoreError
from cache import exploration
from labels import escape_markdown
from messages import error_markdown
from widgets.outliers.reviewer import reviewer_name

_ERROR, _SAVED = "annotation-error", "annotation-saved"


def annotation_form(
    snapshot: Snapshot, work_id: int, *, path: str, key: str, numbered: bool = False
) -> None:
    """Let a person annotate the work; a click on the current annotation removes it.

    Parameters
    ----------
    path
        Of the picture on the page: the number may be another's by the time of the click.
    key
        Distinguishes several works on one page.
    numbered
        Whether the keys that give an annotation are shown with it.
    """
    now = exploration.current_annotations(snapshot).get(work_id, Annotation(""))
    # Not the answer given before the works were numbered anew.
    about = f"{key}-{work_id}-{snapshot.version[:16]}"
    name, note, held = _fields(about, now)

    def save() -> None:
        state = st.session_state
        before = state.get(held, Annotation(""))
        words = state.get(note, before.note) or ""  # not there where a run ended before it
        says = replace(before, annotation=state.get(name) or "", note=words)
        # Nor has anybody changed what Streamlit takes for changed after such a run.
        if says == before:
            return
        if _save(snapshot, work_id, says.annotation or None, note=words, path=path):
            state[held] = says

    def written(annotation: str) -> str:
        number = f"{ANNOTATIONS.index(annotation) + 1}\u2002" * numbered
        return number + annotation.capitalize()

    st.pills(
        "Your annotation (click again to remove it)",
        ANNOTATIONS,
        default=now.annotation or None,
        format_func=written,
        key=name,
        on_change=save,
    )
    st.text_area(
        "Note",
        now.note,
        key=note,
        max_chars=LONGEST_NOTE,
        height=72,
        placeholder="What you see, or ask",
        on_change=save,
    )
    _said(snapshot, work_id)


def _fields(about: str, now: Annotation) -> tuple[str, str, str]:
    """Keys of the two fields and of what they hold; new ones where something else is kept.

    So what is kept is always what a field starts with. A value set through the session would not
    reach the browser if the run that sets it is cut short by another: Streamlit drops what it has
    not sent by then, and does not send it again.
    """
    turn = f"turn-{about}"
    number = st.session_state.get(turn, 0)
    holds = st.session_state.get(f"held-{about}-{number}", now)
    number += (holds.annotation, holds.note) != (now.annotation, now.note)
    name, note, held = (f"{what}-{about}-{number}" for what in ("annotation", "note", "held"))
    if name not in st.session_state:
        st.session_state[held] = now
    st.session_state[turn] = number
    return name, note, held


def toggle_annotation(snapshot: Snapshot, work_id: int, annotation: str, *, path: str) -> None:
    """Annotate a work; the annotation that stands is taken back. A note stays.

    Parameters
    ----------
    annotation
        Of :data:`artextract.oeuvres.reviews.annotations.ANNOTATIONS`.
    path
        As :func:`annotation_form` takes it.
    """
    now = exploration.current_annotations(snapshot).get(work_id, Annotation(""))
    answer = None if annotation == now.annotation else annotation
    _save(snapshot, work_id, answer, note=now.note, path=path)


def _save(snapshot: Snapshot, work_id: int, answer: str | None, *, note: str, path: str) -> bool:
    """Whether it was written; what went wrong is said by the next run."""
    try:
        author = reviewer_name()
        annotate(snapshot.store, work_id, answer, note=note, author=author, path=path)
        said = answer.capitalize() if answer else "the note" if note.strip() else ""
        # Said by the next run: what a callback writes in a fragment takes the page's first place.
        st.session_state[_SAVED] = f"Saved: {said}" if said else "Removed"
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
        return False
    return True


def annotation_outcome() -> None:
    """Say that the last annotation was saved, or what went wrong, once."""
    if saved := st.session_state.pop(_SAVED, ""):
        st.toast(saved, icon=":material/edit_note:")
    if problem := st.session_state.pop(_ERROR, ""):
        st.error(error_markdown(problem), icon=":material/error:")


def _said(snapshot: Snapshot, work_id: int) -> None:
    """Who has said what of the work, each person's last word."""
    said = exploration.annotations_by_author(snapshot)
    rows = said[said["work_id"] == work_id].to_dict("records")
    lines = []
    for row in rows:
        by = f" by {row['author']}" if row["author"] else ""
        what = str(row["annotation"]).capitalize() or "Note"
        words = f": {row['note']}" if row["note"] and len(rows) > 1 else ""
        lines.append(escape_markdown(f"{what}{by}, {annotated_on(row['at'])}{words}"))
    if lines:
        st.caption("  \n".join(lines))


def annotated_on(at: str) -> str:
    """The day of an annotation: "27 Nov 2026"; as it is where it is no time."""
    try:
        return f"{datetime.fromisoformat(at):%-d %b %Y}"
    except ValueError:
        return at
