"""The stage ``explore``: from an embedding to duplicates, outliers, maps and timelines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.duplicates import merge_duplicate_groups
from artextract.oeuvres.maps import oeuvre_maps, whole_map
from artextract.oeuvres.outliers.evidence import EVIDENCE, compute_evidence
from artextract.oeuvres.outliers.reproduction import reproductions
from artextract.oeuvres.outliers.scores import OutlierConfig, outliers
from artextract.oeuvres.projection import MapConfig
from artextract.oeuvres.similarity.neighbours import near_duplicates
from artextract.oeuvres.similarity.pca import unit
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.oeuvres.timeline import timelines
from artextract.progress import Advance, ignore
from artextract.store import Store, StoreError, replacing, write_json

STAGES = ("neighbours", "outliers", "map", "timeline")
# To be raised when the code of a part comes to other results: stores are then explored anew.
REVISIONS = {"neighbours": 1, "outliers": 4, "map": 2, "timeline": 3}
PREFERRED = ("resnet50", "alexnet", "resnet50-pretrained", "alexnet-pretrained")

Progress = Callable[[str, int], AbstractContextManager[Advance]]


def silent(description: str, total: int) -> AbstractContextManager[Advance]:
    """A :data:`Progress` that shows nothing."""
    return nullcontext(ignore)


@dataclass(frozen=True)
class ExploreConfig:
    """What is explored, and how."""

    outliers: OutlierConfig = field(default_factory=OutlierConfig)
    map: MapConfig = field(default_factory=MapConfig)


def explore(
    store: Store,
    name: str | None = None,
    *,
    config: ExploreConfig | None = None,
    stages: tuple[str, ...] = STAGES,
    overwrite: bool = False,
    progress: Progress = silent,
    say: Callable[[str], object] = lambda line: None,
) -> str:
    """Find duplicates and outliers, draw the maps and the timelines of one embedding.

    Written to ``explored/<name>/``: space.safetensors, duplicates.parquet, outliers.parquet,
    map.parquet (the whole collection), oeuvres.parquet (each painter's own map), timeline.parquet,
    summary.json. A part that was made from the same embedding in the same way is not made again.

    Parameters
    ----------
    store
        A store with an embedding.
    name
        Of the embedding; several joined by "+" are used together. None takes the first of
        :data:`PREFERRED` that is there.
    stages
        Of :data:`STAGES`; what they need is made with them.
    overwrite
        Make `stages` anew even where they are there; other parts stay.
    progress
        Shows how far each part is, see :func:`artextract.progress.progress`.
    say
        Called with sentences for a person.

    Returns
    -------
    The name.

    Raises
    ------
    StoreError
        If there is no embedding, or fewer than two of its works could be read.
    ValueError
        If there is no such stage or detector.
    """
    config = config or ExploreConfig()
    unknown = [stage for stage in stages if stage not in STAGES]
    if unknown:
        raise ValueError(f"no stage {unknown[0]!r}; there are {', '.join(STAGES)}")
    name = name or preferred(store)
    run = _Exploration(store, name, config, progress=progress)
    if overwrite:
        run.forget(stages)
    for stage in STAGES:
        if stage in stages:
            started = time.perf_counter()
            if run.make(stage):
                seconds = time.perf_counter() - started
                store.record(f"explore-{stage}", seconds=seconds, configuration={"embedding": name})
                say(f"{stage}: {seconds:.1f} s")
    for line in run.sentences():
        say(line)
    return name


def preferred(store: Store) -> str:
    """The embedding that is explored where none is named.

    Raises
    ------
    StoreError
        If there is none.
    """
    there = store.embeddings()
    for name in (*PREFERRED, *there):
        if name in there:
            return name
    raise StoreError(f"no embeddings in {store.root}", command="artextract embed")


def read_embedding(store: Store, name: str) -> np.ndarray:
    """An embedding, or several joined by "+", each scaled to unit length: (n_works, n_features).

    One alone is memory-mapped, as :meth:`artextract.store.Store.embedding` gives it.
    """
    parts = [store.embedding(part) for part in name.split("+")]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([unit(part).astype(np.float16) for part in parts], axis=1)


class _Exploration:
    """One run: what several parts need is read or made once."""

    def __init__(
        self, store: Store, name: str, config: ExploreConfig, *, progress: Progress
    ) -> None:
        self.store, self.name, self.config, self.progress = store, name, config, progress
        self.made_from = store.explored_from(name)
        self.summary: dict[str, Any] = {}
        with suppress(FileNotFoundError, ValueError):  # damaged: as if nothing had been explored
            self.summary = json.loads(store.explored(name, "summary.json").read_text("utf-8"))
        if self.summary.get("made_from") != self.made_from:
            self.summary = {"made_from": self.made_from}
        self._space: ReducedEmbedding | None = None
        embedding = read_embedding(store, name)
        readable = np.isfinite(embedding[:, ::64]).all(axis=1)
        self.rows = np.flatnonzero(readable)  # work_ids
        if len(self.rows) < 2:
            raise StoreError(
                f"{len(self.rows)} of {len(embedding)} works have an embedding {name}, too few to "
                "compare",
                command="artextract index on a folder whose pictures are there",
            )
        self.embedding = embedding if readable.all() else embedding[self.rows]
        self.works = store.works().iloc[self.rows].reset_index(drop=True)
        codes, names = pd.factorize(self.works["creator"].replace("", None), sort=True)
        self.codes, self.creators = codes, [str(painter) for painter in names]

    def forget(self, stages: tuple[str, ...]) -> None:
        """Let these parts be made anew."""
        for stage in stages:
            self.summary.pop(stage, None)

    def make(self, stage: str) -> bool:
        """Make one part unless it is there; whether anything was done."""
        configuration = json.loads(json.dumps(self._configuration(stage)))
        made = {"configuration": configuration, "revision": REVISIONS[stage]}
        known = self.summary.get(stage, {})
        if all(known.get(key) == value for key, value in made.items()):
            return False
        self.summary[stage] = made | getattr(self, f"_{stage}")()
        write_json(self.store.explored(self.name, "summary.json"), self.summary)
        return True

    def sentences(self) -> list[str]:
        """What was found, for a person."""
        return [part["said"] for part in self.summary.values() if "said" in part]

    def _configuration(self, stage: str) -> dict[str, Any]:
        if stage == "outliers":
            return asdict(self.config.outliers)
        if stage == "timeline":
            return {"min_works": self.config.outliers.min_works}
        return asdict(self.config.map) if stage == "map" else {}

    def space(self) -> ReducedEmbedding:
        path = self.store.explored(self.name, "space.safetensors")
        if self._space is None and "neighbours" in self.summary and path.exists():
            self._space = ReducedEmbedding.read(path)
        if self._space is None:
            with self.progress("Comparing works", len(self.works)) as advance:
                self._space = ReducedEmbedding.fit(self.embedding, self.codes, advance=advance)
            self._space.save(path)
        return self._space

    def groups(self) -> np.ndarray:
        """The picture that each row shows: near-duplicates, and what the index knows, are one."""
        if "neighbours" not in self.summary:
            self.make("neighbours")
        duplicates = pd.read_parquet(self.store.explored(self.name, "duplicates.parquet"))
        place = np.full(int(self.works["work_id"].max()) + 1, -1)
        place[self.works["work_id"]] = np.arange(len(self.works))
        pairs = pd.DataFrame({column: place[duplicates[column]] for column in ("work_id", "other")})
        return merge_duplicate_groups(self.works["duplicate_group"].to_numpy(np.int64), pairs)

    def _write(self, table: pd.DataFrame, file: str) -> None:
        with replacing(self.store.explored(self.name, file)) as temporary:
            table.to_parquet(temporary, index=False)

    def _neighbours(self) -> dict[str, Any]:
        space = self.space()
        candidates, _ = space.near.combined(5)
        work_ids = self.works["work_id"].to_numpy()
        with self.progress("Looking for copies", 0) as advance:
            found = near_duplicates(
                self.store, self.embedding, candidates, work_ids=work_ids, advance=advance
            )
        self._write(found, "duplicates.parquet")
        return {
            "works": len(work_ids),
            "pairs": len(found),
            "said": f"{len(found):,} pairs of works show one picture"
            if len(found)
            else "no picture was found twice",
        }

    def _outliers(self) -> dict[str, Any]:
        config = self.config.outliers
        with self.progress("Measuring reproductions", 0) as advance:
            measured = reproductions(self.store, advance=advance).iloc[self.rows]
        space = self.space()
        evidence = compute_evidence(space, self.groups())
        with self.progress("Judging works", 0) as advance:
            found = outliers(
                self.works,
                self.creators,
                space,
                evidence,
                reproductions=measured.reset_index(drop=True),
                config=config,
                advance=advance,
            )
        self._write(found, "outliers.parquet")
        judged = found["creator"].nunique()
        few = len(self.creators) - judged
        said = f"{len(found):,} works by {judged:,} painters are judged"
        if few:
            said += f"; {few:,} painters have fewer than {config.min_works} works and are not"
        nobody = int((self.codes < 0).sum())
        if nobody:
            said += f"; {nobody:,} works name no painter"
        if len(self.creators) < 2:
            said += "; there is one painter only, so nothing is said of likeness to others"
        return {
            "judged": judged,
            "evidence": list(EVIDENCE),
            "temperature": evidence.temperature,
            "said": said,
        }

    def _map(self) -> dict[str, Any]:
        config, space = self.config.map, self.space()
        work_ids = self.works["work_id"].to_numpy()
        whole, quality = whole_map(space, work_ids, config)
        self._write(whole, "map.parquet")
        with self.progress("Drawing maps", 0) as advance:
            own, qualities = oeuvre_maps(space, work_ids, self.creators, config, advance=advance)
        self._write(own, "oeuvres.parquet")
        kept = quality["kept"]
        believed = "" if kept is None else f", which keeps {100 * kept:.0f} % of 15 nearest works"
        said = f"a map of {len(work_ids):,} works by {quality['method']}{believed}"
        return {
            "quality": quality,
            "oeuvres": qualities,
            "said": f"{said}; {len(qualities)} oeuvres",
        }

    def _timeline(self) -> dict[str, Any]:
        space, groups = self.space(), self.groups()
        with self.progress("Reading years", 0) as advance:
            table, drifts = timelines(
                self.works,
                self.creators,
                space,
                groups,
                min_works=self.config.outliers.min_works,
                advance=advance,
            )
        self._write(table, "timeline.parquet")
        dated = sum(drift["r2"] is not None for drift in drifts.values())
        visible = sum(drift["visible"] for drift in drifts.values())
        turned = sum(drift["change"] is not None for drift in drifts.values())
        said = (
            f"a drift over the years is visible in {visible} of {dated} dated oeuvres, a turn in "
            f"{turned}"
            if dated
            else "no oeuvre has enough dated works for a timeline"
        )
        return {"drifts": drifts, "said": said}
