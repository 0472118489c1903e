import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.collection import filenames as names

MOJIBAKE = "joaqu\xe3\xadn-sorolla"  # joaquín, as UTF-8 read as Latin-1 and lower-cased


@pytest.mark.parametrize(
    ("text", "title", "year"),
    [
        ("pine-trees-in-the-fen-1884", "Pine trees in the fen", 1884),
        ("ears-of-wheat-1890(1)", "Ears of wheat", 1890),
        ("venice-1895-1(2)", "Venice", 1895),
        ("the-races-1884-1885", "The races", 1884),
        ("the-races-1884-85", "The races", 1884),
        ("the-crusaders-entry-in-1204-1877", "The crusaders entry in 1204", 1877),
        ("bellport-no-1042-1991", "Bellport no 1042", 1991),
        ("from-1812-1512", "From 1812", 1512),
        ("water-lilies-6", "Water lilies", None),
        ("the-inferno-canto-21", "The inferno canto 21", None),
        ("star-1812-overture", "Star 1812 overture", None),
        ("flight-3050", "Flight 3050", None),
        ("a-view-1199", "A view 1199", None),
        ("st-paul-s-hospital-1889", "St paul's hospital", 1889),
        ("place-de-l-opera", "Place de l'opera", None),
        ("not_detected_229434-1715", "Title unknown", 1715),
        ("1884", "Title unknown", 1884),
        ("01", "01", None),
        ("Water_Lilies (1906)", "Water Lilies", 1906),
        ("IMG_1999", "IMG 1999", None),
    ],
)
def test_title_and_year(text: str, title: str, year: int | None) -> None:
    assert names.title_and_year(text) == (title, year)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("vincent-van-gogh", "Vincent van Gogh"),
        ("Anthony_Van_Dyck", "Anthony van Dyck"),
        ("m.c.-escher", "M.C. Escher"),
        ("georgia-o-keeffe", "Georgia O'Keeffe"),
        ("el-greco", "El Greco"),
        ("William_E_Stone", "William E Stone"),
        ("Jean-Baptiste Corot", "Jean-Baptiste Corot"),
        (MOJIBAKE, "Joaquín Sorolla"),
        ("georges-lacombe\xe2\xa0", "Georges Lacombe"),
    ],
)
def test_creator(name: str, shown: str) -> None:
    assert names.creator(name) == shown


def test_one_name_per_painter() -> None:
    spelled = names.same_spelling(
        ["joaquin-sorolla", MOJIBAKE, "claude-monet", "claude-monet"],
        [None, None, None, "Claude_Oscar_Monet"],
    )
    assert spelled["joaquin-sorolla"] == spelled[MOJIBAKE] == "Joaquín Sorolla"
    assert spelled["claude-monet"] == "Claude Oscar Monet"


@given(
    st.text(st.characters(min_codepoint=0xDF, max_codepoint=0xFE, categories=["Ll"]), max_size=9)
)
def test_repair_undoes_the_releases_encoding(text: str) -> None:
    broken = f"a{text}z".encode().decode("latin-1").lower()
    assert names.repair(broken) == names.repair(f"a{text}z")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_any_file_name_has_a_title_and_a_possible_year(text: str) -> None:
    title, year = names.title_and_year(text)
    assert title
    assert year is None or names.FIRST_YEAR <= year <= names.LAST_YEAR
