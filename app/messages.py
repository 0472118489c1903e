"""What an error says, for a page: no folder of the server, which is nobody's business but its own.

The command line names the store's folder in full, and so do the errors: this is the one place where
a page takes it out of them.
"""

from __future__ import annotations

import re
from contextlib import suppress

from artextract.store import Store, StoreError
from cache.snapshot import compared_stores, shown_store
from labels import escape_markdown

_PART = r"[^\s/\\'\"“”:;,()]"
# An absolute path of at least two parts; not the rest of an address on the web.
_PATH = re.compile(rf"(?<![\w./:])(?:[A-Za-z]:[\\/]|/)(?:{_PART}+[\\/])+({_PART}*)")


def error_text(error: Exception | str) -> str:
    """What an error says, with every path of the server cut down to its last part.

    >>> error_text("no networks in /srv/museum/store; run: artextract train")
    'no networks in store; run: artextract train'
    """
    text = error if isinstance(error, str) else str(error)
    # First the places that are known: their names may hold spaces, or anything.
    for place in sorted(_places(), key=len, reverse=True):
        text = text.replace(place, re.split(r"[\\/]", place)[-1])
    return _PATH.sub(r"\1", text)


def error_markdown(error: Exception | str) -> str:
    """:func:`error_text`, escaped so that Markdown shows it as it is."""
    return escape_markdown(error_text(error))


def _places() -> set[str]:
    """The stores of this gallery, and where the works of the one it shows come from."""
    stores = [shown_store(), *compared_stores()]
    places = {str(path) for store in stores for path in (store.root, store.root.absolute())}
    with suppress(StoreError):
        source = _source(stores[0])
        places |= {str(value).rstrip("/\\") for value in source.values() if value}
    return {place for place in places if re.search(r"[\\/]", place)}


def _source(store: Store) -> dict:
    dataset = store.manifest().get("dataset")
    source = dataset.get("source") if isinstance(dataset, dict) else None
    return source if isinstance(source, dict) else {}
