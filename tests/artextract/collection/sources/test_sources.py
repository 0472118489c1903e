from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from artextract.collection.sources import SOURCES, Collection, recognise
from artextract.collection.sources.files import match_names
from artextract.store import StoreError

MOJIBAKE = "joaqu\xe3\xadn-sorolla_boat.jpg"  # joaquín, as UTF-8 read as Latin-1 and lower-cased


def paint(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 20)).save(folder / path, "JPEG")


def read_collection(path: Path, **places: Path) -> Collection:
    return recognise(path, **places).read(None)


def by_path(collection: Collection) -> pd.DataFrame:
    return collection.works.set_index("path")


def test_folder_per_artist(tmp_path: Path) -> None:
    paint(
        tmp_path,
        *("claude-monet/claude-monet_water-lilies-1906.jpg", "claude-monet/late/01.JPG"),
        *("Renoir/01.png", "Renoir/._01.jpg", "stray.jpg"),
    )
    (tmp_path / "Renoir/notes.txt").write_text("not a picture")
    source = recognise(tmp_path)
    collection = source.read(None)
    works = by_path(collection)
    assert source.kind == "folders"
    assert collection.classes == {"artist": ["Renoir", "claude-monet"]}
    assert works["artist"].tolist() == ["Renoir", "claude-monet", "claude-monet"]
    assert works["creator"].tolist() == ["Renoir", "Claude Monet", "Claude Monet"]
    lilies = works.loc["claude-monet/claude-monet_water-lilies-1906.jpg"]
    assert (lilies["title"], lilies["year"]) == ("Water lilies", 1906)
    assert collection.missing["path"].tolist() == ["Renoir/notes.txt", "stray.jpg"]
    assert works["picture"].is_unique  # two files called 01 are two pictures


TABLE = """path;Artist;style;Title;year;split;owner
a.jpg;Claude Monet;Impressionism;;1906;train;x
./sub\\b.jpg;Rembrandt;;"Night; watch";1642.0;Validation;x
vincent-van-gogh_fen-1884.jpg;;Realism;;;TEST;x
gone.jpg;Rembrandt;;;812;train;x
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_table(tmp_path: Path, kind: str) -> None:
    paint(tmp_path, "a.jpg", "sub/b.jpg", "vincent-van-gogh_fen-1884.jpg")
    source = tmp_path / f"works.{kind}"
    source.write_text("\ufeff" + TABLE, "utf-8")
    if kind == "parquet":
        pd.read_csv(source, sep=";").to_parquet(source)
    collection = read_collection(source)
    works = by_path(collection)
    assert collection.classes["artist"] == ["Claude Monet", "Rembrandt"]
    assert list(collection.classes) == ["artist", "style"]
    assert works["given_artist"].tolist() == ["train", "val", "test"]
    assert works["year"].tolist() == [1906, 1642, 1884]
    assert works.loc["sub/b.jpg", "title"] == "Night; watch"
    assert works["creator"].tolist() == ["Claude Monet", "Rembrandt", "Vincent van Gogh"]
    assert pd.isna(works.loc["vincent-van-gogh_fen-1884.jpg", "artist"])
    assert collection.missing["path"].tolist() == ["gone.jpg"]
    assert collection.facts["table"]["kept_columns"] == ["owner"]
    assert works["kept_owner"].tolist() == ["x", "x", "x"]


def test_nobody_is_no_painter(tmp_path: Path) -> None:
    paint(tmp_path, "01.jpg", "a.jpg")
    (tmp_path / "works.csv").write_text("path,artist,genre\na.jpg,Rembrandt,x\n01.jpg,,y\n")
    works = by_path(read_collection(tmp_path / "works.csv"))
    assert works["creator"].isna().tolist() == [True, False]


def test_separators_at_the_ends_of_rows(tmp_path: Path) -> None:
    paint(tmp_path, "a.jpg", "b.jpg")
    source = tmp_path / "works.csv"
    source.write_text("path,artist\na.jpg,Monet,\nb.jpg,,\n")
    works = by_path(read_collection(source))
    assert works.index.tolist() == ["a.jpg", "b.jpg"]
    assert works["artist"].fillna("").tolist() == ["Monet", ""]
    source.write_text("path,artist\na.jpg,Monet, the elder\nb.jpg,Monet, the younger\n")
    with pytest.raises(StoreError, match="cannot be read as a table"):
        read_collection(source)


def test_a_file_is_one_work_and_a_linked_folder_a_folder(tmp_path: Path) -> None:
    paint(tmp_path, "src/Degas/b.jpg", "elsewhere/c.jpg")
    table = tmp_path / "works.csv"
    table.write_text("path,artist\nsrc/Degas/b.jpg,Degas\nsrc/degas/b.jpg,Degas\n")
    collection = read_collection(table)
    assert collection.works["path"].tolist() == ["src/Degas/b.jpg"]
    assert collection.missing["path"].tolist() == ["src/degas/b.jpg"]
    (tmp_path / "src/Monet").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "src")
    assert read_collection(tmp_path / "src").classes["artist"] == ["Degas", "Monet"]


def test_absolute_paths_get_a_common_root(tmp_path: Path) -> None:
    paint(tmp_path, "x/a.jpg", "y/b.jpg")
    rows = [{"path": str(tmp_path / name), "artist": "A"} for name in ("x/a.jpg", "y/b.jpg")]
    (tmp_path / "tables").mkdir()
    pd.DataFrame(rows).to_csv(tmp_path / "tables/works.csv")
    source = recognise(tmp_path / "tables/works.csv")
    assert source.read(None).works["path"].tolist() == ["x/a.jpg", "y/b.jpg"]
    again = SOURCES["table"].from_record(
        source.record(store_root=tmp_path / "store"), store_root=tmp_path / "store"
    )
    for reader in (source, again, recognise(tmp_path / "tables/works.csv")):
        with reader.open("x/a.jpg") as stream:
            assert stream.read() == (tmp_path / "x/a.jpg").read_bytes()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("scanned as,artist\nno,A\n", "columns scanned as, artist; expected path"),
        (
            "path,by\na.jpg,A\n",
            "columns path, by; expected path and at least one.*--column artist=NAME",
        ),
        ("path,artist\na.jpg,A\n./a.jpg,B\n", "row 2 .*'a.jpg'; expected every path once"),
        ("path,artist\n,A\n", "row 1 .*expected a path"),
        ("path,artist,split\na.jpg,A,holdout\n", "'holdout'; expected train, val or test"),
        ("path,artist,split\na.jpg,A,train\nb.jpg,A,\n", "row 2 .*expected train, val or test"),
        ("path,artist\ngone.jpg,A\n", "none of the 1 pictures .*--images"),
    ],
)
def test_a_faulty_table_is_named(tmp_path: Path, table: str, message: str) -> None:
    paint(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "works.csv").write_text(table)
    with pytest.raises(StoreError, match=message):
        read_collection(tmp_path / "works.csv")


def test_sources_of_no_known_kind(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere does not exist"):
        read_collection(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"looked for the tables .* and for sub-folders"):
        read_collection(tmp_path)
    paint(tmp_path, "works.jpg")
    with pytest.raises(StoreError, match=r"expected a \.csv, \.jsonl or \.parquet file"):
        read_collection(tmp_path / "works.jpg")
    paint(tmp_path, "Baroque/rembrandt_a.jpg", "Cubism/pablo-picasso_b.jpg")
    with pytest.raises(StoreError, match=r"style folders of WikiArt .*--labels"):
        read_collection(tmp_path)
    with pytest.raises(StoreError, match="no label tables"):
        read_collection(tmp_path, labels=tmp_path)


@pytest.mark.parametrize(
    "on_disk",
    [
        MOJIBAKE,
        "joaquín-sorolla_boat.jpg",
        "joaqui\u0301n-sorolla_boat.jpg",  # decomposed, as macOS does
        "Joaquín-Sorolla_Boat.JPG",
        "joaquin-sorolla_boat.jpg",
        "joaqu#U00e3#U00adn-sorolla_boat.jpg",  # as unzip does without a UTF-8 locale
        "joaqu├г┬нn-sorolla_boat.jpg",  # as unzip does with another code page
    ],
)
def test_names_meet_in_whatever_encoding(on_disk: str) -> None:
    found, absent = match_names({"work": MOJIBAKE}, ["joaquin-sorolla_beach.jpg", on_disk])
    assert (found, absent) == ({"work": on_disk}, {})


def test_names_are_never_guessed() -> None:
    _, absent = match_names({"work": MOJIBAKE}, ["joaquín-sorolla_boat.jpg", MOJIBAKE.title()])
    assert "joaquín-sorolla_boat.jpg" in absent["work"]
    _, absent = match_names({1: "é_a.jpg", 2: "É_a.jpg"}, ["E_a.jpg"])
    assert set(absent) == {1, 2}
    _, absent = match_names({1: "a\u6d77.jpg"}, ["a\u795e.jpg"])
    assert set(absent) == {1}
    _, absent = match_names({1: "a.jpg"}, ["a\udce9.jpg"])  # bytes that are no UTF-8
    assert set(absent) == {1}
