"""Finding texts by words that are typed as people type."""

from __future__ import annotations

import pytest

from artextract.collection.search import TextIndex

TEXTS = [
    "Haystacks Claude Monet 1884",
    "L'Étoile Edgar Degas 1878",
    "Montagne Sainte-Victoire Paul Cézanne",
    "The Milkmaid Johannes Vermeer",
    "Søndag Peder Krøyer",
    "Money Claude Who",
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("hay", [0]),
        ("MONET 1884", [0]),
        ("188", [0]),
        ("etoile", [1]),
        ("victoire cezanne", [2]),
        ("stack", [0]),
        ("ta", []),  # two letters are the beginning of a word, or nothing
        ("mone", [5, 0]),  # the shorter text first
        ("sondag", [4]),
        ("cesanne", [2]),  # misspelt, doubled, exchanged, unfinished
        ("mmonet", [0]),
        ("vemreer", [3]),
        ("milkmaad vermer", [3]),
        ("johanes mil", [3]),
        ("monet degas", []),
        ("1885", []),  # another year is no misspelling
        ("", []),
        ("!?", []),
        ("(.*", []),
    ],
)
def test_found(asked: str, found: list[int]) -> None:
    rows, scores = TextIndex(TEXTS).search(asked)

    assert rows.tolist() == found
    assert len(scores) == len(found)
    assert ((scores > 0) & (scores <= 1)).all()


def test_the_word_itself_comes_before_longer_ones_and_parts() -> None:
    rows, scores = TextIndex(["abcmonet x", "moneta x", "monet x"]).search("monet")

    assert rows.tolist() == [2, 1, 0]
    assert (scores[:-1] > scores[1:]).all()


def test_no_texts() -> None:
    assert TextIndex([]).search("x")[0].tolist() == []
    assert TextIndex(["", "?"]).search("x")[0].tolist() == []
