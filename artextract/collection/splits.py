"""Which works may be trained on: leaks between the splits, drawing validation and test."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

# What the drawing is even over, the first that a work has. Where there is any of them it does not
# depend on which columns are tasks: a task that is added would draw other splits for all.
STRATA = ("artist", "style", "genre")


def draw(names: pd.Series, strata: pd.Series, *, fraction: float, seed: int) -> np.ndarray:
    """Draw a share of the names, evenly over the strata, independently of the order of the rows.

    Names are ordered by a hash keyed with the seed; the total is exact to one, and each stratum
    gets its share rounded up or down (largest remainders first).

    Parameters
    ----------
    names
        (n,) unique keys.
    strata
        (n,) what to be even over; missing is a stratum too.
    fraction
        0 to 1.
    seed
        Any integer; another one draws others.

    Returns
    -------
    (n,) bool
    """
    key = seed.to_bytes(16, "big", signed=True)

    def lot(name: object) -> bytes:
        return hashlib.blake2b(str(name).encode(), key=key, digest_size=8).digest()

    frame = pd.DataFrame({"stratum": strata.fillna("").to_numpy(), "row": np.arange(len(names))})
    frame["lot"] = [lot(name) for name in names]
    frame = frame.sort_values(["stratum", "lot"], kind="stable")
    quota = frame["stratum"].value_counts() * fraction
    taken = (quota + 1e-9).astype(int)
    total = int(len(frame) * fraction + 0.5)
    rest = pd.DataFrame({"rest": (taken - quota).round(9), "lot": [lot(s) for s in quota.index]})
    rest = rest.set_index(quota.index).sort_values(["rest", "lot"])
    taken.loc[rest.index[: max(0, total - int(taken.sum()))]] += 1
    rank = frame.groupby("stratum").cumcount()
    quota_of = frame["stratum"].map(taken.to_dict())
    drawn = np.zeros(len(frame), dtype=bool)
    drawn[frame["row"]] = (rank < quota_of).to_numpy()
    return drawn


def assign_splits(
    works: pd.DataFrame, *, tasks: Sequence[str], validation: float, test: float, seed: int
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Decide for every work whether it is for training, validation or test.

    Parameters
    ----------
    works
        Columns path (unique), picture (what the drawing goes by), duplicate_group (rows of one
        picture), creator, the labels (missing where unlabelled) and ``given_<label>``: "train",
        "val" or "test" as the source has it, or missing. A work that the source gives to the test
        of any label is a test work, whether or not that label is a task. Perhaps qualifier: the
        artist of a work that has one is neither learnt nor scored.
    tasks
        Labels for which splits are wanted.
    validation, test
        Shares to draw, 0 to 1, by group: `test` of all where the source has no test, `validation`
        of what is then training where it has no validation.
    seed
        For the drawing.

    Returns
    -------
    works
        With split and ``<task>_split`` (see ``Store.works``) instead of the given ones.
    removed
        How many works were taken out of training, by reason: "in another task's test", "same file
        name as a test work", "same content as a test work".
    """
    works = works.copy()
    given = works[[column for column in works if str(column).startswith("given_")]]
    qualified = _qualified(works)
    is_test = (given == "test").any(axis=1)
    is_val = (given == "val").any(axis=1) & ~is_test
    test_is_given = bool(is_test.any())
    first = works.sort_values(["picture", "path"]).drop_duplicates("duplicate_group")
    labels = [column for column in STRATA if column in works and works[column].notna().any()]
    strata = pd.Series(None, index=first.index, dtype="str")
    for column in (*(labels or tasks[:1]), "creator"):
        strata = strata.fillna(first[column])
    # An artist's qualified works, which do not train, are drawn from by themselves.
    strata = strata.where(~qualified[first.index], strata + " (qualified)")
    first = first.assign(stratum=strata).set_index("duplicate_group")

    def drawn(among: pd.Series, fraction: float) -> pd.Series:
        candidates = first.loc[sorted(set(works.loc[among, "duplicate_group"]))]
        chosen = draw(candidates["picture"], candidates["stratum"], fraction=fraction, seed=seed)
        return among & works["duplicate_group"].isin(candidates.index[chosen])

    def spread(mask: pd.Series) -> pd.Series:
        return mask.groupby(works["duplicate_group"]).transform("any")

    if not test_is_given:
        is_test = drawn(~spread(is_val), test)
    leaked = spread(is_test) & ~is_test
    if not is_val.any():
        is_val = drawn(~spread(is_test), validation)
    is_val = spread(is_val) & ~is_test & ~leaked
    works["split"] = np.select([is_test | leaked, is_val], ["test", "val"], "train")

    names = set(works.loc[is_test, "picture"])
    by_name = leaked & works["picture"].isin(names)
    across = pd.Series(False, index=works.index)
    for task in tasks:
        labelled = works[task].notna()
        elsewhere = labelled & is_test & test_is_given & (works[f"given_{task}"] == "train")
        across |= elsewhere
        split = works["split"].where(labelled)
        out = elsewhere | (labelled & leaked)
        if task == "artist":
            out |= labelled & qualified
        works[f"{task}_split"] = split.mask(out, "excluded")
    works = works.drop(columns=list(given.columns))
    return works, {
        "in another task's test": int(across.sum()),
        "same file name as a test work": int(by_name.sum()),
        "same content as a test work": int((leaked & ~by_name).sum()),
    }


def _qualified(works: pd.DataFrame) -> pd.Series:
    """Whether the attribution of each work is qualified, as "workshop of" does."""
    if "qualifier" not in works:
        return pd.Series(False, index=works.index)
    return works["qualifier"].notna()
