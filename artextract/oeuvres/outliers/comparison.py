"""The works beside which an outlier is shown: those that its reasons speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from artextract.oeuvres.outliers.reasons import Reason
from artextract.oeuvres.results import Neighbourhood

OWN = "own"  # nearest works of the artist
OTHERS = "others"  # nearest works by others
BY_ARTIST = "by_artist"  # nearest works by the artist that is predicted


@dataclass(frozen=True)
class Compared:
    """Works to look at beside one that stands out.

    Attributes
    ----------
    code
        :data:`OWN`, :data:`OTHERS`, :data:`BY_ARTIST`, or the code of the reason that names them.
    work_ids
        Nearest first, or as the reason has them.
    reason
        That speaks of them; None where none does.
    """

    code: str
    work_ids: tuple[int, ...]
    reason: Reason | None = None


def compared_works(
    work_id: int,
    reasons: Sequence[Reason],
    near: Neighbourhood,
    creators: pd.Series,
    *,
    k: int = 6,
) -> list[Compared]:
    """The artist's nearest works, and then those that the reasons speak of, in their order.

    Where no reason speaks of works by others, the nearest by others stand for them.

    Parameters
    ----------
    creators
        Who made each work, by work_id.
    k
        How many are shown where no reason says how many.
    """
    own, others = near.nearest(work_id, k=k)
    found = [Compared(OWN, tuple(own))]
    shown: set[str] = set()  # artists whose nearest works are among them
    for reason in reasons:
        works = tuple(int(i) for i in reason.get("work_ids", ()) if i in creators.index)
        code, artist = str(reason["code"]), str(reason.get("artist", ""))
        if code == "closer_to_others" and not works:  # as stores of earlier versions have it
            _, nearest = near.nearest(work_id, k=near.reduced.near.other.shape[1])
            works = tuple(i for i in nearest if creators[i] == artist)[: int(reason["count"])]
        if code == "predicted_other" and artist not in shown:
            code = BY_ARTIST
            works = tuple(near.nearest_among(work_id, creators.index[creators == artist], k=k))
        if works:
            found.append(Compared(code, works, reason))
            shown.add(artist)
    by_others = {"closer_to_others", "foreign_neighbours", BY_ARTIST}
    if not by_others & {compared.code for compared in found}:
        found.append(Compared(OTHERS, tuple(others)))
    return [compared for compared in found if compared.work_ids]
