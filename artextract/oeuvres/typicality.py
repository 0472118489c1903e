"""How typical an upload would be of a painter: percentile, reasons, nearest works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_softmax

from artextract.oeuvres.creators import creator_codes, rows_by_creator
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.open_set.status import LIKE, status_assessor
from artextract.oeuvres.open_set.status import render as render_status
from artextract.oeuvres.outliers.detectors import (
    DETECTORS,
    Oeuvre,
    Scale,
    creator_seed,
    percentiles,
)
from artextract.oeuvres.outliers.evidence import (
    EVIDENCE,
    Measurements,
    evidence_values,
    mahalanobis,
)
from artextract.oeuvres.outliers.evidence_reasons import NearWorks, evidence_reasons
from artextract.oeuvres.outliers.lda import ShrunkLDA
from artextract.oeuvres.outliers.reasons import render as render_reason
from artextract.oeuvres.results import Neighbourhood, part_record, read_table
from artextract.oeuvres.similarity.embedding import join
from artextract.oeuvres.similarity.reduced_embedding import (
    K_NEAR,
    NEAR_COMPONENTS,
)
from artextract.store import Store, StoreError

CANDIDATES = 8  # painters whom the discriminant names first: among them the three are looked for
COPY = 0.995  # cosine in the space from which a work is taken for the upload itself


class TypicalityModel:
    """The scored artists of an explored store, to hold a new picture against.

    Parameters
    ----------
    store
        Explored; the upload is scored by the detector with which it was explored.
    name
        Of the embedding.

    Raises
    ------
    StoreError
        If the embedding has not been explored.
    """

    def __init__(self, store: Store, name: str) -> None:
        scored = read_table(store, name, "outliers")
        record = part_record(store, name, "outliers")
        near = Neighbourhood.read(store, name)
        configuration = record["configuration"]
        self.temperature = float(record["result"]["temperature"])
        self.reduced = near.reduced
        self.works = store.works().iloc[near.work_ids].reset_index(drop=True)
        _, self.creators = creator_codes(self.works)
        self.detector = configuration["detector"]
        self.trees, self.seed = configuration["trees"], configuration["seed"]
        self.min_works = configuration["min_works"]
        self.evidence = np.full((len(self.works), len(EVIDENCE)), np.nan)
        self.evidence[near.rows(scored["work_id"].to_numpy())] = scored[list(EVIDENCE)].to_numpy()
        own = rows_by_creator(self.reduced.oeuvre_of)
        self.rows = {i: own.get(i, np.empty(0, int)) for i in range(len(self.creators))}
        self._lda = self._taught(self.reduced.oeuvre_of >= 0)

    def _taught(self, by: np.ndarray) -> ShrunkLDA:
        """The discriminant that the works `by`, bool (n_works,), teach."""
        return ShrunkLDA.fit(self.reduced.X[by], self.reduced.creators[by])

    def known(self, artist: str) -> int:
        """Number of a scored artist, whose name is given in any spelling.

        Raises
        ------
        StoreError
            If there is no such painter, or too few of the works.
        """
        from artextract.collection.filenames import slug

        found = [i for i, painter in enumerate(self.creators) if slug(painter) == slug(artist)]
        if not found:
            some = ", ".join(self.creators[:5])
            raise StoreError(f"no painter {artist!r} in the collection; there are {some}, ...")
        count = len(self.rows[found[0]])
        if count < self.min_works:
            raise StoreError(
                f"{self.creators[found[0]]} has {count} works here, too few to say what is typical "
                f"(at least {self.min_works}); see: artextract explore --min-works"
            )
        return found[0]

    def score(
        self,
        features: np.ndarray,
        artist: str,
        *,
        k: int = 6,
        without: int | None = None,
        three: bool = True,
    ) -> dict[str, Any]:
        """How typical a picture with these features would be of `artist`.

        Parameters
        ----------
        features
            (n_features,), as :class:`artextract.inference.embeddings.Embedder` gives them.
        artist
            A painter's name.
        k
            Nearest works to name.
        without
            work_id of a work that counts for nothing, say what the picture is a copy of.
        three
            Whether to look for the painters for whom it would be least unusual, which takes some
            seconds.

        Returns
        -------
        ``{"artist", "percentile", "score", "reasons", "nearest": [{"work_id", "distance"}],
        "duplicates": [work_id], "least_unusual": [{"artist", "percentile"}]}``: the percentile is
        the share of the painter's works that are less unusual, 0..100, higher = less typical; works
        that are the picture itself are in `duplicates` and count for nothing.
        """
        wanted = self.known(artist)
        x = self.reduced.reduction.transform(np.asarray(features)[None])
        distances = np.linalg.norm(
            self.reduced.X[:, :NEAR_COMPONENTS] - x[:, :NEAR_COMPONENTS], axis=1
        )
        centred = self.reduced.X @ x[0]
        lengths = np.linalg.norm(self.reduced.X, axis=1) * np.linalg.norm(x[0])
        copies = np.flatnonzero(centred / np.maximum(lengths, 1e-12) > COPY)
        distances[copies] = np.inf
        if without is not None:
            distances[(self.works["work_id"] == without).to_numpy()] = np.inf
        discriminant = self._lda
        if np.isinf(distances).any():  # else it would know the picture by heart
            discriminant = self._taught((self.reduced.oeuvre_of >= 0) & np.isfinite(distances))
        logits = discriminant.logits(x)[0]
        result = self._against(wanted, x, distances, discriminant, logits)
        own = self.rows[wanted]
        nearest = own[np.argsort(distances[own], kind="stable")[:k]]
        others = [
            number
            for number in discriminant.classes[np.argsort(-logits)]
            if len(self.rows[number]) >= self.min_works
        ][: CANDIDATES if three else 0]
        held = [
            result if n == wanted else self._against(n, x, distances, discriminant, logits)
            for n in others
        ]
        held.sort(key=lambda entry: entry["percentile"])
        return result | {
            "nearest": [
                {"work_id": int(self.works["work_id"][row]), "distance": float(distances[row])}
                for row in nearest
                if np.isfinite(distances[row])
            ],
            "duplicates": [int(work) for work in self.works["work_id"].to_numpy()[copies]],
            "least_unusual": [
                {"artist": entry["artist"], "percentile": entry["percentile"]} for entry in held[:3]
            ],
        }

    def _against(
        self,
        number: int,
        x: np.ndarray,
        distances: np.ndarray,
        discriminant: ShrunkLDA,
        logits: np.ndarray,
    ) -> dict[str, Any]:
        """Percentile and reasons against one painter; works infinitely far away do not count."""
        rows = self.rows[number]
        mine = self.reduced.creators == number
        rows = rows[np.isfinite(distances[rows])]
        own = np.sort(distances[rows])[:K_NEAR]
        order = np.flatnonzero(~mine)[np.argsort(distances[~mine], kind="stable")[:K_NEAR]]
        near = self.reduced.X[:, :NEAR_COMPONENTS]
        place = int(np.searchsorted(discriminant.classes, number))
        values = evidence_values(
            Measurements(
                own_distances=_padded(own)[None],
                other_distances=_padded(distances[order])[None],
                own_mahalanobis=mahalanobis(near[rows], x[:, :NEAR_COMPONENTS]),
                all_mahalanobis=mahalanobis(near[self.reduced.reference], x[:, :NEAR_COMPONENTS]),
                log_likelihood=log_softmax(logits[None], axis=1)[:, place],
            )
        )[0]
        calibrated = np.exp(log_softmax(logits[None] / self.temperature, axis=1)[0])
        name = self.creators[number]
        scores = self._scores(rows, values, x, name)
        best = int(calibrated.argmax())
        predicted = self.creators[discriminant.classes[best]]
        others = np.array([*self.creators, None], dtype=object)[self.reduced.oeuvre_of[order]]
        near_works = NearWorks(own, distances[order], self.reduced.work_ids[order], others)
        return {
            "artist": name,
            "percentile": float(percentiles(scores, _all_but_last(len(scores)))[-1]),
            "score": float(scores[-1]),
            "reasons": evidence_reasons(
                values,
                Scale.fit(self.evidence[rows]),
                near=near_works,
                predicted=None if predicted == name else predicted,
                confidence=float(calibrated[best]),
                own_probability=float(calibrated[place]),
                n=len(rows),
                attributed=False,
            ),
        }

    def _scores(self, rows: np.ndarray, values: np.ndarray, x: np.ndarray, name: str) -> np.ndarray:
        """Scores of a painter's works and, last, of the upload."""
        evidence = np.concatenate([self.evidence[rows], values[None]])
        seed = creator_seed(name, self.seed)
        X = np.concatenate([self.reduced.X[rows], x])[:, :NEAR_COMPONENTS].astype(np.float64)
        oeuvre = Oeuvre(evidence, X, _all_but_last(len(X)))
        return DETECTORS[self.detector](oeuvre, seed, self.trees)


def typicality_of_file(store: Store, picture: Path, artist: str) -> dict[str, Any]:
    """Score a picture file against a painter, see :meth:`TypicalityModel.score`.

    Added to it is "status", see :meth:`artextract.oeuvres.open_set.status.StatusAssessor.assess`;
    None where that has not been fitted.

    The embedding is the first of
    :func:`artextract.oeuvres.embeddings.explored_embeddings`, as in the gallery.

    Raises
    ------
    StoreError
        If nothing has been explored, or there is no such painter.
    PictureError
        If the file cannot be read.
    """
    from artextract.collection.images import open_picture
    from artextract.inference.embeddings import Embedder

    name = explored_embeddings(store, "outliers")[0]
    model = TypicalityModel(store, name)
    model.known(artist)  # before a network is loaded
    embedders = {part: Embedder(store, part) for part in name.split("+")}
    opened = open_picture(picture, min_side=max(e.size for e in embedders.values()))
    by_part = {part: embedder([opened]) for part, embedder in embedders.items()}
    parts = list(by_part.values())
    features = parts[0] if len(parts) == 1 else join(parts)
    assessor = status_assessor(store)
    known = {part: rows[0] for part, rows in by_part.items()}
    status = assessor.assess(opened, known) if assessor else None
    return {"status": status} | model.score(features[0], artist)


def render(result: dict[str, Any], works: pd.DataFrame) -> str:
    """A result of :meth:`TypicalityModel.score` for a terminal; `works` is the works table."""
    titles = works.set_index("work_id")
    status = result.get("status")
    lines = [f"status: {render_status(status)}"] if "status" in result else []
    if status is not None and status["code"] != LIKE:  # then it is typical of nobody
        return "\n".join([*lines, f"nothing is said of how typical of {result['artist']} it is"])
    lines += [
        f"more unusual than {result['percentile']:.0f} % of the works by {result['artist']}",
        *(f"  {render_reason(reason)}" for reason in result["reasons"]),
        "nearest works of the painter:",
        *(
            f"  {titles.loc[near['work_id'], 'title']} ({titles.loc[near['work_id'], 'path']})"
            for near in result["nearest"]
        ),
    ]
    if result["duplicates"]:
        lines.append(f"in the collection already: {titles.loc[result['duplicates'][0], 'path']}")
    of = ", ".join(
        f"{entry['artist']} (more unusual than {entry['percentile']:.0f} %)"
        for entry in result["least_unusual"]
    )
    return "\n".join([*lines, f"least unusual for: {of}"])


def _all_but_last(n: int) -> np.ndarray:
    """Which of an artist's works and, last, the upload are the artist's, bool (n,)."""
    return np.arange(n) < n - 1


def _padded(distances: np.ndarray) -> np.ndarray:
    return np.pad(distances, (0, K_NEAR - len(distances)), constant_values=np.inf)
