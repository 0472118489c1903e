"""The search in the header: works and artists, shown as somebody types."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from artextract.store import Snapshot, StoreError
from cache import collection, search
from cache.snapshot import take_snapshot
from labels import creator_name, title_with_year, works_count
from widgets.works.thumbnail_grid import open_work

WORKS, ARTISTS = 7, 3  # shown at most
LONGEST = 100  # characters that are looked at
_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_HTML = """
<div class="search" role="search">
  <input type="text" role="combobox" aria-expanded="false" aria-controls="found"
    aria-autocomplete="list" aria-label="Search works by title, artist or year"
    placeholder="Title, artist or year" autocomplete="off" spellcheck="false" maxlength="100">
  <kbd aria-hidden="true">/</kbd>
  <ul id="found" role="listbox" aria-label="Found" hidden></ul>
  <span class="status" role="status"></span>
</div>
"""

_component = st.components.v2.component("artextract_search", html=_HTML, css=_CSS, js=_JS)


@st.fragment
def search_box() -> None:
    """Show the search; to be called once, by the router.

    A fragment: what somebody types waits for the search and not for the page.
    """

    def typed() -> None:
        text: Any = getattr(st.session_state.get("search-box"), "typed", None)
        st.session_state["search-text"] = text[:LONGEST] if isinstance(text, str) else ""

    text = st.session_state.get("search-text")
    rows: list[dict[str, Any]] = []
    if text is not None:  # not before somebody wants to search: the words are read first
        try:
            rows = found_rows(take_snapshot(), text)
        except (OSError, StoreError):  # the page says what is missing
            rows = []
    with st.container(key="search"):
        answer = _component(
            key="search-box",
            data={"asked": text, "rows": rows},
            on_typed_change=typed,
            on_opened_change=lambda: None,
        )
    if answer.opened is None:
        return
    offered = {row["key"]: row for row in rows}
    row = offered.get(answer.opened)  # it comes from a browser: only what is shown can be opened
    if row is None:
        return
    if row["kind"] == "work":
        open_work(row["id"])
    else:
        st.switch_page("views/browse.py", query_params=row["params"])


def found_rows(snapshot: Snapshot, text: str) -> list[dict[str, Any]]:
    """What is shown below the search: artists, works, and a way to all works that were found.

    Raises
    ------
    StoreError
        If nothing has been indexed.
    """
    creators = search.creator_index(snapshot)
    ids = search.found_works(snapshot, text)
    if not text.strip():
        return []
    works = collection.works(snapshot)
    source = partial(collection.thumbnail_source, snapshot)
    rows: list[dict[str, Any]] = []
    own, _ = creators.index.search(text)
    # By how many works they have: whoever types "mo" may well mean Monet.
    for place in sorted(own.tolist(), key=lambda i: -creators.counts[i])[:ARTISTS]:
        name = creators.names[place]
        rows.append(
            {"kind": "artist", "key": f"artist-{place}", "title": name}
            | {"line": works_count(creators.counts[place]), "params": {"artist": name}}
        )
    for work in works.loc[ids[:WORKS]].to_dict("records"):
        number = int(work["work_id"])
        rows.append(
            {"kind": "work", "key": f"work-{number}", "id": number, "source": source(number)}
            | {"title": title_with_year(work["title"], work["year"])}
            | {"line": creator_name(work["creator"])}
        )
    if len(ids) > WORKS:
        title = f"All {len(ids):,} works found"
        rows.append({"kind": "all", "key": "all", "title": title, "line": ""})
        rows[-1]["params"] = {"q": text}
    return rows
