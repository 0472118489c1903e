"""Whether a picture is like the collection, as a status with the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from artextract.collection.images import open_picture, thumbnail
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.open_set.description import Describer
from artextract.oeuvres.open_set.detector import OpenSetConfig, OpenSetDetector
from artextract.oeuvres.open_set.image_statistics import SIDE, STATISTICS, image_statistics
from artextract.oeuvres.results import part_record
from artextract.oeuvres.stages import record_name
from artextract.store import Store, StoreError, schema
from artextract.store.reading import damaged, read_tensors

LIKE, UNLIKE, UNKNOWN_ARTIST = "like_collection", "unlike_collection", "unknown_artist"
NOT_ASSESSED = "not assessed; run: artextract explore"

NAMES = {
    LIKE: "like the collection",
    UNLIKE: "unlike anything in the collection",
    UNKNOWN_ARTIST: "probably by none of these artists",
}
_SENTENCES = {
    LIKE: "like the collection",
    UNLIKE: "unlike anything in the collection: probably no painting, or another kind of picture",
    UNKNOWN_ARTIST: "a painting, but probably by none of these artists",
}


def status_of(p_picture: float, p_artist: float | None, config: OpenSetConfig) -> dict[str, Any]:
    """A status as data: ``{"code", "p_picture", "p_artist"}``; p_artist None without artists."""
    code = LIKE
    if p_picture <= config.alpha_picture:
        code = UNLIKE
    elif p_artist is not None and p_artist <= config.alpha_artist:
        code = UNKNOWN_ARTIST
    return {"code": code, "p_picture": p_picture, "p_artist": p_artist}


def is_doubtful(status: Mapping[str, Any] | None, task: str) -> bool:
    """Whether the status says that the predicted label of a task is no answer."""
    code = None if status is None else status["code"]
    return code == UNLIKE or (code == UNKNOWN_ARTIST and task == "artist")


def stranger_than(status: Mapping[str, Any]) -> int:
    """Per cent of the held-out works that are less strange, by what the status is about; 0..100."""
    p = status["p_artist"] if status["code"] == UNKNOWN_ARTIST else status["p_picture"]
    return int(np.floor(100 * (1 - p) + 1e-9))


def name_of(status: Mapping[str, Any] | None) -> str:
    """The status in a few words, for a cell of a table."""
    return "not assessed" if status is None else NAMES[status["code"]]


def render(status: Mapping[str, Any] | None) -> str:
    """The sentence of a status, without capital and full stop."""
    if status is None:
        return NOT_ASSESSED
    return (
        f"{_SENTENCES[status['code']]} (stranger than {stranger_than(status)} % of the "
        "collection's own works)"
    )


def open_detector(store: Store, name: str) -> OpenSetDetector | None:
    """What the part "open_set" left; None where there were too few works to fit anything on.

    Raises
    ------
    StoreError
        If it is missing or damaged.
    """
    command = _explore(name)
    missing = StoreError(f"{name} was not explored for open_set in {store.root}", command)
    record = store.stage_record(record_name(name, "open_set"))
    if record is None:
        raise missing
    if not record["result"]["fitted"]:
        return None
    sizes = {"two": 2, "one": 1, "statistics": len(STATISTICS)}
    sizes["features"] = sum(store.embedding(part).shape[1] for part in name.split("+"))
    path = store.explored(name, "open_set.safetensors")
    arrays = read_tensors(
        path,
        schema.OPEN_SET | schema.OPEN_SET_ARTISTS,
        sizes,
        some=True,  # of the artists nothing, where there are fewer than two
        command=command,
        missing=missing,
    )
    artists = set(schema.OPEN_SET_ARTISTS) if set(arrays) & set(schema.OPEN_SET_ARTISTS) else set()
    if lacking := sorted((set(schema.OPEN_SET) | artists) - set(arrays)):
        raise damaged(path, f"there is no {lacking[0]!r}", command)
    return OpenSetDetector.of(arrays)


def _explore(name: str) -> str:
    return f"artextract explore --embedding {name} --only open_set"


class StatusAssessor:
    """Gives pictures their status; safe to share by threads.

    Parameters
    ----------
    store
        An explored store.
    name
        Of the embedding; None takes the first of
        :func:`artextract.oeuvres.embeddings.explored_embeddings`, as every page and command does.

    Raises
    ------
    StoreError
        If it has not been explored for this, has too few works that no network has trained on, or
        a network that described them is no longer there.
    """

    def __init__(self, store: Store, name: str | None = None) -> None:
        self.store, self.name = store, name or explored_embeddings(store, "open_set")[0]
        record = part_record(store, self.name, "open_set")
        detector = open_detector(store, self.name)
        if detector is None:
            raise StoreError(
                f"{record['result']['held_out']} works that no network was trained on are too few "
                "to tell what is outside the collection"
            )
        self.detector = detector
        try:
            self.config = OpenSetConfig(**record["configuration"])
        except TypeError as error:
            raise StoreError("the open set is of another version", _explore(self.name)) from error
        self._describer = Describer(store, self.name)
        self._described: bool = record["result"].get("described", False)
        if self._described:
            self._describer.widths()  # are the networks still there?

    def assess(
        self, picture: Image.Image, features: Mapping[str, np.ndarray] | None = None
    ) -> dict[str, Any]:
        """The status of an RGB picture: ``{"code", "p_picture", "p_artist"}``.

        Parameters
        ----------
        picture
            As :meth:`artextract.inference.predictor.Predictor.open` opens it.
        features
            ``{network: (n_features,)}`` of the networks trained here, where they are known
            already; what is missing is computed.

        Raises
        ------
        StoreError
            If a network that made the embedding is no longer there.
        """
        from artextract.oeuvres.similarity.embedding import join

        parts = [self._features(part, picture, features or {}) for part in self.name.split("+")]
        joined = parts[0] if len(parts) == 1 else join(parts)
        # Coded as the works' small pictures are, by which theirs were measured and described.
        small = thumbnail(picture)
        p_picture, p_artist = self.detector.p_values(
            joined,
            image_statistics(open_picture(small, min_side=SIDE))[None],
            self._describer([small]) if self._described else None,
        )
        by = float(p_artist[0])
        return status_of(float(p_picture[0]), None if np.isnan(by) else by, self.config)

    def _features(
        self, part: str, picture: Image.Image, known: Mapping[str, np.ndarray]
    ) -> np.ndarray:
        if part in known:  # embeddings of networks trained here bear the network's name
            return np.asarray(known[part], np.float16)[None]
        return self._describer.embedder(part)([picture])


def status_assessor(store: Store) -> StatusAssessor | None:
    """The assessor of a store; None where nothing has been explored or fitted."""
    try:
        return StatusAssessor(store)
    except StoreError:
        return None
