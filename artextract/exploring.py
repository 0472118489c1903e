"""The stage ``explore``: from an embedding to duplicates, outliers, maps and timelines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from artextract.evidence import EVIDENCE, gather, rows_by_painter
from artextract.neighbours import near_duplicates, picture_groups
from artextract.outliers import OutlierConfig, outliers
from artextract.progress import Advance, ignore
from artextract.projection import K_KEPT, MapConfig, map_table, project
from artextract.reduction import unit
from artextract.reproduction import reproductions
from artextract.space import Space
from artextract.store import Store, StoreError, replacing, write_json
from artextract.timeline import earlier_and_later, timeline

STAGES = ("neighbours", "outliers", "map", "timeline")
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
    fresh: bool = False,
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
    fresh
        Make everything anew.
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
    run = _Exploration(store, name, config, fresh=fresh, progress=progress)
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
    raise StoreError(f"no embeddings in {store.root}; run: artextract embed")


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
        self, store: Store, name: str, config: ExploreConfig, *, fresh: bool, progress: Progress
    ) -> None:
        self.store, self.name, self.config, self.progress = store, name, config, progress
        self.made_from = json.loads(
            json.dumps([store.embedding_record(part)["made_from"] for part in name.split("+")])
        )
        path = store.explored(name, "summary.json")
        self.summary: dict[str, Any] = {}
        if path.exists() and not fresh:
            self.summary = json.loads(path.read_text("utf-8"))
        if self.summary.get("made_from") != self.made_from:
            self.summary = {"made_from": self.made_from}
        self._space: Space | None = None
        embedding = read_embedding(store, name)
        readable = np.isfinite(embedding[:, ::64]).all(axis=1)
        self.rows = np.flatnonzero(readable)  # work_ids
        if len(self.rows) < 2:
            raise StoreError(
                f"{len(self.rows)} of {len(embedding)} works have an embedding {name}, too few to "
                "compare; run: artextract index on a folder whose pictures are there"
            )
        self.embedding = embedding if readable.all() else embedding[self.rows]
        self.works = store.works().iloc[self.rows].reset_index(drop=True)
        codes, names = pd.factorize(self.works["creator"].replace("", None), sort=True)
        self.codes, self.painters = codes, [str(painter) for painter in names]

    def make(self, stage: str) -> bool:
        """Make one part unless it is there; whether anything was done."""
        configuration = json.loads(json.dumps(self._configuration(stage)))
        known = self.summary.get(stage)
        if known is not None and known["configuration"] == configuration:
            return False
        result = getattr(self, f"_{stage}")()
        self.summary[stage] = {"configuration": configuration} | result
        write_json(self.store.explored(self.name, "summary.json"), self.summary)
        return True

    def sentences(self) -> list[str]:
        """What was found, for a person."""
        return [part["said"] for part in self.summary.values() if "said" in part]

    def _configuration(self, stage: str) -> dict[str, Any]:
        if stage == "outliers":
            return asdict(self.config.outliers)
        return asdict(self.config.map) if stage == "map" else {}

    def space(self) -> Space:
        path = self.store.explored(self.name, "space.safetensors")
        if self._space is None and "neighbours" in self.summary and path.exists():
            self._space = Space.read(path)
        if self._space is None:
            with self.progress("Comparing works", len(self.works)) as advance:
                self._space = Space.fit(self.embedding, self.codes, advance=advance)
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
        indexed = self.works.groupby("duplicate_group")["work_id"].transform("idxmin").to_numpy()
        known = pd.DataFrame({"work_id": indexed, "other": np.arange(len(self.works))})
        known = known[known["work_id"] != known["other"]]
        return picture_groups(pd.concat([pairs, known]), len(self.works))

    def _write(self, table: pd.DataFrame, file: str) -> None:
        with replacing(self.store.explored(self.name, file)) as temporary:
            table.to_parquet(temporary, index=False)

    def _neighbours(self) -> dict[str, Any]:
        space = self.space()
        candidates, _ = space.near.of_all(5)
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
        evidence = gather(space, self.groups())
        with self.progress("Judging works", 0) as advance:
            found = outliers(
                self.works,
                self.painters,
                space,
                evidence,
                reproductions=measured.reset_index(drop=True),
                config=config,
                advance=advance,
            )
        self._write(found, "outliers.parquet")
        judged = found["creator"].nunique()
        few = len(self.painters) - judged
        said = f"{len(found):,} works by {judged:,} painters are judged"
        if few:
            said += f"; {few:,} painters have fewer than {config.min_works} works and are not"
        nobody = int((self.codes < 0).sum())
        if nobody:
            said += f"; {nobody:,} works name no painter"
        if len(self.painters) < 2:
            said += "; there is one painter only, so nothing is said of likeness to others"
        return {"judged": judged, "evidence": list(EVIDENCE), "said": said}

    def _map(self) -> dict[str, Any]:
        config, space = self.config.map, self.space()
        near = space.near.of_all(max(K_KEPT, config.n_neighbors))
        whole = (near[0] >= 0).all()
        work_ids = self.works["work_id"].to_numpy()
        coordinates, quality = project(space.X[:, :64], config=config, near=near if whole else None)
        self._write(map_table(work_ids, coordinates), "map.parquet")
        own = {
            self.painters[number]: rows
            for number, rows in rows_by_painter(space.painters).items()
            if len(rows) >= config.min_works
        }
        tables, qualities = [], {}
        with self.progress("Drawing maps", len(own)) as advance:
            for painter, rows in own.items():
                coordinates, qualities[painter] = project(space.X[rows, :64], config=config)
                table = map_table(work_ids[rows], coordinates)
                table.insert(0, "creator", painter)
                tables.append(table)
                advance(1, note=painter)
        empty = map_table(work_ids[:0], np.empty((0, 2))).assign(creator="")
        self._write(pd.concat(tables, ignore_index=True) if tables else empty, "oeuvres.parquet")
        kept = quality["kept"]
        believed = "" if kept is None else f", which keeps {100 * kept:.0f} % of 15 nearest works"
        said = f"a map of {len(work_ids):,} works by {quality['method']}{believed}"
        return {"quality": quality, "oeuvres": qualities, "said": f"{said}; {len(tables)} oeuvres"}

    def _timeline(self) -> dict[str, Any]:
        space = self.space()
        work_ids = self.works["work_id"].to_numpy()
        years = self.works["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        tables, drifts = [], {}
        for number, rows in rows_by_painter(space.painters).items():
            painter = self.painters[number]
            if len(rows) < self.config.outliers.min_works:
                continue
            paths = self.works["path"].iloc[rows].tolist()
            predicted, drifts[painter] = timeline(space.X[rows], years[rows], paths)
            earlier, later = earlier_and_later(space.X[rows], years[rows])
            own = work_ids[rows]
            tables.append(
                pd.DataFrame(
                    {
                        "work_id": own,
                        "creator": painter,
                        "year": years[rows],
                        "speaks_for": predicted,
                        "earlier": [own[places[places >= 0]].tolist() for places in earlier],
                        "later": [own[places[places >= 0]].tolist() for places in later],
                    }
                )
            )
        columns = ["work_id", "creator", "year", "speaks_for", "earlier", "later"]
        empty = pd.DataFrame(columns=columns)
        self._write(pd.concat(tables, ignore_index=True) if tables else empty, "timeline.parquet")
        visible = sum(drift["visible"] for drift in drifts.values())
        dated = sum(drift["r2"] is not None for drift in drifts.values())
        said = (
            f"a drift over the years is visible in {visible} of {dated} dated oeuvres"
            if dated
            else "no oeuvre has enough dated works for a timeline"
        )
        return {"drifts": drifts, "said": said}
