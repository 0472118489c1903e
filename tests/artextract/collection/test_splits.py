import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.collection.duplicates import duplicate_groups
from artextract.collection.splits import assign_splits, draw

TASKS = ("artist", "genre", "style")


def works(rows: list[tuple[str, str, dict[str, str]]]) -> pd.DataFrame:
    """Rows of (path, digest, {task: given split}); every labelled work has class "x"."""
    frame = pd.DataFrame({"path": [path for path, _, _ in rows]})
    frame["picture"] = frame["path"].str.split("/").str[-1]
    frame["creator"] = "X"
    for task in TASKS:
        frame[f"given_{task}"] = pd.Series([given.get(task) for *_, given in rows], dtype="str")
        frame[task] = frame[f"given_{task}"].map(lambda s: "x", na_action="ignore").astype("str")
    digests = pd.Series([digest for _, digest, _ in rows])
    frame["duplicate_group"] = duplicate_groups(frame["picture"], digests)
    return frame


def test_a_test_picture_is_in_no_training() -> None:
    frame = works(
        [
            ("A/one", "1", {"artist": "train", "style": "train"}),
            ("A/leak", "2", {"artist": "train", "style": "test"}),
            ("B/leak", "3", {"style": "train"}),  # the same name in another folder
            ("A/copy", "2", {"style": "train"}),  # the same content under another name
            ("A/two", "4", {"genre": "test"}),
        ]
    )
    split, removed = assign_splits(frame, tasks=TASKS, validation=0, test=0.2, seed=0)
    assert split["split"].tolist() == ["train", "test", "test", "test", "test"]
    assert split["artist_split"].fillna("").tolist() == ["train", "excluded", "", "", ""]
    assert split["style_split"].fillna("").tolist() == ["train", "test", "excluded", "excluded", ""]
    assert split["genre_split"].fillna("").tolist() == ["", "", "", "", "test"]
    assert list(removed.values()) == [1, 1, 1]


def test_twins_stay_together_in_validation() -> None:
    rows = [
        (f"{folder}/{n}", f"{folder}{n}", {"style": "train"}) for n in range(50) for folder in "AB"
    ]
    split, _ = assign_splits(works(rows), tasks=TASKS, validation=0.1, test=0, seed=0)
    per_picture = split.groupby("picture")["split"].nunique()
    assert (per_picture == 1).all()
    assert (split["split"] == "val").sum() == 10


def test_without_a_test_it_is_drawn_and_nothing_is_excluded() -> None:
    rows = [(f"A/{n}", str(n), {"artist": "train"}) for n in range(100)]
    frame = works(rows).assign(given_artist=pd.Series([None] * 100, dtype="str"))
    split, removed = assign_splits(frame, tasks=TASKS, validation=0.1, test=0.2, seed=0)
    assert split["split"].value_counts().to_dict() == {"train": 72, "test": 20, "val": 8}
    assert (split["artist_split"] == split["split"]).all()
    assert set(removed.values()) == {0}


@settings(max_examples=25, deadline=None)
@given(
    strata=st.lists(st.sampled_from(["a", "b", "c", None]), max_size=60),
    fraction=st.floats(0, 1),
    seed=st.integers(-5, 2**40),
    order=st.randoms(use_true_random=False),
)
def test_draw_is_exact_even_and_blind_to_order(strata, fraction, seed, order) -> None:
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(len(strata))]})
    frame["stratum"] = pd.Series(strata, dtype="str")
    drawn = draw(frame["name"], frame["stratum"], fraction=fraction, seed=seed)
    assert drawn.sum() == pytest.approx(len(frame) * fraction, abs=0.5001)
    for _, part in frame.assign(drawn=drawn).groupby("stratum", dropna=False):
        assert abs(part["drawn"].sum() - len(part) * fraction) < 1 + 1e-6
    rows = list(range(len(frame)))
    order.shuffle(rows)
    mixed = frame.iloc[rows]
    again = draw(mixed["name"], mixed["stratum"], fraction=fraction, seed=seed)
    assert set(mixed["name"][again]) == set(frame["name"][drawn])


def test_another_seed_draws_others() -> None:
    names = pd.Series([str(n) for n in range(100)])
    strata = pd.Series(["x"] * 100)
    first, second = (draw(names, strata, fraction=0.5, seed=seed) for seed in (0, 1))
    assert not np.array_equal(first, second)
