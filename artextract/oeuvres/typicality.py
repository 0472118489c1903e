"""How typical an upload would be of a painter: percentile, reasons, nearest works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.oeuvres.outliers.detectors import (
    DETECTORS,
    EvidenceForest,
    Scale,
    creator_seed,
    percentiles,
)
from artextract.oeuvres.outliers.evidence import (
    EVIDENCE,
    mahalanobis,
    neighbourhood,
    rows_by_creator,
)
from artextract.oeuvres.outliers.lda import ShrunkLDA, log_proba
from artextract.oeuvres.outliers.scores import words
from artextract.oeuvres.results import explorations
from artextract.oeuvres.similarity.reduced_embedding import (
    K_NEAR,
    NEAR_COMPONENTS,
    ReducedEmbedding,
)
from artextract.store import Store, StoreError

CANDIDATES = 8  # painters whom the discriminant names first: among them the three are looked for
COPY = 0.995  # cosine in the space from which a work is taken for the upload itself


class TypicalityModel:
    """The judged painters of an explored store, to hold a new picture against.

    Parameters
    ----------
    store
        Explored; the upload is judged by the detector with which it was.
    name
        Of the embedding.

    Raises
    ------
    StoreError
        If the embedding has not been explored.
    """

    def __init__(self, store: Store, name: str) -> None:
        folder = store.explored(name)
        try:
            summary = json.loads((folder / "summary.json").read_text("utf-8"))
            configuration = summary["outliers"]["configuration"]
            self.temperature = float(summary["outliers"]["temperature"])
            judged = pd.read_parquet(folder / "outliers.parquet")
            self.space = ReducedEmbedding.read(folder / "space.safetensors")
        except (OSError, KeyError) as error:
            raise StoreError(
                f"no outliers of {name} in {store.root}", command="artextract explore"
            ) from error
        if store.explored_from(name) != summary["made_from"]:  # names what is missing
            raise StoreError(f"{name} has changed since", command="artextract explore")
        lost = set().union(
            *(store.embedding_record(part)["unreadable"] for part in name.split("+"))
        )
        works = store.works()
        self.works = works[~works["work_id"].isin(lost)].reset_index(drop=True)
        _, names = pd.factorize(self.works["creator"].replace("", None), sort=True)
        self.creators = [str(painter) for painter in names]
        self.detector = configuration["detector"]
        self.trees, self.seed = configuration["trees"], configuration["seed"]
        self.min_works = configuration["min_works"]
        place = pd.Series(np.arange(len(self.works)), index=self.works["work_id"])
        self.pieces = np.full((len(self.works), len(EVIDENCE)), np.nan)
        self.pieces[place[judged["work_id"]]] = judged[list(EVIDENCE)].to_numpy()
        self.rows = rows_by_creator(self.space.creators)
        self._lda = self._taught(self.space.creators >= 0)

    def _taught(self, by: np.ndarray) -> ShrunkLDA:
        """The discriminant that the works `by`, bool (n_works,), teach."""
        return ShrunkLDA.fit(self.space.X[by], self.space.creators[by])

    def known(self, artist: str) -> int:
        """Number of a judged painter, whose name is given in any spelling.

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
        "copies": [work_id], "least_unusual": [{"artist", "percentile"}]}``: the percentile is the
        share of the painter's works that are less unusual, 0..100, higher = less typical; works
        that are the picture itself are in `copies` and count for nothing.
        """
        wanted = self.known(artist)
        x = self.space.reduction.transform(np.asarray(features)[None])
        distances = np.linalg.norm(
            self.space.X[:, :NEAR_COMPONENTS] - x[:, :NEAR_COMPONENTS], axis=1
        )
        centred = self.space.X @ x[0]
        lengths = np.linalg.norm(self.space.X, axis=1) * np.linalg.norm(x[0])
        copies = np.flatnonzero(centred / np.maximum(lengths, 1e-12) > COPY)
        distances[copies] = np.inf
        if without is not None:
            distances[(self.works["work_id"] == without).to_numpy()] = np.inf
        discriminant = self._lda
        if np.isinf(distances).any():  # else it would know the picture by heart
            discriminant = self._taught((self.space.creators >= 0) & np.isfinite(distances))
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
            "copies": [int(work) for work in self.works["work_id"].to_numpy()[copies]],
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
        mine = np.zeros(len(distances), dtype=bool)
        mine[rows] = True
        rows = rows[np.isfinite(distances[rows])]
        own = np.sort(distances[rows])[:K_NEAR]
        order = np.flatnonzero(~mine)[np.argsort(distances[~mine], kind="stable")[:K_NEAR]]
        pieces = np.full(len(EVIDENCE), np.nan)
        pieces[:3] = neighbourhood(_padded(own)[None], _padded(distances[order])[None])[0]
        near = self.space.X[:, :NEAR_COMPONENTS]
        pieces[3] = (mahalanobis(near[rows], x[:, :NEAR_COMPONENTS]) - self._to_all(x))[0]
        column = int(np.searchsorted(discriminant.classes, number))
        pieces[4] = -log_proba(logits[None])[0, column]
        calibrated = np.exp(log_proba(logits[None] / self.temperature)[0])
        name = self.creators[number]
        scores = self._scores(rows, pieces, x, name)
        best = int(calibrated.argmax())
        everybody = np.array([*self.creators, None], dtype=object)
        return {
            "artist": name,
            "percentile": float(percentiles(scores[-1:], scores[:-1])[0]),
            "score": float(scores[-1]),
            "reasons": words(
                pieces,
                Scale.fit(self.pieces[rows]),
                own=own,
                other_distances=distances[order],
                other_creators=everybody[self.space.creators[order]],
                predicted=self.creators[discriminant.classes[best]],
                confidence=float(calibrated[best]),
                own_probability=float(calibrated[column]),
                name=name,
                n=len(rows) + 1,
            ),
        }

    def _scores(self, rows: np.ndarray, pieces: np.ndarray, x: np.ndarray, name: str) -> np.ndarray:
        """Scores of a painter's works and, last, of the upload."""
        evidence = np.concatenate([self.pieces[rows], pieces[None]])
        seed = creator_seed(name, self.seed)
        if self.detector == "isolation-forest":  # can judge what it was not fitted on
            forest = EvidenceForest(trees=self.trees, seed=seed).fit(evidence[:-1])
            return forest.score(evidence)
        X = np.concatenate([self.space.X[rows], x])[:, :NEAR_COMPONENTS].astype(np.float64)
        return DETECTORS[self.detector](evidence, X, seed, self.trees)

    def _to_all(self, x: np.ndarray) -> np.ndarray:
        return mahalanobis(self.space.X[:, :NEAR_COMPONENTS], x[:, :NEAR_COMPONENTS])


def typicality_of_file(store: Store, picture: Path, artist: str) -> dict[str, Any]:
    """Score a picture file against a painter, see :meth:`TypicalityModel.score`.

    The embedding is the default one, as on the pages.

    Raises
    ------
    StoreError
        If nothing has been explored, or there is no such painter.
    PictureError
        If the file cannot be read.
    """
    from artextract.collection.images import open_picture
    from artextract.inference.embeddings import Embedder
    from artextract.oeuvres.similarity.pca import unit

    name = explorations(store)[0]
    oeuvres = TypicalityModel(store, name)
    oeuvres.known(artist)  # before a network is loaded
    parts = []
    for part in name.split("+"):
        embedder = Embedder(store, part)
        parts.append(embedder([open_picture(picture, min_side=embedder.size)]))
    if len(parts) > 1:
        parts = [unit(part).astype(np.float16) for part in parts]
    return oeuvres.score(np.concatenate(parts, axis=1)[0], artist)


def render(result: dict[str, Any], works: pd.DataFrame) -> str:
    """A result of :meth:`TypicalityModel.score` for a terminal; `works` is the works table."""
    titles = works.set_index("work_id")
    lines = [
        f"more unusual than {result['percentile']:.0f} % of the works by {result['artist']}",
        *(f"  {reason}" for reason in result["reasons"]),
        "nearest works of the painter:",
        *(
            f"  {titles.loc[near['work_id'], 'title']} ({titles.loc[near['work_id'], 'path']})"
            for near in result["nearest"]
        ),
    ]
    if result["copies"]:
        lines.append(f"in the collection already: {titles.loc[result['copies'][0], 'path']}")
    of = ", ".join(
        f"{entry['artist']} (more unusual than {entry['percentile']:.0f} %)"
        for entry in result["least_unusual"]
    )
    return "\n".join([*lines, f"least unusual for: {of}"])


def _padded(distances: np.ndarray) -> np.ndarray:
    return np.pad(distances, (0, K_NEAR - len(distances)), constant_values=np.inf)
