"""Which embedding is meant where none is named: one policy for every command and page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from artextract.models.backbones import rank
from artextract.oeuvres.similarity.embedding import embedding_key
from artextract.store import Store, StoreError
from artextract.store.paths import STAGES


def default_embedding(store: Store) -> str:
    """The embedding that is meant where none is named: one policy for every command and page.

    Of those that are made from the works as they are now: first one whose features a network of the
    store sees, since it can embed an upload, before one of other weights; then by the rank of
    the backbone (:mod:`artextract.models.backbones`), then by name. Joined embeddings come last.

    Raises
    ------
    StoreError
        If there is none.
    """
    names = ranked(store, store.embeddings())
    if not names:
        raise StoreError(f"no embeddings in {store.root}", command="artextract embed")
    return names[0]


def network_of(store: Store, embedding: str) -> str | None:
    """The network of the store that sees an embedding's features; None where there is none.

    Parameters
    ----------
    embedding
        The name of one that is not joined of several.

    Raises
    ------
    StoreError
        If there is no such embedding, or it was made from other works or pictures.
    """
    record = store.embedding_record(embedding)
    for network in store.networks():
        config = store.model_config(network)
        made_by = config.get("features", config["digest"])
        alike = record["image_size"] == config["training"]["image_size"] or "features" not in config
        if store.embedding_of(network) == embedding and made_by == record["network"] and alike:
            return network
    return None


def explored_embeddings(store: Store, part: str = "neighbours") -> list[str]:
    """Names of the embeddings that were explored, the default first.

    Those without `part` come after those that have it; those that were explored from other works,
    or are damaged, come last.

    Parameters
    ----------
    part
        Of :data:`artextract.oeuvres.stages.PARTS`: what is to be read of the exploration.

    Raises
    ------
    StoreError
        If nothing was explored.
    """
    store.manifest()  # of this format?
    found = _with_part(store, "neighbours")
    if not found:
        indexed = store.works_path.exists()
        if indexed:
            store.works()
        what = "nothing has been explored" if indexed else "no works"
        command = "artextract explore" if indexed else "artextract index SOURCE"
        raise StoreError(f"{what} in {store.root}", command)
    return ranked(store, found, preferred=_with_part(store, part))


def _with_part(store: Store, part: str) -> list[str]:
    records = sorted((store.root / "stages").glob(f"explore-*-{part}.json"))
    return [path.name.removeprefix("explore-").removesuffix(f"-{part}.json") for path in records]


def knows_no_labels(store: Store, name: str) -> bool:
    """Whether every part of an embedding is by a network that was not trained here.

    One that was has learnt the labels of its training works, wrong ones too, and places those works
    accordingly: only works that it was not trained on can be judged in its embedding.

    Raises
    ------
    StoreError
        As :meth:`artextract.store.Store.embedding_record`.
    """
    records = [store.embedding_record(part) for part in name.split("+")]
    return all(record["pretrained"] is not None for record in records)


def label_issue_embedding(store: Store, names: list[str]) -> str:
    """Which of `names`, at least one, says most about labels: the first that knows none of them.

    Where all were trained on the labels, the first of them.
    """
    for name in (found := ranked(store, names)):
        with suppress(StoreError):
            if knows_no_labels(store, name):
                return name
    return found[0]


def ranked(
    store: Store, names: Sequence[str], *, preferred: Collection[str] | None = None
) -> list[str]:
    """Names of embeddings in the order of :func:`default_embedding`; `preferred` ones first.

    One that was made from other works than those of now, or is damaged, is never preferred.
    """
    first = names if preferred is None else preferred

    def place(name: str) -> tuple[bool, bool, bool, bool, int, str]:
        usable, here, order = False, False, 99
        with suppress(StoreError):  # a damaged one hides no other
            embedding_key(store, name)
            usable = True
            record = store.embedding_record(name.split("+")[0])
            here = network_of(store, name.split("+")[0]) is not None
            order = rank(record["backbone"])
        return (not usable, name not in first, "+" in name, not here, order, name)

    return sorted((name for name in names if not name.endswith(STAGES)), key=place)
