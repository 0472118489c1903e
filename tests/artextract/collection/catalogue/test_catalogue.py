"""Dates, nobody, spellings and qualifiers, from the table to the store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.collection.catalogue.artists import (
    names_nobody,
    several_makers,
    spelling_groups,
    spelling_key,
)
from artextract.collection.catalogue.dates import Date, is_undated, read_date
from artextract.collection.catalogue.kept import kept_columns
from artextract.collection.catalogue.qualifiers import split_qualifier
from artextract.collection.indexing import index
from artextract.store import Store
from artextract.store.index_keys import detail_key


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("c. 1890", Date(1890, 1885, 1895)),
        ("1889–90", Date(1889, 1889, 1890)),
        ("1890-5", Date(1890, 1890, 1895)),
        ("1889-05", Date(1889, 1889, 1889)),
        ("17.5.1889", Date(1889, 1889, 1889)),
        ("before 1650", Date(1650, None, 1650)),
        ("nicht nach 1650, not before 1640", Date(1640, 1640, 1650)),
        ("mid-1880s", Date(1883, 1883, 1885)),
        ("late 19th century", Date(1883, 1867, 1900)),
        ("third quarter of the 15th century", Date(1451, 1451, 1475)),
        ("fin du XIXe siècle", Date(1883, 1867, 1900)),
        ("16th-17th c.", Date(1600, 1501, 1700)),
        ("188-?", Date(1880, 1880, 1889)),
        ("painted 1889; reworked 1892", Date(1889, 1889, 1892)),
        ("3rd century BC", Date(-251, -300, -201)),
        ("late 5th–early 4th century B.C.", Date(-400, -433, -367)),
        ("3e siècle avant J.-C.", Date(-251, -300, -201)),
        ("Anfang 2. Jh. v. Chr.", Date(-184, -200, -167)),
        ("III sec. d.C.", Date(250, 201, 300)),
        ("30 v. Chr. – 14 n. Chr.", Date(-8, -30, 14)),
        ("AD 79", Date(79, 79, 79)),
        ("-0500", Date(-500, -500, -500)),
        ("XVI–XVII secolo", Date(1600, 1501, 1700)),
        ("tweede helft 17de eeuw", Date(1675, 1651, 1700)),
        ("seconde moitié du dix-huitième siècle", Date(1775, 1751, 1800)),
        ("Ende des neunzehnten Jahrhunderts", Date(1883, 1867, 1900)),
        ("fine del Settecento", Date(1783, 1767, 1800)),
        ("early C17", Date(1617, 1601, 1633)),
        ("early 1900s", Date(1916, 1900, 1932)),
        ("1920/30er", Date(1920, 1920, 1939)),
        ("189?", Date(1890, 1890, 1899)),
        ("1642 of later", Date(1642, 1642, None)),
        ("au plus tard 1650", Date(1650, None, 1650)),
        ("c. 1889 (printed 1920s)", Date(1889, 1884, 1894)),
        ("um 1900, Guss 1950", Date(1900, 1895, 1905)),
    ],
)
def test_dates(written: str, date: Date) -> None:
    assert read_date(written) == date


@pytest.mark.parametrize(
    "written", ["Edo period", "early 1st millennium BC", "1,642", "99999", "'89", "0", "9" * 1000]
)
def test_what_is_no_date(written: str) -> None:
    assert read_date(written) is None
    assert not is_undated(written)


@pytest.mark.parametrize(
    ("written", "qualifier"),
    [
        ("attr. à Rembrandt", "attributed to"),
        ("Zuschreibung an Rembrandt", "attributed to"),
        ("ancienne attribution à Rembrandt", "formerly attributed to"),
        ("già attribuito a Rembrandt", "formerly attributed to"),
        ("Rembrandt (atelier de)", "workshop of"),
        ("Rembrandt (bottega di)", "workshop of"),
        ("Rembrandt, atelier van", "workshop of"),
        ("Rembrandt (entourage de)", "circle of"),
        ("à la manière de Rembrandt", "manner of"),
        ("in de trant van Rembrandt", "manner of"),
        ("After a painting by Rembrandt", "after"),
        ("nach einem Gemälde von Rembrandt", "after"),
        ("vermoedelijk Rembrandt", "probably"),
        ("?Rembrandt", "possibly"),
        ("Rembrandt workshop", "workshop of"),
        ("Rembrandt-Schule", "school of"),
        ("Schüler Rembrandts", "pupil of"),
        ("da Rembrandt", "after"),
    ],
)
def test_qualifiers(written: str, qualifier: str) -> None:
    assert split_qualifier(written, known={"Rembrandt"}) == ("Rembrandt", qualifier)


def test_names_that_are_no_qualifiers() -> None:
    for name in ("Ai Weiwei Studio", "Else Lasker-Schüler", "Leonardo da Vinci", "Schüler, Max"):
        assert split_qualifier(name, known={"Rembrandt"}) == (name, None)
    for name in ("Nach, Peter", "Art Spiegelman", "Nachtigall", "Atelier Manassé", "Da Vinci"):
        assert split_qualifier(name) == (name, None)


@pytest.mark.parametrize(
    ("cell", "makers"),
    [
        ("Peter Paul Rubens and Jan Brueghel", ["Peter Paul Rubens", "Jan Brueghel"]),
        ("Claude Monet, Edgar Degas", ["Claude Monet", "Edgar Degas"]),
        ("Rubens und Brueghel", []),
        ("Gilbert & George", []),
        ("Bernd and Hilla Becher", []),
        ("Monet, Claude", []),
        ("Master of Saint John and Saint Paul", []),
    ],
)
def test_several_makers(cell: str, makers: list[str]) -> None:
    known = {spelling_key(name) for name in ("Claude Monet", "Edgar Degas")}
    assert several_makers(cell, known) == makers


@pytest.mark.parametrize(
    "text",
    ["(unknown)", "Unknown_Artist", "N. N.", "k. A.", "Non identifié", "Unknown Artist 1650"],
)
def test_nobody(text: str) -> None:
    assert names_nobody(text)


def test_an_attribution_to_nobody_is_no_label(tmp_path: Path) -> None:
    table = write_table(tmp_path, {"artist": ["Attributed to an unknown artist", "Goya", "Goya"]})
    index(Store(tmp_path / "store"), table)
    assert Store(tmp_path / "store").classes()["artist"] == ["Goya"]


def test_people_of_one_name_are_two() -> None:
    counts = {"Jan Brueghel (1568–1625)": 3, "Jan Brueghel (1601–1678)": 2, "Dürer": 1, "Duerer": 2}
    assert spelling_groups(counts) == [["Duerer", "Dürer"]]


def write_table(folder: Path, rows: dict[str, list[str]]) -> Path:
    n = len(next(iter(rows.values())))
    paths = [f"p/{i}.jpg" for i in range(n)]
    (folder / "p").mkdir(parents=True)
    for i, path in enumerate(paths):
        colours = np.random.default_rng(i).integers(0, 255, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(colours).resize((32, 32)).save(folder / path)
    pd.DataFrame({"path": paths, **rows}).to_csv(folder / "works.csv", index=False)
    return folder / "works.csv"


def test_only_unqualified_works_train(tmp_path: Path) -> None:
    artists = ["Rembrandt"] * 20 + ["Workshop of Rembrandt", "Rembrandt; Jan Lievens"] * 5
    table = write_table(tmp_path, {"artist": artists, "style": ["Baroque"] * 30})
    report = index(Store(tmp_path / "store"), table)
    works = Store(tmp_path / "store").works()
    assert set(works["artist"]) == {"Rembrandt"}
    qualified = works["qualifier"].notna()
    assert set(works["qualifier"].dropna()) == {"workshop of", "with Jan Lievens"}
    assert set(works.loc[qualified, "artist_split"]) == {"excluded"}
    assert "excluded" not in set(works.loc[~qualified, "artist_split"])
    assert "excluded" not in set(works["style_split"])
    assert report.labelled["artist"]["test"] == 4  # a fifth of those that count
    written = works.set_index("path")["artist_as_written"]
    assert written["p/20.jpg"] == artists[20]
    assert written.notna().sum() == 10


def test_spellings_are_reported_and_merged(tmp_path: Path) -> None:
    names = ["Claude Monet", "claude monet", "Monet, Claude", "claude-monet", "Claude_Monet"]
    table = write_table(tmp_path, {"artist": [*names, "Dutch School"]})
    store = Store(tmp_path / "store")
    report = index(store, table)
    assert store.classes()["artist"] == [
        "Claude Monet",
        "Dutch School",
        "Monet, Claude",
        "claude-monet",
    ]
    assert "--merge-spellings" in report.summary()
    report = index(store, table, merge_spellings=True, unknown=["dutch school"])
    assert store.classes()["artist"] == ["Claude Monet"]
    assert report.catalogue["labels"]["unlabelled"]["artist"] == {"Dutch School": 1}


def test_a_name_that_was_decoded_twice_is_mended_on_demand(tmp_path: Path) -> None:
    twice = "Dürer".encode().decode("cp1252")
    table = write_table(tmp_path, {"artist": [twice, twice, "Goya"], "title": [twice] * 3})
    store = Store(tmp_path / "store")
    report = index(store, table)
    assert store.classes()["artist"] == [twice, "Goya"]
    assert report.catalogue["labels"]["spellings"]["artist"] == [["Dürer", twice]]
    assert set(store.works()["title"]) == {"Dürer"}
    index(store, table, merge_spellings=True)
    assert store.classes()["artist"] == ["Dürer", "Goya"]


def test_keys_without_the_new_columns_stay() -> None:
    year = pd.array([1890, None], dtype="Int16")
    works = pd.DataFrame({"path": ["a", "b"], "title": "t", "year": year, "creator": "c"})
    works["duplicate_group"] = [0, 1]
    before = detail_key(works)
    same = works.assign(
        year_from=year, year_to=year, qualifier=pd.Series([None, None], dtype="str")
    )
    assert detail_key(same) == before
    assert detail_key(same.assign(qualifier=["after", None])) != before


def test_what_else_the_table_says_is_kept(tmp_path: Path) -> None:
    rows = {"Maker": ["A", "B"], "Date": ["c. 1890", "Edo"], "Inventory": ["1", "2"]}
    report = index(Store(tmp_path / "store"), write_table(tmp_path, rows))
    works = Store(tmp_path / "store").works()
    assert kept_columns(works) == ["date_as_written", "Inventory"]
    assert works.loc[0, ["year", "year_from", "year_to"]].tolist() == [1890, 1885, 1895]
    assert report.catalogue["table"]["dates"]["not_understood"] == {"Edo": 1}
    assert "1 not understood: Edo" in report.summary()
