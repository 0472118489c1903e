"""Tables as they should not be: how many are read right, refused in a sentence, or wrong, by kind.

    python -m benchmarks.hostile_tables

Every table is indexed by the command into a store of its own. Right is what was written, or a
refusal where that is the right answer; a traceback, a label or a year that was not written, and a
message with control characters or of more than 700 characters is wrong.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

N = 4  # pictures beside every table
LONGEST_MESSAGE = 700  # characters of a line
PATHS = tuple(f"p/{i}.jpg" for i in range(N))
WESTERN = ("Albrecht Dürer", "Paul Cézanne", "Käthe Kollwitz", "Joaquín Sorolla")
CENTRAL = ("František Kupka", "Mikoláš Aleš", "Olga Boznańska", "Jan Matějko")
CZECH = ("Josef Čapek", "Jindřich Štyrský", "Antonín Procházka", "Bohumil Kubišta")
CROATIAN = ("Ivan Generalić", "Edo Murtić", "Uroš Predić", "Josip Račić")
ITALIAN = ("La città", "Pietà", "Gesù nel tempio", "Niccolò Tommaseo")
# Beyond what Western names have, and in few bytes of all.
SIGNS = ("24″ × 30″", "→ left", "Nguyễn Phan Chánh", "ʿAlī Quli")
RUSSIAN = ("Илья Репин", "Казимир Малевич", "Иван Шишкин", "Валентин Серов")
JAPANESE = ("葛飾北斎 の", "歌川広重 の", "喜多川歌麿 の", "横山大観 の")
ASCII = ("Claude Monet", "Edgar Degas", "Claude Monet", "Berthe Morisot")


@dataclass(frozen=True)
class Hostile:
    """A table, and what should come of it.

    Attributes
    ----------
    kind
        Under which it is counted.
    name
        Of the file.
    content
        Of the file.
    artists, years
        Of the pictures in their order; None: not looked at.
    refused
        Pattern of the refusal, where that is the right answer, or with `or_refused` another one.
    options
        Of the command and of ``recognise``: encoding, columns.
    kept
        Columns that must be there, with the first value.
    """

    kind: str
    name: str
    content: bytes
    artists: Sequence[str | None] | None = None
    years: Sequence[int | None] | None = None
    refused: str | None = None
    or_refused: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)


def text(
    artists: Sequence[str], sep: str = ",", *, header: str = "path,artist", end: str = "\n"
) -> str:
    """A table of the paths and these artists."""
    rows = [header.replace(",", sep)]
    rows += [f"{path}{sep}{artist}" for path, artist in zip(PATHS, artists, strict=False)]
    return end.join(rows) + end


def encodings() -> Iterator[Hostile]:
    """Every encoding with every separator: read right, or refused with the option named."""
    unicode = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")
    pages = {"cp1252": WESTERN, "mac_roman": WESTERN, "iso8859_15": WESTERN, "cp850": WESTERN}
    pages |= {"cp1250": CENTRAL, "iso8859_2": CENTRAL, "cp852": CENTRAL, "mac_latin2": CENTRAL}
    pages |= {"cp1251": RUSSIAN, "koi8_r": RUSSIAN, "cp866": RUSSIAN, "cp932": JAPANESE}
    for sep in ",;\t|":
        for name in unicode:
            data = text(WESTERN, sep).encode(name)
            yield Hostile(f"encoding {name[:6]}", "works.csv", data, WESTERN)
        for name, artists in pages.items():
            data = text(artists, sep).encode(name)
            yield Hostile("code page", "works.csv", data, artists, or_refused=True)
            said = {"encoding": name}
            yield Hostile("code page, said", "works.csv", data, artists, options=said)
    others = {"cp1250": CZECH, "iso8859_2": CZECH, "mac_latin2": CZECH, "cp852": CROATIAN}
    others |= {"cp850": ITALIAN, "cp437": ITALIAN}
    for name, artists in others.items():
        for n in range(1, N + 1):
            expected = [*artists[:n], *["Rembrandt"] * (N - n)]
            data = text(expected).encode(name)
            yield Hostile("few words", "works.csv", data, expected, or_refused=True)
    for sign in (*SIGNS, "\ufeff", "–", "★", "김환기"):
        table = text(["Rembrandt", sign, "Rembrandt", "Rembrandt"], header="path,title")
        table = table.replace("path,title", "path,title,artist").replace("\n", ",Monet\n", N + 1)
        table = table.replace("artist,Monet", "artist")
        yield Hostile("few signs", "works.csv", table.encode(), ["Monet"] * N)
    for name, artists in pages.items():  # one word is all that there is to go by
        for artist in artists:
            data = text([artist, *["Rembrandt"] * 3]).encode(name)
            expected = [artist, *["Rembrandt"] * 3]
            yield Hostile("one word", "works.csv", data, expected, or_refused=True)
    damaged = text(WESTERN).encode() + b"p/9.jpg,Caf\xe9\n"
    yield Hostile("one bad byte", "works.csv", damaged, WESTERN)
    yield Hostile(
        "wrong encoding said",
        "a.csv",
        text(WESTERN).encode("cp1252"),
        refused="--encoding",
        options={"encoding": "utf-8"},
    )
    yield Hostile(
        "no such encoding",
        "a.csv",
        b"path,artist\n",
        refused="no encoding",
        options={"encoding": "klingon"},
    )
    twice = text(WESTERN).encode().decode("cp1252").encode()
    yield Hostile("decoded twice", "works.csv", twice)


def layouts() -> Iterator[Hostile]:
    """Quotes, line ends, separators at the ends, headers in other rows."""
    plain = text(ASCII)
    for empty in ("artist", "title", "date", "genre", "split", "rights"):
        names = dict.fromkeys(["artist", empty])
        table = text(
            ["" if empty == "artist" else a for a in ASCII], header="path," + ",".join(names)
        )
        artists = [None] * N if empty == "artist" else ASCII
        yield Hostile("an empty column", "works.csv", table.encode(), artists)
    for end in ("\n", "\r\n", "\r", "\n\n"):
        yield Hostile("line ends", "works.csv", text(ASCII, end=end).encode(), ASCII)
    for sep in ",;|":
        said = f"sep={sep}\n{text(ASCII, sep)}"
        yield Hostile("sep= line", "works.csv", said.encode(), ASCII)
        trailing = "".join(line + sep + "\n" for line in text(ASCII, sep).splitlines())
        yield Hostile("trailing separators", "works.csv", trailing.encode(), ASCII)
        head, *rows = text(ASCII, sep).splitlines()
        only = "\n".join([head, *(row + sep * 3 for row in rows)])
        yield Hostile("trailing separators", "works.csv", only.encode(), ASCII)
        quoted = text([f'"{sep} {a}"' for a in ASCII], sep)
        yield Hostile(
            "separator in quotes", "a.csv", quoted.encode(), [f"{sep} {a}" for a in ASCII]
        )
        spaced = text([f' "{a}"' for a in ASCII], sep)
        yield Hostile("blank before quotes", "works.csv", spaced.encode(), ASCII)
        newline = text([f'{a}{sep}"x\ny"{sep}' for a in ASCII], sep, header="path,artist,title")
        yield Hostile("quoted line break", "works.csv", newline.encode(), ASCII)
    escaped = text([f'"{a} \\"x\\""' for a in ASCII])
    yield Hostile("escaped quotes", "works.csv", escaped.encode(), [f'{a} "x"' for a in ASCII])
    doubled = text([f'"{a} ""x"""' for a in ASCII])
    yield Hostile("doubled quotes", "works.csv", doubled.encode(), [f'{a} "x"' for a in ASCII])
    loose = text([f'"{a}" x' for a in ASCII], "\t")
    yield Hostile("loose quotes", "works.tsv", loose.encode(), [f'"{a}" x' for a in ASCII])
    inches = text([f'{a} 5"' for a in ASCII], "\t")
    yield Hostile("loose quotes", "works.tsv", inches.encode(), [f'{a} 5"' for a in ASCII])
    yield Hostile("row names", "works.csv", _row_names().encode(), ASCII)
    index = text(ASCII, header=",artist")
    yield Hostile("index column", "works.csv", index.encode(), ASCII)
    numbered = "".join(f"{i - 1 if i else ''},{row}\n" for i, row in enumerate(plain.splitlines()))
    yield Hostile("index column", "works.csv", numbered.encode(), ASCII)
    preamble = "Export of 1 May\n\n" + text(ASCII)
    yield Hostile("preamble", "works.csv", preamble.encode(), ASCII)
    preamble = "# exported on 1 May\n# by the registrar\n" + text(ASCII)
    yield Hostile("preamble", "works.csv", preamble.encode(), ASCII)
    preamble = "Museum, Collection Online\n\n" + text([f"{a};1642" for a in ASCII], ";",
                                                      header="path,artist,date")  # fmt: skip
    yield Hostile("preamble", "works.csv", preamble.encode(), ASCII, [1642] * N)
    preamble = "Export of 1 May;;\n" + text(ASCII, ";")
    yield Hostile("preamble", "works.csv", preamble.encode(), ASCII)
    blank = plain.replace("\n", "\n,\n")
    yield Hostile("empty rows", "works.csv", blank.encode(), ASCII)
    short = text([*ASCII[:3]]) + "p/3.jpg\n"
    yield Hostile("short rows", "works.csv", short.encode(), [*ASCII[:3], None])
    yield Hostile("no picture named", "works.csv", (plain + ",Goya\n").encode(), ASCII)
    yield Hostile(
        "a row twice", "works.csv", (plain + plain.splitlines()[1] + "\n").encode(), ASCII
    )
    long = text([f"{a}, the elder" for a in ASCII])
    yield Hostile("rows too long", "works.csv", long.encode(), refused="put text .* into quotes")
    unclosed = plain.replace("Edgar", '"Edgar')
    yield Hostile("unclosed quote", "works.csv", unclosed.encode(), or_refused=True)
    yield Hostile("no rows", "works.csv", b"path,artist\n", refused="a header and no rows")
    for name, data in {"empty": b"", "blank": b" \n\n", "only a mark": b"\xef\xbb\xbf"}.items():
        yield Hostile(f"{name} file", "works.csv", data, refused="is empty")
    deep = text([*ASCII[:3], '"' + "x" * 300_000 + '"'])
    yield Hostile("huge cell", "works.csv", deep.encode())
    for place in ("path,artist", f"path,artist,{'9' * 1000}", f"{'9' * 1000},artist"):
        row = "9" * 1000 + ",x" * place.count(",") + "\n"
        yield Hostile("a thousand digits", "works.csv", f"{place}\n{row}".encode(), refused="")
    for evil in ("\0", "\x1b[31m", "\x07", "\u202e", "\x9b1m", "\x85", "\u2028"):
        data = text([f"{a}{evil}x" for a in ASCII]).encode()
        yield Hostile("control characters", "works.csv", data, or_refused=True)
        data = f"path{evil},artist{evil}x\np/0{evil}.jpg,Monet\n".encode()
        yield Hostile("control characters", "works.csv", data, or_refused=True)
        data = f"path,artist,split\np/0.jpg,Monet,{evil * 50}x\n".encode()
        yield Hostile("control characters", "works.csv", data, or_refused=True)


def json_tables() -> Iterator[Hostile]:
    """JSON Lines as hubs have them, JSON as interfaces give it."""
    rows = [{"file_name": p, "artist": a} for p, a in zip(PATHS, ASCII, strict=True)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    frame = pd.DataFrame(rows)
    for data in (lines, lines.replace("\n", "\r\n\r\n"), "\ufeff" + lines, lines.rstrip()):
        yield Hostile("JSON Lines", "metadata.jsonl", data.encode(), ASCII)
    yield Hostile("JSON Lines", "metadata.jsonl", lines.encode("utf-16"), ASCII)
    yield Hostile("JSON Lines", "m.jsonl.gz", gzip.compress(lines.encode()), ASCII)
    for data in (
        json.dumps(rows, indent=2),
        json.dumps({"version": 1, "rows": rows}),
        frame.to_json(),
        json.dumps(frame.to_dict("list")),
    ):
        yield Hostile("JSON", "works.json", data.encode(), ASCII)
    nested = [
        {**row, "artist": [{"name": row["artist"], "born": 1840}], "year": 1642.0} for row in rows
    ]
    yield Hostile("JSON", "works.json", json.dumps(nested).encode(), ASCII, [1642] * N)
    wrong = {
        "line 5 is no JSON": lines + '{"file_name": "p/',
        "stands twice": lines.replace('"artist"', '"artist": "x", "artist"'),
        "no list of objects": json.dumps([["a"], ["b"]]),
        "damaged JSON": json.dumps(rows)[:-9],
        "is empty": "[]",
        "JSON": "[" * 100_000,
        "different keys": json.dumps([{f"k{i}": 1} for i in range(2000)]),
        "line 2": lines.splitlines()[0] + '\n{"file_name": ' + "9" * 9000 + "}",
    }
    for refused, data in wrong.items():
        yield Hostile("damaged JSON", "works.jsonl", data.encode(), refused=refused)


def _row_names() -> str:
    head, *rows = text(ASCII, header="image,artist").splitlines()
    return "\n".join([f'"{head}"'.replace(",", '","'), *(f'"{i}",{r}' for i, r in enumerate(rows))])


def columns() -> Iterator[Hostile]:
    """Columns under other names, twice, or missing."""
    for header in (
        "file_name,Artist",
        "image,Maker",
        "FILENAME,Painter",
        "Datei,Künstler",
        "fichier,Artiste",
        "nome file,autore",
        "bestand,Vervaardiger",
        "img_path,creator",
        "File Name,Artist Display Name",
        " path , ARTIST ",
    ):
        yield Hostile("other names", "works.csv", text(ASCII, header=header).encode(), ASCII)
    for header in (
        "path,artist,artist",
        "path,artist,ARTIST",
        "path,artist, artist ",
        "path,Path,artist",
        "path,artist,title,title",
    ):
        wide = [a + ",x" * (header.count(",") - 1) for a in ASCII]
        data = text(wide, header=header).encode()
        yield Hostile("a column twice", "works.csv", data, refused="stands twice")
    said = {"columns": {"path": "scan no", "artist": "by"}}
    data = text(ASCII, header="Scan No,By").encode()
    yield Hostile("--column", "works.csv", data, ASCII, options=said)
    yield Hostile(
        "--column",
        "works.csv",
        text(ASCII).encode(),
        refused="no column 'who'|who",
        options={"columns": {"artist": "who"}},
    )
    yield Hostile(
        "no labels",
        "works.csv",
        text(ASCII, header="path,owner").encode(),
        refused="--column artist=",
    )
    yield Hostile("no pictures", "works.csv", b"number,artist\n1,Monet\n", refused="--column path=")
    wide = [f"{a},INV-{i},CC0,digest,1" for i, a in enumerate(ASCII)]
    data = text(wide, header="path,artist,Inventory No.,Rights,digest,work_id").encode()
    kept = {"Inventory No.": "INV-0", "Rights": "CC0", "digest (source)": "digest"}
    yield Hostile("kept columns", "works.csv", data, ASCII, kept=kept)


def formats() -> Iterator[Hostile]:
    """Workbooks, Parquet, packed text, and what is no table."""
    frame = pd.DataFrame({"path": PATHS, "artist": ASCII, "year": [1642.0, None, 1880, 1890]})
    years = [1642, None, 1880, 1890]
    yield Hostile("workbook", "works.xlsx", _workbook(frame), ASCII, years)
    yield Hostile("workbook", "works.csv", _workbook(frame), ASCII, years)
    dates = pd.to_datetime(["1889-05-17", "1905-01-01", "1920-02-02", "1911-11-11"])
    yield Hostile(
        "workbook",
        "works.xlsx",
        _workbook(frame.assign(year=dates)),
        ASCII,
        [1889, 1905, 1920, 1911],
    )
    sparse: Any = ["Monet", None, None, "Degas"]
    merged = _workbook(frame.assign(artist=sparse), merge="B2:B4")
    yield Hostile("workbook", "works.xlsx", merged, ["Monet"] * 3 + ["Degas"], years)
    formulas = _workbook(frame.assign(artist='="Mo"&"net"', year="=1880+1"))
    yield Hostile("workbook", "works.xlsx", formulas, [None] * N, [None] * N)
    yield Hostile("no rows", "works.xlsx", _workbook(frame[:0]), refused="no rows")
    for name, data in (
        ("works.xlsx.gz", _workbook(frame)),
        ("works.parquet.gz", _parquet(frame)),
        ("works.csv", _parquet(frame)),
    ):
        yield Hostile("packed by gzip", name, gzip.compress(data), ASCII, years)
    for name, part in (
        ("works.ods", "mimetype"),
        ("works.xlsb", "xl/workbook.bin"),
        ("works.numbers", "Index/Document.iwa"),
        ("works.docx.xlsx", "word/document.xml"),
    ):
        data = _zipped({part: b"application/vnd.oasis.opendocument.spreadsheet", "x": b"x" * 99})
        yield Hostile("other formats", name, data, refused="save the sheet as .xlsx or CSV")
    old = b"\xd0\xcf\x11\xe0" + bytes(600)
    yield Hostile("other formats", "works.xls", old, refused="save it as .xlsx or CSV")
    yield Hostile("other formats", "works.xls", text(ASCII, "\t").encode(), ASCII)
    yield Hostile("other formats", "works.xls", b"<html><table>", refused="save the table as CSV")
    yield Hostile("other formats", "works.feather", b"ARROW1\0\0" + bytes(99), refused="Parquet")
    yield Hostile("damaged", "works.xlsx", _workbook(frame)[:2000], refused="workbook")
    yield Hostile("damaged", "works.xlsx", b"PK\x03\x04" + b"\0" * 200, refused="workbook")
    yield Hostile("parquet", "works.parquet", _parquet(frame), ASCII, years)
    yield Hostile("parquet", "works.csv", _parquet(frame), ASCII, years)
    for index in ("path", None):
        level = frame.set_index("path").rename_axis(index)
        yield Hostile("index level", "works.parquet", _parquet(level), ASCII, years)
    listed = frame.assign(artist=pd.Series([[a] for a in ASCII], dtype="object"))
    yield Hostile("list cells", "works.parquet", _parquet(listed), ASCII)
    people = [{"name": a, "id": 3} for a in ASCII]
    named = frame.assign(artist=pd.Series(people, dtype="object"))
    yield Hostile("structure cells", "works.parquet", _parquet(named), ASCII)
    numbers = frame.assign(artist=[1, 0, 1, 2])
    yield Hostile(
        "class numbers",
        "works.parquet",
        _parquet(numbers, names=["Edgar Degas", "Claude Monet", "Berthe Morisot"]),
        ASCII,
    )
    floats = frame.assign(artist=[1.0, 2.0, 1.0, 3.0])
    yield Hostile("floats", "works.parquet", _parquet(floats), ["1", "2", "1", "3"])
    yield Hostile("floats", "works.csv", floats.to_csv(index=False).encode(), ["1", "2", "1", "3"])
    texts = text([f"\"['{a}']\"" for a in ASCII])
    yield Hostile("list cells", "works.csv", texts.encode(), ASCII)
    yield Hostile("no rows", "works.parquet", _parquet(frame[:0]), refused="no rows")
    yield Hostile(
        "a column twice",
        "works.parquet",
        _parquet(frame.rename(columns={"year": "Artist"})),
        refused="twice",
    )
    yield Hostile("damaged", "works.parquet", _parquet(frame)[:-40], refused="Parquet")
    yield Hostile("damaged", "works.parquet", b"PAR1PAR1", refused="Parquet")
    packed = gzip.compress(text(WESTERN).encode())
    yield Hostile("gzip", "works.csv.gz", packed, WESTERN)
    yield Hostile("gzip", "works.csv", packed, WESTERN)
    yield Hostile("damaged", "works.csv.gz", packed[:-30], refused="unpacked")
    bomb = gzip.compress(bytes(2**28 + 9), 1)
    yield Hostile("packed zeros", "works.csv.gz", bomb, refused="unpacks to more")
    others = {
        "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1",
        "a PDF": b"%PDF-1.7\n",
        "a web page": b"<!DOCTYPE html>",
        "a picture": b"\xff\xd8\xff\xe0",
        "JSON": b'{"path": 1}',
        "a list of JSON": b'[{"path": 1}]',
        "a database": b"SQLite format 3\0",
        "a pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:ae65\n",
    }
    for what, data in others.items():
        yield Hostile(
            "no table",
            "works.csv",
            data + b" " * 50,
            refused="LFS" if what == "a pointer" else "is ",
        )
    yield Hostile("noise", "works.csv", bytes(range(256)) * 40, refused="")
    yield Hostile("noise", "works.txt", bytes(range(128, 256)) * 40, refused="")


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _workbook(frame: pd.DataFrame, *, merge: str = "") -> bytes:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        frame.to_excel(writer, index=False)
        if merge:
            next(iter(writer.sheets.values())).merge_cells(merge)
    return buffer.getvalue()


def _parquet(frame: pd.DataFrame, names: Sequence[str] | None = None) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pandas(frame)
    if names:
        features = {"artist": {"names": list(names), "_type": "ClassLabel"}}
        described = json.dumps({"info": {"features": features}}).encode()
        table = table.replace_schema_metadata({b"huggingface": described})
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


DATES = {
    "c. 1890": 1890, "1889–1890": 1889, "1889-90": 1889, "(1946)": 1946, "published 1893": 1893,
    "1890s": 1890, "n.d.": None, "17.5.1889": 1889, "May 17, 1889": 1889, "1889-05-17": 1889,
    "before 1650": 1650, "nach 1650": 1650, "um 1510/12": 1510, "vers 1890": 1890, "[1642]": 1642,
    "1642.0": 1642, "1890?": 1890, "early 1890s": 1890, "Edo period": None, "o.J.": None,
    "XVIIe siècle": 1650, "late 19th century": 1883, "19. Jh.": 1850, "500 BC": -500, "-9999": None,
    "99999": None, "1234567890" * 20: None, "signed and dated 1642": 1642, "1881 or 1882": 1881,
    "anni 1880": 1880, "MDCXLII": 1642, "=1+1": None, "late 5th century BC": -417, "AD 79": 79,
    "3e siècle avant J.-C.": -251, "2. Jh. v. Chr.": -151, "III sec. d.C.": 250, "44 BC": -44,
    "2e eeuw v. Chr.": -151, "I secolo a.C.": -51, "50 BC-AD 50": 1, "XVI-XVII secolo": 1600,
    "17de eeuw": 1650, "Ottocento": 1850, "dix-neuvième siècle": 1850, "C17": 1650, "189?": 1890,
    "late nineteenth century": 1883, "achtzehntes Jahrhundert": 1750, "début XXe": 1917,
    "not later than 1650": 1650, "1642 of later": 1642, "um 1900 (Guss 1950)": 1900,
    "c. 1889, printed 1920s": 1889, "early 1900s": 1916, "1920/30er": 1920, "1889.05.17": 1889,
    "-0500": -500, "early 1st millennium BC": None, "XIX. Jahrhundert": 1850,
}  # fmt: skip
NOBODY = (
    "Unknown", "Unknown Artist", "Anonymous", "nan", "None", "N/A", "n/a", "NULL", "-", "?", "—",
    "unbekannt", "Unbekannter Künstler", "Artiste inconnu", "Anonimo", "Ignoto", "Onbekend",
    "Anonymous (Dutch)", "Unknown, 17th century", "Unidentified artist", "anon.",
)  # fmt: skip
QUALIFIED = (
    "Workshop of {}", "after {}", "{} (attributed to)", "Follower of {}", "Circle of {}",
    "{}, workshop of", "{} (?)", "possibly {}", "Werkstatt des {}", "Umkreis {}",
    "{}, zugeschrieben", "Nachfolger des {}", "nach {}", "Atelier de {}", "Attribué à {}",
    "d'après {}", "entourage de {}", "École de {}", "Bottega di {}", "cerchia di {}",
    "attribuito a {}", "seguace di {}", "omgeving van {}", "toegeschreven aan {}",
    "navolger van {}", "naar {}", "Attributed to the workshop of {}", "{} and workshop",
)  # fmt: skip


def catalogues() -> Iterator[Hostile]:
    """Dates, nobody and qualifiers as catalogues have them."""
    for written, year in DATES.items():
        data = text([f'Monet,"{written}"'] * N, header="path,artist,date")
        yield Hostile("dates", "works.csv", data.encode(), ["Monet"] * N, [year] * N)
    for word in NOBODY:
        data = text([f'"{word}"', "Monet", "Monet", "Monet"])
        yield Hostile("nobody", "works.csv", data.encode(), [None, "Monet", "Monet", "Monet"])
    for pattern in QUALIFIED:
        data = text(["Rembrandt", f'"{pattern.format("Rembrandt")}"', "Goya", "Goya"])
        expected = ["Rembrandt", "Rembrandt", "Goya", "Goya"]
        yield Hostile("qualified", "works.csv", data.encode(), expected)
    for name in (
        "Leonardo da Vinci",
        "Art Spiegelman",
        "Nachum Gutman",
        "Nan Goldin",
        "Gilbert & George",
    ):
        yield Hostile("names like words", "works.csv", text([name] * N).encode(), [name] * N)


GENERATORS: tuple[Callable[[], Iterator[Hostile]], ...] = (
    encodings,
    layouts,
    columns,
    formats,
    json_tables,
    catalogues,
)


def hostile_tables() -> list[Hostile]:
    """All of them, in one order."""
    return [case for generator in GENERATORS for case in generator()]


def paint(folder: Path) -> None:
    """The pictures that the tables name."""
    (folder / "p").mkdir(parents=True, exist_ok=True)
    for i, path in enumerate(PATHS):
        Image.new("RGB", (24, 24), (60 * i, 90, 200)).save(folder / path)


def fault_of_works(case: Hostile, works: pd.DataFrame, prefix: str = "") -> str | None:
    """What is wrong with the works that were read from a table; None where nothing is."""
    if case.refused is not None and not case.or_refused:
        return "should have been refused"
    by_path = works.set_index("path").reindex(PATHS)
    for column, expected in (("artist", case.artists), ("year", case.years)):
        if expected is None:
            continue
        found = [None if pd.isna(v) else v for v in by_path[column]]
        if found != list(expected):
            return f"{column} {found}, not {list(expected)}"
    for column, value in case.kept.items():
        if prefix + column not in works or by_path[prefix + column].iloc[0] != value:
            return f"{column} is not kept"
    return None


def fault_of_message(case: Hostile, message: str) -> str | None:
    """What is wrong with a refusal; None where it is the right answer, and fit to be printed."""
    controls = [c for c in message if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"]
    if controls:
        return f"control characters {controls[:3]}"
    if max(map(len, message.split("\n"))) > LONGEST_MESSAGE:
        return f"a line of {max(map(len, message.split(chr(10))))} characters"
    if case.or_refused:
        return None
    if case.refused is None:
        return f"refused: {message}"
    return None if re.search(case.refused, message) else f"refused otherwise: {message}"


def try_command(case: Hostile, folder: Path) -> str | None:
    """Index a table by the command; what is wrong, or None."""
    from artextract.cli.app import main
    from artextract.store import Store

    (folder / case.name).write_bytes(case.content)
    arguments = ["index", str(folder / case.name), "--store", str(folder / "store"), "-q"]
    for name, value in case.options.items():
        if name == "columns":
            for role, column in value.items():
                arguments += ["--column", f"{role}={column}"]
        else:
            arguments += [f"--{name}", value]
    out, error = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = main(arguments)
    except Exception as traceback:  # what is looked for
        return f"traceback: {type(traceback).__name__}: {str(traceback)[:200]}"
    said = out.getvalue() + error.getvalue()
    message = said.replace(str(folder), "")
    if code:
        return fault_of_message(case, message)
    unfit = fault_of_message(Hostile("", "", b"", or_refused=True), message)
    return unfit or fault_of_works(case, Store(folder / "store").works())


def main() -> None:
    """Try all, and print the counts by kind."""
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for case in hostile_tables():
        with tempfile.TemporaryDirectory() as place:
            paint(Path(place))
            fault = try_command(case, Path(place))
        tried[case.kind] += 1
        right[case.kind] += fault is None
        if fault:
            print(f"{case.kind} ({case.name}): {fault}", flush=True)
    print(f"{'kind':<24}{'tried':>7}{'right':>7}{'wrong':>7}")
    for kind, n in tried.items():
        print(f"{kind:<24}{n:>7}{right[kind]:>7}{n - right[kind]:>7}")
    total, good = tried.total(), right.total()
    print(f"{'all':<24}{total:>7}{good:>7}{total - good:>7}")


if __name__ == "__main__":
    main()
