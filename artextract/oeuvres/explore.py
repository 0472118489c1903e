"""The stage ``explore``: from an embedding to duplicates, outliers, maps and timelines."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from artextract.collection.duplicates import merge_duplicate_groups
from artextract.collection.reproductions.table import reproductions, reproductions_key
from artextract.oeuvres.creators import creator_codes, is_reference
from artextract.oeuvres.embeddings import default_embedding
from artextract.oeuvres.label_quality.cross_fit import FOLDS
from artextract.oeuvres.label_quality.find import find_label_issues
from artextract.oeuvres.maps import oeuvre_maps, whole_map
from artextract.oeuvres.open_set.detector import OpenSetConfig
from artextract.oeuvres.open_set.fit import fit_open_set
from artextract.oeuvres.open_set.status import open_detector
from artextract.oeuvres.outliers.evidence import compute_evidence
from artextract.oeuvres.outliers.scores import OutlierConfig, outliers
from artextract.oeuvres.projection import MapConfig
from artextract.oeuvres.report import render_part
from artextract.oeuvres.results import TABLES, open_neighbours, open_table, to_json
from artextract.oeuvres.similarity.embedding import (
    embedding_key,
    read_embedding,
    readable_rows,
)
from artextract.oeuvres.similarity.neighbours import near_duplicates
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.oeuvres.stages import PARTS, record_name
from artextract.oeuvres.timeline import timelines
from artextract.progress import Advance, ignore
from artextract.store import Store, StoreError, digest, replacing

Progress = Callable[[str, int], AbstractContextManager[Advance]]


def silent(description: str, total: int) -> AbstractContextManager[Advance]:
    """A :data:`Progress` that shows nothing."""
    return nullcontext(ignore)


@dataclass(frozen=True)
class ExploreConfig:
    """What is explored, and how."""

    outliers: OutlierConfig = field(default_factory=OutlierConfig)
    map: MapConfig = field(default_factory=MapConfig)
    open_set: OpenSetConfig = field(default_factory=OpenSetConfig)


def explore(
    store: Store,
    name: str | None = None,
    *,
    config: ExploreConfig | None = None,
    parts: tuple[str, ...] = tuple(PARTS),
    overwrite: bool = False,
    progress: Progress = silent,
    say: Callable[[str], object] = lambda line: None,
) -> str:
    """Find duplicates, outliers and doubtful labels, draw maps and timelines of one embedding.

    Written to ``explored/<name>/``, see :data:`artextract.oeuvres.stages.PARTS`. A part that was
    made from the same embedding in the same way is not made again.

    Parameters
    ----------
    store
        A store with an embedding.
    name
        Of the embedding; several joined by "+" are used together. None takes
        :func:`artextract.oeuvres.embeddings.default_embedding`.
    parts
        Of :data:`artextract.oeuvres.stages.PARTS`; what they need is made with them.
    overwrite
        Make `parts` anew even where they are there; others stay, unless they read what is made
        anew.
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
        If there is no such part or detector.
    """
    config = config or ExploreConfig()
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise ValueError(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    store.remove_leftovers()
    name = name or default_embedding(store)
    run = _Exploration(store, name, config, progress=progress, say=say)
    if overwrite:
        run.forget(parts)
    for part in PARTS:
        if part in parts:
            run.make(part)
    for part in PARTS:
        record = store.stage_record(record_name(name, part))
        if record is not None:
            say(render_part(part, record["result"]))
    return name


class _Exploration:
    """One run: what several parts need is read or made once."""

    def __init__(
        self,
        store: Store,
        name: str,
        config: ExploreConfig,
        *,
        progress: Progress,
        say: Callable[[str], object],
    ) -> None:
        self.store, self.name, self.config = store, name, config
        self.progress, self.say = progress, say
        self.embedding_key = embedding_key(store, name)
        rows = readable_rows(store, name)  # work_ids
        embedding = read_embedding(store, name)
        if len(rows) < 2:
            raise StoreError(
                f"{len(rows)} of {len(embedding)} works have an embedding {name}, too few to "
                "compare; index a folder whose pictures are there",
                command="artextract index SOURCE",
            )
        self.embedding = embedding if len(rows) == len(embedding) else embedding[rows]
        self.works = store.works().iloc[rows].reset_index(drop=True)
        self.codes, self.creators = creator_codes(self.works)
        self.reference = is_reference(self.works)
        self._reduced: ReducedEmbedding | None = None
        self._making: dict[str, Callable[[], dict[str, Any]]] = {
            "neighbours": self._neighbours,
            "outliers": self._outliers,
            "map": self._map,
            "timeline": self._timeline,
            "open_set": self._open_set,
            "label_issues": self._label_issues,
        }

    # -- stages ----------------------------------------------------------------------------------

    def make(self, part: str) -> None:
        """Make one part, and before it what it reads, unless it is there."""
        stage, _ = PARTS[part]
        if "neighbours" in stage.inputs:
            self.make("neighbours")
        configuration, inputs = self._configuration(part), self._inputs(part)
        key = stage.key(configuration, inputs)
        outputs = [self.store.explored(self.name, file) for file in stage.outputs]
        if self.store.is_done(record_name(self.name, part), key, outputs) and self._is_sound(part):
            return
        started = time.perf_counter()
        self.forget((part,))
        result = self._making[part]()
        seconds = time.perf_counter() - started
        self.store.record_stage(
            record_name(self.name, part),
            key=key,
            inputs=inputs,
            configuration=configuration,
            seconds=seconds,
            result=result,
        )
        self.say(f"{part}: {seconds:.1f} s")

    def _is_sound(self, part: str) -> bool:
        """Whether what a part left can be read; what is damaged is made again."""
        try:
            for table, (by, _) in TABLES.items():
                if by == part:
                    open_table(self.store, self.name, table)
            if part == "neighbours":
                self.reduced()
            if part == "open_set":
                open_detector(self.store, self.name)
        except StoreError as error:
            self.say(f"{error.what}: made again")
            return False
        return True

    def forget(self, parts: tuple[str, ...]) -> None:
        """Let these parts be made anew, and those that read them."""
        for part, (stage, _) in PARTS.items():
            if part in parts or set(stage.inputs) & set(parts):
                self.store.forget_stage(record_name(self.name, part))
        if "neighbours" in parts:
            self._reduced = None

    def _configuration(self, part: str) -> dict[str, Any]:
        if part == "neighbours":  # as it was where there are none
            held = int((~self.reference & (self.codes >= 0)).sum())
            return {"qualified": held} if held else {}
        if part == "outliers":
            return asdict(self.config.outliers)
        if part == "timeline":
            return {"min_works": self.config.outliers.min_works}
        if part == "open_set":
            return asdict(self.config.open_set)
        return asdict(self.config.map) if part == "map" else {}

    def _inputs(self, part: str) -> dict[str, str]:
        stage, _ = PARTS[part]
        index = [name for name in stage.inputs if name in ("details", "labels")]
        keys = self.store.input_keys(*index)
        if "embedding" in stage.inputs:
            keys["embedding"] = self.embedding_key
        if "thumbnails" in stage.inputs:
            keys["thumbnails"] = digest(self.store.dataset().get("thumbnails", {}))
        if "neighbours" in stage.inputs:
            record = self.store.stage_record(record_name(self.name, "neighbours"))
            keys["neighbours"] = record["key"] if record else ""
        if "reproductions" in stage.inputs:
            keys["reproductions"] = reproductions_key(self.store)
        return keys

    # -- what several parts read -----------------------------------------------------------------

    def reduced(self) -> ReducedEmbedding:
        """The reduced embedding, as the stage "neighbours" left it."""
        if self._reduced is None:
            self._reduced = open_neighbours(self.store, self.name)
        return self._reduced

    def groups(self) -> np.ndarray:
        """The picture that each row shows: near-duplicates, and what the index knows, are one."""
        duplicates = open_table(self.store, self.name, "duplicates")
        place = np.full(int(self.works["work_id"].max()) + 1, -1)
        place[self.works["work_id"]] = np.arange(len(self.works))
        pairs = pd.DataFrame({column: place[duplicates[column]] for column in ("work_id", "other")})
        return merge_duplicate_groups(self.works["duplicate_group"].to_numpy(np.int64), pairs)

    def _write(self, table: pd.DataFrame, file: str) -> None:
        with replacing(self.store.explored(self.name, file)) as temporary:
            table.to_parquet(temporary, index=False)

    # -- the parts -------------------------------------------------------------------------------

    def _neighbours(self) -> dict[str, Any]:
        work_ids = self.works["work_id"].to_numpy()
        with self.progress("Comparing works", len(self.works)) as advance:
            reduced = ReducedEmbedding.fit(
                self.embedding,
                self.codes,
                reference=self.reference,
                work_ids=work_ids,
                advance=advance,
            )
        reduced.save(self.store.explored(self.name, "neighbours.safetensors"))
        self._reduced = reduced
        with self.progress("Looking for duplicates", 0) as advance:
            found = near_duplicates(
                self.embedding,
                reduced.alike(5),
                thumbnails=[self.store.thumbnail(name) for name in self.works["digest"]],
                work_ids=work_ids,
                advance=advance,
            )
        self._write(found, "duplicates.parquet")
        return {"works": len(work_ids), "pairs": len(found)}

    def _outliers(self) -> dict[str, Any]:
        config = self.config.outliers
        with self.progress("Measuring reproductions", 0) as advance:
            measured = reproductions(self.store, advance=advance)
        measured = measured.iloc[self.works["work_id"]].reset_index(drop=True)
        evidence = compute_evidence(self.reduced(), self.groups())
        with self.progress("Scoring works", 0) as advance:
            found = outliers(
                self.works,
                self.creators,
                self.reduced(),
                evidence,
                reproductions=measured,
                config=config,
                advance=advance,
            )
        self._write(to_json(found), "outliers.parquet")
        scored = found["creator"].nunique()
        return {
            "works": len(found),
            "scored": scored,
            "too_few_works": len(self.creators) - scored,
            "min_works": config.min_works,
            "unattributed": int((self.codes < 0).sum()),
            "creators": len(self.creators),
            "temperature": evidence.temperature,
        }

    def _map(self) -> dict[str, Any]:
        config, reduced = self.config.map, self.reduced()
        work_ids = self.works["work_id"].to_numpy()
        with self.progress("Drawing maps", 0) as advance:
            whole, quality = whole_map(reduced, work_ids, config)
            self._write(whole, "map.parquet")
            own, qualities = oeuvre_maps(reduced, work_ids, self.creators, config, advance=advance)
        self._write(own, "oeuvre_maps.parquet")
        return {"quality": quality, "oeuvres": qualities}

    def _timeline(self) -> dict[str, Any]:
        with self.progress("Reading years", 0) as advance:
            table, drifts = timelines(
                self.works,
                self.creators,
                self.reduced(),
                self.groups(),
                min_works=self.config.outliers.min_works,
                advance=advance,
            )
        self._write(table, "timeline.parquet")
        return {"drifts": drifts}

    def _open_set(self) -> dict[str, Any]:
        with self.progress("Measuring pictures", 0) as advance:
            detector, result = fit_open_set(
                self.store,
                self.name,
                self.works,
                self.embedding,
                np.where(self.reference, self.codes, -1),
                config=self.config.open_set,
                advance=advance,
            )
        detector.save(self.store.explored(self.name, "open_set.safetensors"))
        return result

    def _label_issues(self) -> dict[str, Any]:
        with self.progress("Comparing labels", FOLDS * len(self.store.tasks())) as advance:
            found, result = find_label_issues(
                self.store,
                self.name,
                self.works,
                self.reduced(),
                self.groups(),
                advance=advance,
            )
        self._write(to_json(found), "label_issues.parquet")
        return result
