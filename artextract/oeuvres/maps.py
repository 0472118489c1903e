"""The maps of a collection: all works on one, and each painter's works on one of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.projection import K_RECALL, MapConfig, map_table, project
from artextract.oeuvres.similarity.reduced_embedding import NEAR_COMPONENTS, ReducedEmbedding
from artextract.progress import Advance, ignore


def whole_map(
    space: ReducedEmbedding, work_ids: np.ndarray, config: MapConfig
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The map of all works (work_id, x, y), and how far it can be trusted.

    See :func:`artextract.oeuvres.projection.project` for the latter.
    """
    near = space.near.combined(max(K_RECALL, config.n_neighbors))
    complete = (near[0] >= 0).all() and space.reference.all()
    known = near if complete else None
    coordinates, quality = project(space.X[:, :NEAR_COMPONENTS], config=config, near=known)
    return map_table(work_ids, coordinates), quality


def oeuvre_maps(
    space: ReducedEmbedding,
    work_ids: np.ndarray,
    creators: list[str],
    config: MapConfig,
    *,
    advance: Advance = ignore,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A map of every painter with ``config.min_works`` works: (creator, work_id, x, y), qualities.

    The qualities are by painter's name.
    """
    own = {
        creators[number]: rows
        for number, rows in rows_by_creator(space.oeuvre_of).items()
        if len(rows) >= config.min_works
    }
    tables = [map_table(work_ids[:0], np.empty((0, 2))).assign(creator=pd.Series(dtype="str"))]
    qualities = {}
    for painter, rows in own.items():
        coordinates, qualities[painter] = project(space.X[rows, :NEAR_COMPONENTS], config=config)
        tables.append(map_table(work_ids[rows], coordinates).assign(creator=painter))
        advance(1, total=len(own), note=painter)
    together = pd.concat(tables[1:] or tables, ignore_index=True)
    return together[["creator", "work_id", "x", "y"]], qualities
