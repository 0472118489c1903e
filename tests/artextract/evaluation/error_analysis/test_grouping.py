import numpy as np
import pytest

from artextract.evaluation.confusion import matrix, predictions
from artextract.evaluation.error_analysis.grouping import Grouping

CLASSES = ["Claude_Monet", "Rembrandt", "Alfred_Sisley", "Hals, Frans"]


def test_names_are_read_as_people_write_them():
    grouping = Grouping.read(["Impressionists = claude monet,Alfred Sisley"], CLASSES)
    assert grouping.groups == (("Impressionists", ("Claude_Monet", "Alfred_Sisley")),)
    assert grouping.names(CLASSES) == ["Impressionists", "Rembrandt", "Hals, Frans"]
    dutch = Grouping.read(["Dutch=Rembrandt|Hals, Frans"], CLASSES)
    assert dutch.groups == (("Dutch", ("Rembrandt", "Hals, Frans")),)
    assert Grouping.read(dutch.texts(), CLASSES) == dutch


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["Claude Monet"], "expected NAME=CLASS,CLASS"),
        (["a="], "expected NAME=CLASS,CLASS"),
        (["a=Claude Moet"], "did you mean Claude_Monet"),
        (["a=Rembrandt", "b=Rembrandt"], "in two groups, a and b"),
        (["Rembrandt=Claude Monet"], "the name of a class that is not in it"),
    ],
)
def test_what_makes_no_groups_is_refused(texts, message):
    with pytest.raises(ValueError, match=message):
        Grouping.read(texts, CLASSES)


def test_probabilities_add_up_and_the_most_probable_class_decides():
    grouping = Grouping.read(["i=Claude_Monet,Alfred_Sisley"], CLASSES)
    largest, sums = grouping.merge(np.array([[0.3, 0.4, 0.2, 0.1]], np.float16), CLASSES)
    assert sums[0] == pytest.approx([0.5, 0.4, 0.1], abs=1e-3)
    assert largest.argmax() == 1  # Rembrandt, as in the matrix that is merged


def test_the_matrix_of_groups_is_the_sum_of_its_cells(small_store):
    classes = small_store.classes()["artist"]
    grouping = Grouping.read([f"both={classes[0]}|{classes[2]}"], classes)
    single = predictions(small_store, "artist", "ensemble")
    merged = predictions(small_store, "artist", "ensemble", grouping=grouping)
    counts = matrix(single, classes).to_numpy()
    sums = matrix(merged, ["both", classes[1]]).to_numpy()
    assert sums[0, 0] == counts[np.ix_([0, 2], [0, 2])].sum()
    assert sums[1].tolist() == [counts[1, [0, 2]].sum(), counts[1, 1]]
    assert (merged["probability"] >= single["probability"] - 1e-3).all()
    assert (merged["rank"] <= single["rank"]).all()
    assert ((merged["rank"] == 1) == (merged["true"] == merged["predicted"])).all()
