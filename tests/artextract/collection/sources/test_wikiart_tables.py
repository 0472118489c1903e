import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.collection.audit import audit, render
from artextract.collection.sources.wikiart_tables import read_classes, read_release, read_table
from artextract.store import StoreError

WIKIART = os.environ.get("ARTEXTRACT_WIKIART", "")


def write_release(folder: Path) -> Path:
    """A release with the quirks of the real one: endings, header, doubled commas, line ends."""
    tables = {
        "Artist/artist_class": "0 Claude_Monet\n1 Rembrandt\n",
        "Artist/artist_train": "(Path to image),, (Groundtruth class) \n\n"
        "Impressionism/claude-monet_a-1880.jpg,,0\nBaroque/rembrandt_b(1).jpg,,1\n",
        "Artist/artist_val.csv": "Impressionism/claude-monet_c.jpg,0\r\n",
        "Genre/genre_class.txt": "0 landscape\n1 portrait\n",
        "Genre/genre_train.csv": "Baroque/rembrandt_b(1).jpg,1\r\n"
        "Impressionism/claude-monet_c.jpg,0\r\nRealism/claude-monet_c.jpg,0\r\n",
        "Genre/genre_val.csv": "Impressionism/joaqu\xe3\xadn-sorolla_d.jpg,1\r\n"
        "Impressionism/joaqu\xe3\xadn-sorolla_d.jpg,0\r\n",
        "Style/style_class.txt": "0 Baroque\n1 Impressionism\n2 Art_Nouveau\n",
        "Style/style_train.csv": "Baroque/rembrandt_b(1).jpg,0\n"
        "Art_Nouveau_Modern/e_f.jpg,2\nImpressionism/claude-monet_a-1880.jpg,1 \n",
        "Style/style_val.csv": "Impressionism/claude-monet_c.jpg,1\n",
    }
    for name, content in tables.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode())
    return folder


def test_audit_of_a_release(tmp_path: Path) -> None:
    facts = audit(write_release(tmp_path))
    assert facts["works"] == 6
    assert facts["rows"]["artist"] == {"train": 2, "test": 1}
    assert facts["duplicate_rows"]["genre"] == {"train": 0, "test": 1}
    assert facts["conflicting_labels"] == [
        {
            "task": "genre",
            "path": "Impressionism/joaqu\xe3\xadn-sorolla_d.jpg",
            "classes": ["landscape", "portrait"],
        }
    ]
    assert facts["leaks"] == 1
    assert facts["leaks_by_picture"] == ["Realism/claude-monet_c.jpg"]
    assert (facts["train_works"], facts["clean_train_works"]) == (5, 4)
    assert facts["clean_train_works_by_picture"] == 3
    assert facts["names_under_two_styles"] == 1
    assert facts["names"]["folders_named_otherwise"] == {"Art_Nouveau_Modern": "Art_Nouveau"}
    assert facts["names"]["painters_in_wrong_encoding"] == {
        "joaqu\xe3\xadn-sorolla": "joaquín-sorolla"
    }
    assert facts["classes"]["artist"]["majority_baseline"] == 100
    assert "1 works are in one task's train" in render(facts)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Baroque/b.jpg,2", "class 2 .* 0 to 1"),
        ("Baroque/b.jpg,one", "expected: PATH,CLASS NUMBER"),
        ("Baroque/b.jpg", "expected: PATH,CLASS NUMBER"),
        ("Baroque/b.jpg,-1", "expected: PATH,CLASS NUMBER"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, line: str, message: str) -> None:
    table = tmp_path / "style_train.csv"
    table.write_text(f"Baroque/a.jpg,0\n\n{line}\n")
    with pytest.raises(StoreError, match=f"style_train.csv, line 3.*{message}"):
        read_table(table, n_classes=2)


@pytest.mark.parametrize("content", ["0 a\n2 b\n", "0 a\n0 b\n", "0 a\n1 a\n", "a\n", "", "\0"])
def test_a_bad_class_list_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "classes").write_text(content)
    with pytest.raises(StoreError, match="classes"):
        read_classes(tmp_path / "classes")


def test_tables_that_are_not_there_or_twice(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no label tables.*Artist/artist_train"):
        read_release(tmp_path)
    write_release(tmp_path)
    (tmp_path / "Style/style_val").write_text("Baroque/a.jpg,0\n")
    with pytest.raises(StoreError, match=r"two tables .*style_val and .*style_val.csv"):
        read_release(tmp_path)
    (tmp_path / "Style/style_val").unlink()
    (tmp_path / "Style/style_val.csv").unlink()
    with pytest.raises(StoreError, match="no style_val"):
        read_release(tmp_path)


NAME = st.text(
    st.characters(categories=["L", "Nd"], include_characters="-_.(), '&\xad\x85"), min_size=1
).map(lambda text: f"Style/{text.strip(' ,')}x.jpg")


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(NAME, st.integers(0, 26)), max_size=9),
    header=st.sampled_from(["", "(Path to image),, (Groundtruth class) \n\n", "path,label\n"]),
    comma=st.sampled_from([",", ",,", ", "]),
    end=st.sampled_from(["\n", "\r\n", " \n"]),
    bom=st.booleans(),
)
def test_parser_reads_what_was_written(tmp_path_factory, rows, header, comma, end, bom) -> None:
    table = tmp_path_factory.mktemp("table") / "style_train"
    text = header + "".join(f"{path}{comma}{label}{end}" for path, label in rows)
    table.write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))
    read = read_table(table, n_classes=27)
    assert read["path"].tolist() == [unicodedata.normalize("NFC", path) for path, _ in rows]
    assert read["label"].tolist() == [label for _, label in rows]


@pytest.mark.wikiart
@pytest.mark.skipif(not WIKIART, reason="ARTEXTRACT_WIKIART names no WikiArt folder")
def test_facts_of_the_real_release() -> None:
    labels = Path(WIKIART).parent / "wikiart-labels"
    if not labels.is_dir():
        pytest.skip("the full release's tables are not beside the pictures")
    facts = audit(labels)
    assert facts["works"] == 81_446
    assert facts["rows"] == {
        "artist": {"train": 13_346, "test": 5_706},
        "genre": {"train": 45_503, "test": 19_492},
        "style": {"train": 57_025, "test": 24_421},
    }
    assert sum(sum(parts.values()) for parts in facts["duplicate_rows"].values()) == 1
    assert facts["duplicate_rows"]["genre"]["test"] == 1
    assert facts["leaks"] == 566
    assert (facts["train_works"], facts["clean_train_works"]) == (57_340, 56_774)
    assert facts["names_under_two_styles"] == 1_349
    assert facts["names"]["folders_named_otherwise"] == {"Art_Nouveau_Modern": "Art_Nouveau"}
    baselines = {task: c["majority_baseline"] for task, c in facts["classes"].items()}
    assert baselines == {"artist": 9.94, "genre": 21.72, "style": 16.04}


@pytest.mark.wikiart
@pytest.mark.skipif(not WIKIART, reason="ARTEXTRACT_WIKIART names no WikiArt folder")
def test_leaks_of_the_public_domain_part() -> None:
    if Path(WIKIART).name != "wikiart-pd24":
        pytest.skip("another part of WikiArt")
    assert audit(Path(WIKIART))["leaks"] == 33
