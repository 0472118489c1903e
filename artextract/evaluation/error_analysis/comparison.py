"""One model by another on the same works: gained, lost, and whether chance explains it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from artextract.evaluation import confusion
from artextract.evaluation.error_analysis.grouping import Grouping
from artextract.store import Store, StoreError

_Z = 1.96  # of a 95 % interval
# What became of a work, from the baseline to the model. Each work is in exactly one.
OUTCOMES = ("both_right", "gained", "lost", "both_wrong")


@dataclass(frozen=True)
class Comparison:
    """How many works both models predict correctly, only one of them, or neither."""

    both_right: int
    gained: int  # by the model, and not by the baseline
    lost: int  # by the baseline, and not by the model
    both_wrong: int

    @property
    def n(self) -> int:
        """Works that were compared."""
        return self.both_right + self.gained + self.lost + self.both_wrong

    @property
    def difference(self) -> float:
        """Accuracy of the model less that of the baseline, -1..1; NaN without works."""
        return (self.gained - self.lost) / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of :attr:`difference`, from paired works (Agresti and Min 2005)."""
        n, gained, lost = self.n + 2, self.gained + 0.5, self.lost + 0.5
        centre = (gained - lost) / n
        half = _Z * float(np.sqrt(gained + lost - (gained - lost) ** 2 / n)) / n
        return max(-1.0, centre - half), min(1.0, centre + half)

    @property
    def p(self) -> float:
        """McNemar's exact p, see :func:`mcnemar`."""
        return mcnemar(self.gained, self.lost)


def mcnemar(gained: int, lost: int) -> float:
    """McNemar's exact test: how probable such uneven changes are if both models are as accurate.

    Only works that one of the two predicts correctly say anything; each falls to either side as a
    coin does (McNemar 1947, with the binomial distribution in place of chi-squared).

    Returns
    -------
    Two-sided p, 0..1; 1 where nothing has changed.

    Examples
    --------
    >>> mcnemar(6, 0)
    0.03125
    """
    from scipy.stats import binom

    return min(1.0, 2 * float(binom.cdf(min(gained, lost), gained + lost, 0.5)))


def outcomes(predictions: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """Each work that both models predict, with what became of it.

    Parameters
    ----------
    predictions, baseline
        As :func:`artextract.evaluation.confusion.predictions` returns them, with the same true
        labels of the works that are in both.

    Returns
    -------
    `predictions` of these works, sorted by work_id, with baseline_predicted, baseline_probability
    and outcome, one of :data:`OUTCOMES`.
    """
    other = baseline[["work_id", "predicted", "probability"]].rename(
        columns={"predicted": "baseline_predicted", "probability": "baseline_probability"}
    )
    table = predictions.merge(other, on="work_id").sort_values("work_id", ignore_index=True)
    now = table["predicted"] == table["true"]
    before = table["baseline_predicted"] == table["true"]
    kind = np.select([now & before, now & ~before, ~now & before], OUTCOMES[:3], OUTCOMES[3])
    return table.assign(outcome=kind)


def compare(table: pd.DataFrame) -> Comparison:
    """Count what :func:`outcomes` found."""
    counts = table["outcome"].value_counts()
    return Comparison(**{kind: int(counts.get(kind, 0)) for kind in OUTCOMES})


def by_class(table: pd.DataFrame) -> pd.DataFrame:
    """What became of the works of each class, the largest changes first.

    Parameters
    ----------
    table
        As :func:`outcomes` returns it.

    Returns
    -------
    DataFrame, index the true class, with works, gained, lost, baseline_recall, recall (0..1) and p
    (of each class by itself: of twenty classes, one is below .05 by chance).
    """
    counts = pd.crosstab(table["true"], table["outcome"]).reindex(columns=OUTCOMES, fill_value=0)
    works = counts.sum(axis=1)
    changes = zip(counts["gained"].tolist(), counts["lost"].tolist(), strict=True)
    found = pd.DataFrame(
        {
            "works": works,
            "gained": counts["gained"],
            "lost": counts["lost"],
            "baseline_recall": (counts["both_right"] + counts["lost"]) / works,
            "recall": (counts["both_right"] + counts["gained"]) / works,
            "p": [mcnemar(gained, lost) for gained, lost in changes],
        }
    ).rename_axis("class")
    order = (found["gained"] - found["lost"]).abs().sort_values(ascending=False, kind="stable")
    return found.loc[order.index]


def improvement(counts: pd.DataFrame, before: pd.DataFrame, *, by: str = "") -> pd.DataFrame:
    """How much better each cell of a matrix has become: more on the diagonal, fewer off it.

    Parameters
    ----------
    counts, before
        Of the model and the baseline, as :func:`artextract.evaluation.confusion.matrix` returns
        them for the same works.
    by
        "row" or "column" compares shares (0..1), "" numbers of works.
    """
    if by:
        counts, before = (confusion.shares(c, by).fillna(0) for c in (counts, before))
    change = counts - before
    sign = np.where(np.eye(len(change), dtype=bool), 1, -1)
    return change * sign


def predictions_elsewhere(
    store: Store, other: Store, task: str, model: str, *, grouping: Grouping | None = None
) -> pd.DataFrame:
    """What a model of another store says of the works that `store` holds too.

    A work is the same where its picture is, byte for byte. It counts where it is a test work of
    the other store as well and has the same label there: so another run, or another year's edition
    of a collection, can be compared, also where each knows classes that the other does not.

    Returns
    -------
    As :func:`artextract.evaluation.confusion.predictions`, with the work_ids of `store`.

    Raises
    ------
    StoreError
        If there is no such evaluation, or no work in common.
    """
    found = confusion.predictions(other, task, model)
    own, theirs = store.works(), other.works()
    # A file that is there twice is one picture; its first row stands for it.
    numbers = own.drop_duplicates("digest").set_index("digest")["work_id"]
    digests = theirs.loc[found["work_id"], "digest"]
    found = found.assign(
        work_id=digests.map(numbers).to_numpy(), own=~digests.duplicated().to_numpy()
    )
    found = found[found["own"] & found["work_id"].notna()].drop(columns="own")
    rows = own.loc[found["work_id"].astype(int)]
    same = (rows[task].to_numpy() == found["true"].to_numpy()) & (
        rows[f"{task}_split"] == "test"
    ).to_numpy(dtype=bool, na_value=False)
    found = found[same].astype({"work_id": np.int32})
    if not len(found):
        raise StoreError(
            f"no test work of {other.root} is a test work of {store.root} with the same {task}, so "
            "they cannot be compared"
        )
    if grouping:
        found = found.assign(**{c: grouping.labels(found[c]) for c in ("true", "predicted")})
    return found.sort_values("work_id", ignore_index=True)
