import pandas as pd

from artextract.collection.statistics import collection_statistics, distribution


def table(**columns):
    return pd.DataFrame(columns).astype({"year": "Int16"})


WORKS = table(
    creator=["Ada", "Ada", "Bo", None],
    year=[1880, None, 1910, None],
    style=["Grain", "Grain", "Planes", None],
    style_split=["train", "test", "excluded", None],
)


def test_a_collection_is_counted():
    found = collection_statistics(WORKS, ["style"])
    assert (found.works, found.artists, found.dated, found.years) == (4, 2, 2, (1880, 1910))
    assert found.labelled == {"style": {"train": 1, "val": 0, "test": 1}}
    assert collection_statistics(WORKS.iloc[1:2], []).years is None


def test_classes_without_works_stand_in_the_distribution():
    found = distribution(WORKS, "style", ["Planes", "Grain"])
    assert found.loc["Grain"].tolist() == [1, 0, 1]
    assert found.loc["Planes"].tolist() == [0, 0, 0]
    assert list(found.index) == ["Grain", "Planes"]
